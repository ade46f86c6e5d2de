//! OpenAPI 3.0 brought into the form of 3.1, whose schemas are JSON Schema.

use causeway_model::Value;
use serde_json::{Map, json};

/// Schemas stand everywhere in a document; what is changed cannot be anything else where it stands.
pub fn raise(root: &mut Value) {
    root["openapi"] = json!("3.1.0");
    walk(root);
}

fn walk(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if !is_data(name) {
                    walk(field);
                }
            }
            schema(fields);
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        _ => {}
    }
}

/// Values of the API, in which nothing is a schema.
fn is_data(name: &str) -> bool {
    matches!(name, "example" | "examples" | "enum" | "const" | "default") || name.starts_with("x-")
}

fn schema(fields: &mut Map<String, Value>) {
    bound(fields, "exclusiveMinimum", "minimum");
    bound(fields, "exclusiveMaximum", "maximum");
    let is_file = fields.get("type").is_some_and(|kind| kind == "file");
    if is_file {
        fields.insert("type".to_owned(), json!("string"));
        fields.insert("format".to_owned(), json!("binary"));
    }
    if fields.get("nullable").is_some_and(|nullable| nullable == &Value::Bool(true)) {
        fields.remove("nullable");
        nullable(fields);
    } else if fields.get("nullable").is_some_and(Value::is_boolean) {
        fields.remove("nullable");
    }
}

/// `exclusiveMinimum: true` beside `minimum: n`.
fn bound(fields: &mut Map<String, Value>, exclusive: &str, inclusive: &str) {
    match fields.get(exclusive) {
        Some(Value::Bool(true)) => {
            match fields.remove(inclusive) {
                Some(bound) => fields.insert(exclusive.to_owned(), bound),
                None => fields.remove(exclusive),
            };
        }
        Some(Value::Bool(false)) => {
            fields.remove(exclusive);
        }
        _ => {}
    }
}

fn nullable(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(values)) = fields.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match fields.get_mut("type") {
        Some(Value::String(kind)) => {
            let kinds = json!([kind.as_str(), "null"]);
            fields.insert("type".to_owned(), kinds);
        }
        Some(Value::Array(kinds)) if !kinds.iter().any(|kind| kind == "null") => kinds.push(json!("null")),
        Some(_) => {}
        None => {
            // Beside a reference or a combination: either that, or nothing.
            for key in ["$ref", "allOf", "oneOf", "anyOf"] {
                if let Some(said) = fields.remove(key) {
                    let said = json!({ key: said });
                    fields.insert("anyOf".to_owned(), json!([said, { "type": "null" }]));
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_become_json_schema() {
        let mut document = json!({
            "openapi": "3.0.3",
            "paths": {},
            "components": { "schemas": {
                "A": { "type": "string", "nullable": true, "enum": ["a"] },
                "B": { "type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false },
                "C": { "$ref": "#/components/schemas/A", "nullable": true },
                "D": { "type": "object", "nullable": false, "properties": { "nullable": { "type": "boolean", "nullable": true } } },
                "E": { "default": { "nullable": true }, "x-own": { "type": "file" } },
            } },
        });
        raise(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["A"], json!({ "type": ["string", "null"], "enum": ["a", null] }));
        assert_eq!(schemas["B"], json!({ "type": "number", "exclusiveMinimum": 1, "maximum": 9 }));
        assert_eq!(
            schemas["C"],
            json!({ "anyOf": [{ "$ref": "#/components/schemas/A" }, { "type": "null" }] })
        );
        assert_eq!(
            schemas["D"],
            json!({ "type": "object", "properties": { "nullable": { "type": ["boolean", "null"] } } })
        );
        assert_eq!(schemas["E"], json!({ "default": { "nullable": true }, "x-own": { "type": "file" } }));
    }
}
