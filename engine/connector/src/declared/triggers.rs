//! The triggers of a document: its webhooks, and the lists that are polled.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use causeway_model::{ConnectorTriggerSpec, Text, TriggerSummary, TriggerWay, Value, text};
use serde_json::{Map, json};

use super::body::is_json;
use super::extension::{self, Root, TextPair};
use super::naming::{Named, snake};
use super::operation::Operation;
use super::poll::{self, PollSpecs};
use super::specs::{Texts, item_schema};
use super::ways::Way;
use super::webhook::WebhookSpec;
use crate::incoming::{Incoming, Poll};
use crate::openapi::{Document, Place};
use crate::schema::titled;

/// All of them, made when the document is read.
#[derive(Debug, Default)]
pub struct Triggers {
    pub summaries: Vec<TriggerSummary>,
    pub incoming: Vec<Incoming>,
    pub polls: Vec<Poll>,
    /// What could not be read, and where: it is no trigger then.
    pub faults: Vec<(String, Text)>,
    specs: Mutex<HashMap<String, Option<Arc<ConnectorTriggerSpec>>>>,
}

pub fn triggers(document: &Document, operations: &[Named<'_>]) -> Triggers {
    let mut triggers = Triggers::default();
    let mut taken = BTreeSet::new();
    // A webhook that is only described cannot be verified, so nothing may start by it.
    let said = |webhook: &Place<'_>| webhook.operation.get("x-causeway-webhook").is_some();
    for webhook in document.webhooks().filter(said) {
        let at = format!("webhooks/{}", webhook.path);
        let name = snake(webhook.path);
        if !triggers.is_free(&mut taken, &at, &name) {
            continue;
        }
        match incoming(&name, webhook.method, webhook.operation) {
            Ok(incoming) => {
                let texts = Texts::of(webhook.operation).complete(&name);
                triggers.incoming.push(incoming);
                triggers.summaries.push(summary(name, texts, TriggerWay::Webhook));
            }
            Err(why) => triggers.faults.push((at, why)),
        }
    }
    for operation in operations {
        let at = &operation.name;
        let specs = match extension::read::<PollSpecs>(operation.place.operation, "x-causeway-poll") {
            Ok(specs) => specs.unwrap_or_default(),
            Err(why) => {
                triggers.faults.push((at.clone(), why));
                continue;
            }
        };
        for (written, spec) in specs {
            let (at, name) = (format!("{at}/x-causeway-poll/{written}"), snake(&written));
            if !triggers.is_free(&mut taken, &at, &name) {
                continue;
            }
            match spec.poll(&name, &operation.name) {
                Ok(poll) => {
                    let said = |pair: &Option<TextPair>| pair.clone().map(Text::from).unwrap_or_default();
                    let own = Texts { title: said(&spec.title), description: said(&spec.description) };
                    triggers.polls.push(poll);
                    triggers.summaries.push(summary(name.clone(), own.complete(&name), TriggerWay::Poll));
                }
                Err(why) => triggers.faults.push((at, why)),
            }
        }
    }
    triggers
}

impl Triggers {
    /// A trigger with its schemas, made when they are first asked for.
    pub fn spec(
        &self,
        document: &Document,
        name: &str,
        operation: impl FnOnce(&str) -> Option<Arc<Operation>>,
    ) -> Option<Arc<ConnectorTriggerSpec>> {
        let summary = self.summaries.iter().find(|known| known.name == name)?;
        let specs = || self.specs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = specs().get(name) {
            return known.clone();
        }
        let made = match summary.way {
            TriggerWay::Webhook => {
                let incoming = self.incoming.iter().find(|one| one.trigger == name)?;
                Some(of_webhook(document, summary, incoming))
            }
            TriggerWay::Poll => {
                let poll = self.polls.iter().find(|one| one.trigger == name)?;
                operation(&poll.operation).map(|operation| of_poll(summary, poll, &operation))
            }
        };
        let made = made.map(Arc::new);
        specs().insert(name.to_owned(), made.clone());
        made
    }

    fn is_free(&mut self, taken: &mut BTreeSet<String>, at: &str, name: &str) -> bool {
        if !name.is_empty() && taken.insert(name.to_owned()) {
            return true;
        }
        let why = text!(
            "`{name}` cannot be a trigger's name, or is one already.",
            "「{name}」不能作為觸發名稱，或已被使用。"
        );
        self.faults.push((at.to_owned(), why));
        false
    }
}

fn summary(name: String, texts: Texts, way: TriggerWay) -> TriggerSummary {
    TriggerSummary { name, title: texts.title, description: texts.description, way }
}

fn incoming(trigger: &str, method: &str, operation: &Value) -> Result<Incoming, Text> {
    let said = extension::read::<WebhookSpec>(operation, "x-causeway-webhook")?.unwrap_or_default();
    let proof = said.verify.proof()?;
    let challenge = said.challenge.as_ref().map(|challenge| challenge.challenge(&proof)).transpose()?;
    Ok(Incoming {
        trigger: trigger.to_owned(),
        method: method.to_ascii_uppercase(),
        proof,
        challenge,
        events: said.events.as_deref().map(super::webhook::pointer).transpose()?,
        event: said.event.as_ref().map(super::webhook::EventSpec::matching).transpose()?,
        dedupe: said.dedupe.as_ref().map_or(Ok(Vec::new()), super::webhook::DedupeSpec::places)?,
    })
}

/// A webhook trigger with its schemas.
fn of_webhook(document: &Document, summary: &TriggerSummary, incoming: &Incoming) -> ConnectorTriggerSpec {
    let found = document.webhooks().find(|webhook| snake(webhook.path) == incoming.trigger);
    let body = found.map(|webhook| body(document, webhook.operation)).unwrap_or_else(|| json!({}));
    let event = match &incoming.events {
        None => body,
        Some(events) => item_schema(document, &body, events),
    };
    ConnectorTriggerSpec {
        summary: summary.clone(),
        input: json!({ "type": "object", "additionalProperties": false, "properties": {} }),
        output: document.whole_schema(&event),
        every: None,
    }
}

fn body(document: &Document, operation: &Value) -> Value {
    let content = document.resolve(&operation["requestBody"])["content"].as_object();
    let content: Vec<(&String, &Value)> = content.into_iter().flatten().collect();
    let found = content.iter().find(|(media, _)| is_json(media)).or_else(|| content.first());
    let schema = found.map(|(_, content)| content["schema"].clone()).unwrap_or_default();
    if schema.is_object() { schema } else { json!({}) }
}

/// A poll trigger with its schemas.
fn of_poll(summary: &TriggerSummary, poll: &Poll, operation: &Operation) -> ConnectorTriggerSpec {
    ConnectorTriggerSpec {
        summary: summary.clone(),
        input: poll::further_input(poll, operation),
        output: poll::record(operation),
        every: Some(poll.every),
    }
}

/// Adds what the webhooks are verified with to every way to sign in. Where there is none, it is a way of its own.
pub fn add_credentials(root: &Root, incoming: &[Incoming], ways: &mut Vec<Way>) {
    let mut fields: Map<String, Value> = Map::new();
    for (name, schema) in &root.webhook_credentials {
        let texts = Texts::of(schema).complete(name);
        let mut schema = schema.clone();
        if let Some(schema) = schema.as_object_mut() {
            schema.entry("type").or_insert_with(|| json!("string"));
            schema.entry("minLength").or_insert_with(|| json!(1));
        }
        fields.insert(name.clone(), titled(schema, &texts.title, &texts.description));
    }
    let known = |ways: &[Way], name: &str| {
        ways.iter().any(|way| way.spec.credentials["properties"].get(name).is_some())
    };
    for name in incoming.iter().flat_map(|one| one.proof.credentials()) {
        if !fields.contains_key(name) && !known(ways, name) {
            fields.insert(name.to_owned(), usual(name));
        }
    }
    if fields.is_empty() {
        return;
    }
    if ways.is_empty() {
        ways.push(Way::open());
    }
    for way in ways {
        if let Some(properties) = way.spec.credentials.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, schema) in &fields {
                properties.entry(name.as_str()).or_insert_with(|| schema.clone());
            }
        }
    }
}

