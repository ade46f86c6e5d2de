//! `/_control`: what can be switched and looked at from outside, for tests in other languages and for trying out by hand.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, body::Bytes};
use serde_json::{Value, json};

use super::{Delivery, Faults, Given, System};
use crate::state::Received;

type Any = Arc<dyn System>;

pub(super) fn routes(system: Any) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/faults", get(faults).put(set_faults).delete(no_faults))
        .route("/expire-tokens", post(expire))
        .route("/act", post(act))
        .route("/requests", get(requests).delete(forget))
        .route("/deliveries", get(deliveries))
        .with_state(system)
}

async fn overview(Shared(system): Shared<Any>) -> Json<Value> {
    let core = system.core();
    Json(json!({ "faults": core.switches.get(), "webhooks": core.webhooks.list(), "now": core.clock.now() }))
}

async fn faults(Shared(system): Shared<Any>) -> Json<Faults> {
    Json(system.core().switches.get())
}

async fn set_faults(Shared(system): Shared<Any>, body: Bytes) -> Result<Json<Faults>, (StatusCode, String)> {
    let faults: Faults = serde_json::from_slice(&body)
        .map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    system.core().switches.set(faults.clone());
    Ok(Json(faults))
}

async fn no_faults(Shared(system): Shared<Any>) -> StatusCode {
    system.core().switches.set(Faults::default());
    StatusCode::NO_CONTENT
}

async fn expire(Shared(system): Shared<Any>) -> StatusCode {
    system.expire();
    StatusCode::NO_CONTENT
}

/// `{action, id}`: a button of the page. Goes back to the page where a form asks.
async fn act(Shared(system): Shared<Any>, headers: HeaderMap, body: Bytes) -> Response {
    let given = Given::read(&headers, &body);
    let done = system.act(given.text("action"), given.text("id"));
    system.core().changed();
    match done {
        _ if given.form => given.back(done.err().as_ref()),
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => (refusal.status, Json(json!({ "message": refusal.message }))).into_response(),
    }
}

async fn requests(Shared(system): Shared<Any>) -> Json<Vec<Received>> {
    Json(system.core().received.requests())
}

async fn forget(Shared(system): Shared<Any>) -> StatusCode {
    system.core().received.clear();
    StatusCode::NO_CONTENT
}

async fn deliveries(Shared(system): Shared<Any>) -> Json<Vec<Delivery>> {
    Json(system.core().webhooks.deliveries())
}
