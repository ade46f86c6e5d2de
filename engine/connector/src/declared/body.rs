//! Bodies: which form is sent, and how fields of the input become it.

use std::collections::{BTreeMap, BTreeSet};

use causeway_model::{ErrorClass, FileRef, StepError, StreamRef, Text, Value, text};
use serde_json::{Map, json};

use super::operation::BODY;
use super::parameter::{deep, plain};
use crate::MAX_ITEMS;
use crate::http::{Body, Part, PartContent};
use crate::openapi::Document;

/// How a body is sent.
#[derive(Clone, Debug)]
pub struct BodyPlan {
    pub media: Media,
    pub required: bool,
    /// The names of its fields where they stand in the input side by side with the parameters; the field `body` otherwise.
    pub fields: Vec<String>,
    /// How single fields of a form are written.
    encoding: BTreeMap<String, FieldEncoding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// With the exact type.
    Json(String),
    Form,
    Multipart,
    Text(String),
    Binary(String),
}

#[derive(Clone, Copy, Debug, Default)]
struct FieldEncoding {
    deep: bool,
    /// Lists as one text with commas.
    joined: bool,
}

/// A body with what the input says of it.
#[derive(Debug)]
pub struct BodyShape {
    pub plan: BodyPlan,
    /// The schema of the whole body.
    pub schema: Value,
    /// Where its fields stand in the input themselves: their schemas, and which are required.
    pub fields: Map<String, Value>,
    pub required: Vec<String>,
}

/// `taken`: the names that parameters have in the input. `filled`: the field that the engine fills where the input does not.
pub fn body_plan(
    document: &Document,
    written: &Value,
    taken: &BTreeSet<&str>,
    filled: Option<&str>,
) -> Result<Option<BodyShape>, Text> {
    let written = document.resolve(written);
    let Some(content) = written["content"].as_object().filter(|content| !content.is_empty()) else {
        return Ok(None);
    };
    let Some((media, content)) = ORDER.iter().find_map(|fits| content.iter().find(|(name, _)| fits(name)))
    else {
        return Ok(None);
    };
    let media = Media::of(media);
    let schema = if content["schema"].is_object() { content["schema"].clone() } else { json!({}) };
    let spread = !matches!(media, Media::Text(_) | Media::Binary(_)) && written["x-causeway-body"] != "whole";
    let parts = if spread { object_fields(document, &schema, 0) } else { None };
    let clashes = |parts: &Parts| {
        parts.fields.keys().any(|name| taken.contains(name.as_str()) || name == BODY || name == MAX_ITEMS)
    };
    let parts = parts.filter(|parts| !parts.fields.is_empty() && !clashes(parts));
    let mut fields = Map::new();
    let mut required = Vec::new();
    if let Some(parts) = parts {
        fields = parts.fields;
        required = parts.required;
        fields.retain(|_, schema| document.resolve(schema)["readOnly"] != true);
        required.retain(|name| fields.contains_key(name) && filled != Some(name));
    }
    let encoding = content["encoding"].as_object().into_iter().flatten();
    let encoding = encoding.map(|(name, said)| {
        let deep = said["style"] == "deepObject";
        (name.clone(), FieldEncoding { deep, joined: !deep && said["explode"] == false })
    });
    let plan = BodyPlan {
        media,
        required: written["required"] == true,
        fields: fields.keys().cloned().collect(),
        encoding: encoding.collect(),
    };
    Ok(Some(BodyShape { plan, schema, fields, required }))
}

type Fits = fn(&str) -> bool;

/// Which of several forms is sent: the first that fits.
const ORDER: [Fits; 6] = [
    |media| bare(media) == "application/json",
    |media| is_json(media),
    |media| bare(media) == "application/x-www-form-urlencoded",
    |media| bare(media) == "multipart/form-data",
    |media| bare(media).starts_with("text/"),
    |_| true,
];

fn bare(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub fn is_json(media: &str) -> bool {
    let media = bare(media);
    media == "application/json" || media.ends_with("+json") || media == "text/json"
}

impl Media {
    fn of(written: &str) -> Self {
        let media = bare(written);
        // A pattern such as `*/*` says nothing.
        if is_json(&media) || media == "*/*" {
            return Self::Json(if media == "*/*" { "application/json".to_owned() } else { media });
        }
        match media.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            text if text.starts_with("text/") || text.ends_with("xml") => Self::Text(media),
            _ => Self::Binary(media),
        }
    }
}

/// What an object is made of.
struct Parts {
    fields: Map<String, Value>,
    required: Vec<String>,
}

