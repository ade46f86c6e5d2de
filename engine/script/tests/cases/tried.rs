//! What somebody is still writing: values, and what is wrong where.

use causeway_model::Value;
use causeway_script::Trouble;
use serde_json::json;

use super::support::{ENGINE, context, scope};

fn value(text: &str, bare: bool) -> Result<Value, Trouble> {
    ENGINE.try_value(text, bare, &scope(), &context())
}

fn place(trouble: Trouble) -> (String, Option<u32>, Option<u32>) {
    (trouble.code.into_owned(), trouble.line, trouble.column)
}

#[test]
fn texts_are_templates_and_bare_ones_formulas() {
    assert_eq!(value("{{ steps.order.total }}", false), Ok(json!(250_000)));
    assert_eq!(value("No. {{ steps.order.no }}", false), Ok(json!("No. SO-1")));
    assert_eq!(value("steps.order.no", false), Ok(json!("steps.order.no")));
    assert_eq!(value("steps.order.total > 100", true), Ok(json!(true)));
}

#[test]
fn secrets_are_named_and_never_read() {
    assert_eq!(value("Bearer {{ secret.key }}", false), Ok(json!("Bearer {{ secret.key }}")));
    let misused = value("secret.key == \"a\"", true).expect_err("it is refused");
    assert_eq!(place(misused), ("secret_misused".to_owned(), None, None));
    let returned = ENGINE.try_script("secret.key", &scope(), &context()).expect_err("it is refused");
    assert_eq!(returned.code, "secret_misused");
}

#[test]
fn troubles_say_where() {
    let syntax = value("a\nb {{ steps.order. }}", false).expect_err("no formula");
    assert_eq!(syntax.line, Some(2));
    let broken = ENGINE.try_script("let a = 1;\nlet b = ;", &scope(), &context()).expect_err("no script");
    assert_eq!(place(broken), ("script_syntax".to_owned(), Some(2), Some(9)));
    let thrown = ENGINE.try_script("let a = 1;\n  throw \"no stock\";", &scope(), &context());
    assert_eq!(place(thrown.expect_err("it throws")), ("script_failed".to_owned(), Some(2), Some(3)));
    let endless = ENGINE.try_script("loop {}", &scope(), &context()).expect_err("it ends");
    assert_eq!(endless.code, "script_too_long");
}
