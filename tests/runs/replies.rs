//! What the caller of a webhook hears, and when.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, flow, hook_flow, http_step, script_step, step};
use serde_json::json;

use super::waits::pause;

fn webhook(path: &str, reply: &str) -> Value {
    json!({"use": "webhook", "with": {"path": path, "reply": reply}})
}

#[tokio::test]
async fn accepted_answers_before_the_run_is_done() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(600))).await;
        let steps = json!([http_step("slow", &sink.url("/"), json!({}), &[])]);
        app.publish(&flow("slow", webhook("slow", "accepted"), steps)).await;
        let answer = app.hook("slow", &json!({})).await.expect(202);
        assert_eq!(answer.json()["run"], answer.run().as_str());
        let run = app.run(&answer.run()).await;
        assert!(["queued", "running"].contains(&run["status"].as_str().unwrap_or_default()), "{run}");
        assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn last_answers_the_last_output_that_is_no_branch() {
    both(async |app| {
        let cases = json!({"cases": [{"port": "big", "when": "steps.a.n > 1"}], "otherwise": "small"});
        app.publish(&hook_flow(
            "last",
            json!([
                script_step("a", "#{ n: trigger.body.n }", &[]),
                step("size", "branch", cases, &["a"]),
                script_step("big", "\"big\"", &["size.big"]),
                script_step("small", "\"small\"", &["size.small"]),
            ]),
        ))
        .await;
        assert_eq!(app.hook("last", &json!({"n": 1})).await.expect(200).text, "small");
        assert_eq!(app.hook("last", &json!({"n": 2})).await.expect(200).text, "big");
    })
    .await;
}

#[tokio::test]
async fn last_answers_502_with_the_code_of_a_failed_run() {
    both(async |app| {
        app.publish(&hook_flow("broken", json!([script_step("oops", "trigger.body.a.b.c", &[])]))).await;
        let answer = app.hook("broken", &json!({})).await.expect(502);
        let run = app.run(&answer.run()).await;
        assert_eq!(run["status"], "failed");
        assert_eq!(run["failure"]["step"], "oops");
        assert_eq!(answer.json()["code"], run["failure"]["error"]["code"], "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn last_answers_202_when_the_run_begins_to_wait() {
    both(async |app| {
        app.publish(&hook_flow("waits", json!([pause("pause", "2s", &[])]))).await;
        let answer = app.hook("waits", &json!({})).await.expect(202);
        assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn last_answers_504_after_its_time_and_the_run_goes_on() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(1500))).await;
        let trigger =
            json!({"use": "webhook", "with": {"path": "late", "reply": "last", "reply_timeout": "300ms"}});
        app.publish(&flow("late", trigger, json!([http_step("slow", &sink.url("/"), json!({}), &[])]))).await;
        let answer = app.hook("late", &json!({})).await.expect(504);
        assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn respond_says_status_headers_and_body_and_the_run_goes_on() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(500))).await;
        let reply = json!({"status": 201, "headers": {"X-Order": "SO-{{ trigger.body.no }}"}, "body": {"no": "{{ trigger.body.no }}"}});
        app.publish(&flow(
            "respond",
            webhook("respond", "respond"),
            json!([step("answer", "respond", reply, &[]), http_step("after", &sink.url("/"), json!({}), &["answer"])]),
        ))
        .await;
        let answer = app.hook("respond", &json!({"no": 7})).await.expect(201);
        assert_eq!(answer.header("x-order"), Some("SO-7"));
        assert_eq!(answer.json(), json!({"no": 7}));
        assert_eq!(app.run(&answer.run()).await["status"], "running", "the reply does not wait for the rest");
        assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn respond_cannot_break_the_answer_it_travels_in() {
    both(async |app| {
        let answering = |slug: &str, headers: Value| {
            let reply = json!({"headers": headers, "body": "a long text"});
            flow(slug, webhook(slug, "respond"), json!([step("answer", "respond", reply, &[])]))
        };
        for header in ["Content-Length", "Transfer-Encoding", "Connection", "X Y"] {
            let refused = app.try_publish(&answering("evil", json!({header: "3"}))).await;
            assert_eq!(refused.status, 422, "{header}: {}", refused.text);
        }
        app.publish(&answering("split", json!({"X-Name": "{{ trigger.body.name }}"}))).await;
        let answer = app.hook("split", &json!({"name": "a\r\nSet-Cookie: b=c"})).await;
        assert!(answer.header("set-cookie").is_none(), "{:?}", answer.headers);
        assert_eq!(
            app.hook("split", &json!({"name": "fine"})).await.expect(200).header("x-name"),
            Some("fine")
        );
    })
    .await;
}

#[tokio::test]
async fn a_run_that_ends_without_responding_is_answered_too() {
    both(async |app| {
        let cases = json!({"cases": [{"port": "yes", "when": "trigger.body.answer"}], "otherwise": "no"});
        app.publish(&flow(
            "maybe",
            webhook("maybe", "respond"),
            json!([
                step("if", "branch", cases, &[]),
                step("answer", "respond", json!({"body": "hi"}), &["if.yes"])
            ]),
        ))
        .await;
        assert_eq!(app.hook("maybe", &json!({"answer": true})).await.expect(200).text, "hi");
        let silent = app.hook("maybe", &json!({"answer": false})).await.expect(200);
        assert_eq!(silent.json()["run"], silent.run().as_str(), "{}", silent.text);
    })
    .await;
}

#[tokio::test]
async fn unknown_paths_other_methods_and_switched_off_flows() {
    both(async |app| {
        assert_eq!(app.hook("nobody", &json!({})).await.status, 404);
        let trigger = json!({"use": "webhook", "with": {"path": "only-put", "methods": ["PUT"]}});
        app.publish(&flow("only-put", trigger, json!([script_step("a", "1", &[])]))).await;
        let wrong = app.hook("only-put", &json!({})).await.expect(405);
        assert!(wrong.header("allow").is_some_and(|allow| allow.contains("PUT")));
        assert_eq!(app.hook_raw("PUT", "only-put", &[], "").await.status, 202);
        let _off = app.cli(&["flow", "disable", "only-put"]).await.success();
        causeway_testkit::eventually("the flow to be off", async || {
            (app.hook_raw("PUT", "only-put", &[], "").await.status == 503).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_published_webhook_never_answers_404() {
    both(async |app| {
        for round in 0..10 {
            let slug = format!("fresh-{round}");
            app.publish(&hook_flow(&slug, json!([script_step("a", "1", &[])]))).await;
            let _answer = app.hook(&slug, &json!({})).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn clashing_webhook_paths_are_refused_at_publish() {
    both(async |app| {
        let on = |slug: &str, path: &str, methods: Value| {
            let trigger = json!({"use": "webhook", "with": {"path": path, "methods": methods}});
            flow(slug, trigger, json!([script_step("a", "1", &[])]))
        };
        app.publish(&on("one", "orders/{id}/lines", json!(["POST"]))).await;
        let clash = app.try_publish(&on("two", "orders/{no}/lines", json!(["POST"]))).await;
        assert_eq!(clash.status, 409, "{}", clash.text);
        assert_eq!(clash.json()["code"], "webhook_path_taken");
        app.publish(&on("three", "orders/{no}/lines", json!(["GET"]))).await;
        app.publish(&on("four", "orders/special/lines", json!(["POST"]))).await;
        let run = app.hook("orders/special/lines", &json!({})).await.expect(202).run();
        assert_eq!(app.run(&run).await["slug"], "four", "a literal segment wins over a parameter");
    })
    .await;
}
