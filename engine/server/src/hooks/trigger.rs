//! The trigger event: `trigger` as expressions see it, written as JSON text in one go. A body of JSON goes in to the
//! letter.

use axum::http::{HeaderMap, Method, StatusCode, header};
use causeway_model::{Time, Value, text};
use serde_json::Map;

use super::body::Payload;
use crate::problem::Problem;

/// What headers may have together, in bytes.
const MOST_HEADER_BYTES: usize = 64 * 1024;
/// How many fields a query or a form may have.
const MOST_FIELDS: usize = 1000;

/// Headers that never reach a flow: they are the caller's credentials.
const HIDDEN: [header::HeaderName; 3] = [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

pub(super) struct Arrival<'a> {
    pub headers: &'a HeaderMap,
    /// The header that proves who calls, in lower case.
    pub proof: Option<&'a str>,
    pub query: Option<&'a str>,
    pub params: &'a [(String, String)],
    pub method: &'a Method,
    /// Below `/hooks/`.
    pub path: &'a str,
    pub received_at: Time,
}

pub(super) fn event(arrival: &Arrival<'_>, payload: &Payload) -> Result<String, Problem> {
    let mut out = Vec::with_capacity(payload.size_hint() + 1024);
    out.extend_from_slice(br#"{"kind":"webhook","body":"#);
    match payload {
        Payload::Json(text) => out.extend_from_slice(text),
        Payload::Value(value) => write(&mut out, value),
    }
    out.extend_from_slice(br#","headers":{"#);
    headers(&mut out, arrival.headers, &|name| arrival.proof == Some(name))?;
    out.extend_from_slice(br#"},"query":"#);
    match arrival.query.filter(|query| !query.is_empty()) {
        Some(query) => write(&mut out, &Value::Object(fields(query.as_bytes())?)),
        None => out.extend_from_slice(b"{}"),
    }
    out.extend_from_slice(br#","params":{"#);
    for (at, (name, value)) in arrival.params.iter().enumerate() {
        comma(&mut out, at);
        pair(&mut out, name, value);
    }
    out.extend_from_slice(b"},");
    pair(&mut out, "method", arrival.method.as_str());
    out.push(b',');
    pair(&mut out, "path", arrival.path);
    out.push(b',');
    pair(&mut out, "received_at", &arrival.received_at.to_string());
    out.push(b'}');
    String::from_utf8(out).map_err(|_| Problem::internal())
}

/// An event of a connector.
pub(super) struct ConnectorArrival<'a> {
    /// The trigger's name.
    pub event: &'a str,
    pub connection: &'a str,
    pub headers: &'a HeaderMap,
    /// The headers that prove who calls, in lower case.
    pub proofs: &'a [String],
    pub received_at: Time,
}

pub(super) fn connector_event(arrival: &ConnectorArrival<'_>, payload: &Payload) -> Result<String, Problem> {
    let mut out = Vec::with_capacity(payload.size_hint() + 1024);
    out.extend_from_slice(br#"{"kind":"connector","#);
    pair(&mut out, "event", arrival.event);
    out.push(b',');
    pair(&mut out, "connection", arrival.connection);
    out.extend_from_slice(br#","body":"#);
    match payload {
        Payload::Json(text) => out.extend_from_slice(text),
        Payload::Value(value) => write(&mut out, value),
    }
    out.extend_from_slice(br#","headers":{"#);
    headers(&mut out, arrival.headers, &|name| arrival.proofs.iter().any(|proof| proof == name))?;
    out.extend_from_slice(b"},");
    pair(&mut out, "received_at", &arrival.received_at.to_string());
    out.push(b'}');
    String::from_utf8(out).map_err(|_| Problem::internal())
}

fn headers(out: &mut Vec<u8>, all: &HeaderMap, proves: &dyn Fn(&str) -> bool) -> Result<(), Problem> {
    let before = out.len();
    let mut count = 0;
    for name in all.keys() {
        if HIDDEN.contains(name) || proves(name.as_str()) {
            continue;
        }
        comma(out, count);
        count += 1;
        let mut values = all.get_all(name).iter();
        let first = String::from_utf8_lossy(values.next().map(|value| value.as_bytes()).unwrap_or_default());
        let all = values
            .fold(first, |all, value| format!("{all}, {}", String::from_utf8_lossy(value.as_bytes())).into());
        pair(out, name.as_str(), &all);
        if out.len() - before > MOST_HEADER_BYTES {
            return Err(Problem::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                text!(
                    "The headers have more than {MOST_HEADER_BYTES} bytes; send fewer or shorter ones",
                    "標頭超過 {MOST_HEADER_BYTES} 位元組，請減少或縮短"
                ),
            ));
        }
    }
    Ok(())
}

/// The fields of a query or a form: text, or a list of texts where a name stands more than once.
pub(super) fn fields(encoded: &[u8]) -> Result<Map<String, Value>, Problem> {
    let mut fields = Map::new();
    for (count, (name, value)) in form_urlencoded::parse(encoded).enumerate() {
        if count == MOST_FIELDS {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "too_many_fields",
                text!(
                    "The query or form has more than {MOST_FIELDS} fields",
                    "查詢參數或表單欄位超過 {MOST_FIELDS} 個"
                ),
            ));
        }
        add(&mut fields, name.into_owned(), Value::String(value.into_owned()));
    }
    Ok(fields)
}

/// A name that comes again becomes a list.
pub(super) fn add(fields: &mut Map<String, Value>, name: String, value: Value) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(single) => *single = Value::Array(vec![single.take(), value]),
    }
}

fn comma(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}

fn pair(out: &mut Vec<u8>, name: &str, value: &str) {
    write(out, name);
    out.push(b':');
    write(out, value);
}

fn write<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("texts and JSON values always serialise");
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_holds_the_body_to_the_letter_and_no_credentials() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer s3cret"),
            ("cookie", "s=1"),
            ("x-signature", "abc"),
            ("x-tag", "a"),
            ("x-tag", "b\""),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.append("x-raw", HeaderValue::from_bytes(b"caf\xe9").expect("a value"));
        let arrival = Arrival {
            headers: &headers,
            proof: Some("x-signature"),
            query: Some("a=1&b=%E5%A0%B1&a=2&c"),
            params: &[("no".to_owned(), "A/1".to_owned())],
            method: &Method::POST,
            path: "orders/A%2F1",
            received_at: Time(0),
        };
        let body = Payload::Json(Bytes::from_static(br#"{ "total": 1.10 }"#));
        let event = event(&arrival, &body).expect("an event");
        assert!(event.contains(r#""body":{ "total": 1.10 }"#), "{event}");
        let mut value: Value = serde_json::from_str(&event).expect("JSON");
        value["body"] = Value::Null;
        let wanted = json!({
            "kind": "webhook", "body": null,
            "headers": {"x-tag": "a, b\"", "x-raw": "caf\u{fffd}"},
            "query": {"a": ["1", "2"], "b": "報", "c": ""},
            "params": {"no": "A/1"}, "method": "POST", "path": "orders/A%2F1",
            "received_at": "1970-01-01T00:00:00.000Z",
        });
        assert_eq!(value, wanted);
    }

    #[test]
    fn bounds_hold() {
        assert!(fields("a=1&".repeat(MOST_FIELDS).as_bytes()).is_ok());
        assert!(fields("a=1&".repeat(MOST_FIELDS + 1).as_bytes()).is_err());
    }
}
