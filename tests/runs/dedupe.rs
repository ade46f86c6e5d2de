//! One event, one run: whatever is sent twice, at once, or after a crash.

use std::collections::BTreeSet;

use causeway_model::Value;
use causeway_testkit::{Sink, both, flow, http_step, script_step};
use futures::future::join_all;
use serde_json::json;

fn orders(path: &str, reply: &str, steps: Value) -> Value {
    let with = json!({"path": path, "reply": reply, "dedupe": "{{ trigger.body.no }}"});
    flow(path, json!({"use": "webhook", "with": with}), steps)
}

#[tokio::test]
async fn a_duplicate_gets_the_first_runs_id_and_reply() {
    both(async |app| {
        let sink = Sink::start().await;
        let steps = json!([
            http_step("create", &sink.url("/"), json!({}), &[]),
            script_step("out", "steps.create.body.n", &["create"])
        ]);
        app.publish(&orders("twice", "last", steps)).await;
        let first = app.hook("twice", &json!({"no": "A"})).await.expect(200);
        let again = app.hook("twice", &json!({"no": "A"})).await.expect(200);
        let other = app.hook("twice", &json!({"no": "B"})).await.expect(200);
        assert_eq!((first.run(), &first.text), (again.run(), &again.text));
        assert_ne!(first.run(), other.run());
        assert_eq!(sink.count(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_hundred_at_once_make_one_run() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&orders("race", "last", json!([http_step("create", &sink.url("/"), json!({}), &[])])))
            .await;
        let body = json!({"no": "A"});
        let answers = join_all((0..200).map(|_| app.hook("race", &body))).await;
        let runs: BTreeSet<String> = answers.iter().map(causeway_testkit::Answer::run).collect();
        assert_eq!(runs.len(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.text == answers[0].text));
        assert_eq!(sink.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_remembered_over_a_crash() {
    both(async |app| {
        app.publish(&orders("crash", "accepted", json!([script_step("a", "1", &[])]))).await;
        let first = app.hook("crash", &json!({"no": "A"})).await.expect(202).run();
        app.restart().await;
        assert_eq!(app.hook("crash", &json!({"no": "A"})).await.expect(202).run(), first);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_forgotten_after_its_window() {
    both(async |app| {
        let with = json!({"path": "window", "dedupe": "{{ trigger.body.no }}", "dedupe_window": "1s"});
        let steps = json!([script_step("a", "1", &[])]);
        app.publish(&flow("window", json!({"use": "webhook", "with": with}), steps)).await;
        let first = app.hook("window", &json!({"no": "A"})).await.expect(202).run();
        causeway_testkit::eventually("a second run", async || {
            let run = app.hook("window", &json!({"no": "A"})).await.expect(202).run();
            (run != first).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_ids_that_senders_use_are_known() {
    both(async |app| {
        let trigger = json!({"use": "webhook", "with": {"path": "known"}});
        app.publish(&flow("known", trigger, json!([script_step("a", "1", &[])]))).await;
        let json_type = ("content-type", "application/json");
        for (header, value) in
            [("webhook-id", "msg_1"), ("x-github-delivery", "72d3162e"), ("idempotency-key", "k-1"), ("x-shopify-webhook-id", "s-1")]
        {
            let headers = [json_type, (header, value)];
            let first = app.hook_raw("POST", "known", &headers, "{}").await.expect(202).run();
            let again = app.hook_raw("POST", "known", &headers, "{}").await.expect(202).run();
            assert_eq!(first, again, "{header}");
        }
        for body in [
            json!({"id": "evt_1NG8Du2eZvKYlo2CUI79vXWy", "object": "event"}),
            json!({"destination": "U1", "events": [{"type": "message", "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR"}]}),
        ] {
            let first = app.hook("known", &body).await.expect(202).run();
            let again = app.hook("known", &body).await.expect(202).run();
            assert_eq!(first, again, "{body}");
        }
        let plain = json!({"id": 5});
        assert_ne!(app.hook("known", &plain).await.run(), app.hook("known", &plain).await.run());
    })
    .await;
}
