//! What the tests share: a client that may reach this machine, files in memory, servers.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::response::Json;
use causeway_connector::http::{Client, Config, Resolver, Response};
use causeway_connector::{MemoryFiles, Services, http};
use causeway_model::{StepError, Time, Value};
use causeway_script::{Context, Engine, Limits, Scope, Sealer};
use serde_json::json;

/// A client and what it is lent.
pub struct World {
    pub files: Arc<MemoryFiles>,
    pub services: Services,
}

impl World {
    /// May reach this machine's loopback address.
    pub fn new() -> Self {
        Self::with(Config { allow_hosts: vec!["127.0.0.1".to_owned()], ..Config::default() })
    }

    pub fn with(config: Config) -> Self {
        Self::of(Client::new(config).expect("a client"))
    }

    pub fn resolving(config: Config, resolver: impl Resolver + 'static) -> Self {
        Self::of(Client::with_resolver(config, Arc::new(resolver)).expect("a client"))
    }

    fn of(http: Client) -> Self {
        let files = Arc::new(MemoryFiles::default());
        let secrets = [("token", "s3cret/T0ken+1"), ("name", "shopkeeper")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let services = Services {
            http,
            files: files.clone(),
            sealer: Sealer::new([7; 32]),
            secrets: Arc::new(secrets.into_iter().collect()),
        };
        Self { files, services }
    }

    pub async fn send(&self, request: http::Request) -> Result<Response, StepError> {
        self.services.http.send(request, &self.services).await
    }

    pub async fn get(&self, url: &str) -> Result<Response, StepError> {
        self.send(http::Request::new("GET", url)).await
    }

    /// A text with `{{ secret.x }}` as a run resolves it.
    pub fn sealed(&self, text: &str) -> String {
        let engine = Engine::new(Limits::default(), self.services.sealer.clone());
        let template = engine.compile_template(&json!(text), &|_| false).expect("a template");
        let context = Context { now: Time(0), seed: [0; 32], links: None };
        let mut scope = Scope::new(&json!({}), &json!({}), &json!({}));
        let value = template.resolve(&mut scope, &context).expect("a value");
        let sealed = value.as_str().expect("a text").to_owned();
        assert!(!sealed.contains("s3cret"));
        sealed
    }
}

/// Serves on a free port of 127.0.0.1 until the test ends; gives `http://127.0.0.1:port`.
pub async fn serve(router: Router) -> String {
    format!("http://{}", serve_on("127.0.0.1:0", router).await)
}

pub async fn serve_on(address: &str, router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(address).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Answers with what it received.
pub async fn echo(request: Request) -> Json<Value> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let headers: serde_json::Map<String, Value> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    Json(json!({
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "query": parts.uri.query(),
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
    }))
}

/// A resolver that answers each look-up with the next of its answers, the last one for good.
pub struct Script {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    pub lookups: Arc<Mutex<usize>>,
}

impl Script {
    pub fn new(answers: &[&[&str]]) -> Self {
        let read = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().expect("an address")).collect();
        Self { answers: Mutex::new(answers.iter().rev().map(read).collect()), lookups: Arc::default() }
    }
}

#[async_trait]
impl Resolver for Script {
    async fn lookup(&self, _host: &str) -> std::io::Result<Vec<IpAddr>> {
        *self.lookups.lock().expect("no test died with it") += 1;
        let mut answers = self.answers.lock().expect("no test died with it");
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        answer.filter(|answer| !answer.is_empty()).ok_or_else(|| std::io::Error::other("no such name"))
    }
}
