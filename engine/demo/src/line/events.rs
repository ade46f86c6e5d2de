//! What people do on their side, and how the bot hears of it: webhook events, signed, and sent again where nobody took them.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{BOT, Line, answer};
use crate::simulator::{Event, Field, Given, Refusal, Rule, Sent, Subscription, check, must};

const LONGEST: usize = 5000;

pub(super) fn routes() -> Router<Arc<Line>> {
    Router::new().route("/v2/bot/channel/webhook/endpoint", get(endpoint).put(set_endpoint))
}

/// Below `/_control`.
pub(super) fn controls() -> Router<Arc<Line>> {
    Router::new().route("/say", post(say)).route("/follow", post(follow))
}

impl Line {
    pub(super) fn say(&self, user: &str, text: &str) -> Result<String, Refusal> {
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            return Err(Refusal::field("text", "must hold 1 to 5000 characters / 必須是 1 至 5000 個字"));
        }
        let message = json!({ "type": "text", "text": text });
        let no = {
            let mut chats = self.chats();
            if !chats.users.contains_key(user) {
                return Err(Refusal::not_found("user", user));
            }
            chats.keep(user, false, message)
        };
        let id = format!("{:018}", 500_000_000_000_000_000 + no);
        let message = json!({ "type": "text", "id": id, "text": text, "quoteToken": format!("q{no}") });
        Ok(self.happened("message", user, Some(("message", message))))
    }

    /// Tells the bot that something happened, with a reply token; gives the event's id.
    fn happened(&self, kind: &str, user: &str, more: Option<(&str, Value)>) -> String {
        let at = self.core.clock.now().0;
        let (id, token) = (ulid(at), Uuid::new_v4().simple().to_string());
        self.chats().give_token(&token, user, self.core.config.reply_ttl);
        let body = |again: bool| {
            let mut event = json!({
                "type": kind,
                "timestamp": at,
                "source": { "type": "user", "userId": user },
                "replyToken": token,
                "mode": "active",
                "webhookEventId": id,
                "deliveryContext": { "isRedelivery": again },
            });
            if let Some((name, value)) = &more {
                event[*name] = value.clone();
            }
            json!({ "destination": BOT, "events": [event] }).to_string()
        };
        let (body, repeated_body) = (body(false), Some(body(true)));
        self.core.changed();
        self.core.webhooks.send(Event { id: id.clone(), name: kind.to_owned(), body, repeated_body });
        id
    }
}

/// 26 signs of time and chance, in order of time.
fn ulid(at: i64) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = ((at.max(0) as u128) << 80) | (Uuid::new_v4().as_u128() >> 48);
    (0..26).rev().map(|place| char::from(SIGNS[(bits >> (place * 5)) as usize & 31])).collect()
}

async fn endpoint(Shared(line): Shared<Arc<Line>>) -> Response {
    match line.core.webhooks.list().first() {
        Some(known) => answer(StatusCode::OK, json!({ "endpoint": known["url"], "active": true })),
        None => {
            Refusal::new(StatusCode::NOT_FOUND, "not_found", "Webhook endpoint not found").into_response()
        }
    }
}

/// There is one; its events are signed with the channel secret.
async fn set_endpoint(Shared(line): Shared<Arc<Line>>, Sent(body): Sent) -> Result<Response, Refusal> {
    const ENDPOINT: &[Field] = &[must("endpoint", Rule::Url)];
    check(&body, ENDPOINT, false)?;
    let url = body["endpoint"].as_str().unwrap_or_default().to_owned();
    let secret = line.core.config.channel_secret.clone();
    line.core.webhooks.only(Subscription { url, events: Vec::new(), secret });
    Ok(answer(StatusCode::OK, json!({})))
}

/// `{user_id, text}`, as JSON or from the page's form.
async fn say(Shared(line): Shared<Arc<Line>>, headers: HeaderMap, body: Bytes) -> Response {
    let given = Given::read(&headers, &body);
    match line.say(given.text("user_id"), given.text("text")) {
        said if given.form => given.back(said.err().as_ref()),
        Ok(id) => (StatusCode::ACCEPTED, Json(json!({ "webhookEventId": id }))).into_response(),
        Err(refusal) => (refusal.status, Json(json!({ "message": refusal.message }))).into_response(),
    }
}

/// `{user_id}`: a friend adds the bot again.
async fn follow(Shared(line): Shared<Arc<Line>>, headers: HeaderMap, body: Bytes) -> Response {
    let given = Given::read(&headers, &body);
    let user = given.text("user_id");
    if !line.chats().users.contains_key(user) {
        return (StatusCode::NOT_FOUND, Json(json!({ "message": "no such user / 查無使用者" })))
            .into_response();
    }
    let id = line.happened("follow", user, Some(("follow", json!({ "isUnblocked": true }))));
    (StatusCode::ACCEPTED, Json(json!({ "webhookEventId": id }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::ulid;

    #[test]
    fn ids_of_events_are_in_order_of_time() {
        let (one, other) = (ulid(1_755_187_200_000), ulid(1_755_187_200_001));
        assert!(one.len() == 26 && one < other, "{one} {other}");
    }
}
