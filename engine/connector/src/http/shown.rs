//! A request as it would go out, for people: `{{ secret.x }}` in the place of secrets.

use causeway_model::Value;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderValue, RANGE};
use serde_json::{Map, json};

use super::prepare::Prepared;

/// The most of a body that is shown, in bytes.
const BODY_SHOWN: usize = 64 * 1024;

/// A request that was made ready and not sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub method: String,
    pub url: String,
    /// By lower-case name, in the order in which they go out; a name may come several times.
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    /// Of the whole body, where it is known and tells nothing of a secret.
    pub body_bytes: Option<u64>,
    pub body_cut: bool,
    /// What signs it when it is sent.
    pub signed: Vec<String>,
}

impl Shown {
    pub(super) fn of(hop: &Prepared) -> Self {
        let sealed = hop.payload.sealed;
        let mut headers = Vec::new();
        if let Some(host) = hop.url.host_str() {
            let port = hop.url.port().map(|port| format!(":{port}")).unwrap_or_default();
            headers.push((HOST.to_string(), format!("{host}{port}")));
        }
        for (name, value) in &hop.headers {
            // How long a secret is stays a secret.
            if !(sealed && name == CONTENT_LENGTH) {
                headers.push((name.to_string(), hop.masker.text(text_of(value))));
            }
        }
        // What the client adds to every request that says nothing else.
        if !hop.headers.contains_key(ACCEPT_ENCODING) && !hop.headers.contains_key(RANGE) {
            headers.push((ACCEPT_ENCODING.to_string(), "gzip".to_owned()));
        }
        let (body, body_cut) = hop.payload.shown(&hop.masker, BODY_SHOWN);
        Self {
            method: hop.method.to_string(),
            url: hop.masker.text(hop.url.to_string()),
            headers,
            body: (!hop.payload.is_empty()).then_some(body),
            body_bytes: hop.payload.length().filter(|_| !sealed && !hop.payload.is_empty()),
            body_cut,
            signed: Vec::new(),
        }
    }

    /// `{method, url, headers: {name: text | [texts]}, body?, body_bytes?, body_cut?, signed?}`
    pub fn into_value(self) -> Value {
        let mut headers = Map::new();
        for (name, value) in self.headers {
            match headers.get_mut(&name) {
                None => {
                    headers.insert(name, Value::String(value));
                }
                Some(Value::Array(values)) => values.push(Value::String(value)),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        let mut shown = Map::new();
        shown.insert("method".to_owned(), Value::String(self.method));
        shown.insert("url".to_owned(), Value::String(self.url));
        shown.insert("headers".to_owned(), Value::Object(headers));
        if let Some(body) = self.body {
            shown.insert("body".to_owned(), Value::String(body));
        }
        if let Some(bytes) = self.body_bytes {
            shown.insert("body_bytes".to_owned(), bytes.into());
        }
        if self.body_cut {
            shown.insert("body_cut".to_owned(), Value::Bool(true));
        }
        if !self.signed.is_empty() {
            shown.insert("signed".to_owned(), Value::String(self.signed.join(", ")));
        }
        Value::Object(shown)
    }
}

fn text_of(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
