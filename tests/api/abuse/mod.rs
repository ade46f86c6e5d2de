//! What attackers try first, through the front door: each is refused with a clear error, and the server goes on.

mod canary;
mod connections;
mod documents;
mod headers;
mod imports;
mod odd;
mod origins;
mod paths;
mod texts;

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{TestApp, script_step};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the server says to these bytes until it closes the connection or falls silent, and whether it closed it.
async fn say(app: &TestApp, bytes: &[u8]) -> (String, bool) {
    let mut stream = TcpStream::connect(("127.0.0.1", app.port())).await.expect("the server listens");
    // It may close before it has read all.
    let _cut_off = stream.write_all(bytes).await;
    let mut heard = Vec::new();
    let closed = loop {
        let mut part = [0; 4096];
        match tokio::time::timeout(Duration::from_secs(3), stream.read(&mut part)).await {
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(count)) => heard.extend_from_slice(&part[..count]),
            Err(_) => break false,
        }
    };
    (String::from_utf8_lossy(&heard).into_owned(), closed)
}

/// The status line's number of the first answer.
fn status_of(heard: &str) -> u16 {
    heard.get(9..12).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer: {heard}"))
}

/// It still takes work.
async fn is_well(app: &TestApp) {
    for path in ["/healthz", "/readyz"] {
        let answer = app.client().get(app.url(path)).send().await.expect("the server is there");
        assert_eq!(answer.status(), 200, "{path}");
    }
    assert!(
        !app.log().contains("\"message\":\"panic\"") && !app.log().contains("panicked"),
        "{}",
        app.log_tail(20)
    );
}

/// A webhook at `/hooks/<slug>` that answers with what its caller sent.
async fn echo(app: &TestApp, slug: &str) {
    app.publish(&causeway_testkit::hook_flow(slug, json!([script_step("say", "trigger.body", &[])]))).await;
}

/// An operation of the API's description.
struct Operation {
    name: String,
    method: String,
    /// Below `/api/v1`, with `{parts}`.
    path: String,
    /// What its body may hold, where it takes JSON.
    body: Option<Value>,
    query: Vec<String>,
}

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let of = |kind: &str| -> Vec<String> {
                let all = operation["parameters"].as_array().cloned().unwrap_or_default();
                let named = all.iter().filter(|one| one["in"] == kind);
                named.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            operations.push(Operation {
                name: operation["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_ascii_uppercase(),
                path: path.trim_start_matches("/api/v1").to_owned(),
                body: schema.is_object().then(|| resolved(&document, schema)),
                query: of("query"),
            });
        }
    }
    assert!(operations.len() > 40, "the API is described");
    operations
}

/// The schema that a reference leads to.
fn resolved(document: &Value, schema: &Value) -> Value {
    match schema["$ref"].as_str() {
        Some(to) => {
            let pointer = to.trim_start_matches('#');
            resolved(document, document.pointer(pointer).unwrap_or_else(|| panic!("{to} leads nowhere")))
        }
        None => schema.clone(),
    }
}

/// The path with every part filled in.
fn filled(path: &str, with: &str) -> String {
    let fill = |word: &str| if word.starts_with('{') { with.to_owned() } else { word.to_owned() };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// With every byte written as `%XX`.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// An id that nothing has.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";