/// The fields of a plain object, those of `allOf` included; `None` for what is anything else.
fn object_fields(document: &Document, schema: &Value, depth: usize) -> Option<Parts> {
    let schema = document.resolve(schema);
    if depth > 8 || ["oneOf", "anyOf", "not", "if"].iter().any(|key| schema.get(key).is_some()) {
        return None;
    }
    let is_object = match &schema["type"] {
        Value::Null => schema.get("properties").is_some() || schema.get("allOf").is_some(),
        kind => kind == "object",
    };
    if !is_object {
        return None;
    }
    let mut parts = Parts { fields: Map::new(), required: Vec::new() };
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = object_fields(document, part, depth + 1)?;
        parts.fields.extend(part.fields);
        parts.required.extend(part.required);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        parts.fields.insert(name.clone(), field.clone());
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    parts.required.extend(required.map(str::to_owned));
    Some(parts)
}

impl BodyPlan {
    /// The body's value in an input, taken out of it: `body`, or its fields put together.
    pub fn take(&self, input: &mut Map<String, Value>) -> Option<Value> {
        if let Some(whole) = input.remove(BODY) {
            return Some(whole);
        }
        let mut fields = Map::new();
        for name in &self.fields {
            if let Some(value) = input.shift_remove(name) {
                fields.insert(name.clone(), value);
            }
        }
        (!fields.is_empty() || (self.required && !self.fields.is_empty())).then_some(Value::Object(fields))
    }

    pub fn body(&self, value: Value) -> Result<Body, StepError> {
        Ok(match &self.media {
            Media::Json(_) => match stream_ref(&value) {
                Some(records) => Body::Records(records),
                None => Body::Json(value),
            },
            Media::Form => Body::Form(self.pairs(object(value)?)),
            Media::Multipart => Body::Multipart(self.parts(object(value)?)),
            Media::Text(media) => match file_ref(&value) {
                Some(file) => Body::File(file),
                None => Body::Text { text: plain(&value), media_type: media.clone() },
            },
            Media::Binary(media) => match file_ref(&value) {
                Some(file) => Body::File(file),
                None => Body::Text { text: plain(&value), media_type: media.clone() },
            },
        })
    }

    /// The type that goes out, where the body's own form does not say it.
    pub fn content_type(&self) -> Option<&str> {
        match &self.media {
            Media::Json(media) if media != "application/json" => Some(media),
            Media::Binary(media) => Some(media),
            _ => None,
        }
    }

    fn pairs(&self, fields: Map<String, Value>) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (name, value) in fields {
            let encoding = self.encoding.get(&name).copied().unwrap_or_default();
            let nests = match &value {
                Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
                Value::Object(_) => true,
                _ => false,
            };
            match value {
                Value::Null => {}
                // What has parts can only be told apart by its path.
                value if encoding.deep || nests => {
                    deep(&name, &value, &mut |name, text| pairs.push((name.to_owned(), text)));
                }
                Value::Array(items) if encoding.joined => {
                    let joined: Vec<String> = items.iter().map(plain).collect();
                    pairs.push((name, joined.join(",")));
                }
                Value::Array(items) => pairs.extend(items.iter().map(|item| (name.clone(), plain(item)))),
                one => pairs.push((name, plain(&one))),
            }
        }
        pairs
    }

    fn parts(&self, fields: Map<String, Value>) -> Vec<Part> {
        let mut parts = Vec::new();
        for (name, value) in fields {
            let part =
                |content, media_type| Part { name: name.clone(), content, file_name: None, media_type };
            match value {
                Value::Null => {}
                value if file_ref(&value).is_some() => {
                    parts.extend(file_ref(&value).map(|file| part(PartContent::File(file), None)));
                }
                Value::Array(items)
                    if items.iter().all(|item| !item.is_object() || file_ref(item).is_some()) =>
                {
                    parts.extend(items.iter().map(|item| match file_ref(item) {
                        Some(file) => part(PartContent::File(file), None),
                        None => part(PartContent::Text(plain(item)), None),
                    }));
                }
                value @ (Value::Object(_) | Value::Array(_)) => {
                    let json = Some("application/json".to_owned());
                    parts.push(part(PartContent::Text(value.to_string()), json));
                }
                one => parts.push(part(PartContent::Text(plain(&one)), None)),
            }
        }
        parts
    }
}

fn file_ref(value: &Value) -> Option<FileRef> {
    FileRef::from_value(value)
}

fn stream_ref(value: &Value) -> Option<StreamRef> {
    StreamRef::from_value(value)
}

fn object(value: Value) -> Result<Map<String, Value>, StepError> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(StepError::new(
            "invalid_input",
            ErrorClass::Invalid,
            text!(
                "The body is a form, so `body` has to be an object of its fields",
                "內容為表單，因此 `body` 必須是由欄位組成的物件"
            ),
        )),
    }
}
