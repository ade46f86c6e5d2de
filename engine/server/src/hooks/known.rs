//! The ids by which well-known senders mark one event, so that their repeats make no second run.

use axum::http::HeaderMap;
use serde::Deserialize;

/// Headers that hold such an id, and the kind that its key begins with.
const HEADERS: [(&str, &str); 5] = [
    ("webhook-id", "standard"),
    ("svix-id", "standard"),
    ("x-github-delivery", "github"),
    ("x-shopify-webhook-id", "shopify"),
    ("idempotency-key", "idempotency"),
];

/// The first id there is, as `kind:id`. `json`: the body, where it is JSON.
pub(super) fn id(headers: &HeaderMap, json: Option<&[u8]>) -> Option<String> {
    for (name, kind) in HEADERS {
        if let Some(id) = headers.get(name).and_then(|value| value.to_str().ok())
            && !id.trim().is_empty()
        {
            return Some(format!("{kind}:{}", id.trim()));
        }
    }
    json.and_then(in_body)
}

#[derive(Deserialize)]
struct Stripe<'a> {
    #[serde(borrow)]
    id: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    object: Option<std::borrow::Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    events: Vec<LineEvent<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineEvent<'a> {
    #[serde(borrow)]
    webhook_event_id: Option<std::borrow::Cow<'a, str>>,
}

/// Bodies are read only where a quick look finds the field.
fn in_body(json: &[u8]) -> Option<String> {
    if holds(json, b"\"webhookEventId\"") {
        let line: Line<'_> = serde_json::from_slice(json).ok()?;
        let first = line.events.into_iter().next()?;
        return Some(format!("line:{}", first.webhook_event_id?));
    }
    if holds(json, b"\"evt_") {
        let stripe: Stripe<'_> = serde_json::from_slice(json).ok()?;
        let id = stripe.id.filter(|id| id.starts_with("evt_"))?;
        return (stripe.object.as_deref() == Some("event")).then(|| format!("stripe:{id}"));
    }
    None
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    // Looking for the quote first lets the compiler vectorise the search.
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == wanted[0]) {
        if rest[at..].starts_with(wanted) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(pairs: &[(&'static str, &'static str)], json: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, axum::http::HeaderValue::from_static(value));
        }
        id(&headers, Some(json.as_bytes()))
    }

    #[test]
    fn each_sender_has_its_id() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(id_of(&[("webhook-id", "msg_1"), ("idempotency-key", "k")], "{}"), text("standard:msg_1"));
        assert_eq!(id_of(&[("x-github-delivery", "d-1")], "{}"), text("github:d-1"));
        assert_eq!(id_of(&[("x-shopify-webhook-id", "s-1")], "{}"), text("shopify:s-1"));
        assert_eq!(id_of(&[("idempotency-key", " k ")], "{}"), text("idempotency:k"));
        let line = r#"{"destination":"U1","events":[{"type":"message","webhookEventId":"01H","message":{"text":"\"evt_"}},{"webhookEventId":"01J"}]}"#;
        assert_eq!(id_of(&[], line), text("line:01H"));
        assert_eq!(id_of(&[], r#"{"id":"evt_1","object":"event","data":{}}"#), text("stripe:evt_1"));
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        for json in [
            "{}",
            r#"{"id":"evt_1"}"#,
            r#"{"id":"1","object":"event","data":"evt_2"}"#,
            r#"{"events":[]}"#,
            r#"{"note":"\"webhookEventId\""}"#,
            r#"["webhookEventId"]"#,
        ] {
            assert_eq!(id_of(&[("webhook-id", " ")], json), None, "{json}");
        }
    }
}
