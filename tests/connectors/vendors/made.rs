//! An input for an operation, made of its schema alone: every field that can be, so that much is sent and has to come back.

use causeway_model::Value;
use serde_json::{Map, json};

/// Optional fields are made down to here; what is required is made further down.
const WIDE: usize = 2;
const DEEPEST: usize = 9;

/// An input that fits the schema of an operation; `None` where a schema does not say enough, as with patterns and files.
pub fn input(schema: &Value) -> Option<Value> {
    let maker = Maker { root: schema };
    let mut fields = Map::new();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object()?;
    // The fields of a body stand side by side, or all of it in `body`.
    let spread = schema.get("if").is_some();
    let also = schema["else"]["required"].as_array().cloned().unwrap_or_default();
    for (name, field) in properties {
        let must = required.contains(&json!(name)) || also.contains(&json!(name));
        if name == "max_items" || (name == "body" && spread) {
            continue;
        }
        match maker.value(field, 1) {
            Some(value) => {
                fields.insert(name.clone(), value);
            }
            None if must => return None,
            None => {}
        }
    }
    Some(Value::Object(fields))
}

struct Maker<'a> {
    root: &'a Value,
}

impl<'a> Maker<'a> {
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let mut current = schema;
        for _ in 0..20 {
            let Some(name) = current["$ref"].as_str().and_then(|at| at.strip_prefix("#/$defs/")) else {
                break;
            };
            current = &self.root["$defs"][name];
        }
        current
    }

    fn value(&self, schema: &'a Value, depth: usize) -> Option<Value> {
        let schema = self.resolve(schema);
        // What a schema leaves open could be anything; what it forbids in passing cannot be met by looking at parts.
        if depth > DEEPEST || schema.get("not").is_some() || schema.get("pattern").is_some() {
            return None;
        }
        if let Some(constant) = schema.get("const") {
            return Some(constant.clone());
        }
        if let Some(choices) = schema["enum"].as_array() {
            return choices.iter().find(|choice| !choice.is_null() && *choice != "").cloned();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.all(schema, parts, depth);
        }
        if schema.get("properties").is_none()
            && let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array())
        {
            // Where it has to fit exactly one, a text or a number fits the fewest.
            let plain = choices.iter().find(|choice| is_plain(self.resolve(choice)));
            return plain.into_iter().chain(choices).find_map(|choice| self.value(choice, depth + 1));
        }
        if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
            return None;
        }
        match kind(schema)? {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => text(schema),
            "integer" => number(schema, 7.0).map(|number| json!(number.trunc())).and_then(whole),
            "number" => number(schema, 7.5)
                .map(|number| json!(number))
                .map(|made| whole(made.clone()).unwrap_or(made)),
            "boolean" => Some(json!(true)),
            _ => None,
        }
    }

    fn object(&self, schema: &'a Value, depth: usize) -> Option<Value> {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut fields = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.contains(&json!(name));
            let wanted = must || (depth <= WIDE && self.resolve(field)["readOnly"] != true);
            match self.value(field, depth + 1).filter(|_| wanted) {
                Some(value) => {
                    fields.insert(name.clone(), value);
                }
                None if must => return None,
                None => {}
            }
        }
        let unmet = required.iter().filter_map(Value::as_str).any(|name| !fields.contains_key(name));
        if unmet || schema["minProperties"].as_u64().is_some_and(|least| (fields.len() as u64) < least) {
            return None;
        }
        // Nothing would be sent of an object without fields.
        (!fields.is_empty()).then_some(Value::Object(fields))
    }

    fn array(&self, schema: &'a Value, depth: usize) -> Option<Value> {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(2);
        let one = self.value(&schema["items"], depth + 1)?;
        let count = if schema["uniqueItems"] == true { 1 } else { least.max(most.min(2)) };
        (count >= least && count > 0).then(|| Value::Array(vec![one; usize::try_from(count).unwrap_or(1)]))
    }

    /// Several schemas at once, where all are objects, or where one says the type.
    fn all(&self, schema: &'a Value, parts: &'a [Value], depth: usize) -> Option<Value> {
        if let [only] = parts {
            return self.value(only, depth + 1);
        }
        let mut fields = Map::new();
        for part in parts.iter().chain(schema.get("properties").map(|_| schema)) {
            let part = self.resolve(part);
            let made = if part.get("allOf").is_some() && !std::ptr::eq(part, schema) {
                self.value(part, depth + 1)?
            } else {
                self.object(part, depth)?
            };
            fields.extend(made.as_object()?.clone());
        }
        Some(Value::Object(fields))
    }
}

fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ if schema.get("properties").is_some() => Some("object"),
        _ if schema.get("items").is_some() => Some("array"),
        _ => None,
    }
}

fn is_plain(schema: &Value) -> bool {
    matches!(kind(schema), Some("string" | "integer" | "number" | "boolean"))
}

/// Signs that mean something in URLs, forms and JSON, and what no ASCII holds.
const TEXT: &str = "王 & 林=50% +/?#\"'";

fn text(schema: &Value) -> Option<Value> {
    let written = match schema["format"].as_str() {
        None => TEXT,
        Some("date-time") => "2026-11-28T10:00:00Z",
        Some("date") => "2026-11-28",
        Some("time") => "10:00:00Z",
        Some("uuid") => "79fa5c1d-6b74-4643-8f15-80aecb09d8b2",
        Some("uri" | "url" | "uri-reference") => "https://example.com/a?b=1&c=%E7%8E%8B",
        Some("email") => "wang@example.com",
        Some("hostname") => "example.com",
        Some("ipv4" | "ip") => "192.0.2.1",
        Some("byte") => "Y2F1c2V3YXk=",
        Some("int32" | "int64" | "decimal" | "double" | "float") => "12",
        Some("binary") => return None,
        Some(_) => "text",
    };
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).ok()?;
    let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(10_000)).ok()?;
    let length = written.chars().count();
    match schema["format"].as_str() {
        _ if length >= least && length <= most => Some(json!(written)),
        // A form of its own cannot be made longer or shorter.
        Some(_) => None,
        None => {
            let repeated: String = written.chars().cycle().take(least.max(1).min(most.max(1))).collect();
            (most > 0).then(|| json!(repeated.replace(' ', "_")))
        }
    }
}

fn number(schema: &Value, usual: f64) -> Option<f64> {
    let bound = |name: &str| schema[name].as_f64();
    let least = bound("minimum").or(bound("exclusiveMinimum").map(|least| least + 1.0));
    let most = bound("maximum").or(bound("exclusiveMaximum").map(|most| most - 1.0));
    let within = usual.max(least.unwrap_or(usual)).min(most.unwrap_or(f64::MAX));
    let step = bound("multipleOf").unwrap_or(0.0);
    (step == 0.0 || (within / step).fract() == 0.0).then_some(within)
}

/// A number without a fraction, written as such.
fn whole(number: Value) -> Option<Value> {
    let value = number.as_f64()?;
    (value.fract() == 0.0)
        .then(|| format!("{value:.0}").parse().ok().map(|whole: i64| json!(whole)))
        .flatten()
}