/// A field that the document does not describe.
fn usual(name: &str) -> Value {
    let (title, description) = match name {
        "webhook_user" => (
            text!("Webhook user", "Webhook 使用者"),
            text!("The user that the system's calls name.", "系統呼叫時使用的使用者名稱。"),
        ),
        "webhook_secret" => (
            text!("Webhook secret", "Webhook 密鑰"),
            text!(
                "What the system's calls are verified with; as it is set there.",
                "用來驗證系統呼叫的密鑰，須與系統中的設定相同。"
            ),
        ),
        _ => {
            let title = super::ways::title_of(name);
            let text = text!(
                "What the system's calls are verified with; as it is set there.",
                "用來驗證系統呼叫的密鑰，須與系統中的設定相同。"
            );
            (title, text)
        }
    };
    titled(json!({ "type": "string", "minLength": 1 }), &title, &description)
}

#[cfg(test)]
mod tests {
    use super::super::naming::named;
    use super::super::ways::ways;
    use super::*;

    fn document() -> Document {
        let hook = |said: Value| json!({ "post": { "summary": "S", "x-causeway-webhook": said } });
        let signed = json!({ "verify": { "scheme": "hmac-sha256", "header": "X-S" } });
        let poll = json!({ "paid": { "id": "/id" }, "listed": { "id": "/id", "since": "unix", "input": { "since": "{since}" } } });
        Document::new(json!({
            "openapi": "3.1.0",
            "x-causeway": { "webhook_credentials": {} },
            "paths": { "/orders": { "get": { "operationId": "list_orders", "x-causeway-poll": poll,
                "x-causeway-paging": { "style": "link", "items": "" } } } },
            "webhooks": {
                "order-paid": hook(signed.clone()), "paid": hook(json!({ "verify": { "scheme": "basic" } })),
                "orderPaid": hook(signed), "described": { "post": {} },
                "wrong": hook(json!({ "verify": { "scheme": "query" } })),
            },
            "security": [{ "key": [] }, { "basic": [] }],
            "components": { "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "K" }, "basic": { "type": "http", "scheme": "basic" },
            } },
        }))
        .expect("a document")
    }

    #[test]
    fn a_trigger_is_what_says_how_it_is_verified() {
        let document = document();
        let triggers = triggers(&document, &named(&document));
        let names: Vec<&str> = triggers.summaries.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["order_paid", "paid", "listed"]);
        let faults: Vec<&str> = triggers.faults.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(faults, ["webhooks/orderPaid", "webhooks/wrong", "list_orders/x-causeway-poll/paid"]);
        assert_eq!((triggers.polls.len(), &*triggers.polls[0].operation), (1, "list_orders"));
    }

    #[test]
    fn every_way_to_sign_in_takes_the_secrets_of_webhooks() {
        let document = document();
        let triggers = triggers(&document, &named(&document));
        let root: Root = serde_json::from_value(json!({
            "name": "a", "version": "1.0.0", "title": { "en": "A", "zh-TW": "A" }, "description": { "en": "A", "zh-TW": "A" },
            "webhook_credentials": { "webhook_secret": { "title": "Of the shop" } },
        }))
        .expect("a root");
        let mut all = ways(&document).expect("ways");
        add_credentials(&root, &triggers.incoming, &mut all);
        for way in &all {
            let form = &way.spec.credentials;
            assert_eq!(form["properties"]["webhook_secret"]["title"], "Of the shop", "{}", way.spec.name);
            assert!(form["properties"]["webhook_user"]["minLength"].is_u64());
            assert!(!form["required"].to_string().contains("webhook"), "they are optional: {form}");
        }
        let mut none = Vec::new();
        add_credentials(&root, &triggers.incoming, &mut none);
        assert_eq!((none.len(), none[0].spec.kind), (1, causeway_model::AuthKind::Open));
        let mut none = Vec::new();
        add_credentials(&Root { webhook_credentials: Default::default(), ..root }, &[], &mut none);
        assert!(none.is_empty(), "nothing is verified, so there is nothing to keep");
    }
}
