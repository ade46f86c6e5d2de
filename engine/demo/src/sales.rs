//! The ERP of the sample company: orders, customers, messages.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::record::key;
use crate::state::State;

/// Made up; the tax ids (統一編號) keep the check digit's rule.
const CUSTOMERS: &str = include_str!("customers.json");

pub(crate) fn routes() -> axum::Router<Arc<State>> {
    axum::Router::new()
        .route("/orders", post(create_order))
        .route("/orders/{no}", get(order))
        .route("/messages", post(send_message))
        .route("/customers", get(customers))
        .route("/customers/{code}", get(customer))
}

/// The same idempotency key gets the same order.
async fn create_order(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    match serde_json::from_slice::<Value>(&body) {
        Ok(order) if order.is_object() => {
            (StatusCode::CREATED, Json(state.take_order(key(&headers), &order))).into_response()
        }
        _ => refused("an order is a JSON object / 訂單必須是 JSON 物件"),
    }
}

async fn order(Shared(state): Shared<Arc<State>>, Path(no): Path<String>) -> Response {
    state.order(&no).map_or_else(|| unknown("order", &no), |order| Json(order).into_response())
}

async fn send_message(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Json<Value> {
    Json(state.send_message(key(&headers)))
}

async fn customers() -> Response {
    ([("content-type", "application/json")], CUSTOMERS).into_response()
}

async fn customer(Path(code): Path<String>) -> Response {
    let all: Vec<Value> = serde_json::from_str(CUSTOMERS).unwrap_or_default();
    let found = all
        .into_iter()
        .find(|customer| customer["code"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(&code)));
    found.map_or_else(|| unknown("customer", &code), |customer| Json(customer).into_response())
}

fn unknown(what: &str, id: &str) -> Response {
    let body = json!({ "code": "not_found", "message": format!("there is no {what} {id}") });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

fn refused(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "code": "invalid", "message": message }))).into_response()
}
