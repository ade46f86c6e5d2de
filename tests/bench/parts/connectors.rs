//! (n), (o), (p) Declared connectors: what a call costs beside a bare HTTP client's, signing in once for all, and many of them.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use causeway_connector::declared::{Declared, Source};
use causeway_connector::http::{Client, Config};
use causeway_connector::{Account, Call, Connector, MemoryFiles, RehearsedAccount, Services};
use causeway_model::Value;
use causeway_testkit::{
    Backend, PrivatePostgres, Process, Reaction, Sink, cpu_seconds, eventually, eventually_within, flow,
    free_port, step,
};
use futures::StreamExt;
use serde_json::json;

use crate::options::Options;
use crate::report::{aim, median, ratio, title};
use crate::subject::Subject;
use crate::{flows, load};

/// How many calls are under way at once in (n).
const AT_ONCE: usize = 32;
/// How many runs want the token of (o).
const RUNS: u64 = 1000;
/// How many connectors are installed in (p).
const INSTALLED: usize = 200;

/// What the system behind (n) answers.
const ANSWER: &str = r#"{"id":"ord_1","no":"SO-1001","customer":{"id":"C001","name":"台北貿易"},"total":"1500.00","lines":[{"no":1,"sku":"A","quantity":3},{"no":2,"sku":"B","quantity":1}],"created_at":"2026-08-15T02:00:00Z"}"#;

/// `peer ADDRESS`: the system behind (n), as a process of its own so that its processor time is not counted.
pub async fn serve_peer(words: &[String]) {
    let [address] = words else { panic!("peer ADDRESS") };
    let answer = || async { ([(CONTENT_TYPE, "application/json")], ANSWER) };
    let listener = tokio::net::TcpListener::bind(address).await.expect("a free port");
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().fallback(answer)).await.expect("it serves");
}

fn document(name: &str, base_url: &str) -> Value {
    let line =
        json!({"type": "object", "properties": {"sku": {"type": "string"}, "qty": {"type": "integer"}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1.0.0"},
        "servers": [{"url": base_url}],
        "x-causeway": {
            "name": name, "version": "1.0.0", "title": {"en": name, "zh-TW": name},
            "description": {"en": "Orders.", "zh-TW": "訂單。"},
        },
        "security": [{"client": []}],
        "paths": {"/orders/{no}": {"post": {
            "operationId": "create_order",
            "x-causeway-idempotency": {"in": "header", "name": "Idempotency-Key"},
            "parameters": [
                {"name": "no", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "expand", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            ],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object", "required": ["customer", "lines"],
                "properties": {"customer": {"type": "object"}, "lines": {"type": "array", "items": line}},
            }}}},
            "responses": {"200": {"description": "It is there.", "content": {"application/json": {"schema": {}}}}},
        }}},
        "components": {"securitySchemes": {"client": {"type": "oauth2", "flows": {
            "clientCredentials": {"tokenUrl": format!("{base_url}/oauth/token"), "scopes": {}},
        }}}},
    })
}

pub async fn measure_calls(options: &Options) {
    title("(n) the same POST of JSON through a declared connector and through a bare HTTP client");
    println!("| | calls per second | CPU ms each |\n|---|---:|---:|");
    let port = free_port();
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(std::env::current_exe().expect("a program knows its path"));
    command.args(["peer", &format!("127.0.0.1:{port}")]);
    let _peer = Process::spawn(&mut command, &folder.path().join("log"));
    eventually("the peer to listen", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok())
        .await;
    let base_url = format!("http://127.0.0.1:{port}");
    let order: Value = serde_json::from_str(&flows::order(4)).expect("an order");
    let (customer, lines) = (&order["customer"], &order["lines"]);

    let mut text = document("bench", &base_url);
    // The token of a session costs a lookup that belongs to the engine, not to the call.
    text["components"]["securitySchemes"]["client"] = json!({"type": "http", "scheme": "bearer"});
    let connector =
        Arc::new(Declared::new(Source::new("bench").with("openapi.json", text.to_string().into_bytes())));
    let form = connector.spec().connection.clone().expect("it has a connection");
    let auth = form.auth.first().map(|auth| auth.name.as_str());
    let account: Arc<dyn Account> = Arc::new(RehearsedAccount::new("bench", &form, auth, json!({})));
    let http = Client::new(Config { allow_hosts: vec!["127.0.0.1".to_owned()], ..Config::default() });
    let services = Services::alone(http.expect("a client"), Arc::new(MemoryFiles::default()));
    let declared = || {
        let (connector, account, services) = (connector.clone(), account.clone(), services.clone());
        let input =
            json!({"no": "SO-1001", "expand": ["lines", "customer"], "customer": customer, "lines": lines});
        async move {
            let call =
                Call { input, idempotency_key: "0192f0c1".to_owned(), account: Some(account), services };
            connector.call("create_order", call).await.expect("it answers")
        }
    };

    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().expect("a client");
    let url = format!("{base_url}/orders/SO-1001?expand=lines&expand=customer");
    let bare = || {
        let (client, url) = (client.clone(), url.clone());
        let body = json!({"customer": customer, "lines": lines});
        async move {
            let request = client.post(&url).bearer_auth("").header("idempotency-key", "0192f0c1").json(&body);
            let bytes = request.send().await.expect("it answers").bytes().await.expect("a body");
            serde_json::from_slice::<Value>(&bytes).expect("JSON")
        }
    };
    assert_eq!(declared().await, bare().await, "both bring the same");

    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..options.rounds * 2 + 1 {
        ours.push(stretch(super::length(options), declared).await);
        theirs.push(stretch(super::length(options), bare).await);
    }
    for (name, rows) in [("declared connector", &ours), ("bare client", &theirs)] {
        let (rate, cpu) = (
            median(rows.iter().map(|row: &Stretch| row.per_second)),
            median(rows.iter().map(|row| row.cpu_ms)),
        );
        println!("| {name} | {rate:.0} | {cpu:.3} |");
    }
    let cpu = |rows: &[Stretch]| rows.iter().map(|row| row.cpu_ms).collect::<Vec<_>>();
    let share = ratio(&cpu(&ours), &cpu(&theirs));
    aim("(n) CPU of a declared call against a bare one, at most 1.4", share, share <= 1.4);
}

