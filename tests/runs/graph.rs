//! Branches, joins, skipped steps and error ports.

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, hook_flow, http_step, script_step, step, timeline};
use serde_json::json;

fn joined(mut step: Value, join: &str) -> Value {
    step["join"] = json!(join);
    step
}

fn size() -> Value {
    let cases = json!([{"port": "large", "when": "trigger.body.total > 100000"}, {"port": "odd", "when": "trigger.body.total < 0"}]);
    step("size", "branch", json!({"cases": cases, "otherwise": "normal"}), &[])
}

#[tokio::test]
async fn a_branch_takes_one_port_and_the_rest_is_skipped() {
    both(async |app| {
        app.publish(&hook_flow(
            "branch",
            json!([
                size(),
                script_step("big", "\"big\"", &["size.large"]),
                script_step("small", "\"small\"", &["size.normal"]),
                script_step("after_big", "steps.big", &["big"]),
                joined(script_step("end", "[steps.big ?? 0, steps.small ?? 0]", &["after_big", "small"]), "any"),
            ]),
        ))
        .await;
        let timeline_for = async |total: i64| {
            let answer = app.hook("branch", &json!({"total": total})).await.expect(200);
            (timeline(&app.run(&answer.run()).await), answer.json())
        };
        assert_eq!(
            timeline_for(5).await,
            (
                "succeeded | size succeeded:normal | big skipped | small succeeded | after_big skipped | end succeeded".into(),
                json!([0, "small"])
            )
        );
        assert_eq!(
            timeline_for(200_000).await,
            (
                "succeeded | size succeeded:large | big succeeded | small skipped | after_big succeeded | end succeeded".into(),
                json!(["big", 0])
            )
        );
    })
    .await;
}

#[tokio::test]
async fn join_all_waits_for_all_and_join_any_merges() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            let slow = call.path == "/slow";
            Reaction::ok(json!({})).after(std::time::Duration::from_millis(if slow { 400 } else { 0 }))
        })
        .await;
        app.publish(&hook_flow(
            "joins",
            json!([
                http_step("fast", &sink.url("/fast"), json!({}), &[]),
                http_step("slow", &sink.url("/slow"), json!({}), &[]),
                joined(http_step("all", &sink.url("/all"), json!({}), &["fast", "slow"]), "all"),
            ]),
        ))
        .await;
        let answer = app.hook("joins", &json!({})).await.expect(200);
        assert_eq!(
            timeline(&app.run(&answer.run()).await),
            "succeeded | fast succeeded | slow succeeded | all succeeded"
        );
        assert_eq!(sink.calls().last().map(|call| call.path.clone()), Some("/all".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn join_all_is_skipped_where_one_edge_is_dead() {
    both(async |app| {
        app.publish(&hook_flow(
            "dead",
            json!([
                size(),
                script_step("big", "1", &["size.large"]),
                script_step("always", "2", &[]),
                joined(script_step("both", "3", &["big", "always"]), "all"),
            ]),
        ))
        .await;
        let answer = app.hook("dead", &json!({"total": 1})).await.expect(200);
        assert_eq!(
            timeline(&app.run(&answer.run()).await),
            "succeeded | size succeeded:normal | big skipped | always succeeded | both skipped"
        );
        assert_eq!(answer.json(), 2);
    })
    .await;
}

#[tokio::test]
async fn publish_refuses_a_join_that_would_have_to_be_guessed() {
    both(async |app| {
        let steps = json!([
            script_step("a", "1", &[]),
            script_step("b", "2", &[]),
            script_step("c", "3", &["a", "b"])
        ]);
        let refused = app.try_publish(&hook_flow("guess", steps)).await;
        assert!((400..500).contains(&refused.status), "{} {}", refused.status, refused.text);
        assert!(refused.text.contains("join"), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn a_failure_on_a_wired_error_port_is_handled() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::status(422, json!({"reason": "no stock"}))).await;
        app.publish(&hook_flow(
            "handled",
            json!([
                http_step("create", &sink.url("/"), json!({}), &[]),
                script_step("fine", "1", &["create"]),
                script_step("instead", "#{ code: errors.create.code, status: errors.create.status, why: errors.create.body.reason, class: errors.create.class }", &["create.error"]),
            ]),
        ))
        .await;
        let answer = app.hook("handled", &json!({})).await.expect(200);
        let run = app.run(&answer.run()).await;
        assert_eq!(timeline(&run), "succeeded | create failed(http_status) | fine skipped | instead succeeded");
        assert_eq!(run["handled_errors"], 1);
        assert_eq!(answer.json(), json!({"code": "http_status", "status": 422, "why": "no stock", "class": "invalid"}));
    })
    .await;
}

#[tokio::test]
async fn a_failure_that_nobody_handles_starts_nothing_new_and_lets_the_rest_finish() {
    both(async |app| {
        let sink = Sink::answering(|call| match call.path.as_str() {
            "/bad" => Reaction::status(400, json!({})).after(std::time::Duration::from_millis(100)),
            _ => Reaction::ok(json!({})).after(std::time::Duration::from_millis(600)),
        })
        .await;
        app.publish(&hook_flow(
            "unhandled",
            json!([
                http_step("bad", &sink.url("/bad"), json!({}), &[]),
                http_step("slow", &sink.url("/slow"), json!({}), &[]),
                http_step("next", &sink.url("/next"), json!({}), &["slow"]),
            ]),
        ))
        .await;
        let answer = app.hook("unhandled", &json!({})).await.expect(502);
        let run = app.run(&answer.run()).await;
        assert_eq!(timeline(&run), "failed | bad failed(http_status) | slow succeeded | next skipped");
        assert_eq!(run["failure"]["step"], "bad");
        assert!(sink.calls().iter().all(|call| call.path != "/next"));
    })
    .await;
}

#[tokio::test]
async fn stop_ends_a_run_with_a_message() {
    both(async |app| {
        let cases = json!({"cases": [{"port": "bad", "when": "trigger.body.bad"}], "otherwise": "good"});
        app.publish(&hook_flow(
            "stops",
            json!([
                step("if", "branch", cases, &[]),
                step("fail", "stop", json!({"status": "failed", "message": "信用額度不足"}), &["if.bad"]),
                step("enough", "stop", json!({"status": "succeeded", "message": "done"}), &["if.good"]),
            ]),
        ))
        .await;
        let failed = app.hook("stops", &json!({"bad": true})).await.expect(502);
        let failed = app.run(&failed.run()).await;
        assert_eq!(failed["status"], "failed");
        assert!(failed["failure"]["error"]["message"].to_string().contains("信用額度不足"), "{failed}");
        let fine = app.hook("stops", &json!({"bad": false})).await;
        let fine = app.finished(&fine.run()).await;
        assert_eq!(fine["status"], "succeeded");
    })
    .await;
}
