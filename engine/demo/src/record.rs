//! Keeps each request before it is answered, without its credentials.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::state::{Received, State};

const MOST_BODY: usize = 64 * 1024 * 1024;
const MOST_KEPT: usize = 16 * 1024;

pub(crate) async fn record(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 64 MB, or broke off")
            .into_response();
    };
    let query =
        Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri).map(|query| query.0).unwrap_or_default();
    let no = state.received(Received {
        no: 0,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query,
        headers: shown(&parts.headers),
        body: if tells_secrets(parts.uri.path()) { Value::String("***".into()) } else { kept(&body) },
        idempotency_key: key(&parts.headers).map(str::to_owned),
        repeats: 0,
        status: None,
        at: None,
    });
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    state.answered(no, response.status().as_u16());
    response
}

/// The idempotency key of a request.
pub(crate) fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("idempotency-key")?.to_str().ok().filter(|key| !key.is_empty() && key.len() <= 256)
}

fn shown(headers: &HeaderMap) -> BTreeMap<String, String> {
    headers
        .iter()
        .map(|(name, value)| {
            let hidden = !["idempotency-key", "x-line-retry-key"].contains(&name.as_str())
                && ["auth", "cookie", "key", "session", "token", "secret", "signature"]
                    .iter()
                    .any(|word| name.as_str().contains(word));
            let value = if hidden { "***".into() } else { String::from_utf8_lossy(value.as_bytes()) };
            (name.as_str().to_owned(), value.into_owned())
        })
        .collect()
}

/// Whether the bodies of a path hold credentials.
fn tells_secrets(path: &str) -> bool {
    ["/oauth/token", "/session", "/webhooks"].iter().any(|end| path.ends_with(end))
}

fn kept(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if body.len() <= MOST_KEPT
        && let Ok(value) = serde_json::from_slice(body)
    {
        return value;
    }
    Value::String(String::from_utf8_lossy(&body[..body.len().min(MOST_KEPT)]).into_owned())
}
