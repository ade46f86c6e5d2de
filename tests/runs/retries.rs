//! Attempts: how many, how far apart, with what input, and when none.

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, hook_flow, http_step, timeline};
use serde_json::json;

fn with_retry(mut step: Value, retry: Value) -> Value {
    step["retry"] = retry;
    step
}

/// Fails each key `times` times with `status` before it answers 200.
async fn failing(times: usize, status: u16) -> Sink {
    Sink::answering(move |call| {
        if call.repeat < times {
            Reaction::status(status, json!({"try": call.repeat}))
        } else {
            Reaction::ok(json!({}))
        }
    })
    .await
}

#[tokio::test]
async fn a_step_is_tried_again_with_the_same_key_and_input() {
    both(async |app| {
        let sink = failing(2, 503).await;
        let body = json!({"uuid": "{{ uuid() }}", "no": "{{ trigger.body.no }}"});
        let step = with_retry(
            http_step("send", &sink.url("/"), body, &[]),
            json!({"attempts": 4, "backoff": "fixed", "first": "50ms"}),
        );
        app.publish(&hook_flow("tries", json!([step]))).await;
        let answer = app.hook("tries", &json!({"no": "A"})).await;
        let run = app.finished(&answer.run()).await;
        assert_eq!(timeline(&run), "succeeded | send succeeded x3");
        let calls = sink.calls();
        assert_eq!(calls.len(), 3);
        assert!(
            calls.iter().all(|call| call.key() == calls[0].key() && call.text == calls[0].text),
            "{calls:#?}"
        );
        let attempts = &run["steps"][0]["attempts"];
        assert_eq!(attempts[0]["error"]["status"], 503);
        assert_eq!(attempts[1]["error"]["status"], 503);
        assert!(attempts[2]["error"].is_null());
    })
    .await;
}

#[tokio::test]
async fn without_retry_there_is_one_attempt() {
    both(async |app| {
        let sink = failing(1, 503).await;
        app.publish(&hook_flow("once", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
        let answer = app.hook("once", &json!({})).await.expect(502);
        assert_eq!(timeline(&app.run(&answer.run()).await), "failed | send failed(http_status)");
        assert_eq!(sink.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_will_not_get_better_is_not_repeated() {
    both(async |app| {
        for (slug, status, on, expected) in [
            ("bad-input", 422, json!([]), 1),
            ("asked-for", 422, json!(["422"]), 3),
            ("limit", 429, json!([]), 3),
        ] {
            let sink = failing(99, status).await;
            let mut retry = json!({"attempts": 3, "backoff": "fixed", "first": "20ms"});
            if on != json!([]) {
                retry["on"] = on;
            }
            let step = with_retry(http_step("send", &sink.url("/"), json!({}), &[]), retry);
            app.publish(&hook_flow(slug, json!([step]))).await;
            let answer = app.hook(slug, &json!({})).await;
            assert_eq!(app.finished(&answer.run()).await["status"], "failed");
            assert_eq!(sink.count(), expected, "{slug}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_refused_is_tried_again() {
    both(async |app| {
        let port = causeway_testkit::free_port();
        let step = http_step("send", &format!("http://127.0.0.1:{port}/"), json!({}), &[]);
        let step = with_retry(step, json!({"attempts": 2, "backoff": "fixed", "first": "20ms"}));
        app.publish(&hook_flow("closed", json!([step]))).await;
        let answer = app.hook("closed", &json!({})).await;
        let run = app.finished(&answer.run()).await;
        assert_eq!(timeline(&run), "failed | send failed(connect_failed) x2");
        assert_eq!(run["steps"][0]["error"]["class"], "connect");
    })
    .await;
}

#[tokio::test]
async fn retry_after_is_honoured() {
    both(async |app| {
        let sink = Sink::answering(|call| match call.repeat {
            0 => Reaction::status(429, json!({})).header("retry-after", "1"),
            _ => Reaction::ok(json!({})),
        })
        .await;
        let step = with_retry(
            http_step("send", &sink.url("/"), json!({}), &[]),
            json!({"attempts": 2, "first": "10ms"}),
        );
        app.publish(&hook_flow("later", json!([step]))).await;
        let start = std::time::Instant::now();
        let answer = app.hook("later", &json!({})).await;
        assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
        assert!(start.elapsed() >= std::time::Duration::from_secs(1), "{:?}", start.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_pause_between_attempts_survives_a_crash() {
    both(async |app| {
        let sink = failing(1, 503).await;
        let step = http_step("send", &sink.url("/"), json!({"at": "{{ now().to_string() }}"}), &[]);
        let step = with_retry(step, json!({"attempts": 3, "backoff": "fixed", "first": "1500ms"}));
        let trigger = json!({"use": "webhook", "with": {"path": "pauses", "reply": "accepted"}});
        app.publish(&causeway_testkit::flow("pauses", trigger, json!([step]))).await;
        let id = app.hook("pauses", &json!({})).await.expect(202).run();
        causeway_testkit::eventually("the first attempt", async || (sink.count() == 1).then_some(())).await;
        causeway_testkit::eventually("its failure in the journal", async || {
            let attempts = app.run(&id).await["steps"][0]["attempts"][0]["error"].clone();
            (!attempts.is_null()).then_some(())
        })
        .await;
        app.restart().await;
        assert_eq!(timeline(&app.finished(&id).await), "succeeded | send succeeded x2");
        let calls = sink.calls();
        assert_eq!(calls.len(), 2);
        assert_eq!((calls[0].key(), &calls[0].text), (calls[1].key(), &calls[1].text));
    })
    .await;
}
