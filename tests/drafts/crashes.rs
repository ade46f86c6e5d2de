//! The process is killed in the middle of a test run: what was to be tested, and what was not, stays so.

use std::time::Duration;

use causeway_testkit::{Reaction, Sink, both, eventually, flow, http_step, script_step, step, timeline};
use serde_json::json;

use super::test;

#[tokio::test]
async fn a_test_goes_on_within_its_part_after_a_kill() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            // The first call of each key is under way when the process dies.
            let delay = if call.repeat == 0 && call.path == "/slow" {
                Duration::from_secs(20)
            } else {
                Duration::ZERO
            };
            Reaction::ok(json!({})).after(delay)
        })
        .await;
        let steps = json!([
            script_step("map", "#{ no: trigger.input.no }", &[]),
            http_step("slow", &sink.url("/slow"), json!("{{ steps.map }}"), &["map"]),
            http_step("after", &sink.url("/after"), json!({}), &["slow"]),
        ]);
        let draft = flow("killed", json!({"use": "manual"}), steps);
        let _saved = app.save_draft(&draft).await.expect(200);
        let until =
            test(&app, "killed", &json!({"until": "slow", "input": {"no": 1}})).await.expect(202).run();
        let alone = json!({"step": "slow", "outputs": {"map": {"no": 2}}});
        let alone = test(&app, "killed", &alone).await.expect(202).run();
        eventually("both calls", async || (sink.open() == 2).then_some(())).await;
        app.kill9();
        app.launch().await;
        // The draft is another by now; the tests are of the one that they began with.
        let _changed = app
            .save_draft(&flow("killed", json!({"use": "manual"}), json!([script_step("x", "1", &[])])))
            .await
            .expect(200);
        let run = app.finished(&until).await;
        assert_eq!(timeline(&run), "succeeded | map succeeded | slow succeeded x2 | after skipped");
        let run = app.finished(&alone).await;
        assert_eq!(timeline(&run), "succeeded | map succeeded | slow succeeded x2 | after skipped");
        assert_eq!(run["steps"][0]["kept"], true);
        assert_eq!(sink.effects().len(), 2, "each has one key");
        assert!(sink.calls().iter().all(|call| call.path == "/slow"));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_sends_nothing_after_a_kill_either() {
    both(async |app| {
        let sink = Sink::start().await;
        // Many items, so that the kill comes while it is at work.
        let code = "let n = 0; for i in 0..10000 { n += i } n + item";
        let slow = json!([script_step("count", code, &[])]);
        let steps = json!([
            http_step("before", &sink.url("/"), json!({}), &[]),
            script_step("list", "let l = []; for i in 0..60 { l.push(i) } l", &["before"]),
            step("work", "for_each", json!({"items": "{{ steps.list }}", "body": slow}), &["list"]),
            http_step("send", &sink.url("/"), json!({"n": "{{ steps.work.count }}"}), &["work"]),
        ]);
        let _saved = app.save_draft(&flow("dry", json!({"use": "manual"}), steps)).await.expect(200);
        let id = test(&app, "dry", &json!({"dry_run": true})).await.expect(202).run();
        eventually("the first step", async || {
            let run = app.run(&id).await;
            (run["steps"][0]["status"] == "succeeded").then_some(())
        })
        .await;
        app.kill9();
        app.launch().await;
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "succeeded", "{run:#}");
        assert_eq!(run["steps"][2]["items"]["succeeded"], 60, "{run:#}");
        let effects = run["test"]["effects"].as_array().expect("a list");
        let steps: Vec<_> = effects.iter().filter_map(|effect| effect["step"].as_str()).collect();
        assert_eq!(steps, ["before", "send"]);
        assert_eq!(effects[1]["request"]["body"], r#"{"n":60}"#);
        assert_eq!(sink.count(), 0);
    })
    .await;
}
