//! `call_flow`: sub-flows as runs of their own, linked, cancelled together, and not too deep.

use causeway_model::Value;
use causeway_testkit::{Sink, both, eventually, flow, hook_flow, http_step, script_step, step, timeline};
use serde_json::json;

use super::cancel::accepted;
use super::waits::pause;

fn called(slug: &str, steps: Value) -> Value {
    flow(slug, json!({"use": "called"}), steps)
}

fn call(id: &str, slug: &str, input: Value) -> Value {
    step(id, "call_flow", json!({"flow": slug, "input": input}), &[])
}

#[tokio::test]
async fn the_called_runs_output_is_the_steps() {
    both(async |app| {
        app.publish(&called("double", json!([script_step("out", "trigger.input.n * 2", &[])]))).await;
        let steps = json!([
            call("sub", "double", json!({"n": "{{ trigger.body.n }}"})),
            script_step("end", "steps.sub + 1", &["sub"])
        ]);
        app.publish(&accepted("caller", steps)).await;
        let id = app.hook("caller", &json!({"n": 21})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | sub succeeded | end succeeded");
        assert_eq!(run["output"], 43);
        let child = app
            .runs("")
            .await
            .into_iter()
            .find(|run| run["slug"] == "double")
            .expect("the called run is listed");
        assert_eq!(child["parent"]["run"], id.as_str(), "linked: {child}");
        assert_eq!(child["trigger"], "called");
    })
    .await;
}

#[tokio::test]
async fn a_failed_child_fails_the_step_and_says_where() {
    both(async |app| {
        let stop = step("stop", "stop", json!({"status": "failed", "message": "沒有庫存"}), &[]);
        app.publish(&called("fails", json!([stop]))).await;
        app.publish(&accepted("caller", json!([call("sub", "fails", json!({}))]))).await;
        let id = app.hook("caller", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "failed | sub failed(called_run_failed)");
        assert!(run["failure"]["error"]["message"].to_string().contains("沒有庫存"), "{run}");
    })
    .await;
}

#[tokio::test]
async fn cancel_goes_down() {
    both(async |app| {
        app.publish(&called("sleeps", json!([pause("pause", "1h", &[])]))).await;
        app.publish(&called("between", json!([call("sub", "sleeps", json!({}))]))).await;
        app.publish(&accepted("caller", json!([call("sub", "between", json!({}))]))).await;
        let id = app.hook("caller", &json!({})).await.expect(202).run();
        eventually("three runs to wait", async || {
            (app.runs("status=waiting").await.len() == 3).then_some(())
        })
        .await;
        assert!(app.cancel(&id).await.status < 300);
        eventually("all to be cancelled", async || {
            (app.runs("status=cancelled").await.len() == 3).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_flow_that_calls_itself_ends() {
    both(async |app| {
        app.publish(&called("again", json!([call("sub", "again", json!({}))]))).await;
        app.publish(&accepted("caller", json!([call("sub", "again", json!({}))]))).await;
        let id = app.hook("caller", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "failed");
        let runs = app.runs("").await;
        assert!(runs.len() <= 33, "{} runs", runs.len());
        assert!(runs.iter().all(|run| run["status"] == "failed"), "nothing is left running");
    })
    .await;
}

#[tokio::test]
async fn a_hundred_callers_do_not_block_each_other() {
    both(async |app| {
        let sink = Sink::start().await;
        app.publish(&called("leaf", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
        app.publish(&accepted("caller", json!([call("sub", "leaf", json!({}))]))).await;
        let body = json!({});
        let answers = futures::future::join_all((0..100).map(|_| app.hook("caller", &body))).await;
        for answer in answers {
            assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
        }
        assert_eq!(sink.effects().into_values().collect::<Vec<_>>(), [1; 100]);
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_the_two_loses_neither() {
    both(async |app| {
        app.publish(&called(
            "slow",
            json!([pause("pause", "1s", &[]), script_step("out", "\"done\"", &["pause"])]),
        ))
        .await;
        app.publish(&accepted("caller", json!([call("sub", "slow", json!({}))]))).await;
        let id = app.hook("caller", &json!({})).await.expect(202).run();
        let _run = app.reaches(&id, &["waiting"]).await;
        app.restart().await;
        assert_eq!(app.finished(&id).await["output"], "done");
        assert_eq!(app.runs("").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_made_for_it_can_be_called() {
    both(async |app| {
        app.publish(&hook_flow("webhook-only", json!([script_step("a", "1", &[])]))).await;
        for target in ["webhook-only", "nobody"] {
            let slug = format!("calls-{target}");
            let document = accepted(&slug, json!([call("sub", target, json!({}))]));
            let published = app.try_publish(&document).await;
            if published.status < 300 {
                let id = app.hook(&slug, &json!({})).await.expect(202).run();
                assert_eq!(app.finished(&id).await["status"], "failed", "{target}");
            }
        }
    })
    .await;
}
