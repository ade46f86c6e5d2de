//! Spans as OTLP's JSON: ids in hex, 64-bit numbers as text, as its protobuf mapping says.

use std::fmt::Write as _;

use causeway_model::Value;
use serde_json::json;

use super::SpanRecord;

/// SPAN_KIND_INTERNAL.
const INTERNAL: u8 = 1;
const STATUS_OK: u8 = 1;
const STATUS_ERROR: u8 = 2;

/// The body of `POST /v1/traces`.
pub fn traces(spans: &[SpanRecord]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let resource = json!([text("service.name", "causeway"), text("service.version", version)]);
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": resource },
        "scopeSpans": [{ "scope": { "name": "causeway", "version": version }, "spans": spans }],
    }] })
}

fn span(span: &SpanRecord) -> Value {
    let start_us = span.started_at.millis().max(0).unsigned_abs().saturating_mul(1000);
    let texts = span.texts.iter().map(|(name, value)| text(name, value));
    let numbers = span
        .numbers
        .iter()
        .map(|(name, value)| json!({ "key": name, "value": { "intValue": value.to_string() } }));
    json!({
        "traceId": hex(span.run.0.as_bytes()),
        "spanId": hex(&span.id),
        "parentSpanId": span.parent.map_or_else(String::new, |parent| hex(&parent)),
        "name": span.name,
        "kind": INTERNAL,
        "startTimeUnixNano": nanos(start_us),
        "endTimeUnixNano": nanos(start_us.saturating_add(span.took_us)),
        "attributes": texts.chain(numbers).collect::<Vec<Value>>(),
        "status": { "code": if span.failed { STATUS_ERROR } else { STATUS_OK } },
    })
}

fn text(name: &str, value: &str) -> Value {
    json!({ "key": name, "value": { "stringValue": value } })
}

fn nanos(micros: u64) -> String {
    (u128::from(micros) * 1000).to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
