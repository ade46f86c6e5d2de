//! What the catalogue says of an operation: texts and schemas, made from the document.

use causeway_model::{Idempotency, OperationSummary, Text, Value, text};
use serde_json::{Map, json};

use super::body::{BodyShape, is_json};
use super::extension::{IdempotencySpec, Paging};
use super::naming::{Named, readable};
use super::new::unescaped;
use super::operation::BODY;
use super::parameter::Parameter;
use crate::MAX_ITEMS;
use crate::openapi::Document;
use crate::schema::{ZH_TW, titled};

/// The longest text of a description that is kept.
const LONGEST_TEXT: usize = 2000;

/// Title and description as a document gives them; any may be empty.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    pub title: Text,
    pub description: Text,
}

impl Texts {
    /// `title` (or `x-causeway-title`, or `summary`), `description`, and the same in zh-TW under `x-causeway-zh-TW`.
    pub fn of(holder: &Value) -> Self {
        let first = |names: &[&str]| {
            names.iter().find_map(|name| holder[*name].as_str()).map(cut).unwrap_or_default()
        };
        let zh = |name: &str| holder[ZH_TW][name].as_str().map(cut).unwrap_or_default();
        Self {
            title: Text { en: first(&["x-causeway-title", "title", "summary"]), zh_tw: zh("title") },
            description: Text { en: first(&["description"]), zh_tw: zh("description") },
        }
    }

    pub fn or(self, other: Self) -> Self {
        let either = |a: Text, b: Text| Text {
            en: if a.en.is_empty() { b.en } else { a.en },
            zh_tw: if a.zh_tw.is_empty() { b.zh_tw } else { a.zh_tw },
        };
        Self {
            title: either(self.title, other.title),
            description: either(self.description, other.description),
        }
    }

    /// Nothing is left empty: what is not said is made of the name, and what is not said in zh-TW is as in English.
    pub fn complete(self, name: &str) -> Self {
        let full = |text: Text, otherwise: &str| {
            let en = if text.en.is_empty() { otherwise.to_owned() } else { text.en };
            Text { zh_tw: if text.zh_tw.is_empty() { en.clone() } else { text.zh_tw }, en }
        };
        let title = full(self.title, &readable(name));
        let description = full(self.description, &title.en);
        Self { title, description }
    }
}

fn cut(text: &str) -> String {
    let text = text.trim();
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(LONGEST_TEXT)])
}

pub fn summary(named: &Named<'_>, idempotency: Option<&IdempotencySpec>) -> OperationSummary {
    let place = &named.place;
    let texts = Texts::of(place.operation).complete(&named.name);
    let read_only = match place.operation["x-causeway-read-only"].as_bool() {
        Some(said) => said,
        None => matches!(place.method, "get" | "head" | "options"),
    };
    let by_method = match place.method {
        "get" | "head" | "options" | "put" | "delete" => Idempotency::Natural,
        _ => Idempotency::None,
    };
    OperationSummary {
        name: named.name.clone(),
        title: texts.title,
        description: texts.description,
        idempotency: idempotency.map_or(by_method, IdempotencySpec::kind),
        read_only,
    }
}

/// What the schemas of an operation are made of.
pub struct Shape<'a> {
    pub document: &'a Document,
    pub named: &'a Named<'a>,
    pub parameters: &'a [Parameter],
    pub body: Option<&'a BodyShape>,
    pub paging: Option<&'a Paging>,
    pub whole_answer: bool,
}

