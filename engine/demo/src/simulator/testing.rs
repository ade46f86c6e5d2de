//! For the simulators' tests: a caller that shows every answer, and a receiver of webhooks.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode};
use causeway_connector::Services;
use causeway_connector::http::{Body, Request, Response, StatusSet};
use causeway_model::StepError;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Config, Simulator, post_office};

/// Ten in the morning of 2026-08-15 in Taiwan, with short pauses.
pub(crate) fn config() -> Config {
    let mut config = Config::new("2026-08-15T02:00:00Z".parse().expect("a time"));
    config.webhook_pause = Duration::from_millis(5);
    config
}

pub(crate) fn free() -> SocketAddr {
    "127.0.0.1:0".parse().expect("an address")
}

#[derive(Clone)]
pub(crate) struct Caller {
    base: String,
    headers: Vec<(String, String)>,
    services: Services,
}

impl Caller {
    pub fn new(simulator: &Simulator, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let services = post_office::services(config().allow_hosts).expect("a client");
        Self { base: simulator.base_url(), headers, services }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut more = self.clone();
        more.headers.push((name.to_owned(), value.to_owned()));
        more
    }

    pub async fn send(&self, method: &str, path: &str, body: Body) -> Result<Response, StepError> {
        let request = Request {
            headers: self.headers.clone(),
            body,
            success: StatusSet::from_value(&json!("any")).expect("a set"),
            timeout: Some(Duration::from_secs(10)),
            ..Request::new(method, &format!("{}{path}", self.base))
        };
        self.services.http.send(request, &self.services).await
    }

    /// Status and body.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Body::Empty } else { Body::Json(body) };
        let answer = self.send(method, path, body).await.expect("an answer");
        (answer.status, answer.body)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, body).await
    }
}

/// Takes webhooks; the first `refuse` of them it answers with 500.
pub(crate) struct Receiver {
    pub url: String,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    letters: Mutex<Vec<(HeaderMap, String)>>,
    refuse: Mutex<u32>,
}

impl Receiver {
    pub async fn refusing(times: u32) -> Self {
        let taken = Arc::new(Taken { refuse: Mutex::new(times), ..Taken::default() });
        let listener = TcpListener::bind(free()).await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(taken.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, taken }
    }

    /// Waits until so many came.
    pub async fn letters(&self, count: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..500 {
            let letters = self.taken.letters.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if letters.len() >= count {
                return letters;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} webhooks did not come");
    }
}

async fn take(Shared(taken): Shared<Arc<Taken>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).expect("text");
    taken.letters.lock().unwrap_or_else(PoisonError::into_inner).push((headers, body));
    let mut refuse = taken.refuse.lock().unwrap_or_else(PoisonError::into_inner);
    if *refuse > 0 {
        *refuse -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    StatusCode::NO_CONTENT
}
