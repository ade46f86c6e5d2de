//! One-time links, health, pages and sockets.

use std::time::Duration;

use causeway_model::{Event, Frame, RunStatus, Value, Wait, WaitKind};
use causeway_store::{Link, Next, SignalKind};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::readiness::Readiness;
use crate::serve::{Config, Server};
use crate::testing::TestApp;

#[tokio::test]
async fn a_callback_ends_its_wait_once() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    let run = test.post("/hooks/in", &json!({})).await.run();
    let claimed = test.claim().await;
    let wait = Wait { kind: WaitKind::Callback, until: None };
    let event = Event::StepWaiting { step: "map".parse().expect("an id"), input: Value::Null, wait };
    let next = Next::Wait { due_at: None, hold_slot: false, active_ms: 1 };
    test.commit(&claimed, vec![event], next).await;
    let link = |step: &str| {
        let link = Link::Callback { run, frame: Frame::top(), step: step.parse().expect("an id") };
        format!("/callbacks/{}", test.app.store().sign_link(&link))
    };
    let path = link("map");
    assert_eq!(test.send("HEAD", &path, &[], "").await.status, 204, "looking uses nothing up");
    let headers = [("content-type", "application/json")];
    assert_eq!(test.send("POST", &path, &headers, "{").await.problem().1, "body_not_json");
    let called = test.send("POST", &path, &headers, r#"{"paid":1.10}"#).await;
    assert_eq!((called.status.as_u16(), called.run()), (200, run));
    assert_eq!(called.json(), json!({"run": run, "step": "map"}));
    let again = test.send("GET", &path, &[], "").await;
    assert_eq!((again.problem(), again.run()), ((410, "link_used".to_owned()), run));

    let claimed = test.claim().await;
    let SignalKind::Callback { payload, .. } = &claimed.signals[0].kind else { panic!("no callback") };
    assert_eq!(payload.to_string(), r#"{"paid":1.10}"#);
    test.finish(&claimed, RunStatus::Succeeded, None).await;
    let late = test.send("GET", &format!("{}?a=1", link("first")), &[], "").await;
    assert_eq!(late.problem(), (410, "run_finished".to_owned()));
    for forged in ["/callbacks/x", &format!("{path}x"), &path.replace("/callbacks/", "/approvals/")] {
        assert_eq!(test.send("GET", forged, &[], "").await.status, 404, "{forged}");
    }
}

#[tokio::test]
async fn health_and_readiness_are_told_apart() {
    let test = TestApp::new().await;
    assert_eq!(test.send("GET", "/readyz", &[], "").await.status, 200);
    test.set_ready(false);
    assert_eq!(test.send("GET", "/healthz", &[], "").await.status, 200);
    assert_eq!(test.send("GET", "/readyz", &[], "").await.problem(), (503, "not_ready".to_owned()));
}

#[tokio::test]
async fn pages_are_there_and_answers_are_safe() {
    let test = TestApp::new().await;
    // With the web UI or, where it is not built, with the words that say so.
    for path in ["/", "/runs/01a20439-1674-7136-bdf9-4497d9d8f92d"] {
        let page = test.send("GET", path, &[("accept", "text/html,*/*;q=0.8")], "").await;
        assert_eq!((page.status.as_u16(), page.text().contains("<!doctype html>")), (200, true), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    }
    for path in ["/nowhere", "/api/v1/nowhere", "/api/nowhere", "/assets/nowhere.js"] {
        let lost = test.send("GET", path, &[("accept", "application/json")], "").await;
        assert_eq!(lost.problem(), (404, "not_found".to_owned()), "{path}");
    }
    let lost = test.send("GET", "/api/nowhere", &[("accept", "text/html")], "").await;
    assert_eq!(lost.problem(), (404, "not_found".to_owned()));
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("cache-control", "no-store")]
    {
        assert_eq!(lost.header(name), value);
    }
    assert_eq!(test.send("DELETE", "/healthz", &[], "").await.problem().0, 405);
}

#[tokio::test]
async fn a_server_listens_answers_and_stops() {
    let test = TestApp::new().await;
    test.webhook("slow", json!({"reply": "last"})).await;
    let config = Config::new("127.0.0.1:0".parse().expect("an address"));
    let readiness = Readiness::default();
    let server = Server::start(config, test.app.clone(), readiness).await.expect("listening");
    let connect = async |request: &str| {
        let mut stream = tokio::net::TcpStream::connect(server.addr).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream
    };
    let read = async |mut stream: tokio::net::TcpStream| {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    };
    let health = connect("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(read(health).await.starts_with("HTTP/1.1 200 OK\r\n"));
    // A call under way is answered although the server stops.
    let slow = connect("POST /hooks/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").await;
    let claimed = test.claim().await;
    let address = server.addr;
    let stopping = tokio::spawn(server.shutdown());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "no new connections");
    test.finish(&claimed, RunStatus::Succeeded, Some(json!({"n": 1}))).await;
    let answer = read(slow).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("{\"n\":1}"), "{answer}");
    stopping.await.expect("stopped");
}

/// Whatever a client keeps the server waiting for, its connection does not stay.
#[tokio::test]
async fn who_keeps_the_server_waiting_is_cut_off() {
    let test = TestApp::new().await;
    test.webhook("slow", json!({"reply": "last"})).await;
    let patience = Duration::from_millis(400);
    let config = Config { patience, ..Config::new("127.0.0.1:0".parse().expect("an address")) };
    let server = Server::start(config, test.app.clone(), Readiness::default()).await.expect("listening");
    let connect = async |bytes: &[u8]| {
        let mut stream = tokio::net::TcpStream::connect(server.addr).await.expect("connected");
        stream.write_all(bytes).await.expect("sent");
        stream
    };
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let silent: [&[u8]; 6] = [
        b"",
        b"PRI * HT",
        b"GET /healthz HTT",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        settings,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    for bytes in silent {
        let mut stream = connect(bytes).await;
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut heard)).await;
        assert!(ended.is_ok(), "{:?} is left open", String::from_utf8_lossy(bytes));
    }
    // Nobody reads the answers: they end before the last.
    let asked = 600;
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    let mut greedy = connect(request.repeat(asked).as_bytes()).await;
    tokio::time::sleep(patience * 5).await;
    let (mut heard, mut part) = (0, vec![0; 1 << 16]);
    while let Ok(Ok(count @ 1..)) =
        tokio::time::timeout(Duration::from_secs(20), greedy.read(&mut part)).await
    {
        heard += count;
    }
    let whole = test.send("GET", "/api/v1/openapi.json", &[], "").await.body.len() * asked;
    assert!(heard < whole, "{heard} of {whole}");
    // A call that the server takes its time for is not cut.
    let mut slow =
        connect(b"POST /hooks/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            .await;
    let claimed = test.claim().await;
    tokio::time::sleep(patience * 3).await;
    test.finish(&claimed, RunStatus::Succeeded, Some(json!({"n": 1}))).await;
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    server.shutdown().await;
}
