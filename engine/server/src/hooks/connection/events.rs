//! Which events a call brings, and of which triggers they are. Pure.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use causeway_connector::{Challenge, EventMatch, EventPlace, Incoming};
use causeway_model::{Value, text};

use super::super::body::Payload;
use crate::problem::Problem;

/// Events in one call.
const MOST_EVENTS: usize = 1000;

/// One call, verified, with what it brings.
pub(super) struct Call<'a> {
    pub headers: &'a HeaderMap,
    body: Value,
    /// The triggers that it may be for.
    incoming: Vec<&'a Incoming>,
    /// The events of each place where triggers look for them, by the first of these triggers.
    splits: Vec<(&'a Incoming, Vec<Event>)>,
}

pub(super) struct Event {
    /// Its place in the call.
    pub at: usize,
    pub value: Value,
    /// As it came, where it was sent alone.
    text: Option<Bytes>,
}

/// An event for a trigger.
pub(super) struct Wanted<'c> {
    pub incoming: &'c Incoming,
    pub event: &'c Event,
    /// What tells it apart.
    pub key: Option<String>,
}

impl<'a> Call<'a> {
    pub(super) fn read(
        headers: &'a HeaderMap,
        payload: Payload,
        incoming: Vec<&'a Incoming>,
    ) -> Result<Self, Problem> {
        let (body, text) = match payload {
            Payload::Value(value) => (value, None),
            Payload::Json(text) => {
                (serde_json::from_slice(&text).map_err(|_| Problem::internal())?, Some(text))
            }
        };
        let mut call = Self { headers, body, incoming: Vec::new(), splits: Vec::new() };
        for one in incoming.iter().copied() {
            if call.events_of(one).is_none() {
                let events = call.split(one.events.as_deref(), &text)?;
                call.splits.push((one, events));
            }
        }
        call.incoming = incoming;
        Ok(call)
    }

    /// The events at a place: none where there is nothing, one where there is no list.
    fn split(&self, place: Option<&str>, text: &Option<Bytes>) -> Result<Vec<Event>, Problem> {
        let Some(place) = place else {
            return Ok(vec![Event { at: 0, value: self.body.clone(), text: text.clone() }]);
        };
        Ok(match self.body.pointer(place) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) if list.len() > MOST_EVENTS => return Err(too_many(list.len())),
            Some(Value::Array(list)) => {
                let list = list.iter().enumerate();
                list.map(|(at, value)| Event { at, value: value.clone(), text: None }).collect()
            }
            Some(value) => vec![Event { at: 0, value: value.clone(), text: None }],
        })
    }

    fn events_of(&self, incoming: &Incoming) -> Option<&[Event]> {
        let found = self.splits.iter().find(|(known, _)| known.events == incoming.events);
        found.map(|(_, events)| events.as_slice())
    }

    /// How many events it brings.
    pub(super) fn count(&self) -> usize {
        self.splits.iter().map(|(_, events)| events.len()).max().unwrap_or_default()
    }

    /// Each event with each trigger that it is for.
    pub(super) fn wanted(&self) -> Vec<Wanted<'_>> {
        let mut wanted = Vec::new();
        for incoming in &self.incoming {
            for event in self.events_of(incoming).unwrap_or_default() {
                if incoming.event.as_ref().is_none_or(|rule| self.fits(rule, &event.value)) {
                    let key = self.key(&incoming.dedupe, &event.value);
                    wanted.push(Wanted { incoming, event, key });
                }
            }
        }
        wanted
    }

    fn fits(&self, rule: &EventMatch, event: &Value) -> bool {
        let any = rule.equals.is_empty();
        match &rule.place {
            EventPlace::At(pointer) => event
                .pointer(pointer)
                .is_some_and(|found| if any { !found.is_null() } else { rule.equals.contains(found) }),
            EventPlace::Header(name) => self
                .header(name)
                .is_some_and(|found| any || rule.equals.iter().any(|wanted| *written(wanted) == *found)),
        }
    }

    /// Nothing and an empty text tell nothing apart.
    fn key(&self, places: &[EventPlace], event: &Value) -> Option<String> {
        let parts = places.iter().map(|place| match place {
            EventPlace::At(pointer) => match event.pointer(pointer) {
                None | Some(Value::Null) => String::new(),
                Some(value) => written(value).into_owned(),
            },
            EventPlace::Header(name) => self.header(name).unwrap_or_default().to_owned(),
        });
        let parts: Vec<String> = parts.collect();
        parts.iter().any(|part| !part.is_empty()).then(|| parts.join("/"))
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// What the system wants to hear, where it only tries the address: under which name, and whether as text.
    pub(super) fn challenge(&self) -> Option<(String, Value, bool)> {
        self.incoming.iter().find_map(|incoming| {
            let Some(Challenge::Body { when, answer, as_text }) = &incoming.challenge else { return None };
            let value = self.body.pointer(answer).filter(|_| self.fits(when, &self.body))?;
            let name = answer.rsplit('/').next().unwrap_or_default();
            Some((name.replace("~1", "/").replace("~0", "~"), value.clone(), *as_text))
        })
    }
}

impl Event {
    /// As JSON text.
    pub(super) fn text(&self) -> Bytes {
        self.text.clone().unwrap_or_else(|| Bytes::from(self.value.to_string()))
    }
}

fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn too_many(count: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_many_events",
        text!(
            "The call brings {count} events; {MOST_EVENTS} is the most",
            "這次呼叫帶有 {count} 個事件，上限為 {MOST_EVENTS}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use causeway_connector::Proof;
    use serde_json::json;

    use super::*;

    fn incoming(trigger: &str) -> Incoming {
        Incoming {
            trigger: trigger.into(),
            method: "POST".into(),
            proof: Proof::None,
            events: None,
            event: None,
            dedupe: Vec::new(),
            challenge: None,
        }
    }

    fn at(pointer: &str, equals: Value) -> EventMatch {
        EventMatch { place: EventPlace::At(pointer.into()), equals: vec![equals] }
    }

    fn told(list: &[Incoming], headers: &HeaderMap, body: &Value) -> Vec<String> {
        let payload = Payload::Json(Bytes::from(body.to_string()));
        let call = Call::read(headers, payload, list.iter().collect()).expect("a call");
        let told = |wanted: Wanted<'_>| {
            format!("{} {:?} {}", wanted.incoming.trigger, wanted.key, wanted.event.value)
        };
        call.wanted().into_iter().map(told).collect()
    }

    #[test]
    fn each_event_of_a_call_goes_to_its_triggers() {
        let list = ["message", "follow"].map(|kind| Incoming {
            events: Some("/events".into()),
            event: Some(at("/type", kind.into())),
            dedupe: vec![EventPlace::At("/id".into())],
            ..incoming(kind)
        });
        let none = HeaderMap::new();
        let body = json!({ "events": [{ "type": "follow", "id": 1 }, { "type": "message", "id": "b" },
            { "type": "message" }, { "type": "leave", "id": "d" }] });
        assert_eq!(
            told(&list, &none, &body),
            [
                r#"message Some("b") {"type":"message","id":"b"}"#,
                r#"message None {"type":"message"}"#,
                r#"follow Some("1") {"type":"follow","id":1}"#,
            ]
        );
        for empty in [json!({ "events": [] }), json!({}), json!({ "events": null }), json!([])] {
            assert!(told(&list, &none, &empty).is_empty(), "{empty}");
        }
        let many = json!({ "events": vec![json!({ "type": "message" }); MOST_EVENTS + 1] });
        let payload = Payload::Json(Bytes::from(many.to_string()));
        assert!(Call::read(&none, payload, list.iter().collect()).is_err());
    }

    #[test]
    fn an_event_may_be_told_by_what_it_holds() {
        let there = |pointer: &str| EventMatch { place: EventPlace::At(pointer.into()), equals: Vec::new() };
        let list = ["message", "edited_message"]
            .map(|kind| Incoming { event: Some(there(&format!("/{kind}"))), ..incoming(kind) });
        let none = HeaderMap::new();
        for (body, expected) in [
            (json!({ "message": { "a": 1 } }), vec![r#"message None {"message":{"a":1}}"#]),
            (
                json!({ "message": null, "edited_message": 0 }),
                vec![r#"edited_message None {"message":null,"edited_message":0}"#],
            ),
            (json!({ "poll": {} }), vec![]),
        ] {
            assert_eq!(told(&list, &none, &body), expected, "{body}");
        }
    }

    #[test]
    fn several_places_tell_an_event_apart_together() {
        let places = ["/kind", "/object", "/id"].map(|pointer| EventPlace::At(pointer.into()));
        let list = [Incoming { dedupe: places.to_vec(), ..incoming("all") }];
        let key = |event: Value| told(&list, &HeaderMap::new(), &event).remove(0);
        assert!(key(json!({ "kind": "a", "object": 1, "id": 2 })).starts_with(r#"all Some("a/1/2")"#));
        assert!(key(json!({ "kind": "a", "id": 2 })).starts_with(r#"all Some("a//2")"#));
        assert!(key(json!({ "kind": "", "id": null })).starts_with("all None"));
    }

    #[test]
    fn headers_tell_events_apart_too() {
        let topic = |equals: Value| EventMatch {
            place: EventPlace::Header("x-topic".into()),
            equals: equals.as_array().cloned().unwrap_or_default(),
        };
        let list = [
            Incoming { event: Some(topic(json!(["orders/create", "orders/paid"]))), ..incoming("order") },
            Incoming { event: Some(topic(json!(["7"]))), ..incoming("seven") },
            Incoming { dedupe: vec![EventPlace::Header("x-id".into())], ..incoming("all") },
        ];
        let mut headers = HeaderMap::new();
        headers.insert("x-topic", HeaderValue::from_static("orders/paid"));
        headers.insert("x-id", HeaderValue::from_static(" 9 "));
        assert_eq!(told(&list, &headers, &json!({})), ["order None {}", r#"all Some("9") {}"#]);
    }

    #[test]
    fn a_challenge_is_answered_only_where_it_is_one() {
        let challenge = Challenge::Body {
            when: at("/type", "url_verification".into()),
            answer: "/challenge".into(),
            as_text: false,
        };
        let list = [Incoming { challenge: Some(challenge), ..incoming("message") }];
        let headers = HeaderMap::new();
        let asked = |body: Value| {
            let payload = Payload::Value(body);
            Call::read(&headers, payload, list.iter().collect()).expect("a call").challenge()
        };
        let body = json!({ "type": "url_verification", "challenge": "c-1" });
        assert_eq!(asked(body), Some(("challenge".into(), json!("c-1"), false)));
        assert_eq!(asked(json!({ "type": "event_callback", "challenge": "c-1" })), None);
        assert_eq!(asked(json!({ "type": "url_verification" })), None);
    }
}
