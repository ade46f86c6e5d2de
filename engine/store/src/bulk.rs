//! Many rows as the parameters of one constant statement: `UNNEST` of array texts on Postgres, `json_each` on SQLite.

use std::fmt::Write;

use sea_orm::{Statement, Value};
use uuid::Uuid;

use crate::db::Dialect;

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Uuid,
    Int,
    Text,
    Bytes,
}

pub(crate) type Columns = &'static [(&'static str, Kind)];

/// Rows of named columns; push the cells of each row in the order of the columns.
pub(crate) struct Rows {
    dialect: Dialect,
    columns: Columns,
    /// Postgres: one array text per column. SQLite: one JSON text in the first.
    texts: Vec<String>,
    cell: usize,
    rows: usize,
}

impl Rows {
    pub(crate) fn new(dialect: Dialect, columns: Columns) -> Self {
        let texts = match dialect {
            Dialect::Postgres => vec![String::from("{"); columns.len()],
            Dialect::Sqlite => vec![String::from("[")],
        };
        Self { dialect, columns, texts, cell: 0, rows: 0 }
    }

    /// One column of ids, under the name `id`.
    pub(crate) fn ids(dialect: Dialect, ids: impl IntoIterator<Item = Uuid>) -> Self {
        let mut rows = Self::new(dialect, &[("id", Kind::Uuid)]);
        for id in ids {
            rows.uuid(id);
        }
        rows
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    fn next_cell(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        let first = self.cell == 0;
        let text = match self.dialect {
            Dialect::Postgres => {
                let text = &mut self.texts[self.cell];
                if self.rows > 0 {
                    text.push(',');
                }
                text
            }
            Dialect::Sqlite => {
                let text = &mut self.texts[0];
                text.push_str(match (first, self.rows) {
                    (true, 0) => "[",
                    (true, _) => ",[",
                    (false, _) => ",",
                });
                text
            }
        };
        write(text);
        self.cell += 1;
        if self.cell == self.columns.len() {
            if self.dialect == Dialect::Sqlite {
                self.texts[0].push(']');
            }
            self.cell = 0;
            self.rows += 1;
        }
        self
    }

    fn null(&mut self) -> &mut Self {
        let word = if self.dialect == Dialect::Postgres { "NULL" } else { "null" };
        self.next_cell(|text| text.push_str(word))
    }

    pub(crate) fn uuid(&mut self, id: Uuid) -> &mut Self {
        let mut buffer = Uuid::encode_buffer();
        let hex = id.simple().encode_lower(&mut buffer);
        match self.dialect {
            Dialect::Postgres => self.next_cell(|text| text.push_str(hex)),
            Dialect::Sqlite => self.next_cell(|text| {
                text.push('"');
                text.push_str(hex);
                text.push('"');
            }),
        }
    }

    pub(crate) fn opt_uuid(&mut self, id: Option<Uuid>) -> &mut Self {
        match id {
            Some(id) => self.uuid(id),
            None => self.null(),
        }
    }

    pub(crate) fn int(&mut self, number: i64) -> &mut Self {
        self.next_cell(|text| {
            let _ = write!(text, "{number}");
        })
    }

    pub(crate) fn opt_int(&mut self, number: Option<i64>) -> &mut Self {
        match number {
            Some(number) => self.int(number),
            None => self.null(),
        }
    }

    /// Without NUL characters, which Postgres does not take: JSON has none, and elsewhere nobody misses them.
    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        let without;
        let value = if value.contains('\0') {
            without = value.replace('\0', "");
            &without
        } else {
            value
        };
        match self.dialect {
            Dialect::Postgres => self.next_cell(|text| quote_array_text(value, text)),
            Dialect::Sqlite => self.next_cell(|text| quote_json_text(value, text)),
        }
    }

