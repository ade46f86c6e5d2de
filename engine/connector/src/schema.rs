//! How the JSON Schemas of operations speak to people and mark secrets.
//!
//! One scheme for all connectors, read by the catalogue, the forms and the checks at publish:
//! - `title` and `description` are English, so that any JSON Schema tool shows them;
//! - `x-causeway-zh-TW: {"title", "description"}` beside them says the same in zh-TW;
//! - `x-causeway-secret: true` marks a property that may hold `secret.x`, inside it too;
//! - `x-causeway-fixed: true` marks a property that holds no expressions;
//! - `format: "duration"` marks `30s`, `5m` and the like, `x-causeway-widget` names the form's input where the type does not tell
//!   (`code`, `key-value`, `file`).

use causeway_model::{Text, Value};
use serde_json::json;

/// The key that marks a property which may hold secrets.
pub const SECRET: &str = "x-causeway-secret";
/// The key under which the zh-TW title and description stand.
pub const ZH_TW: &str = "x-causeway-zh-TW";

/// Puts a title and a description, in both languages, into a schema.
pub fn titled(mut schema: Value, title: &Text, description: &Text) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(title.en));
        object.insert("description".to_owned(), json!(description.en));
        object.insert(ZH_TW.to_owned(), json!({ "title": title.zh_tw, "description": description.zh_tw }));
    }
    schema
}

/// The same from plain pairs of English and zh-TW, for schemas that are written out.
pub fn property(schema: Value, title: (&str, &str), description: (&str, &str)) -> Value {
    let text = |(en, zh): (&str, &str)| Text { en: en.to_owned(), zh_tw: zh.to_owned() };
    titled(schema, &text(title), &text(description))
}

/// Marks a schema as one that may hold secrets.
pub fn secret(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert(SECRET.to_owned(), json!(true));
    }
    schema
}

/// The title of a schema in both languages; empty where it has none.
pub fn title(schema: &Value) -> Text {
    text(schema, "title")
}

/// The description of a schema in both languages; empty where it has none.
pub fn description(schema: &Value) -> Text {
    text(schema, "description")
}

fn text(schema: &Value, key: &str) -> Text {
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Text { en: string(&schema[key]), zh_tw: string(&schema[ZH_TW][key]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_model::text;

    #[test]
    fn a_titled_schema_gives_its_texts_back() {
        let schema =
            secret(titled(json!({ "type": "string" }), &text!("URL", "網址"), &text!("Where", "位置")));
        assert_eq!(title(&schema), text!("URL", "網址"));
        assert_eq!(description(&schema).zh_tw, "位置");
        assert_eq!(schema[SECRET], json!(true));
    }
}
