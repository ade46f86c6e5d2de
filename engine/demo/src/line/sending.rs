//! What the bot sends: push, multicast, reply; and what it may ask: profiles, quota, validation.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use super::chats::{Accepted, Chats};
use super::messages::{check, detail, refused};
use super::{ACCEPTED, Line, answer, answer_as};
use crate::simulator::{Refusal, Sent};

const MOST_RECEIVERS: usize = 500;

pub(super) fn routes() -> Router<Arc<Line>> {
    Router::new()
        .route("/v2/bot/message/push", post(push))
        .route("/v2/bot/message/multicast", post(multicast))
        .route("/v2/bot/message/reply", post(reply))
        .route("/v2/bot/message/validate/push", post(validate))
        .route("/v2/bot/message/validate/multicast", post(validate))
        .route("/v2/bot/message/validate/reply", post(validate))
        .route("/v2/bot/message/quota", get(quota))
        .route("/v2/bot/message/quota/consumption", get(consumption))
        .route("/v2/bot/profile/{user}", get(profile))
}

/// The retry key, which is a UUID; refused where it was accepted before.
fn retry_key(chats: &Chats, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(key) = headers.get("x-line-retry-key") else { return Ok(None) };
    let key = key.to_str().ok().and_then(|key| Uuid::parse_str(key).ok()).ok_or_else(|| {
        Refusal::new(StatusCode::BAD_REQUEST, "retry_key", "The retry key is invalid; it must be a UUID.")
    })?;
    let key = key.to_string();
    match chats.accepted(&key) {
        None => Ok(Some(key)),
        Some(first) => {
            let refusal = Refusal::conflict("retried", "The retry key is already accepted")
                .with(ACCEPTED, json!(first.request_id));
            Err(if first.sent.is_null() { refusal } else { refusal.with("sentMessages", first.sent.clone()) })
        }
    }
}

fn deliver(chats: &mut Chats, to: &str, messages: &[Value]) -> Value {
    let sent = messages.iter().map(|message| {
        let id = chats.keep(to, true, message.clone());
        json!({ "id": format!("{:018}", 500_000_000_000_000_000 + id), "quoteToken": format!("q{id}") })
    });
    Value::Array(sent.collect())
}

impl Line {
    /// Counts receivers, as the quota does.
    fn spend(&self, chats: &mut Chats, receivers: usize) -> Result<(), Refusal> {
        let used = chats.used + receivers as u64;
        if used > self.core.config.quota {
            return Err(Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "quota",
                "You have reached your monthly limit.",
            ));
        }
        chats.used = used;
        Ok(())
    }
}

fn accepted(chats: &mut Chats, key: Option<String>, sent: Value, body: Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    if let Some(key) = key {
        chats.accept(&key, Accepted { request_id: request_id.clone(), sent });
    }
    answer_as(&request_id, StatusCode::OK, body)
}

async fn push(
    Shared(line): Shared<Arc<Line>>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Result<Response, Refusal> {
    let mut chats = line.chats();
    let key = retry_key(&chats, &headers)?;
    let messages = check(body.get("messages"))?;
    let to = body.get("to").and_then(Value::as_str).unwrap_or_default();
    if to.is_empty() {
        return Err(refused(vec![detail("May not be empty", "to")]));
    }
    if !chats.users.contains_key(to) {
        let message = "The property, 'to', in the request body is invalid (line: -, column: -)";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "unknown_user", message));
    }
    line.spend(&mut chats, 1)?;
    let sent = deliver(&mut chats, to, &messages);
    Ok(accepted(&mut chats, key, sent.clone(), json!({ "sentMessages": sent })))
}

async fn multicast(
    Shared(line): Shared<Arc<Line>>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Result<Response, Refusal> {
    let mut chats = line.chats();
    let key = retry_key(&chats, &headers)?;
    let messages = check(body.get("messages"))?;
    let to: Vec<&str> =
        body.get("to").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if !(1..=MOST_RECEIVERS).contains(&to.len()) {
        return Err(refused(vec![detail("Size must be between 1 and 500", "to")]));
    }
    let unknown = |(no, user): (usize, &&str)| {
        (!chats.users.contains_key(*user)).then(|| detail("The value is invalid", &format!("to[{no}]")))
    };
    let unknown: Vec<Value> = to.iter().enumerate().filter_map(unknown).collect();
    if !unknown.is_empty() {
        return Err(refused(unknown));
    }
    line.spend(&mut chats, to.len())?;
    for user in to {
        deliver(&mut chats, user, &messages);
    }
    Ok(accepted(&mut chats, key, Value::Null, json!({})))
}

/// Free of charge, and once for each token.
async fn reply(Shared(line): Shared<Arc<Line>>, Sent(body): Sent) -> Result<Response, Refusal> {
    let mut chats = line.chats();
    let messages = check(body.get("messages"))?;
    let token = body.get("replyToken").and_then(Value::as_str).unwrap_or_default();
    let Some(user) = chats.token(token) else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "reply_token", "Invalid reply token"));
    };
    chats.use_token(token);
    let sent = deliver(&mut chats, &user, &messages);
    Ok(answer(StatusCode::OK, json!({ "sentMessages": sent })))
}

async fn validate(Sent(body): Sent) -> Result<Response, Refusal> {
    check(body.get("messages")).map(|_| answer(StatusCode::OK, json!({})))
}

async fn quota(Shared(line): Shared<Arc<Line>>) -> Response {
    answer(StatusCode::OK, json!({ "type": "limited", "value": line.core.config.quota }))
}

async fn consumption(Shared(line): Shared<Arc<Line>>) -> Response {
    answer(StatusCode::OK, json!({ "totalUsage": line.chats().used }))
}

async fn profile(Shared(line): Shared<Arc<Line>>, Path(user): Path<String>) -> Result<Response, Refusal> {
    let profile = line.chats().profile(&user);
    profile
        .map(|profile| answer(StatusCode::OK, profile))
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "not_found", "Not found"))
}
