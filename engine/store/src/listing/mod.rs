//! Lists, a page at a time. Each page begins after the last row of the page before, by a key that never changes, so that
//! rows that are added meanwhile neither shift it nor cost it anything.

mod approvals;
mod connections;
mod flows;
mod people;
mod runs;
mod values;

use sea_orm::{ConnectionTrait, EntityTrait, IdenStatic, Iterable, Value};

pub use approvals::ApprovalFilter;
pub use connections::ConnectionFilter;
pub use flows::{FlowFilter, FlowOrder, FlowPlace, FlowState};
pub use people::{TokenFilter, TokenState, UserFilter, UserState};
pub use runs::{RunFilter, id_digits};
pub use values::{SecretRecord, VariableRecord};

use crate::Result;
use crate::db::Ask;

/// The largest page.
pub const MOST_ROWS: u64 = 1000;

/// Some rows of a list, and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub more: bool,
}

impl<T> Page<T> {
    /// Of rows of which one more was asked for than `limit`.
    pub fn of(mut rows: Vec<T>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more }
    }

    pub(crate) fn try_map<U>(self, make: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page { rows: self.rows.into_iter().map(make).collect::<Result<_>>()?, more: self.more })
    }

    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(make).collect(), more: self.more }
    }
}

/// A table's columns, named: on Postgres a statement that is prepared for all columns fails once a newer binary has added
/// one. What is asked of a row for `instead` stands in the place of that column.
pub(crate) fn columns<E: EntityTrait>(instead: &[(&str, &str)]) -> String {
    let one = |column: E::Column| {
        let name = column.as_str();
        match instead.iter().find(|(of, _)| *of == name) {
            Some((_, value)) => format!("{value} AS \"{name}\""),
            None => format!("\"{name}\""),
        }
    };
    E::Column::iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a statement asks of its rows.
#[derive(Default)]
pub(crate) struct Conditions {
    parts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    pub(crate) fn and(&mut self, sql: impl Into<String>) -> &mut Self {
        self.parts.push(sql.into());
        self
    }

    /// `?` stands for the value, wherever it is.
    pub(crate) fn with(&mut self, sql: &str, value: impl Into<Value>) -> &mut Self {
        let number = self.number(value);
        self.parts.push(sql.replace('?', &number));
        self
    }

    /// Keeps a value; how SQL names it.
    pub(crate) fn number(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn wanted(&self) -> String {
        if self.parts.is_empty() { "TRUE".to_owned() } else { self.parts.join(" AND ") }
    }

    /// The statement's end, from `WHERE` on, for some rows in no order.
    pub(crate) fn among(&self, most: u64) -> String {
        format!("WHERE {} LIMIT {most}", self.wanted())
    }

    /// The statement's end, from `WHERE` on; one row more than `limit`, so that it is known whether more follow.
    pub(crate) fn ending(&self, order: &str, limit: u64) -> String {
        let wanted = self.wanted();
        format!("WHERE {wanted} ORDER BY {order} LIMIT {}", limit.clamp(1, MOST_ROWS) + 1)
    }

    /// One row more than `limit`, so that it is known whether more follow. `instead`: see [`columns`].
    pub(crate) async fn rows<E: EntityTrait>(
        self,
        db: &impl ConnectionTrait,
        instead: &[(&str, &str)],
        order: &str,
        limit: u64,
    ) -> Result<Vec<E::Model>> {
        let (columns, table, ending) =
            (columns::<E>(instead), E::default().table_name().to_owned(), self.ending(order, limit));
        let sql = format!("SELECT {columns} FROM \"{table}\" {ending}");
        Ok(E::find().from_raw_sql(db.ask(sql, self.into_values())).all(db).await?)
    }

    /// As [`Conditions::rows`], as a page.
    pub(crate) async fn page<E: EntityTrait>(
        self,
        db: &impl ConnectionTrait,
        instead: &[(&str, &str)],
        order: &str,
        limit: u64,
    ) -> Result<Page<E::Model>> {
        Ok(Page::of(self.rows::<E>(db, instead, order, limit).await?, limit.clamp(1, MOST_ROWS)))
    }

    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// A pattern that finds this text anywhere, for `LIKE ... ESCAPE '!'`.
pub(crate) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_number_their_values() {
        let mut conditions = Conditions::default();
        conditions.with("a = ?", 1).and("b IS NULL").with("(c = ? OR d = ?)", "x");
        assert_eq!(
            conditions.ending("id DESC", 50),
            "WHERE a = $1 AND b IS NULL AND (c = $2 OR d = $2) ORDER BY id DESC LIMIT 51"
        );
        assert_eq!(conditions.into_values().len(), 2);
        assert_eq!(Conditions::default().ending("id", 0), "WHERE TRUE ORDER BY id LIMIT 2");
    }

    #[test]
    fn patterns_find_what_they_say() {
        assert_eq!(anywhere("50%_Off!"), "%50!%!_off!!%");
    }

    #[test]
    fn one_row_more_says_that_more_follow() {
        let page = Page::of(vec![1, 2, 3], 2);
        assert!(page.more && page.rows == [1, 2]);
        assert!(!Page::of(vec![1, 2], 2).more);
    }
}
