//! The trigger `flow_failed`: by flow, by tag, for all; never about itself.

use causeway_model::Value;
use causeway_testkit::{TestApp, both, eventually, flow, script_step};
use serde_json::json;

use super::cancel::accepted;

fn watcher(slug: &str, with: Value) -> Value {
    flow(
        slug,
        json!({"use": "flow_failed", "with": with}),
        json!([script_step("note", "[trigger.flow, trigger.step, trigger.run]", &[])]),
    )
}

async fn runs_of(app: &TestApp, slug: &str) -> Vec<Value> {
    app.runs("").await.into_iter().filter(|run| run["slug"] == slug && run["status"] == "succeeded").collect()
}

#[tokio::test]
async fn those_who_watch_hear_once() {
    both(async |app| {
        app.publish(&watcher("by-flow", json!({"flows": ["breaks"]}))).await;
        app.publish(&watcher("by-tag", json!({"tags": ["sales"]}))).await;
        app.publish(&watcher("for-all", json!({"all": true}))).await;
        app.publish(&watcher("other", json!({"flows": ["another"], "tags": ["x"]}))).await;
        let mut breaks = accepted("breaks", json!([script_step("oops", "trigger.body.a.b.c", &[])]));
        breaks["tags"] = json!(["sales"]);
        app.publish(&breaks).await;
        app.publish(&accepted("works", json!([script_step("fine", "1", &[])]))).await;

        let id = app.hook("breaks", &json!({})).await.expect(202).run();
        let fine = app.hook("works", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "failed");
        assert_eq!(app.finished(&fine).await["status"], "succeeded");
        for slug in ["by-flow", "by-tag", "for-all"] {
            let runs = eventually(slug, async || {
                let runs = runs_of(&app, slug).await;
                (!runs.is_empty()).then_some(runs)
            })
            .await;
            assert_eq!(runs.len(), 1, "{slug}");
            assert_eq!(
                app.run(runs[0]["id"].as_str().expect("an id")).await["output"],
                json!(["breaks", "oops", id])
            );
        }
        assert!(runs_of(&app, "other").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_failing_watcher_starts_no_chain() {
    both(async |app| {
        let trigger = json!({"use": "flow_failed", "with": {"all": true}});
        app.publish(&flow("alarm", trigger.clone(), json!([script_step("oops", "[1][5]", &[])]))).await;
        app.publish(&flow("second-alarm", trigger, json!([script_step("oops", "[1][5]", &[])]))).await;
        app.publish(&accepted("breaks", json!([script_step("oops", "trigger.body.a.b.c", &[])]))).await;
        let id = app.hook("breaks", &json!({})).await.expect(202).run();
        let _run = app.finished(&id).await;
        eventually("both alarms", async || (app.runs("status=failed").await.len() == 3).then_some(())).await;
        // What might come after them would come from another flow's run: this one shows that the queue is empty.
        app.publish(&causeway_testkit::hook_flow("quiet", json!([script_step("a", "1", &[])]))).await;
        let _answer = app.hook("quiet", &json!({})).await.expect(200);
        assert_eq!(app.runs("status=failed").await.len(), 3);
        assert!(app.runs("status=queued").await.is_empty() && app.runs("status=running").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_run_is_no_failure() {
    both(async |app| {
        app.publish(&watcher("for-all", json!({"all": true}))).await;
        app.publish(&accepted("sleeps", json!([super::waits::pause("pause", "1h", &[])]))).await;
        let id = app.hook("sleeps", &json!({})).await.expect(202).run();
        let _run = app.reaches(&id, &["waiting"]).await;
        assert!(app.cancel(&id).await.status < 300);
        let _run = app.finished(&id).await;
        assert_eq!(app.runs("").await.len(), 1);
    })
    .await;
}
