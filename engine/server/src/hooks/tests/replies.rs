//! What callers are answered by `last` and `respond`.

use std::sync::Arc;

use causeway_model::{Event, RunStatus, Value, Wait};
use causeway_store::Next;
use serde_json::json;

use crate::testing::{Answer, TestApp, later};

/// Calls the webhook `path` while `run` plays the worker.
async fn answered(
    test: &Arc<TestApp>,
    path: &str,
    run: impl AsyncFnOnce(&TestApp, causeway_store::Claimed),
) -> Answer {
    let (caller, path) = (Arc::clone(test), format!("/hooks/{path}"));
    let call = tokio::spawn(async move { caller.post(&path, &json!({})).await });
    let claimed = test.claim().await;
    let id = claimed.run.id;
    run(test, claimed).await;
    let answer = call.await.expect("answered");
    assert_eq!(answer.run(), id);
    answer
}

#[tokio::test]
async fn last_gives_the_output() {
    let test = TestApp::new().await;
    test.webhook("last", json!({"reply": "last"})).await;
    let done = |status, output: Option<Value>| {
        async move |test: &TestApp, claimed| test.finish(&claimed, status, output).await
    };
    let output: Value = serde_json::from_str(r#"{"total":1.10,"z":1,"a":2}"#).expect("JSON");
    let answer = answered(&test, "last", done(RunStatus::Succeeded, Some(output))).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, r#"{"total":1.10,"z":1,"a":2}"#));
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.header("content-security-policy").starts_with("sandbox"));

    let answer = answered(&test, "last", done(RunStatus::Failed, None)).await;
    assert_eq!(answer.problem(), (502, "script_failed".to_owned()));
    assert!(!answer.text().contains("1234"), "the flow's own words stay inside: {}", answer.text());
    assert_eq!(answer.json()["run"], answer.header("x-causeway-run"));

    let answer = answered(&test, "last", done(RunStatus::Cancelled, None)).await;
    assert_eq!(answer.problem(), (502, "run_cancelled".to_owned()));
}

#[tokio::test]
async fn waiting_is_accepted_and_slowness_timed_out() {
    let test = TestApp::new().await;
    test.webhook("slow", json!({"reply": "last", "reply_timeout": "300ms"})).await;
    let answer = answered(&test, "slow", async |test: &TestApp, claimed| {
        let until = later(test.app.now());
        let event = Event::StepWaiting {
            step: "map".parse().expect("an id"),
            input: Value::Null,
            wait: Wait::time(until),
        };
        let next = Next::Wait { due_at: Some(until), hold_slot: false, active_ms: 1 };
        test.commit(&claimed, vec![event], next).await;
    })
    .await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({ "run": answer.run() })));
    let answer = answered(&test, "slow", async |_: &TestApp, _| {}).await;
    assert_eq!(answer.problem(), (504, "reply_timeout".to_owned()));
}

#[tokio::test]
async fn respond_says_status_headers_and_body() {
    let test = TestApp::new().await;
    test.webhook("respond", json!({"reply": "respond"})).await;
    let reply = |status, headers: &'static [(&'static str, &'static str)], body: Value| {
        async move |test: &TestApp, claimed: causeway_store::Claimed| {
            test.reply(&claimed, status, headers, body).await;
            test.finish(&claimed, RunStatus::Succeeded, None).await;
        }
    };
    let headers = &[
        ("X-Shop", "a"),
        ("Content-Type", "application/vnd.shop+json"),
        ("Set-Cookie", "session=1"),
        ("Content-Length", "1"),
        ("Connection", "close"),
        ("X-Causeway-Run", "forged"),
        ("Link", "<a>"),
        ("Link", "<b>"),
    ];
    let answer = answered(&test, "respond", reply(201, headers, json!({"no": "Q-1"}))).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (201, json!({"no": "Q-1"})));
    assert_eq!(answer.header("x-shop"), "a");
    assert_eq!(answer.header("content-type"), "application/vnd.shop+json");
    assert_eq!(answer.headers.get_all("link").iter().count(), 2);
    for refused in ["set-cookie", "content-length", "connection"] {
        assert!(!answer.headers.contains_key(refused), "{refused}");
    }
    let answer = answered(&test, "respond", reply(200, &[], json!("你好"))).await;
    assert_eq!((answer.text(), answer.header("content-type")), ("你好", "text/plain; charset=utf-8"));
    let answer = answered(&test, "respond", reply(204, &[], Value::Null)).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    let answer = answered(&test, "respond", reply(700, &[], Value::Null)).await;
    assert_eq!(answer.problem(), (502, "reply_invalid".to_owned()));
    let answer = answered(&test, "respond", reply(200, &[("X-A", "a\r\nSet-Cookie: b")], Value::Null)).await;
    assert_eq!(answer.problem(), (502, "reply_invalid".to_owned()));

    let answer = answered(&test, "respond", async |test: &TestApp, claimed| {
        test.finish(&claimed, RunStatus::Succeeded, Some(json!(1))).await;
    })
    .await;
    assert_eq!(answer.json(), json!({ "run": answer.run(), "status": "succeeded" }));
}

#[tokio::test]
async fn files_and_streams_go_out_whole() {
    let test = TestApp::new().await;
    test.webhook("respond", json!({"reply": "respond"})).await;
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| n as u8).collect();
    let wanted = bytes.clone();
    let answer = answered(&test, "respond", async move |test: &TestApp, claimed: causeway_store::Claimed| {
        let mut file =
            test.app.store().create_file(claimed.run.id, "a.bin", "application/pdf").await.expect("a file");
        file.write(bytes.into()).await.expect("written");
        let file = file.finish().await.expect("kept");
        test.reply(&claimed, 200, &[], file.into_value()).await;
    })
    .await;
    assert_eq!(
        (answer.header("content-type"), answer.header("content-length")),
        ("application/pdf", "700000")
    );
    assert_eq!(answer.body, wanted);

    let answer = answered(&test, "respond", async |test: &TestApp, claimed: causeway_store::Claimed| {
        let mut records = (0..1234).map(|n| json!({ "n": n }));
        let stream = test.app.store().create_stream(claimed.run.id, &mut records).await.expect("a stream");
        test.reply(&claimed, 200, &[], stream.into_value()).await;
    })
    .await;
    let list = answer.json();
    assert_eq!(list.as_array().map(Vec::len), Some(1234));
    assert_eq!(list[1233], json!({"n": 1233}));
}
