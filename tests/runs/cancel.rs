//! Cancel always works: in a script, in a call, in a wait, in the queue, and never twice.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, eventually, flow, http_step, script_step, timeline};
use serde_json::json;

use super::waits::pause;

pub fn accepted(slug: &str, steps: Value) -> Value {
    flow(slug, json!({"use": "webhook", "with": {"path": slug, "reply": "accepted"}}), steps)
}

#[tokio::test]
async fn in_a_call_which_is_given_up() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_secs(30))).await;
        let steps =
            json!([http_step("send", &sink.url("/"), json!({}), &[]), script_step("next", "1", &["send"])]);
        app.publish(&accepted("in-call", steps)).await;
        let id = app.hook("in-call", &json!({})).await.expect(202).run();
        eventually("the call", async || (sink.open() == 1).then_some(())).await;
        assert!(app.cancel(&id).await.status < 300);
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "cancelled | send cancelled | next skipped");
        assert!(run["reason"].to_string().contains("ancel"), "the run says why: {run}");
        eventually("the connection to be closed", async || (sink.open() == 0).then_some(())).await;
    })
    .await;
}

#[tokio::test]
async fn in_a_wait_and_in_a_pause_between_attempts() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::status(503, json!({}))).await;
        app.publish(&accepted("in-wait", json!([pause("pause", "1h", &[])]))).await;
        let mut step = http_step("send", &sink.url("/"), json!({}), &[]);
        step["retry"] = json!({"attempts": 9, "backoff": "fixed", "first": "1h", "max": "1h"});
        app.publish(&accepted("in-pause", json!([step]))).await;
        let waiting = app.hook("in-wait", &json!({})).await.expect(202).run();
        let _run = app.reaches(&waiting, &["waiting"]).await;
        assert!(app.cancel(&waiting).await.status < 300);
        assert_eq!(timeline(&app.finished(&waiting).await), "cancelled | pause cancelled");

        let pausing = app.hook("in-pause", &json!({})).await.expect(202).run();
        eventually("the first attempt", async || (sink.count() == 1).then_some(())).await;
        assert!(app.cancel(&pausing).await.status < 300);
        assert_eq!(app.finished(&pausing).await["status"], "cancelled");
    })
    .await;
}

#[tokio::test]
async fn in_the_queue() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_secs(30))).await;
        let mut document = accepted("in-queue", json!([http_step("send", &sink.url("/"), json!({}), &[])]));
        document["settings"] = json!({"concurrency": {"limit": 1}});
        app.publish(&document).await;
        let first = app.hook("in-queue", &json!({})).await.expect(202).run();
        eventually("the call", async || (sink.open() == 1).then_some(())).await;
        let second = app.hook("in-queue", &json!({})).await.expect(202).run();
        assert!(app.cancel(&second).await.status < 300);
        assert_eq!(timeline(&app.finished(&second).await), "cancelled | send skipped");
        assert_eq!(app.run(&first).await["status"], "running");
        assert!(app.cancel(&first).await.status < 300);
        assert_eq!(app.finished(&first).await["status"], "cancelled");
        assert_eq!(sink.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn in_a_script_that_loops() {
    let options = causeway_testkit::Options::new();
    causeway_testkit::both_with(options, async |app| {
        // Long enough to be cancelled, within its limits or not: it ends either way, and never succeeds.
        let code = "let n = 0; loop { n += 1; } n";
        app.publish(&accepted("in-script", json!([script_step("spin", code, &[])]))).await;
        let id = app.hook("in-script", &json!({})).await.expect(202).run();
        let _asked = app.cancel(&id).await;
        let run = app.finished(&id).await;
        assert!(["cancelled", "failed"].contains(&run["status"].as_str().unwrap_or_default()), "{run}");
    })
    .await;
}

#[tokio::test]
async fn in_a_loop_over_many_items() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(50))).await;
        let body = json!([http_step("send", &sink.url("/"), json!({"n": "{{ item }}"}), &[])]);
        let with = json!({"items": (0..500).collect::<Vec<_>>(), "concurrency": 4, "body": body});
        app.publish(&accepted("in-loop", json!([causeway_testkit::step("each", "for_each", with, &[])])))
            .await;
        let id = app.hook("in-loop", &json!({})).await.expect(202).run();
        eventually("some calls", async || (sink.count() >= 8).then_some(())).await;
        assert!(app.cancel(&id).await.status < 300);
        assert_eq!(timeline(&app.finished(&id).await), "cancelled | each cancelled");
        let after = sink.count();
        assert!(after < 500, "{after}");
    })
    .await;
}

#[tokio::test]
async fn a_finished_run_stays_as_it_is() {
    both(async |app| {
        app.publish(&accepted("done", json!([script_step("a", "1", &[])]))).await;
        let id = app.hook("done", &json!({})).await.expect(202).run();
        let before = app.finished(&id).await;
        let refused = app.cancel(&id).await;
        assert_eq!(
            (refused.status, refused.json()["code"].clone()),
            (409, json!("run_finished")),
            "{}",
            refused.text
        );
        assert_eq!(app.run(&id).await["status"], before["status"]);
        let refused = app.cli(&["run", "cancel", &id]).await.refused();
        assert_eq!(refused.code, 5, "a conflict: {}", refused.stderr);
    })
    .await;
}

#[tokio::test]
async fn while_the_server_is_down() {
    both(async |app| {
        app.publish(&accepted("down", json!([pause("pause", "1h", &[])]))).await;
        let id = app.hook("down", &json!({})).await.expect(202).run();
        let _run = app.reaches(&id, &["waiting"]).await;
        app.kill9();
        let _cancelled = app.cli(&["run", "cancel", &id]).await.success();
        app.launch().await;
        assert_eq!(app.finished(&id).await["status"], "cancelled");
    })
    .await;
}
