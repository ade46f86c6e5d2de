//! Waiting: for a time, until a time, for a call; out of memory and over restarts.

use std::time::{Duration, Instant};

use causeway_model::Value;
use causeway_testkit::{
    Answer, Reaction, Sink, TestApp, both, eventually, http_step, script_step, step, timeline,
};
use serde_json::json;

use super::cancel::accepted;

/// A `wait` for a length of time.
pub fn pause(id: &str, length: &str, after: &[&str]) -> Value {
    step(id, "wait", json!({"for": length}), after)
}

/// Calls a one-time URL that a flow gave out, at the app's own port.
pub async fn call_link(app: &TestApp, url: &str, body: &Value) -> Answer {
    let path =
        url.find("/callbacks/").or(url.find("/approvals/")).unwrap_or_else(|| panic!("no link: {url}"));
    let response =
        app.client().post(app.url(&url[path..])).json(body).send().await.expect("the link answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("its text") }
}

#[tokio::test]
async fn for_a_length_of_time() {
    both(async |app| {
        app.publish(&accepted(
            "pause",
            json!([pause("pause", "2s", &[]), script_step("end", "1", &["pause"])]),
        ))
        .await;
        let start = Instant::now();
        let id = app.hook("pause", &json!({})).await.expect(202).run();
        let waiting = app.reaches(&id, &["waiting", "succeeded"]).await;
        assert_eq!(timeline(&waiting), "waiting | pause waiting | end pending");
        assert_eq!(timeline(&app.finished(&id).await), "succeeded | pause succeeded | end succeeded");
        let took = start.elapsed();
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(20), "{took:?}");
    })
    .await;
}

#[tokio::test]
async fn until_a_time_that_is_over_already() {
    both(async |app| {
        let with = json!({"until": "{{ trigger.body.at }}"});
        app.publish(&accepted("until", json!([step("wait", "wait", with, &[])]))).await;
        let id = app.hook("until", &json!({"at": "2020-01-01T00:00:00+08:00"})).await.expect(202).run();
        assert_eq!(timeline(&app.finished(&id).await), "succeeded | wait succeeded");
        let bad = app.hook("until", &json!({"at": "tomorrow"})).await.expect(202).run();
        assert_eq!(app.finished(&bad).await["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn over_a_crash() {
    both(async |app| {
        app.publish(&accepted(
            "crash",
            json!([pause("pause", "1500ms", &[]), script_step("end", "1", &["pause"])]),
        ))
        .await;
        let id = app.hook("crash", &json!({})).await.expect(202).run();
        let _run = app.reaches(&id, &["waiting"]).await;
        app.restart().await;
        assert_eq!(timeline(&app.finished(&id).await), "succeeded | pause succeeded | end succeeded");
    })
    .await;
}

/// Sends the callback's URL to a sink, then waits for the call.
fn callback_flow(slug: &str, sink: &Sink, timeout: &str) -> Value {
    accepted(
        slug,
        json!([
            http_step("send", &sink.url("/"), json!({"url": "{{ callback_url(\"hook\") }}"}), &[]),
            step("hook", "wait", json!({"callback": true, "timeout": timeout}), &["send"]),
            script_step("end", "steps.hook", &["hook"]),
        ]),
    )
}

async fn sent_url(sink: &Sink) -> String {
    eventually("the URL to be sent", async || {
        sink.calls().last().map(|call| call.json()["url"].as_str().unwrap_or_default().to_owned())
    })
    .await
}

#[tokio::test]
async fn for_a_call_of_a_one_time_url() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&callback_flow("callback", &sink, "1h")).await;
        let id = app.hook("callback", &json!({})).await.expect(202).run();
        let url = sent_url(&sink).await;
        let _run = app.step_reaches(&id, "hook", "waiting").await;
        assert!(call_link(&app, &url, &json!({"paid": true})).await.status < 300);
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | send succeeded | hook succeeded | end succeeded");
        assert_eq!(run["output"], json!({"paid": true}));
        assert_eq!(call_link(&app, &url, &json!({})).await.status, 410, "once");
        let forged = url.replace(&url[url.len() - 6..], "AAAAAA");
        assert_eq!(call_link(&app, &forged, &json!({})).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_call_that_comes_before_the_wait_is_not_lost_and_a_second_is_refused() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(700))).await;
        app.publish(&callback_flow("early", &sink, "1h")).await;
        let id = app.hook("early", &json!({})).await.expect(202).run();
        let url = sent_url(&sink).await;
        assert!(call_link(&app, &url, &json!({"early": true})).await.status < 300);
        assert_eq!(call_link(&app, &url, &json!({"early": false})).await.status, 410);
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | send succeeded | hook succeeded | end succeeded");
        assert_eq!(run["output"], json!({"early": true}));
    })
    .await;
}

#[tokio::test]
async fn a_call_that_never_comes_times_out() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&callback_flow("never", &sink, "400ms")).await;
        let id = app.hook("never", &json!({})).await.expect(202).run();
        assert_eq!(
            timeline(&app.finished(&id).await),
            "failed | send succeeded | hook failed(wait_timed_out) | end skipped"
        );
    })
    .await;
}

#[tokio::test]
async fn a_thousand_waiting_runs_do_not_slow_the_others_or_fill_memory() {
    both(async |app| {
        app.publish(&accepted("sleepers", json!([pause("pause", "1h", &[])]))).await;
        app.publish(&causeway_testkit::hook_flow("quick", json!([script_step("a", "1", &[])]))).await;
        let body = json!({});
        for _ in 0..20 {
            let answers = futures::future::join_all((0..50).map(|_| app.hook("sleepers", &body))).await;
            assert!(answers.iter().all(|answer| answer.status == 202));
        }
        eventually("all to wait", async || app.runs("status=running").await.is_empty().then_some(())).await;
        assert_eq!(app.runs("status=waiting").await.len(), 1000);
        let start = Instant::now();
        for _ in 0..20 {
            let _answer = app.hook("quick", &body).await.expect(200);
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    })
    .await;
}