pub fn input(shape: &Shape<'_>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in shape.parameters.iter().filter(|one| !one.hidden) {
        let texts = parameter.texts.clone().complete(&parameter.name);
        let field = &parameter.field;
        properties.insert(field.clone(), titled(parameter.schema.clone(), &texts.title, &texts.description));
        if parameter.required {
            required.push(json!(field));
        }
    }
    let mut rules = Map::new();
    if let Some(body) = shape.body {
        for (name, schema) in &body.fields {
            let texts = Texts::of(schema).or(Texts::of(shape.document.resolve(schema))).complete(name);
            properties.insert(name.clone(), titled(schema.clone(), &texts.title, &texts.description));
        }
        properties.insert(BODY.to_owned(), whole_body(body));
        if body.fields.is_empty() {
            if body.plan.required {
                required.push(json!(BODY));
            }
        } else {
            // Either the fields side by side, or all of them in `body`.
            let mut otherwise = Map::new();
            if body.plan.required {
                otherwise.insert("required".to_owned(), json!(body.required));
            }
            let none: Map<String, Value> =
                body.fields.keys().map(|name| (name.clone(), Value::Bool(false))).collect();
            rules.insert("if".to_owned(), json!({ "required": [BODY] }));
            rules.insert("then".to_owned(), json!({ "properties": none }));
            rules.insert("else".to_owned(), Value::Object(otherwise));
        }
    }
    if shape.paging.is_some() {
        properties.insert(MAX_ITEMS.to_owned(), max_items());
    }
    let mut input = Map::new();
    input.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    input.insert("type".to_owned(), json!("object"));
    input.insert("additionalProperties".to_owned(), json!(false));
    input.insert("properties".to_owned(), Value::Object(properties));
    input.insert("required".to_owned(), Value::Array(required));
    input.extend(rules);
    shape.document.whole_schema(&Value::Object(input))
}

fn whole_body(body: &BodyShape) -> Value {
    let description = if body.fields.is_empty() {
        text!("What is sent.", "要送出的內容。")
    } else {
        text!("The whole body, in the place of its fields.", "整個內容，取代個別欄位。")
    };
    // A schema that is a reference takes texts beside it.
    titled(body.schema.clone(), &text!("Body", "內容"), &description)
}

fn max_items() -> Value {
    titled(
        json!({ "type": "integer", "minimum": 1 }),
        &text!("At most", "最多筆數"),
        &text!(
            "How many records are fetched at most; all of them if not set.",
            "最多取得幾筆紀錄；未設定時為全部。"
        ),
    )
}

pub fn output(shape: &Shape<'_>) -> Value {
    let answer = answer(shape);
    let answer = match shape.paging {
        Some(paging) => {
            let item = item_schema(shape.document, &answer, paging.items());
            json!({
                "type": "object",
                "required": ["items", "count"],
                "properties": {
                    "items": titled(
                        json!({ "items": item }),
                        &text!("Records", "紀錄"),
                        &text!("A list, or a record stream where they are many.", "清單；數量多時為紀錄串流。"),
                    ),
                    "count": titled(json!({ "type": "integer" }), &text!("Count", "筆數"), &text!("How many there are.", "共有幾筆。")),
                },
            })
        }
        None if shape.whole_answer => json!({
            "type": "object",
            "properties": { "status": { "type": "integer" }, "headers": { "type": "object" }, "body": answer },
        }),
        None => answer,
    };
    shape.document.whole_schema(&answer)
}

/// The schema of what comes with the first status of success.
fn answer(shape: &Shape<'_>) -> Value {
    let responses = shape.named.place.operation["responses"].as_object();
    let success = responses.into_iter().flatten().find(|(status, _)| status.starts_with('2'));
    let Some((_, response)) = success else { return json!({}) };
    let content = shape.document.resolve(response)["content"].as_object();
    let json = content.into_iter().flatten().find(|(media, _)| is_json(media));
    let Some((_, content)) = json else { return json!({}) };
    let mut schema = if content["schema"].is_object() { content["schema"].clone() } else { json!({}) };
    // A dry run shows it as what would most likely come.
    let named = content["examples"].as_object().and_then(|examples| examples.values().next());
    let example = content.get("example").or_else(|| shape.document.resolve(named?).get("value"));
    if let (Some(example), None) = (example, schema.get("examples")) {
        schema["examples"] = json!([example]);
    }
    schema
}

/// The schema at a JSON pointer into what another describes, an item of the list that stands there.
pub fn item_schema(document: &Document, schema: &Value, pointer: &str) -> Value {
    let mut current = document.resolve(schema);
    for part in pointer.split('/').skip(1) {
        current = document.resolve(&current["properties"][unescaped(part).as_str()]);
    }
    let item = &current["items"];
    if item.is_object() { item.clone() } else { json!({}) }
}
