//! JSON as text.

use causeway_model::{Value, text};
use rhai::Dynamic;

use super::{Arguments, Function, Group};
use crate::evaluation;
use crate::fault::{Fault, Result, shorten};
use crate::values::{Opaques, to_json, to_script};

pub(super) static GROUP: Group = Group {
    name: "json",
    en: "JSON",
    zh: "JSON",
    functions: &[
        Function::new(
            "parse_json(text) -> value",
            "The value that a JSON text stands for; numbers keep their digits.",
            "把 JSON 文字轉成值；數字保留原有位數。",
            &[(r#"parse_json("{\"a\": [1, 2.50]}")"#, "#{a: [1, 2.50]}")],
            parse,
        ),
        Function::new(
            "to_json(value, pretty?) -> text",
            "A value as JSON text; on several lines where `pretty` is true.",
            "把值轉成 JSON 文字；`pretty` 為 true 時分行排列。",
            &[
                ("to_json(#{a: [1, 2.50, ()]})", r#""{\"a\":[1,2.50,null]}""#),
                ("to_json([1], true)", r#""[\n  1\n]""#),
            ],
            write,
        ),
    ],
};

fn parse(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let text = a.text(0)?;
    evaluation::charge(text.len() / 64)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        let (line, column, near) = (error.line(), error.column(), shorten(&text, 40));
        Fault::failed(text!(
            "`parse_json`: no JSON at line {line}, column {column} of `{near}`",
            "`parse_json`：`{near}` 第 {line} 行第 {column} 欄不是有效的 JSON"
        ))
    })?;
    Ok(to_script(&value))
}

fn write(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let pretty = a.flag_or(1, false)?;
    let value = to_json(a.take(0), Opaques::Refuse)?;
    let text = if pretty { format!("{value:#}") } else { value.to_string() };
    a.give(text)
}
