//! What came in, as a page for people and as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{Html, Json};
use serde_json::{Value, json};

use crate::state::State;

pub(crate) async fn page() -> Html<&'static str> {
    Html(include_str!("page.html"))
}

/// A list, oldest first.
pub(crate) async fn requests(Shared(state): Shared<Arc<State>>) -> Json<Vec<Value>> {
    let listed = state.requests().into_iter().map(|request| {
        let age = request.at.map(|at| at.elapsed().as_millis() as u64);
        let mut value = json!(request);
        value["age_ms"] = json!(age);
        value
    });
    Json(listed.collect())
}

/// `{idempotency key: how often it came}`
pub(crate) async fn effects(Shared(state): Shared<Arc<State>>) -> Json<BTreeMap<String, u64>> {
    Json(state.effects())
}

pub(crate) async fn clear(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.clear();
    StatusCode::NO_CONTENT
}
