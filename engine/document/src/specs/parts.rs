//! The pieces that the schemas of kinds are made of.
//!
//! `title` and `description` are English, `x-causeway-zh-TW` holds the same in zh-TW. `x-causeway-fixed: true` marks fields that
//! hold no expressions, `x-causeway-secret: true` fields that may hold `secret.x`, `format` the texts with a form of their own.

use causeway_model::{Text, Value};
use serde_json::{Map, json};

pub(crate) const FIXED: &str = "x-causeway-fixed";
pub(crate) const SECRET: &str = "x-causeway-secret";
pub(crate) const ZH_TW: &str = "x-causeway-zh-TW";
pub(crate) const EXPRESSION: &str = "expression";
pub(crate) const SCRIPT: &str = "script";
pub(crate) const DURATION: &str = "duration";
pub(crate) const DURATION_PATTERN: &str = "^[0-9]+(ms|s|m|h|d)$";

/// One field of a kind's input.
pub(crate) struct Field {
    name: &'static str,
    schema: Value,
    required: bool,
}

pub(crate) fn field(name: &'static str, schema: Value, title: Text, description: Text) -> Field {
    Field { name, schema: titled(schema, &title, &description), required: false }
}

impl Field {
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It holds no expressions: its value is part of the flow's shape.
    pub fn fixed(self) -> Self {
        self.marked(FIXED, json!(true))
    }

    pub fn secret(self) -> Self {
        self.marked(SECRET, json!(true))
    }

    pub fn default(self, value: Value) -> Self {
        self.marked("default", value)
    }

    fn marked(mut self, key: &str, value: Value) -> Self {
        if let Some(schema) = self.schema.as_object_mut() {
            schema.insert(key.to_owned(), value);
        }
        self
    }
}

/// The schema of an object with these fields and no others.
pub(crate) fn object(fields: Vec<Field>) -> Value {
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let properties: Map<String, Value> =
        fields.into_iter().map(|field| (field.name.to_owned(), field.schema)).collect();
    schema["properties"] = Value::Object(properties);
    schema
}

/// Puts a title and a description, in both languages, into a schema.
pub(crate) fn titled(mut schema: Value, title: &Text, description: &Text) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(title.en));
        object.insert("description".to_owned(), json!(description.en));
        object.insert(ZH_TW.to_owned(), json!({ "title": title.zh_tw, "description": description.zh_tw }));
    }
    schema
}

pub(crate) fn text() -> Value {
    json!({ "type": "string" })
}

pub(crate) fn filled() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

pub(crate) fn any() -> Value {
    json!({})
}

pub(crate) fn boolean() -> Value {
    json!({ "type": "boolean" })
}

pub(crate) fn integer(from: u64, to: u64) -> Value {
    json!({ "type": "integer", "minimum": from, "maximum": to })
}

pub(crate) fn duration() -> Value {
    json!({ "type": "string", "format": DURATION, "pattern": DURATION_PATTERN })
}

pub(crate) fn choice(words: &[&str]) -> Value {
    json!({ "enum": words })
}

pub(crate) fn expression() -> Value {
    json!({ "type": "string", "format": EXPRESSION, "minLength": 1 })
}

pub(crate) fn slug() -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" })
}
