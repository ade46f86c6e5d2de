//! What tests leave alone: live slots, dedupe keys, watchers, dead letters, numbers; and how they are listed and swept.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Options, both, both_with, eventually_within, flow, hook_flow, script_step, step};
use serde_json::json;

use super::{test, tested};

fn ids(runs: &[Value]) -> Vec<&str> {
    runs.iter().filter_map(|run| run["id"].as_str()).collect()
}

#[tokio::test]
async fn tests_take_no_place_and_no_key_from_live_runs() {
    both(async |app| {
        let steps = json!([step("hold", "wait", json!({"callback": true, "timeout": "1h"}), &[])]);
        let mut document = hook_flow("one", steps);
        document["trigger"]["with"] = json!({"path": "one", "dedupe": "{{ trigger.body.no }}"});
        document["settings"] = json!({"concurrency": {"limit": 1, "hold_slot": true}, "window": {"from": "00:00", "to": "00:01", "days": ["mon"]}});
        let _saved = app.save_draft(&document).await.expect(200);
        // Two tests at once, with the key that the live call has: neither waits for the other, nor for the window.
        let mut running = Vec::new();
        for _ in 0..2 {
            let id = test(&app, "one", &json!({"input": {"no": "A"}})).await.expect(202).run();
            let _waits = app.reaches(&id, &["waiting"]).await;
            running.push(id);
        }
        document["settings"] = json!({"concurrency": {"limit": 1, "hold_slot": true}});
        app.publish(&document).await;
        let live = app.hook("one", &json!({"no": "A"})).await.expect(202);
        assert!(!running.contains(&live.run()), "the tests' key was no key");
        let _waits = app.reaches(&live.run(), &["waiting"]).await;
        // The live slot is taken now; a test begins all the same.
        let third = test(&app, "one", &json!({"input": {"no": "A"}})).await.expect(202).run();
        let _waits = app.reaches(&third, &["waiting"]).await;
        assert_eq!(app.hook("one", &json!({"no": "A"})).await.run(), live.run(), "a live key is one");
        for id in running.iter().chain([&third, &live.run()]) {
            let _gone = app.cancel(id).await;
            assert_eq!(app.finished(id).await["status"], "cancelled");
        }
    })
    .await;
}

#[tokio::test]
async fn a_test_that_fails_is_no_dead_letter_and_rings_no_alarm() {
    both(async |app| {
        let alarm = json!({"use": "flow_failed", "with": {"all": true}});
        app.publish(&flow("alarm", alarm, json!([script_step("note", "trigger.run", &[])]))).await;
        let callee = json!([script_step("oops", "[1][5]", &[])]);
        app.publish(&flow("callee", json!({"use": "called"}), callee)).await;
        let steps = json!([step("call", "call_flow", json!({"flow": "callee"}), &[])]);
        app.publish(&flow("breaks", json!({"use": "manual"}), steps)).await;

        let failed = tested(&app, "breaks", &json!({})).await;
        assert_eq!(failed["status"], "failed", "{failed}");
        let called = app.runs("flow=callee&mode=test").await;
        assert_eq!(
            (called.len(), &called[0]["status"], &called[0]["version"]),
            (1, &json!("failed"), &json!(1))
        );
        assert!(app.runs("dead_letters=true").await.is_empty());
        let status = app.get("/status").await.expect(200).json();
        assert_eq!(
            (&status["dead_letters"], &status["finished_last_day"]["failed"]),
            (&json!(0), &json!(0)),
            "{status}"
        );
        let page = app.metrics().await.text;
        assert!(!page.contains("flow=\"breaks\"") && !page.contains("flow=\"callee\""), "{page}");

        let id = failed["id"].as_str().expect("an id");
        for (path, body) in [("resume", json!({})), ("replay", json!({})), ("dismiss", json!({}))] {
            let refused = app.post(&format!("/runs/{id}/{path}"), &body).await;
            assert_eq!(refused.refusal(), (409, "run_is_test".to_owned()), "{path}");
        }
        assert_eq!(app.get(&format!("/runs/{id}/replay")).await.refusal(), (409, "run_is_test".to_owned()));

        // A live failure is all of that, and nothing else in the lists.
        let live = app.start_run("breaks", &json!({})).await;
        assert_eq!(app.finished(&live).await["status"], "failed");
        let _heard = causeway_testkit::eventually("the alarm", async || {
            let runs = app.runs("flow=alarm").await;
            (runs.len() == 2).then_some(())
        })
        .await;
        assert!(!ids(&app.runs("dead_letters=true").await).contains(&id));
        assert_eq!(ids(&app.runs("flow=breaks&mode=normal").await), [live.as_str()]);
        assert_eq!(ids(&app.runs("flow=breaks&mode=test").await), [id]);
        assert_eq!(ids(&app.runs("flow=breaks").await), [live.as_str(), id]);
        // One that is refused by itself does not refuse the preview of all.
        let many = json!({"action": "replay", "filter": {"flow": "breaks"}});
        let preview = app.post("/runs/bulk/preview", &many).await.expect(200).json();
        assert_eq!((&preview["count"], &preview["looked_at"]), (&json!(2), &json!(2)));
        let events = app.get("/trigger-events?flow=breaks").await.expect(200).json();
        assert_eq!(causeway_testkit::rows(&events).len(), 1, "nobody sent what a test was given: {events}");
        assert_eq!(
            app.get(&format!("/trigger-events/{id}")).await.expect(200).json()["version"],
            json!(null)
        );
        assert_eq!(app.get("/runs?mode=dry").await.refusal(), (400, "query_invalid".to_owned()));
        let list = app.cli(&["run", "list", "--flow", "breaks", "--mode", "test"]).await.success();
        assert!(list.stdout.contains("breaks draft") && !list.stdout.contains(&live), "{}", list.stdout);
    })
    .await;
}

#[tokio::test]
async fn tests_are_swept_with_their_drafts() {
    both_with(Options::new().env("CAUSEWAY_SWEEP_EVERY", "300ms"), async |app| {
        let mut draft = flow("brief", json!({"use": "manual"}), json!([script_step("a", "1", &[])]));
        draft["settings"] = json!({"keep": "1s"});
        let _saved = app.save_draft(&draft).await.expect(200);
        let run = tested(&app, "brief", &json!({})).await;
        let id = run["id"].as_str().expect("an id").to_owned();
        eventually_within(Duration::from_secs(60), "the test to be gone", async || {
            (app.get(&format!("/runs/{id}")).await.status == 404).then_some(())
        })
        .await;
        // A flow of which only tests were kept can be deleted once they are gone, with its samples.
        let _set = app.api("PUT", "/flows/brief/samples/a", Some(&json!({}))).await.expect(200);
        let _archived = app.post("/flows/brief/archive", &json!({})).await.expect(200);
        assert_eq!(test(&app, "brief", &json!({})).await.refusal(), (409, "flow_archived".to_owned()));
        let _gone = app.api("DELETE", "/flows/brief", None).await.expect(204);
        let _again = app.save_draft(&draft).await.expect(200);
        assert_eq!(app.get("/flows/brief/samples").await.json()["samples"], json!([]));
    })
    .await;
}
