//! Timeouts of attempts and of runs, and deadlines.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, eventually, flow, hook_flow, http_step, script_step, timeline};
use serde_json::json;

use super::waits::pause;

async fn slow(millis: u64) -> Sink {
    Sink::answering(move |_| Reaction::ok(json!({})).after(Duration::from_millis(millis))).await
}

#[tokio::test]
async fn an_attempt_ends_at_its_timeout_and_the_next_begins() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            Reaction::ok(json!({})).after(Duration::from_millis(if call.repeat == 0 { 20_000 } else { 0 }))
        })
        .await;
        let mut step = http_step("send", &sink.url("/"), json!({}), &[]);
        step["timeout"] = json!("300ms");
        step["retry"] = json!({"attempts": 2, "backoff": "fixed", "first": "20ms"});
        app.publish(&hook_flow("attempt", json!([step]))).await;
        let answer = app.hook("attempt", &json!({})).await;
        let run = app.finished(&answer.run()).await;
        assert_eq!(timeline(&run), "succeeded | send succeeded x2");
        assert_eq!(run["steps"][0]["attempts"][0]["error"]["class"], "timeout");
        eventually("the first call's connection to be closed", async || (sink.open() == 0).then_some(()))
            .await;
    })
    .await;
}

fn limited(slug: &str, settings: Value, steps: Value) -> Value {
    let trigger = json!({"use": "webhook", "with": {"path": slug, "reply": "accepted"}});
    let mut document = flow(slug, trigger, steps);
    document["settings"] = settings;
    document
}

#[tokio::test]
async fn a_run_ends_at_its_timeout_in_the_middle_of_a_call() {
    both(async |app| {
        let sink = slow(20_000).await;
        let steps =
            json!([http_step("send", &sink.url("/"), json!({}), &[]), script_step("next", "1", &["send"])]);
        app.publish(&limited("runs-out", json!({"timeout": "500ms"}), steps)).await;
        let id = app.hook("runs-out", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "failed");
        assert_eq!(run["failure"]["error"]["class"], "timeout", "{run}");
        assert_eq!(run["steps"][1]["status"], "skipped");
        eventually("the call's connection to be closed", async || (sink.open() == 0).then_some(())).await;
    })
    .await;
}

#[tokio::test]
async fn waiting_does_not_count_for_the_timeout_but_for_the_deadline() {
    both(async |app| {
        let steps = json!([pause("pause", "1200ms", &[]), script_step("end", "1", &["pause"])]);
        app.publish(&limited("waits-long", json!({"timeout": "500ms"}), steps.clone())).await;
        app.publish(&limited("deadline", json!({"deadline": "500ms"}), steps)).await;
        let waits = app.hook("waits-long", &json!({})).await.expect(202).run();
        let late = app.hook("deadline", &json!({})).await.expect(202).run();
        let late = app.finished(&late).await;
        assert_eq!(late["status"], "failed", "{late}");
        assert_eq!(late["failure"]["error"]["class"], "timeout", "{late}");
        assert_eq!(timeline(&app.finished(&waits).await), "succeeded | pause succeeded | end succeeded");
    })
    .await;
}

#[tokio::test]
async fn time_between_attempts_counts_for_the_deadline() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::status(503, json!({}))).await;
        let mut step = http_step("send", &sink.url("/"), json!({}), &[]);
        step["retry"] = json!({"attempts": 50, "backoff": "fixed", "first": "10s"});
        app.publish(&limited("retries", json!({"deadline": "800ms"}), json!([step]))).await;
        let id = app.hook("retries", &json!({})).await.expect(202).run();
        let start = std::time::Instant::now();
        assert_eq!(app.finished(&id).await["status"], "failed");
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(sink.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_deadline_passes_while_the_server_is_down() {
    both(async |app| {
        let steps = json!([pause("pause", "1h", &[])]);
        app.publish(&limited("down", json!({"deadline": "1s"}), steps)).await;
        let id = app.hook("down", &json!({})).await.expect(202).run();
        let _waiting = app.reaches(&id, &["waiting"]).await;
        app.kill9();
        tokio::time::sleep(Duration::from_secs(1)).await;
        app.launch().await;
        assert_eq!(app.finished(&id).await["status"], "failed");
    })
    .await;
}
