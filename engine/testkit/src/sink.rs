//! A server that stands for another system: it keeps what it was sent, and answers as the test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use bytes::Bytes;
use causeway_model::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One call that came in.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub text: String,
    /// How many calls there were before this one.
    pub number: usize,
    /// How many calls with its `Idempotency-Key` there were before this one.
    pub repeat: usize,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn key(&self) -> Option<&str> {
        self.header("idempotency-key")
    }
}

/// How the sink answers one call.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub delay: Duration,
}

impl Reaction {
    /// 200 with JSON.
    pub fn ok(body: Value) -> Self {
        Self::status(200, body)
    }

    pub fn status(status: u16, body: Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: body.to_string(), delay: Duration::ZERO }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type React = dyn Fn(&Call) -> Reaction + Send + Sync;

struct Inner {
    react: Box<React>,
    calls: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    kept: Vec<Call>,
    effects: BTreeMap<String, usize>,
    /// Calls that came in and are not answered yet.
    open: usize,
}

/// Stopped when dropped.
pub struct Sink {
    inner: Arc<Inner>,
    port: u16,
    server: JoinHandle<()>,
}

impl Sink {
    /// Answers every call with 200 and `{"n": <number>}`.
    pub async fn start() -> Self {
        Self::answering(|call| Reaction::ok(serde_json::json!({"n": call.number}))).await
    }

    pub async fn answering(react: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Self {
        let inner = Arc::new(Inner { react: Box::new(react), calls: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let router = Router::new().fallback(receive).with_state(inner.clone());
        let server = tokio::spawn(async move {
            let _until_aborted = axum::serve(listener, router).await;
        });
        Self { inner, port, server }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.locked().kept.clone()
    }

    pub fn count(&self) -> usize {
        self.locked().kept.len()
    }

    /// How many calls there were with each idempotency key.
    pub fn effects(&self) -> BTreeMap<String, usize> {
        self.locked().effects.clone()
    }

    /// Calls under way.
    pub fn open(&self) -> usize {
        self.locked().open
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.inner.calls.lock().expect("no call panics here")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Counts a call as open until its answer is given or its connection is gone.
struct Open(Arc<Inner>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.calls.lock().expect("no call panics here").open -= 1;
    }
}

async fn receive(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let (call, _open) = {
        let mut calls = inner.calls.lock().expect("no call panics here");
        let mut call = Call {
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            number: calls.kept.len(),
            repeat: 0,
        };
        if let Some(key) = call.key().map(str::to_owned) {
            let seen = calls.effects.entry(key).or_default();
            call.repeat = *seen;
            *seen += 1;
        }
        calls.kept.push(call.clone());
        calls.open += 1;
        (call, Open(inner.clone()))
    };
    let reaction = (inner.react)(&call);
    if !reaction.delay.is_zero() {
        tokio::time::sleep(reaction.delay).await;
    }
    let mut response = Response::builder().status(reaction.status);
    for (name, value) in &reaction.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reaction.body)).expect("a test's answer is a valid one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_are_counted_by_key() {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let sink =
            Sink::answering(|call| Reaction::status(if call.repeat == 0 { 503 } else { 200 }, Value::Null))
                .await;
        let client = reqwest::Client::new();
        let send = async |key: &str| {
            let request = client.post(sink.url("/a?b=1")).header("Idempotency-Key", key).body("{\"x\":1}");
            request.send().await.expect("an answer").status().as_u16()
        };
        assert_eq!((send("k").await, send("k").await, send("l").await), (503, 200, 503));
        assert_eq!(
            sink.effects().into_iter().collect::<Vec<_>>(),
            [("k".to_owned(), 2), ("l".to_owned(), 1)]
        );
        assert_eq!((sink.calls()[0].json()["x"].clone(), sink.calls()[0].query.as_str()), (1.into(), "b=1"));
        assert_eq!(sink.open(), 0);
    }
}
