//! Answers that fail or take their time, for trying retries and timeouts.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::any;
use serde::Deserialize;
use serde_json::json;

use crate::record::key;
use crate::state::State;

pub(crate) fn routes() -> axum::Router<Arc<State>> {
    axum::Router::new().route("/fail", any(fail)).route("/slow", any(slow))
}

#[derive(Deserialize)]
struct Fail {
    /// How many tries of one idempotency key fail.
    times: Option<u64>,
    status: Option<u16>,
    /// Seconds for `Retry-After`.
    retry_after: Option<u64>,
}

/// `/fail?times=2&status=503`: fails so often per idempotency key, then answers 200.
async fn fail(Shared(state): Shared<Arc<State>>, Query(fail): Query<Fail>, headers: HeaderMap) -> Response {
    let tries = state.tries(key(&headers).unwrap_or_default());
    if tries >= fail.times.unwrap_or(1) {
        return Json(json!({ "received": true, "tries": tries + 1 })).into_response();
    }
    let status = fail
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let body = json!({ "code": "out_of_order", "message": "try again / 請再試一次", "tries": tries + 1 });
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = fail.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[derive(Deserialize)]
struct Slow {
    ms: Option<u64>,
}

/// `/slow?ms=3000`: answers after that long, at most ten minutes.
async fn slow(Query(slow): Query<Slow>) -> Response {
    let ms = slow.ms.unwrap_or(1000).min(600_000);
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Json(json!({ "waited_ms": ms })).into_response()
}
