//! LINE's Messaging API, simulated in part: push, multicast, reply, profile, quota, validation, and the webhook with its signature.
//!
//! Shapes and words are those of the vendor's own description; behaviour is what a bot's developer relies on: retry keys, reply
//! tokens that are good once and for a short time, a monthly quota, redelivery. It stands in no connection with LINE.

mod chats;
mod events;
mod flex;
mod messages;
mod page;
mod sending;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Json, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::company::Company;
use crate::simulator::{Config, Core, Form, Kind, Refusal, Simulator, System, Visit, Written};

use chats::Chats;

/// The bot's own user.
const BOT: &str = "U00000000000000000000000000000001";

const FORM: Form = Form {
    signature_header: "x-line-signature",
    event_header: None,
    written: Written::Base64,
    events: &["message", "follow", "unfollow", "postback"],
};

pub(crate) struct Line {
    core: Core,
    chats: Mutex<Chats>,
}

/// The running simulator, and what people on the other side can do.
pub struct LineSimulator {
    simulator: Simulator,
    line: Arc<Line>,
}

impl Deref for LineSimulator {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl LineSimulator {
    /// A user says something to the bot; gives the event's id. The event goes to who subscribed.
    pub fn say(&self, user: &str, text: &str) -> Result<String, String> {
        self.line.say(user, text).map_err(|refusal| refusal.message)
    }

    /// The users that the bot may write to.
    pub fn users(&self) -> Vec<String> {
        self.line.chats().ids()
    }
}

impl Line {
    /// Listens on `addr`; port 0 takes a free one.
    pub async fn start(config: &Config, company: &Company, addr: SocketAddr) -> io::Result<LineSimulator> {
        let chats = Mutex::new(Chats::seeded(company));
        let line = Arc::new(Self { core: Core::new(config, FORM)?, chats });
        Ok(LineSimulator { simulator: Simulator::serve(line.clone(), addr).await?, line })
    }

    fn chats(&self) -> MutexGuard<'_, Chats> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl System for Line {
    fn core(&self) -> &Core {
        &self.core
    }

    fn title(&self) -> [&'static str; 2] {
        ["LINE (simulator)", "LINE（模擬系統）"]
    }

    fn kinds(&self) -> &'static [Kind] {
        &[]
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        let chats = self.chats();
        match kind {
            "users" => chats.profiles(),
            "messages" => chats.messages(),
            _ => Vec::new(),
        }
    }

    fn admit(&self, _: &Method, _: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        let bearer =
            headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if bearer.is_some_and(|token| self.core.is_secret(token)) {
            return Ok(());
        }
        let message =
            "Authentication failed. Confirm that the access token in the authorization header is valid.";
        Err(Refusal::unauthorised("unauthorised", message))
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        let mut body = json!({ "message": refusal.message });
        if !refusal.fields.is_empty() {
            body["details"] = json!(refusal.fields);
        }
        for (name, value) in refusal.more.iter().filter(|(name, _)| *name != ACCEPTED) {
            body[name.as_str()] = value.clone();
        }
        let mut response = answer(refusal.status, body);
        if let Some(first) = refusal.more.get(ACCEPTED).and_then(Value::as_str)
            && let Ok(first) = HeaderValue::from_str(first)
        {
            response.headers_mut().insert(ACCEPTED, first);
        }
        response
    }

    fn routes(self: Arc<Self>) -> Router {
        Router::new().merge(sending::routes()).merge(events::routes()).with_state(self)
    }

    fn controls(self: Arc<Self>) -> Router {
        events::controls().with_state(self)
    }

    fn save(&self) -> Value {
        self.chats().save()
    }

    fn load(&self, saved: &Value) {
        self.chats().load(saved);
    }

    fn page(&self, visit: &Visit) -> Html<String> {
        page::phone(self.title(), &self.core, &self.chats(), visit)
    }
}

/// Carries the id of the request that was accepted under the same retry key.
const ACCEPTED: &str = "x-line-accepted-request-id";

fn answer(status: StatusCode, body: Value) -> Response {
    answer_as(&Uuid::new_v4().to_string(), status, body)
}

/// Every answer has a request id.
fn answer_as(id: &str, status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-line-request-id", id);
    }
    response
}
