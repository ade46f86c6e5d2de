//! `x-causeway-poll`, at a list operation: triggers that ask it again and again.

use std::collections::BTreeMap;

use causeway_model::{Span, Text, Value, text};
use serde::Deserialize;
use serde_json::{Map, json};

use super::extension::TextPair;
use super::operation::Operation;
use super::webhook::pointer;
use crate::MAX_ITEMS;
use crate::incoming::{Poll, SINCE, SinceForm};

const EVERY: Span = Span::from_secs(300);
const SHORTEST: Span = Span::from_secs(10);
const LONGEST: Span = Span::from_secs(7 * 86_400);

/// The triggers of an operation by name.
pub type PollSpecs = BTreeMap<String, PollSpec>;

/// As it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollSpec {
    pub title: Option<TextPair>,
    pub description: Option<TextPair>,
    pub id: String,
    pub modified: Option<String>,
    pub since: Option<SinceForm>,
    pub overlap: Option<Span>,
    #[serde(default)]
    pub oldest_first: bool,
    #[serde(default)]
    pub input: Map<String, Value>,
    pub every: Option<Span>,
}

impl PollSpec {
    pub fn poll(&self, trigger: &str, operation: &str) -> Result<Poll, Text> {
        let every = self.every.unwrap_or(EVERY);
        if !(SHORTEST..=LONGEST).contains(&every) {
            return Err(text!(
                "`every` is between {SHORTEST} and {LONGEST}.",
                "`every` 必須介於 {SHORTEST} 與 {LONGEST} 之間。"
            ));
        }
        let asks = self.input.values().any(asks_since);
        if asks != self.since.is_some() {
            return Err(text!(
                "`since` says how `{{since}}` is written in `input`: both, or neither.",
                "`since` 說明 `input` 中 `{{since}}` 的寫法：兩者要同時有，或同時沒有。"
            ));
        }
        Ok(Poll {
            trigger: trigger.to_owned(),
            operation: operation.to_owned(),
            id: pointer(&self.id)?,
            modified: self.modified.as_deref().map(pointer).transpose()?,
            since: self.since,
            overlap: self.overlap.unwrap_or_default(),
            oldest_first: self.oldest_first,
            input: self.input.clone(),
            every,
        })
    }
}

fn asks_since(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(SINCE),
        Value::Array(items) => items.iter().any(asks_since),
        Value::Object(fields) => fields.values().any(asks_since),
        _ => false,
    }
}

/// The schema of what a flow may add to the operation's input: what the poll sets itself is no part of it.
pub fn further_input(poll: &Poll, operation: &Operation) -> Value {
    let mut schema = operation.spec.input.clone();
    let own = |name: &str| poll.input.contains_key(name) || name == MAX_ITEMS;
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !own(name));
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !own(name.as_str().unwrap_or_default()));
    }
    schema
}

/// The schema of one record of a list's output.
pub fn record(operation: &Operation) -> Value {
    let output = &operation.spec.output;
    let item = &output["properties"]["items"]["items"];
    let mut record = if item.is_object() { item.clone() } else { json!({}) };
    if let Some(definitions) = output.get("$defs") {
        record["$defs"] = definitions.clone();
    }
    record
}
