//! One call never makes two runs.

use causeway_model::RunStatus;
use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn known_ids_and_expressions_find_duplicates() {
    let test = TestApp::new().await;
    test.webhook("known", json!({})).await;
    test.webhook("by-key", json!({"dedupe": "{{ trigger.body.no }}"})).await;
    test.webhook("off", json!({"dedupe": "off"})).await;
    let call = async |path: &str, key: &str, body: serde_json::Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        test.send("POST", &format!("/hooks/{path}"), &headers, body.to_string()).await.run()
    };
    let first = call("known", "k1", json!({})).await;
    assert_eq!(call("known", "k1", json!({"other": 1})).await, first);
    assert_ne!(call("known", "k2", json!({})).await, first);

    let first = call("by-key", "k1", json!({"no": "Q-1"})).await;
    assert_eq!(call("by-key", "k2", json!({"no": "Q-1"})).await, first);
    assert_ne!(call("by-key", "k1", json!({"no": "Q-2"})).await, first);
    let none = call("by-key", "k1", json!({})).await;
    assert_ne!(call("by-key", "k1", json!({})).await, none, "without the field there is no key");

    let first = call("off", "k1", json!({})).await;
    assert_ne!(call("off", "k1", json!({})).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one_run() {
    let test = TestApp::new().await;
    test.webhook("once", json!({})).await;
    let calls = (0..50).map(|_| {
        let test = std::sync::Arc::clone(&test);
        tokio::spawn(
            async move { test.send("POST", "/hooks/once", &[("webhook-id", "msg_1")], "{}").await.run() },
        )
    });
    let runs = futures::future::join_all(calls).await;
    let mut runs: Vec<_> = runs.into_iter().map(|run| run.expect("answered")).collect();
    runs.dedup();
    assert_eq!(runs.len(), 1);
}

#[tokio::test]
async fn a_duplicate_gets_the_first_runs_reply() {
    let test = TestApp::new().await;
    test.webhook("last", json!({"reply": "last"})).await;
    let call = |test: std::sync::Arc<TestApp>| async move {
        test.send("POST", "/hooks/last", &[("webhook-id", "m1")], "{}").await
    };
    let first = tokio::spawn(call(test.clone()));
    let claimed = test.claim().await;
    let second = tokio::spawn(call(test.clone()));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    test.finish(&claimed, RunStatus::Succeeded, Some(json!({"n": 1}))).await;
    let third = call(test.clone()).await;
    for answer in [first.await.expect("answered"), second.await.expect("answered"), third] {
        assert_eq!((answer.status.as_u16(), answer.run()), (200, claimed.run.id));
        assert_eq!(answer.json(), json!({"n": 1}));
    }
}
