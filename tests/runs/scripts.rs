//! A bad script stops its own step within its limits, and nobody else; and a good one gives the same each time.

use std::time::{Duration, Instant};

use causeway_testkit::{Reaction, Sink, both, eventually, hook_flow, http_step, script_step};
use futures::future::join_all;
use serde_json::json;

use super::cancel::accepted;

#[tokio::test]
async fn endless_huge_and_deep_scripts_end_their_step() {
    both(async |app| {
        for (slug, code) in [
            ("endless", "let n = 0; loop { n += 1; }"),
            ("huge-text", "let s = \"x\"; loop { s += s; }"),
            ("huge-list", "let a = []; loop { a.push(a.len()); }"),
            ("deep", "fn f(n) { f(n + 1) } f(0)"),
            ("huge-map", "let m = #{}; let n = 0; loop { m[n.to_string()] = n; n += 1; }"),
        ] {
            app.publish(&hook_flow(slug, json!([script_step("bad", code, &[])]))).await;
            let start = Instant::now();
            let answer = app.hook(slug, &json!({})).await.expect(502);
            assert!(start.elapsed() < Duration::from_secs(15), "{slug} took {:?}", start.elapsed());
            let error = app.run(&answer.run()).await["failure"]["error"].clone();
            assert!(
                ["exceeded", "script"].contains(&error["class"].as_str().unwrap_or_default()),
                "{slug}: {error}"
            );
            assert!(
                error["message"]["zh-TW"].as_str().is_some_and(|text| !text.is_empty()),
                "{slug}: {error}"
            );
        }
        let _still = app.get("/flows").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn endless_scripts_do_not_slow_the_others() {
    both(async |app| {
        app.publish(&accepted("spin", json!([script_step("bad", "let n = 0; loop { n += 1; }", &[])]))).await;
        app.publish(&hook_flow("good", json!([script_step("a", "trigger.body.n + 1", &[])]))).await;
        let empty = json!({});
        for answer in join_all((0..20).map(|_| app.hook("spin", &empty))).await {
            let _accepted = answer.expect(202);
        }
        let mut slowest = Duration::ZERO;
        for n in 0..20 {
            let start = Instant::now();
            let answer = app.hook("good", &json!({"n": n})).await.expect(200);
            assert_eq!(answer.json(), json!(n + 1));
            slowest = slowest.max(start.elapsed());
        }
        assert!(slowest < Duration::from_secs(5), "{slowest:?}");
        eventually("the endless ones to end", async || {
            (app.runs("status=failed").await.len() == 20).then_some(())
        })
        .await;
    })
    .await;
}

/// `now`, `uuid` and `random` are functions of the run's record: after a crash the same values come out, and so what was
/// sent before is sent again to the letter.
#[tokio::test]
async fn recomputing_gives_the_same() {
    both(async |app| {
        let sink = Sink::answering(|call| Reaction::ok(json!({})).after(Duration::from_millis(if call.repeat == 0 { 1500 } else { 0 }))).await;
        let code = "#{ now: now().to_string(), id: uuid(), other: uuid(), dice: random(), list: [random(), random()] }";
        let steps = json!([script_step("draw", code, &[]), http_step("send", &sink.url("/"), json!("{{ steps.draw }}"), &["draw"])]);
        app.publish(&accepted("draw", steps)).await;
        let id = app.hook("draw", &json!({})).await.expect(202).run();
        eventually("the first call", async || (sink.count() == 1).then_some(())).await;
        app.restart().await;
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        let calls = sink.calls();
        assert_eq!(calls.len(), 2, "it was sent again, since nobody knows whether it arrived");
        assert_eq!((calls[0].key(), &calls[0].text), (calls[1].key(), &calls[1].text));
        assert_eq!(run["steps"][0]["output"], calls[0].json());
        assert_ne!(calls[0].json()["id"], calls[0].json()["other"]);
        let other = app.hook("draw", &json!({})).await.expect(202).run();
        let _run = app.finished(&other).await;
        assert_ne!(sink.calls()[2].json()["id"], calls[0].json()["id"], "another run draws other values");
    })
    .await;
}

#[tokio::test]
async fn variables_are_pinned_when_the_run_starts() {
    both(async |app| {
        app.set_variable("rate", &json!(1)).await;
        let steps = json!([
            script_step("before", "vars.rate", &[]),
            super::waits::pause("pause", "1s", &["before"]),
            script_step("after", "[steps.before, vars.rate]", &["pause"])
        ]);
        app.publish(&accepted("pinned", steps)).await;
        let id = app.hook("pinned", &json!({})).await.expect(202).run();
        let _run = app.reaches(&id, &["waiting"]).await;
        app.set_variable("rate", &json!(2)).await;
        assert_eq!(app.finished(&id).await["output"], json!([1, 1]));
        let next = app.hook("pinned", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&next).await["output"], json!([2, 2]));
    })
    .await;
}
