//! Logging in and out.

use std::sync::Arc;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Json;
use axum::routing::post;
use serde_json::{Value, json};

use super::{Answer, TanJee};
use crate::simulator::{Field, Refusal, Rule, Sent, USER, check, must};

const LOGIN: &[Field] = &[must("user", Rule::Text(100)), must("password", Rule::Text(200))];

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new().route("/api/session", post(log_in).delete(log_out))
}

async fn log_in(Shared(books): Shared<Arc<TanJee>>, Sent(body): Sent) -> Answer {
    check(&body, LOGIN, false)?;
    let password = body["password"].as_str().unwrap_or_default();
    if body["user"] != USER || !books.core.is_secret(password) {
        return Err(Refusal::unauthorised(
            "LOGIN_FAILED",
            "User or password is not right / 帳號或密碼不正確",
        ));
    }
    let idle = books.core.config.session_idle.as_secs();
    Ok(Json(json!({ "ok": true, "session_id": books.sessions.issue(), "idle_seconds": idle })))
}

async fn log_out(Shared(books): Shared<Arc<TanJee>>, headers: HeaderMap) -> Json<Value> {
    books
        .sessions
        .end(headers.get("x-tanjee-session").and_then(|value| value.to_str().ok()).unwrap_or_default());
    Json(json!({ "ok": true }))
}
