//! Dead letters: resume keeps what finished, on the same version or the newest, with the same or a corrected input; replay repeats all.

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, TestApp, both, http_step, script_step, timeline};
use serde_json::json;

use super::cancel::accepted;

/// `/first` always works; `/second` works once the body has `"ok": true` or it was called `until` times.
async fn second_fails(until: usize) -> Sink {
    let failures = std::sync::atomic::AtomicUsize::new(0);
    Sink::answering(move |call| {
        if call.path == "/second" && call.json()["ok"] != true {
            let failed = failures.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if failed < until {
                return Reaction::status(503, json!({}));
            }
        }
        Reaction::ok(json!({"n": call.number}))
    })
    .await
}

fn two_calls(slug: &str, sink: &Sink) -> Value {
    accepted(
        slug,
        json!([
            script_step("map", "#{ no: trigger.body.no, drawn: random() }", &[]),
            http_step("first", &sink.url("/first"), json!("{{ steps.map }}"), &["map"]),
            http_step(
                "second",
                &sink.url("/second"),
                json!({"no": "{{ steps.map.no }}", "first": "{{ steps.first.body.n }}"}),
                &["first"]
            ),
        ]),
    )
}

async fn failed(app: &TestApp, slug: &str) -> String {
    let id = app.hook(slug, &json!({"no": "A"})).await.expect(202).run();
    let run = app.finished(&id).await;
    assert_eq!(timeline(&run), "failed | map succeeded | first succeeded | second failed(http_status)");
    id
}

#[tokio::test]
async fn resume_keeps_what_finished_and_the_idempotency_keys() {
    both(async |app| {
        let sink = second_fails(1).await;
        app.publish(&two_calls("resume", &sink)).await;
        let old = failed(&app, "resume").await;
        let new = app.resume(&old, &json!({})).await;
        let run = app.finished(&new).await;
        assert_eq!(timeline(&run), "succeeded | map succeeded | first succeeded | second succeeded");
        assert_eq!(run["resumed_from"], old.as_str());
        assert_eq!(app.run(&old).await["resumed_by"], new.as_str());
        assert_eq!(app.run(&old).await["status"], "failed", "a finished run never changes its status");
        assert_eq!(
            (run["steps"][0]["kept"].clone(), run["steps"][1]["kept"].clone()),
            (json!(true), json!(true))
        );
        assert_eq!(run["steps"][0]["output"], app.run(&old).await["steps"][0]["output"]);
        let calls = sink.calls();
        assert_eq!(
            calls.iter().map(|call| call.path.as_str()).collect::<Vec<_>>(),
            ["/first", "/second", "/second"]
        );
        assert_eq!(calls[1].key(), calls[2].key(), "the same effect has the same key");
        assert_eq!(calls[1].text, calls[2].text);

        let again = app.post(&format!("/runs/{old}/resume"), &json!({})).await;
        assert_eq!(again.status, 409, "only once: {}", again.text);
        let fine = app.post(&format!("/runs/{new}/resume"), &json!({})).await;
        assert_eq!(fine.status, 409, "only what failed: {}", fine.text);
    })
    .await;
}

#[tokio::test]
async fn an_edited_input_is_sent_under_a_new_key() {
    both(async |app| {
        let sink = second_fails(usize::MAX).await;
        app.publish(&two_calls("edit", &sink)).await;
        let old = failed(&app, "edit").await;
        let mut input = app.run(&old).await["steps"][2]["input"].clone();
        input["json"]["ok"] = json!(true);
        let new = app.resume(&old, &json!({"edits": {"second": input}})).await;
        let run = app.finished(&new).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        assert_eq!(run["steps"][2]["input"]["json"]["ok"], true);
        let calls = sink.calls();
        assert_eq!(calls.len(), 3);
        assert_eq!(calls[2].json()["ok"], true);
        assert_ne!(calls[1].key(), calls[2].key());
    })
    .await;
}