    pub(crate) fn opt_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let digits = hex::encode(bytes);
        match self.dialect {
            Dialect::Postgres => self.next_cell(|text| {
                text.push_str("\"\\\\x");
                text.push_str(&digits);
                text.push('"');
            }),
            Dialect::Sqlite => self.next_cell(|text| {
                text.push('"');
                text.push_str(&digits);
                text.push('"');
            }),
        }
    }

    /// The rows as a table named `r`, its parameters counted after the `before` that stand before them.
    fn source(&self, before: usize) -> String {
        let mut source = String::with_capacity(256);
        match self.dialect {
            Dialect::Postgres => {
                source.push_str("UNNEST(");
                for (index, (_, kind)) in self.columns.iter().enumerate() {
                    let array = match kind {
                        Kind::Uuid => "uuid",
                        Kind::Int => "bigint",
                        Kind::Text => "text",
                        Kind::Bytes => "bytea",
                    };
                    let comma = if index > 0 { ", " } else { "" };
                    let _ = write!(source, "{comma}${}::text::{array}[]", before + index + 1);
                }
                source.push_str(") AS r(");
                for (index, (name, _)) in self.columns.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    let _ = write!(source, "{comma}{name}");
                }
                source.push(')');
            }
            Dialect::Sqlite => {
                source.push_str("(SELECT ");
                for (index, (name, kind)) in self.columns.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    let _ = match kind {
                        Kind::Uuid | Kind::Bytes => write!(source, "{comma}unhex(value->>{index}) AS {name}"),
                        Kind::Int | Kind::Text => write!(source, "{comma}value->>{index} AS {name}"),
                    };
                }
                let _ = write!(source, " FROM json_each(${})) AS r", before + 1);
            }
        }
        source
    }

    /// The statement that `sql` makes of the rows' source; `first` are its parameters `$1`, `$2` ...
    pub(crate) fn statement(self, first: Vec<Value>, sql: impl FnOnce(&str) -> String) -> Statement {
        let sql = sql(&self.source(first.len()));
        let close = if self.dialect == Dialect::Postgres { '}' } else { ']' };
        let texts = self.texts.into_iter().map(|mut text| {
            text.push(close);
            Value::from(text)
        });
        Statement::from_sql_and_values(self.dialect.backend(), sql, first.into_iter().chain(texts))
    }
}

fn quote_array_text(value: &str, into: &mut String) {
    into.reserve(value.len() + value.len() / 8 + 2);
    into.push('"');
    let mut rest = value;
    while let Some(at) = rest.find(['"', '\\']) {
        into.push_str(&rest[..at]);
        into.push('\\');
        into.push_str(&rest[at..=at]);
        rest = &rest[at + 1..];
    }
    into.push_str(rest);
    into.push('"');
}

fn quote_json_text(value: &str, into: &mut String) {
    into.push_str(&serde_json::Value::from(value).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_parameters() {
        const COLUMNS: Columns = &[("id", Kind::Uuid), ("name", Kind::Text), ("age", Kind::Int)];
        let mut rows = Rows::new(Dialect::Postgres, COLUMNS);
        rows.uuid(Uuid::nil()).text(r#"a"b\c"#).opt_int(None);
        rows.uuid(Uuid::nil()).text("ö").int(-3);
        let statement = rows.statement(vec![Value::from(1i64)], |source| format!("SELECT * FROM {source}"));
        assert_eq!(
            statement.sql,
            "SELECT * FROM UNNEST($2::text::uuid[], $3::text::text[], $4::text::bigint[]) AS r(id, name, age)"
        );
        let values = statement.values.expect("has values").0;
        assert_eq!(values[2], Value::from(r#"{"a\"b\\c","ö"}"#.to_owned()));
        assert_eq!(values[3], Value::from("{NULL,-3}".to_owned()));

        let mut rows = Rows::new(Dialect::Sqlite, COLUMNS);
        rows.opt_uuid(None).text("a\"").int(1);
        rows.uuid(Uuid::nil()).opt_text(None).int(2);
        let statement = rows.statement(vec![], |source| source.to_owned());
        let values = statement.values.expect("has values").0;
        assert_eq!(
            values[0],
            Value::from(r#"[[null,"a\"",1],["00000000000000000000000000000000",null,2]]"#.to_owned())
        );
    }
}
