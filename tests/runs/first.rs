//! The main job: a webhook starts a flow, a script maps, another system is called, and the run can be looked at.

use causeway_testkit::{Sink, both, flow, hook_flow, http_step, script_step, timeline};
use serde_json::json;

#[tokio::test]
async fn a_webhook_runs_a_script_and_calls_another_system() {
    both(async |app| {
        let sink = Sink::start().await;
        let code = "#{ no: trigger.body.no.to_upper(), lines: trigger.body.lines.len() }";
        app.publish(&hook_flow(
            "orders",
            json!([
                script_step("order", code, &[]),
                http_step("create", &sink.url("/orders"), json!("{{ steps.order }}"), &["order"]),
            ]),
        ))
        .await;
        let answer = app.hook("orders", &json!({"no": "q-1", "lines": [1, 2]})).await.expect(200);
        assert_eq!(answer.json()["status"], 200, "the last output is the call's: {}", answer.text);

        let run = app.run(&answer.run()).await;
        assert_eq!(timeline(&run), "succeeded | order succeeded | create succeeded");
        assert_eq!(run["steps"][0]["output"], json!({"no": "Q-1", "lines": 2}));
        assert_eq!(run["steps"][1]["input"]["json"], json!({"no": "Q-1", "lines": 2}));
        assert_eq!(run["steps"][1]["output"]["body"], json!({"n": 0}));

        let calls = sink.calls();
        assert_eq!(calls.len(), 1);
        assert_eq!((calls[0].method.as_str(), calls[0].path.as_str()), ("POST", "/orders"));
        assert_eq!(calls[0].json(), json!({"no": "Q-1", "lines": 2}));
        assert!(calls[0].key().is_some_and(|key| key.len() >= 16), "an idempotency key goes out");
    })
    .await;
}

#[tokio::test]
async fn each_run_and_each_step_has_its_own_idempotency_key() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&hook_flow(
            "keys",
            json!([
                http_step("one", &sink.url("/one"), json!({}), &[]),
                http_step("two", &sink.url("/two"), json!({}), &["one"]),
            ]),
        ))
        .await;
        for _ in 0..3 {
            let _answer = app.hook("keys", &json!({})).await.expect(200);
        }
        assert_eq!(sink.effects().into_values().collect::<Vec<_>>(), [1; 6]);
    })
    .await;
}

#[tokio::test]
async fn what_the_trigger_holds() {
    both(async |app| {
        let trigger = json!({"use": "webhook", "with": {"path": "shops/{shop}/orders", "reply": "last"}});
        app.publish(&flow("shops", trigger, json!([script_step("all", "trigger", &[])]))).await;
        let headers = [
            ("content-type", "application/json"),
            ("x-topic", "orders/create"),
            ("authorization", "Bearer canary"),
        ];
        let answer =
            app.hook_raw("PUT", "shops/taipei/orders?page=2&tag=a&tag=b", &headers, r#"{"id": 7}"#).await;
        let trigger = answer.expect(200).json();
        assert_eq!(trigger["kind"], "webhook");
        assert_eq!(trigger["body"], json!({"id": 7}));
        assert_eq!(trigger["params"], json!({"shop": "taipei"}));
        assert_eq!(trigger["query"]["page"], "2");
        assert_eq!(trigger["method"], "PUT");
        assert_eq!(trigger["headers"]["x-topic"], "orders/create");
        assert!(trigger["received_at"].as_str().is_some_and(|at| at.starts_with("20")), "{trigger}");
        assert!(trigger["headers"].get("authorization").is_none(), "credentials are not kept: {trigger}");
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_body_arrives() {
    both(async |app| {
        app.publish(&hook_flow("bodies", json!([script_step("body", "trigger.body", &[])]))).await;
        let json =
            app.hook_raw("POST", "bodies", &[("content-type", "application/json")], "[1, \"二\"]").await;
        assert_eq!(json.expect(200).json(), json!([1, "二"]));
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let form = app.hook_raw("POST", "bodies", &form, "a=1&b=%E5%A0%B1%E5%83%B9").await;
        assert_eq!(form.expect(200).json(), json!({"a": "1", "b": "報價"}));
        let text =
            app.hook_raw("POST", "bodies", &[("content-type", "text/plain; charset=utf-8")], "哈囉").await;
        let text = text.expect(200);
        assert!(text.text.contains("哈囉"), "{}", text.text);
        let none = app.hook_raw("GET", "bodies", &[], "").await;
        assert!(none.status < 300, "{}", none.text);
        let broken = app.hook_raw("POST", "bodies", &[("content-type", "application/json")], "{\"a\":").await;
        assert_eq!(broken.status, 400, "{}", broken.text);
    })
    .await;
}

#[tokio::test]
async fn a_flow_is_started_by_hand_with_a_checked_input() {
    both(async |app| {
        let schema =
            json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
        let trigger = json!({"use": "manual", "with": {"input": schema}});
        let steps = json!([script_step("hello", "`你好 ${trigger.input.name}`", &[])]);
        app.publish(&flow("hello", trigger, steps)).await;
        let id = app.start_run("hello", &json!({"name": "小明"})).await;
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | hello succeeded");
        assert_eq!(run["output"], "你好 小明");
        let refused = app.try_start_run("hello", &json!({"name": 5})).await;
        assert!((400..500).contains(&refused.status), "{} {}", refused.status, refused.text);
    })
    .await;
}

#[tokio::test]
async fn a_new_version_is_used_at_once_and_old_runs_keep_theirs() {
    both(async |app| {
        let version = |text: &str| {
            json!([
                crate::runs::waits::pause("pause", "700ms", &[]),
                script_step("say", &format!("\"{text}\""), &["pause"])
            ])
        };
        let trigger = json!({"use": "webhook", "with": {"path": "versions", "reply": "accepted"}});
        app.publish(&flow("versions", trigger.clone(), version("old"))).await;
        let old = app.hook("versions", &json!({})).await.expect(202).run();
        app.publish(&flow("versions", trigger, version("new"))).await;
        let new = app.hook("versions", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&old).await["output"], "old");
        assert_eq!(app.finished(&new).await["output"], "new");
        assert_eq!(
            (app.run(&old).await["version"].clone(), app.run(&new).await["version"].clone()),
            (json!(1), json!(2))
        );
    })
    .await;
}
