//! Whatever goes wrong on the way to a system: the class that it gets, whether and when it is tried again, and what a user reads
//! of it in both languages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causeway_model::{Time, Value};
use causeway_testkit::{Backend, Options, TestApp, root, timeline};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a call.
#[derive(Clone, Copy)]
enum React {
    Answer(u16, &'static str, &'static str),
    /// The connection is closed without a word.
    Cut,
    /// It is closed in the middle of the answer.
    Half,
    /// Nothing comes for a long time.
    Silent,
}

const FINE: React =
    React::Answer(200, "content-type: application/json\r\n", r#"{"no":"SO-1","items":[],"next":null}"#);

/// A call as far as tests ask.
#[derive(Clone, Debug)]
struct Came {
    path: String,
    head: String,
}

/// A server below whose first folders are systems that fail in their own ways: the n-th call is reacted to by the n-th of a
/// list, those after it by the last.
struct Faulty {
    port: u16,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Faulty {
    async fn start(reacts: BTreeMap<&'static str, Vec<React>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let (seen, reacts) = (came.clone(), Arc::new(reacts));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, reacts.clone(), seen.clone()));
            }
        });
        Self { port, came }
    }

    fn url(&self, system: &str) -> String {
        format!("http://127.0.0.1:{}/{system}", self.port)
    }

    fn calls(&self, path: &str) -> Vec<Came> {
        let came = self.came.lock().expect("no call panics");
        came.iter().filter(|one| one.path.starts_with(path)).cloned().collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    reacts: Arc<BTreeMap<&'static str, Vec<React>>>,
    seen: Arc<Mutex<Vec<Came>>>,
) {
    let Some(came) = request(&mut stream).await else { return };
    let path = came.path.clone();
    let system = path.split('/').nth(1).unwrap_or_default().to_owned();
    let before = {
        let mut all = seen.lock().expect("no call panics");
        let same = |one: &&Came| {
            one.path.split('/').nth(1) == Some(system.as_str()) && !one.path.ends_with("/token")
        };
        let before = all.iter().filter(same).count();
        all.push(came);
        before
    };
    let tokens = || seen.lock().expect("no call panics").iter().filter(|one| one.path == path).count();
    let react = match reacts.get(system.as_str()) {
        _ if path.ends_with("/token") => {
            let body = format!(r#"{{"access_token":"token-{}","expires_in":3600}}"#, tokens());
            return answer(&mut stream, 200, "content-type: application/json\r\n", &body, body.len()).await;
        }
        Some(list) => list.get(before).or(list.last()).copied().unwrap_or(FINE),
        None => FINE,
    };
    match react {
        React::Answer(status, headers, body) => answer(&mut stream, status, headers, body, body.len()).await,
        React::Half => {
            answer(&mut stream, 200, "content-type: application/json\r\n", r#"{"items":[{"a":"#, 4000).await
        }
        React::Cut => {}
        React::Silent => tokio::time::sleep(Duration::from_secs(20)).await,
    }
}

/// Head and body of a request; `None` where it is none, such as the beginning of TLS.
async fn request(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        if bytes.first() == Some(&0x16) {
            let _refused = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length =
        head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok());
    while bytes.len() < end + length.unwrap_or(0) {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Came { path, head })
}

/// `length`: what the head says, of which less may come.
async fn answer(stream: &mut TcpStream, status: u16, headers: &str, body: &str, length: usize) {
    let text = format!(
        "HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    let _sent = stream.write_all(text.as_bytes()).await;
    let _closed = stream.shutdown().await;
}

/// A fault, and what has to come of it.
struct Case {
    system: &'static str,
    operation: &'static str,
    reacts: Vec<React>,
    /// The address, where it is not the server's.
    elsewhere: Option<&'static str>,
    /// `succeeded`, or how the step failed.
    expected: Expected,
    attempts: usize,
    /// How long the first wait is, in milliseconds.
    wait: std::ops::RangeInclusive<i64>,
}

enum Expected {
    Succeeds {
        after: (&'static str, &'static str),
    },
    /// Class, code, and a piece of the message in both languages.
    Fails(&'static str, &'static str, &'static str, &'static str),
}

/// What the steps say: three attempts, a tenth of a second apart.
const PLAIN: std::ops::RangeInclusive<i64> = 80..=900;

fn cases() -> Vec<Case> {
    use Expected::{Fails, Succeeds};
    let words = |status, headers, body| vec![React::Answer(status, headers, body)];
    let case = |system, operation, reacts, expected, attempts, wait| Case {
        system,
        operation,
        reacts,
        elsewhere: None,
        expected,
        attempts,
        wait,
    };
    let json = "content-type: application/json\r\n";
    let busy = r#"{"error":{"message":"Too many orders at once","code":"BUSY"}}"#;
    let mut recovers = words(500, json, r#"{"error":{"message":"Out of memory"}}"#);
    recovers.push(FINE);
    let mut later = words(429, "retry-after: 1\r\ncontent-type: application/json\r\n", busy);
    later.push(FINE);
    vec![
        case(
            "slow",
            "create_order",
            vec![React::Silent],
            Fails("timeout", "timeout", "No answer within 400ms", "在 400ms 內沒有回應"),
            3,
            PLAIN,
        ),
        case(
            "cut",
            "create_order",
            vec![React::Cut],
            Fails("timeout", "connection_lost", "broke before the answer was whole", "在回應完成前中斷"),
            3,
            PLAIN,
        ),
        case(
            "half",
            "list_items",
            vec![React::Half],
            Fails("timeout", "connection_lost", "broke before the answer was whole", "在回應完成前中斷"),
            3,
            PLAIN,
        ),
        case("later", "create_order", later, Succeeds { after: ("limit", "http_status") }, 2, 950..=2500),
        case(
            "limit",
            "create_order",
            words(429, json, busy),
            Fails(
                "limit",
                "http_status",
                "Stockroom answered: Too many orders at once (BUSY) (429)",
                "回應：Too many orders at once (BUSY) (429)；對方要求稍後再試",
            ),
            3,
            PLAIN,
        ),
        case("recovers", "create_order", recovers, Succeeds { after: ("server", "http_status") }, 2, PLAIN),
        case(
            "down",
            "list_items",
            words(503, "", "out"),
            Fails("server", "http_status", "the fault is on its side", "問題在對方系統"),
            3,
            PLAIN,
        ),
        case(
            "key",
            "create_order",
            words(401, json, r#"{"error":{"message":"Wrong key"}}"#),
            Fails(
                "auth",
                "http_status",
                "Wrong key (401); check the connection's credentials",
                "請檢查連線的憑證",
            ),
            1,
            0..=0,
        ),
        case(
            "refuses",
            "create_order",
            words(422, json, r#"{"error":{"message":"沒有這個料號","code":"NO_ITEM"}}"#),
            Fails(
                "invalid",
                "http_status",
                "沒有這個料號 (NO_ITEM) (422); check the step's input",
                "沒有這個料號 (NO_ITEM) (422)；請檢查步驟的輸入",
            ),
            1,
            0..=0,
        ),
        case(
            "schema",
            "list_items",
            words(200, json, r#"{"items":{"sku":"A"}}"#),
            Fails("server", "answer_unexpected", "gave no list at `/items`", "在 `/items` 沒有清單"),
            3,
            PLAIN,
        ),
        case(
            "page",
            "list_items",
            words(200, "content-type: text/html\r\n", "<h1>Maintenance</h1>"),
            Fails("server", "answer_unexpected", "gave no list at `/items`", "在 `/items` 沒有清單"),
            3,
            PLAIN,
        ),
        Case {
            elsewhere: Some("http://stockroom.invalid"),
            ..case(
                "dns",
                "list_items",
                Vec::new(),
                Fails(
                    "connect",
                    "dns_failed",
                    "The host name of http://stockroom.invalid/items was not found",
                    "找不到 http://stockroom.invalid/items 的主機名稱",
                ),
                3,
                PLAIN,
            )
        },
        Case {
            elsewhere: Some("https"),
            ..case(
                "tls",
                "create_order",
                Vec::new(),
                Fails("connect", "tls_failed", "No secure connection to https://127.0.0.1", "建立安全連線"),
                3,
                PLAIN,
            )
        },
    ]
}

async fn installed(backend: Backend) -> TestApp {
    let app = TestApp::prepare(backend, Options::new());
    let folder = root().join("tests/data/stockroom").display().to_string();
    let _installed = app.cli(&["connector", "install", &folder]).await.success();
    app.launch().await;
    app
}

async fn connect(app: &TestApp, name: &str, auth: &str, base_url: &str, credentials: Value) {
    let made = json!({ "name": name, "connector": "stockroom", "auth": auth,
        "settings": { "production": { "base_url": base_url } }, "credentials": { "production": credentials } });
    let _made = app.post("/connections", &made).await.expect(201);
}

fn step(id: &str, operation: &str, connection: &str) -> Value {
    let with = if operation == "create_order" { json!({ "sku": "A" }) } else { json!({}) };
    json!({ "id": id, "use": format!("stockroom.{operation}"), "connection": connection, "with": with, "timeout": "20s",
        "retry": { "attempts": 3, "backoff": "fixed", "first": "100ms" } })
}

async fn run(app: &TestApp, slug: &str, steps: Value) -> Value {
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": slug, "name": slug,
        "trigger": { "use": "manual", "with": {} }, "steps": steps });
    app.publish(&flow).await;
    app.finished(&app.start_run(slug, &json!({})).await).await
}

/// The time between a failed attempt and the next, as the timeline says.
async fn first_wait(app: &TestApp, run: &Value) -> Option<i64> {
    let path = format!("/runs/{}/timeline", run["id"].as_str().expect("an id"));
    let entries = causeway_testkit::rows(&app.get(&path).await.expect(200).json());
    let failed = entries.iter().find(|entry| entry["event"] == "attempt_failed")?.clone();
    let time = |name: &str| failed[name].as_str().and_then(|at| at.parse::<Time>().ok());
    Some(time("retry_at")?.millis() - time("at")?.millis())
}

async fn fails_as_it_should(app: &TestApp, server: &Faulty, case: &Case) {
    let system = case.system;
    let address = match case.elsewhere {
        Some("https") => format!("https://127.0.0.1:{}", server.port),
        Some(elsewhere) => elsewhere.to_owned(),
        None => server.url(system),
    };
    connect(app, system, "key", &address, json!({ "api_key": "k-123456" })).await;
    let mut call = step("call", case.operation, system);
    if system == "slow" {
        call["timeout"] = json!("400ms");
    }
    let run = run(app, system, json!([call])).await;
    let ended = &run["steps"][0];
    let attempts = ended["attempts"].as_array().expect("attempts");
    assert_eq!(attempts.len(), case.attempts, "{system}: {}", timeline(&run));
    match &case.expected {
        Expected::Succeeds { after } => {
            assert_eq!(run["status"], "succeeded", "{system}: {run}");
            let error = &attempts[0]["error"];
            assert_eq!(
                (error["class"].as_str(), error["code"].as_str()),
                (Some(after.0), Some(after.1)),
                "{system}"
            );
        }
        Expected::Fails(class, code, en, zh) => {
            let error = &run["failure"]["error"];
            assert_eq!(
                (error["class"].as_str(), error["code"].as_str()),
                (Some(*class), Some(*code)),
                "{system}: {error}"
            );
            for (language, piece) in [("en", en), ("zh-TW", zh)] {
                let message = error["message"][language].as_str().expect("a message");
                assert!(message.contains(piece), "{system}: {message}");
            }
        }
    }
    match first_wait(app, &run).await {
        Some(wait) => assert!(case.wait.contains(&wait), "{system} waits {wait} ms"),
        None => assert_eq!(case.attempts, 1, "{system}: no wait in the timeline"),
    }
    if case.elsewhere.is_none() {
        let calls = server.calls(&format!("/{system}/"));
        assert_eq!(calls.len(), case.attempts, "{system}: {calls:?}");
        // A repeat is told by the same key.
        let key = |came: &Came| {
            came.head
                .split("idempotency-key: ")
                .nth(1)
                .and_then(|rest| rest.lines().next().map(str::to_owned))
        };
        assert!(calls.iter().all(|came| key(came) == key(&calls[0])), "{system}: {calls:?}");
        assert_eq!(key(&calls[0]).is_some(), case.operation == "create_order", "{system}");
    }
}

async fn faults_are_told_apart(backend: Backend) {
    let app = installed(backend).await;
    let cases = cases();
    let server = Faulty::start(cases.iter().map(|case| (case.system, case.reacts.clone())).collect()).await;
    futures::future::join_all(cases.iter().map(|case| fails_as_it_should(&app, &server, case))).await;
}

#[tokio::test]
async fn faults_are_told_apart_on_sqlite() {
    faults_are_told_apart(Backend::Sqlite).await;
}

#[tokio::test]
async fn faults_are_told_apart_on_postgres() {
    faults_are_told_apart(Backend::Postgres).await;
}

/// The token ends between two steps: the second signs in again and is no failed attempt.
#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_a_run_is_got_again() {
    let app = installed(Backend::Sqlite).await;
    let expired =
        React::Answer(401, "content-type: application/json\r\n", r#"{"error":{"message":"Token expired"}}"#);
    let server = Faulty::start(BTreeMap::from([("token", vec![FINE, expired, FINE])])).await;
    let client = json!({ "client_id": "c", "client_secret": "s-123456" });
    connect(&app, "token", "client", &format!("{}/", server.url("token")), client).await;
    let mut second = step("second", "create_order", "token");
    second["after"] = json!(["first"]);
    let run = run(&app, "token", json!([step("first", "list_items", "token"), second])).await;
    assert_eq!(timeline(&run), "succeeded | first succeeded | second succeeded");
    assert_eq!(server.calls("/token/token").len(), 2, "signed in once more");
    let orders = server.calls("/token/orders");
    assert_eq!(orders.len(), 2);
    for (call, token) in orders.iter().zip(["token-1", "token-2"]) {
        assert!(call.head.contains(&format!("authorization: bearer {token}")), "{call:?}");
    }
}
