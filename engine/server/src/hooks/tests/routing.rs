//! Which calls reach a flow, and how soon.

use std::time::Duration;

use causeway_model::RunStatus;
use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn an_accepted_call_is_durable_and_names_its_run() {
    let test = TestApp::new().await;
    test.webhook("orders", json!({"path": "orders/{no}"})).await;
    let headers = [
        ("content-type", "application/json"),
        ("authorization", "Bearer hidden-1"),
        ("cookie", "session=hidden-2"),
        ("x-tag", "a"),
    ];
    let body = r#"{"total": 1.10, "name": "報價"}"#;
    let answer = test.send("POST", "/hooks/orders/A1?from=crm", &headers, body).await;
    assert_eq!(answer.status, 202);
    let run = answer.run();
    assert_eq!(answer.json(), json!({ "run": run }));
    assert_eq!(test.app.store().run(run).await.expect("a run").status, RunStatus::Queued);

    let text = test.app.store().trigger_event(run).await.expect("an event");
    assert!(text.contains(body) && !text.contains("hidden"), "{text}");
    let event = test.event(run).await;
    assert_eq!(event["params"], json!({"no": "A1"}));
    assert_eq!(event["query"], json!({"from": "crm"}));
    assert_eq!((&event["method"], &event["path"]), (&json!("POST"), &json!("orders/A1")));
    assert_eq!(event["headers"], json!({"content-type": "application/json", "x-tag": "a"}));
    assert!(event["received_at"].as_str().is_some_and(|at| at.ends_with('Z')));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let test = TestApp::new().await;
    test.webhook("one", json!({"methods": ["POST", "PUT"]})).await;
    test.webhook("any", json!({})).await;
    let problem = test.send("POST", "/hooks/nothing", &[("accept-language", "zh-TW")], "").await;
    assert_eq!(problem.problem(), (404, "webhook_not_found".to_owned()));
    assert!(problem.json()["detail"].as_str().is_some_and(|detail| detail.contains("沒有已發布的流程")));
    assert!(problem.json()["text"]["en"].as_str().is_some_and(|detail| detail.contains("`nothing`")));

    let other = test.send("GET", "/hooks/one", &[], "").await;
    assert_eq!(other.problem(), (405, "method_not_allowed".to_owned()));
    assert_eq!(other.header("allow"), "POST, PUT, OPTIONS");
    let options = test.send("OPTIONS", "/hooks/one", &[], "").await;
    assert_eq!((options.status.as_u16(), options.header("allow")), (204, "POST, PUT, OPTIONS"));
    for (method, status) in [("GET", 202), ("DELETE", 202), ("HEAD", 204), ("OPTIONS", 204)] {
        assert_eq!(test.send(method, "/hooks/any", &[], "").await.status, status, "{method}");
    }
    assert_eq!(test.send("POST", "/hooks", &[], "").await.status, 404);
}

#[tokio::test]
async fn what_another_process_publishes_is_found() {
    let test = TestApp::new().await;
    assert_eq!(test.post("/hooks/new", &json!({})).await.status, 404);
    let elsewhere = test.elsewhere();
    let trigger = |path: &str| json!({"use": "webhook", "with": {"path": path}});
    let steps = |code: &str| json!([{"id": "map", "use": "script", "with": {"code": code}}]);
    TestApp::publish_in(&elsewhere, "new", trigger("new"), steps("1")).await;
    let first = test.post("/hooks/new", &json!({})).await;
    assert_eq!(first.status, 202, "at once, since a miss looks again");
    assert_eq!(test.app.store().run(first.run()).await.expect("a run").version, 1);

    TestApp::publish_in(&elsewhere, "new", trigger("new"), steps("2")).await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    let second = test.post("/hooks/new", &json!({})).await;
    assert_eq!(test.app.store().run(second.run()).await.expect("a run").version, 2);
}

#[tokio::test]
async fn a_disabled_flow_says_so_and_keeps_nothing() {
    let test = TestApp::new().await;
    test.webhook("off", json!({})).await;
    let slug = "off".parse().expect("a slug");
    assert_eq!(test.post("/hooks/off", &json!({})).await.status, 202);
    test.app.set_enabled(&slug, false, "test").await.expect("disabled");
    let refused = test.post("/hooks/off", &json!({})).await;
    assert_eq!(refused.problem(), (503, "flow_disabled".to_owned()));
    assert!(refused.headers.contains_key("retry-after"));
    test.app.set_enabled(&slug, true, "test").await.expect("enabled");
    assert_eq!(test.post("/hooks/off", &json!({})).await.status, 202);
}

#[tokio::test]
async fn what_this_process_publishes_counts_at_once() {
    let test = TestApp::new().await;
    for version in 1..=3 {
        let steps = json!([{"id": "map", "use": "script", "with": {"code": version.to_string()}}]);
        let published =
            test.publish("quick", json!({"use": "webhook", "with": {"path": "quick"}}), steps).await;
        let answer = test.post("/hooks/quick", &json!({})).await;
        let run = test.app.store().run(answer.run()).await.expect("a run");
        assert_eq!((published, run.version), (version, version));
    }
}