#[tokio::test]
async fn on_the_newest_version_a_changed_step_runs_and_an_unchanged_one_is_kept() {
    both(async |app| {
        let sink = second_fails(usize::MAX).await;
        app.publish(&two_calls("newest", &sink)).await;
        let old = failed(&app, "newest").await;
        let mut fixed = two_calls("newest", &sink);
        fixed["steps"][2]["with"]["json"]["ok"] = json!(true);
        app.publish(&fixed).await;
        let new = app.resume(&old, &json!({"newest": true})).await;
        let run = app.finished(&new).await;
        assert_eq!(timeline(&run), "succeeded | map succeeded | first succeeded | second succeeded");
        assert_eq!(run["version"], 2);
        assert_eq!(sink.calls().iter().filter(|call| call.path == "/first").count(), 1, "kept");

        let mut changed = fixed.clone();
        changed["steps"][1]["with"]["url"] = json!(sink.url("/other"));
        changed["steps"][2]["with"]["json"]["ok"] = json!(false);
        app.publish(&changed).await;
        let id = app.hook("newest", &json!({"no": "B"})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "failed");
        changed["steps"][1]["with"]["url"] = json!(sink.url("/first"));
        changed["steps"][2]["with"]["json"]["ok"] = json!(true);
        app.publish(&changed).await;
        let run = app.finished(&app.resume(&id, &json!({"newest": true})).await).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        assert_eq!(
            sink.calls().iter().filter(|call| call.path == "/first").count(),
            2,
            "changed, so run again"
        );
    })
    .await;
}

#[tokio::test]
async fn resume_on_the_same_version_ignores_a_newer_one() {
    both(async |app| {
        let sink = second_fails(1).await;
        app.publish(&two_calls("same", &sink)).await;
        let old = failed(&app, "same").await;
        app.publish(&accepted("same", json!([script_step("other", "1", &[])]))).await;
        let run = app.finished(&app.resume(&old, &json!({})).await).await;
        assert_eq!((run["status"].clone(), run["version"].clone()), (json!("succeeded"), json!(1)));
    })
    .await;
}

#[tokio::test]
async fn replay_is_a_new_run_from_the_old_input_with_new_keys() {
    both(async |app| {
        let sink = second_fails(1).await;
        app.publish(&two_calls("replay", &sink)).await;
        let old = failed(&app, "replay").await;
        let new = app.replay(&old, &json!({})).await;
        let run = app.finished(&new).await;
        assert_eq!(timeline(&run), "succeeded | map succeeded | first succeeded | second succeeded");
        assert_eq!(run["replayed_from"], old.as_str());
        let calls = sink.calls();
        let first: Vec<_> = calls.iter().filter(|call| call.path == "/first").collect();
        assert_eq!(first.len(), 2, "effects are repeated");
        assert_ne!(first[0].key(), first[1].key());
        assert_eq!(first[0].json()["no"], first[1].json()["no"]);
        let succeeded = app.replay(&new, &json!({})).await;
        assert_eq!(
            app.finished(&succeeded).await["status"],
            "succeeded",
            "what succeeded can be replayed too"
        );
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_those_that_failed_and_were_not_resumed() {
    both(async |app| {
        let sink = second_fails(2).await;
        app.publish(&two_calls("letters", &sink)).await;
        let one = failed(&app, "letters").await;
        let two = failed(&app, "letters").await;
        let letters = async || -> Vec<Value> {
            app.runs("dead_letters=true").await.iter().map(|run| run["id"].clone()).collect()
        };
        assert_eq!(letters().await, [json!(two), json!(one)]);
        let resumed = app.resume(&one, &json!({})).await;
        let _run = app.finished(&resumed).await;
        assert_eq!(letters().await, [json!(two)]);
        let _done = app.cli(&["run", "resume", &two]).await.success();
        assert_eq!(letters().await, Vec::<Value>::new());
    })
    .await;
}
