//! LINE's connector against LINE's own description of its API: a mock server made of it takes everything that the connector sends
//! and refuses what is wrong, and LINE's library for Python reads our messages as its own.
//!
//! The description is in `data/line`, from line/line-openapi (Apache-2.0, its licence beside it).

use std::process::Stdio;

use causeway_model::Value;
use causeway_testkit::{Backend, Options, TestApp, free_port, root};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::peers::{Peer, folder};

/// Every fixture of the connector: its operation, its case and what it says.
fn fixtures() -> Vec<(String, String, Value)> {
    let files = std::fs::read_dir(root().join("plugins/line/fixtures")).expect("fixtures");
    let mut found: Vec<_> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let content = std::fs::read(&path).expect("it reads");
            let (operation, case) = name.split_once('.').unwrap_or((&name, "usual"));
            (operation.to_owned(), case.replace('_', "-"), serde_json::from_slice(&content).expect("JSON"))
        })
        .collect();
    found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    assert!(!found.is_empty());
    found
}

/// The mock, strict: what does not fit the description is refused.
async fn mock(own: &tempfile::TempDir) -> Peer {
    let port = free_port();
    let mut command = Command::new(folder("prism").join("node_modules/.bin/prism"));
    command.args(["mock", "-h", "127.0.0.1", "-p", &port.to_string(), "--errors"]);
    command.arg(root().join("tests/data/line/messaging-api.yml"));
    Peer::start(&mut command, port, &own.path().join("log")).await
}

#[tokio::test]
async fn line_takes_everything_that_the_connector_sends() {
    let own = tempfile::tempdir().expect("a folder");
    let line = mock(&own).await;
    let app = TestApp::start(Backend::Sqlite).await;
    let connection = json!({ "name": "line", "connector": "line", "settings": { "production": { "base_url": line.url("") } },
        "credentials": { "production": { "token": "a-channel-access-token" } } });
    let _made = app.post("/connections", &connection).await.expect(201);
    let mut operations = std::collections::BTreeSet::new();
    for (operation, case, fixture) in fixtures() {
        let slug = format!("{}-{case}", operation.replace('_', "-"));
        let step = json!({ "id": "call", "use": format!("line.{operation}"), "connection": "line", "with": fixture["input"] });
        let flow = json!({ "causeway": 1, "kind": "flow", "slug": slug, "name": slug,
            "trigger": { "use": "manual", "with": {} }, "steps": [step] });
        app.publish(&flow).await;
        let run = app.finished(&app.start_run(&slug, &json!({})).await).await;
        assert_eq!(run["status"], "succeeded", "{slug}: {run}");
        operations.insert(operation);
    }
    let catalogue = app.get("/catalogue").await.expect(200).json();
    let connectors = catalogue["connectors"].as_array().expect("a list");
    let ours = connectors.iter().find(|one| one["name"] == "line").expect("it is there");
    assert_eq!(
        ours["operations"].as_array().map(Vec::len),
        Some(operations.len()),
        "each operation was called"
    );
}

/// The mock is one that refuses: otherwise that it took ours would say nothing.
#[tokio::test]
async fn line_refuses_what_is_wrong() {
    let app = TestApp::prepare(Backend::Sqlite, Options::new());
    let own = tempfile::tempdir().expect("a folder");
    let line = mock(&own).await;
    let text = json!({ "type": "text", "text": "您的訂單已出貨。" });
    let good = json!({ "to": "U00aba58f5b9311901ba81c344c9c1970", "messages": [text] });
    let six = json!({ "to": "U1", "messages": vec![text.clone(); 6] });
    let nobody = json!({ "messages": [text] });
    let token = ("Authorization", "Bearer a-channel-access-token");
    for (what, headers, body, expected) in [
        ("a push", vec![token], &good, 200),
        ("no token", vec![], &good, 401),
        ("six messages", vec![token], &six, 400),
        ("nobody to send to", vec![token], &nobody, 400),
        ("a retry key that is no UUID", vec![token, ("X-Line-Retry-Key", "again")], &good, 400),
        ("a limit that is reached", vec![token, ("Prefer", "code=429")], &good, 429),
    ] {
        let mut request = app.client().post(line.url("/v2/bot/message/push")).json(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), expected, "{what}");
    }
}

/// What LINE's library says of bodies: a line each.
async fn read_by_line(bodies: &[Value]) -> Vec<Value> {
    let mut command = Command::new(folder("peers").join("bin/python"));
    command
        .arg(root().join("tests/data/line/read.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().expect("it starts");
    let lines: String = bodies.iter().map(|body| format!("{body}\n")).collect();
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).await.expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().await.expect("it ends");
    assert!(output.status.success());
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn lines_own_library_reads_our_messages() {
    let models = [
        ("push_message", "PushMessageRequest"),
        ("multicast", "MulticastRequest"),
        ("reply_message", "ReplyMessageRequest"),
        ("validate_push", "ValidateMessageRequest"),
    ];
    let sent: Vec<Value> = fixtures()
        .into_iter()
        .filter_map(|(operation, _, fixture)| {
            let (_, model) = models.iter().find(|(name, _)| *name == operation)?;
            Some(json!({ "model": model, "body": fixture["request"]["json"] }))
        })
        .collect();
    let kinds: std::collections::BTreeSet<_> = sent.iter().map(|one| one["model"].as_str()).collect();
    assert_eq!(kinds.len(), models.len(), "each kind of message is sent by a fixture");
    for (sent, read) in sent.iter().zip(read_by_line(&sent).await) {
        assert_eq!(read["read"], true, "{sent}: {read}");
        // What it makes of them holds all that we said.
        let missing = causeway_testkit::missing(&sent["body"], &read["body"]);
        assert!(missing.is_empty(), "{missing:?} of {sent}");
    }
    let without =
        json!({ "model": "PushMessageRequest", "body": { "to": "U1", "messages": [{ "type": "text" }] } });
    assert_eq!(read_by_line(&[without]).await[0]["read"], false, "it refuses a text without text");
}
