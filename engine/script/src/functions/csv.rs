//! Comma-separated tables.

use causeway_model::text;
use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use rhai::{Array, Dynamic, ImmutableString, Map};

use super::{Arguments, Function, Group};
use crate::fault::{Fault, Result};
use crate::values::{Opaques, dynamic_to_text};

pub(super) static GROUP: Group = Group {
    name: "csv",
    en: "CSV tables",
    zh: "CSV 表格",
    functions: &[
        Function::new(
            "parse_csv(text, delimiter?) -> list",
            "The rows as maps, by the names in the first row. Values are text. The delimiter is `,` unless given.",
            "把每一列轉成物件，鍵為第一列的欄名，值為文字。分隔字元預設為 `,`。",
            &[(
                r#"parse_csv("no,qty\nA1,2\n\"B,2\",3")"#,
                r#"[#{no: "A1", qty: "2"}, #{no: "B,2", qty: "3"}]"#,
            )],
            parse_maps,
        ),
        Function::new(
            "parse_csv_rows(text, delimiter?) -> list",
            "The rows as lists of text, the first one too.",
            "把每一列轉成文字陣列，第一列也包含在內。",
            &[(r#"parse_csv_rows("a;b\nc;d", ";")"#, r#"[["a", "b"], ["c", "d"]]"#)],
            parse_rows,
        ),
        Function::new(
            "to_csv(rows, columns?, delimiter?) -> text",
            "Maps or lists as CSV text. `columns` names the keys in their order and becomes the first row; without it, the keys of all maps in alphabetical order.",
            "把物件或陣列的清單轉成 CSV 文字。`columns` 指定欄位與順序並作為第一列；省略時為所有鍵依字母排序。",
            &[
                (r#"to_csv([#{no: "A1", qty: 2}], ["qty", "no"])"#, r#""qty,no\r\n2,A1\r\n""#),
                (r#"to_csv([["a", "x,y"]])"#, r#""a,\"x,y\"\r\n""#),
            ],
            write,
        ),
    ],
};

fn delimiter(a: &Arguments<'_, '_>, position: usize) -> Result<u8> {
    match a.text_or(position, ",")?.as_bytes() {
        [one] if *one != b'"' => Ok(*one),
        _ => Err(a.fail("the delimiter is one character, such as `;`", "分隔字元應為一個字元，例如 `;`")),
    }
}

fn records(a: &Arguments<'_, '_>) -> Result<Vec<StringRecord>> {
    let text = a.text(0)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(a, 1)?)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let name = a.name;
            Fault::failed(text!("`{name}`: {error}", "`{name}`：{error}"))
        })?;
        records.push(record);
        if records.len().is_multiple_of(256) {
            a.check_items(records.len())?;
        }
    }
    a.check_items(records.iter().map(StringRecord::len).sum())?;
    Ok(records)
}

fn parse_maps(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let records = records(a)?;
    let Some((names, rows)) = records.split_first() else { return Ok(Dynamic::from_array(Array::new())) };
    let row = |row: &StringRecord| {
        let cells = names.iter().enumerate().map(|(index, name)| {
            let cell = ImmutableString::from(row.get(index).unwrap_or_default());
            (name.trim().into(), Dynamic::from(cell))
        });
        Dynamic::from_map(cells.collect())
    };
    a.check_items(rows.len().saturating_mul(names.len()))?;
    Ok(Dynamic::from_array(rows.iter().map(row).collect()))
}

fn parse_rows(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let row = |row: StringRecord| {
        Dynamic::from_array(row.iter().map(|cell| Dynamic::from(ImmutableString::from(cell))).collect())
    };
    Ok(Dynamic::from_array(records(a)?.into_iter().map(row).collect()))
}

fn write(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let delimiter = delimiter(a, 2)?;
    let columns = if a.has(1) { Some(texts(a.list(1)?)?) } else { None };
    let rows = a.list(0)?;
    let columns = columns.or_else(|| all_keys(&rows));
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    let failed = |a: &Arguments<'_, '_>| a.fail("the rows cannot be written", "無法寫出這些列");
    if let Some(columns) = &columns {
        writer.write_record(columns.iter().map(ImmutableString::as_str)).map_err(|_| failed(a))?;
    }
    let mut bytes = 0;
    for row in rows {
        let cells = if row.is_array() {
            texts(row.cast::<Array>())?
        } else if row.is_map() {
            let mut map = row.cast::<Map>();
            let cells =
                columns.iter().flatten().map(|column| map.remove(column.as_str()).unwrap_or_default());
            texts(cells.collect())?
        } else {
            return Err(a.fail("each row is a map or a list", "每一列應為物件或陣列"));
        };
        bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
        a.check_bytes(bytes)?;
        writer.write_record(cells.iter().map(ImmutableString::as_str)).map_err(|_| failed(a))?;
    }
    let written = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok());
    a.give(written.ok_or_else(|| failed(a))?)
}

fn texts(items: Array) -> Result<Vec<ImmutableString>> {
    items.into_iter().map(|item| Ok(dynamic_to_text(item, Opaques::Refuse)?)).collect()
}

/// The keys of all maps; `None` where the rows are lists.
fn all_keys(rows: &Array) -> Option<Vec<ImmutableString>> {
    let mut keys = std::collections::BTreeSet::new();
    for row in rows {
        keys.extend(row.as_map_ref().ok()?.keys().map(|key| ImmutableString::from(key.as_str())));
    }
    Some(keys.into_iter().collect())
}