struct Stretch {
    per_second: f64,
    cpu_ms: f64,
}

/// Calls again and again, so many at once, for a time.
async fn stretch<F: Future<Output = Value>>(length: Duration, call: impl Fn() -> F) -> Stretch {
    let own = [std::process::id()];
    let (before, start) = (cpu_seconds(&own), Instant::now());
    let calls =
        futures::stream::repeat_with(&call).take_while(|_| std::future::ready(start.elapsed() < length));
    let done = calls.buffer_unordered(AT_ONCE).count().await as f64;
    Stretch {
        per_second: done / start.elapsed().as_secs_f64(),
        cpu_ms: (cpu_seconds(&own) - before) * 1000.0 / done,
    }
}

/// Writes a connector's folder where the server of these data finds it.
fn put(data: &Path, name: &str, document: &str) {
    let folder = data.join("data/connectors").join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("openapi.json"), document).expect("a file");
}

/// (o) A thousand runs that all want a token which nobody has yet.
pub async fn measure_tokens(postgres: &PrivatePostgres) {
    title(&format!("(o) {RUNS} runs at once with a connection whose token nobody has got yet"));
    println!("| | tokens asked for | calls | seconds |\n|---|---:|---:|---:|");
    for backend in Backend::BOTH {
        let sink = Sink::answering(|call| {
            if call.path.ends_with("/token") {
                Reaction::ok(json!({"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}))
                    .after(Duration::from_millis(300))
            } else {
                Reaction::ok(json!({"no": "SO-1001"}))
            }
        })
        .await;
        let subject = Subject::prepare(backend, postgres);
        let base_url = sink.url("");
        put(subject.app.data(), "orders", &document("orders", base_url.trim_end_matches('/')).to_string());
        subject.app.launch().await;
        let connection = json!({
            "name": "orders", "connector": "orders",
            "credentials": {"production": {"client_id": "bench", "client_secret": "bench-secret"}},
        });
        let _made = subject.app.post("/connections", &connection).await.expect(201);
        let mut call =
            step("create", "orders.create_order", json!({"no": "SO-1001", "customer": {}, "lines": []}), &[]);
        call["connection"] = json!("orders");
        let trigger = json!({"use": "webhook", "with": {"path": "orders", "reply": "accepted"}});
        subject.app.publish(&flow("orders", trigger, json!([call]))).await;
        let start = Instant::now();
        let request = load::request(subject.app.port(), "/hooks/orders", "{}");
        let sent = load::so_many(subject.app.port(), &request, 50, RUNS).await;
        assert_eq!(sent.failed, 0);
        let of =
            |token: bool| sink.calls().iter().filter(|call| call.path.ends_with("/token") == token).count();
        eventually_within(Duration::from_secs(120), "all calls", async || {
            (of(false) as u64 >= RUNS).then_some(())
        })
        .await;
        let seconds = start.elapsed().as_secs_f64();
        println!("| {} | {} | {} | {seconds:.1} |", backend.name(), of(true), of(false));
        aim("(o) tokens asked for, at most 1", of(true) as f64, of(true) == 1);
    }
}

/// (p) What installed connectors cost while nobody uses them, and once all of them were looked at.
pub async fn measure_installed(options: &Options, postgres: &PrivatePostgres) {
    title(&format!("(p) {INSTALLED} connectors of 26 kB installed"));
    println!("| | ready ms | idle MB | MB once all were listed | list ms |\n|---|---:|---:|---:|---:|");
    let line = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/line/openapi.yaml"));
    let line = line.expect("the connector's document");
    for count in [0, INSTALLED] {
        let (mut ready, mut idle, mut listed, mut took) = (vec![], vec![], vec![], vec![]);
        for _ in 0..options.rounds {
            let subject = Subject::prepare(Backend::Sqlite, postgres);
            for number in 0..count {
                let name = format!("line-{number}");
                put(
                    subject.app.data(),
                    &name,
                    &line.replacen("  name: line\n", &format!("  name: {name}\n"), 1),
                );
            }
            // The first start makes the store.
            subject.app.launch().await;
            assert!(subject.app.terminate().await);
            let start = Instant::now();
            subject.app.launch().await;
            ready.push(start.elapsed().as_secs_f64() * 1000.0);
            tokio::time::sleep(Duration::from_secs(3)).await;
            let megabytes = || subject.app.memory().now as f64 / 1_048_576.0;
            idle.push(megabytes());
            let start = Instant::now();
            let page = subject.app.get("/connectors").await.expect(200);
            took.push(start.elapsed().as_secs_f64() * 1000.0);
            assert!(count == 0 || page.text.contains(&format!("\"line-{}\"", count - 1)), "they are listed");
            listed.push(megabytes());
        }
        let [ready, idle, listed, took] = [ready, idle, listed, took].map(median);
        println!("| {count} installed | {ready:.0} | {idle:.1} | {listed:.1} | {took:.0} |");
    }
}
