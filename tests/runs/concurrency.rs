//! Concurrency keys: arrival order, and what happens at the limit.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, both, eventually, http_step};
use serde_json::json;

use super::cancel::accepted;
use super::waits::pause;

fn limited(slug: &str, sink: &Sink, settings: Value) -> Value {
    let body = json!({"n": "{{ trigger.body.n }}", "key": "{{ trigger.body.key }}"});
    let mut document = accepted(slug, json!([http_step("send", &sink.url("/"), body, &[])]));
    document["settings"] = settings;
    document
}

#[tokio::test]
async fn runs_of_one_key_go_one_after_the_other_in_arrival_order() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(20))).await;
        let settings = json!({"concurrency": {"limit": 1, "key": "{{ trigger.body.key }}"}});
        app.publish(&limited("ordered", &sink, settings)).await;
        let mut ids = Vec::new();
        for n in 0..20 {
            for key in ["a", "b"] {
                ids.push(app.hook("ordered", &json!({"n": n, "key": key})).await.expect(202).run());
            }
        }
        for id in &ids {
            assert_eq!(app.finished(id).await["status"], "succeeded");
        }
        for key in ["a", "b"] {
            let calls = sink.calls();
            let order: Vec<u64> = calls
                .iter()
                .filter(|call| call.json()["key"] == key)
                .filter_map(|call| call.json()["n"].as_u64())
                .collect();
            assert_eq!(order, (0..20).collect::<Vec<_>>(), "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_at_once_than_the_limit() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(50))).await;
        app.publish(&limited("limit", &sink, json!({"concurrency": {"limit": 3}}))).await;
        let body = json!({"n": 1, "key": "x"});
        let answers = futures::future::join_all((0..30).map(|_| app.hook("limit", &body))).await;
        let mut most = 0;
        eventually("all calls", async || {
            most = most.max(sink.open());
            (sink.count() == 30 && sink.open() == 0).then_some(())
        })
        .await;
        assert!((1..=3).contains(&most), "{most} at once");
        for answer in answers {
            assert_eq!(app.finished(&answer.run()).await["status"], "succeeded");
        }
    })
    .await;
}

#[tokio::test]
async fn skip_leaves_a_cancelled_run_with_the_reason() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(500))).await;
        app.publish(&limited("skip", &sink, json!({"concurrency": {"limit": 1}, "on_limit": "skip"}))).await;
        let first = app.hook("skip", &json!({"n": 1, "key": "x"})).await.expect(202).run();
        let second = app.hook("skip", &json!({"n": 2, "key": "x"})).await.run();
        let skipped = app.finished(&second).await;
        assert_eq!(skipped["status"], "cancelled");
        let reason = &skipped["reason"];
        assert!(reason["en"].as_str().is_some_and(|text| !text.is_empty()), "{skipped}");
        assert!(reason["zh-TW"].as_str().is_some_and(|text| !text.is_empty()), "{skipped}");
        assert_eq!(app.finished(&first).await["status"], "succeeded");
        let third = app.hook("skip", &json!({"n": 3, "key": "x"})).await.run();
        assert_eq!(app.finished(&third).await["status"], "succeeded", "the slot is free again");
        assert_eq!(sink.count(), 2);
    })
    .await;
}

#[tokio::test]
async fn replace_takes_the_place_of_those_before() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            let wait = if call.json()["n"] == 3 { 0 } else { 20_000 };
            Reaction::ok(json!({})).after(Duration::from_millis(wait))
        })
        .await;
        app.publish(&limited("replace", &sink, json!({"concurrency": {"limit": 1}, "on_limit": "replace"})))
            .await;
        let first = app.hook("replace", &json!({"n": 1, "key": "x"})).await.expect(202).run();
        eventually("the first call", async || (sink.open() == 1).then_some(())).await;
        let second = app.hook("replace", &json!({"n": 2, "key": "x"})).await.expect(202).run();
        let third = app.hook("replace", &json!({"n": 3, "key": "x"})).await.expect(202).run();
        assert_eq!(app.finished(&third).await["status"], "succeeded");
        for id in [first, second] {
            let run = app.finished(&id).await;
            assert_eq!(run["status"], "cancelled");
            assert!(!run["reason"].is_null(), "{run}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_waiting_run_gives_its_slot_away_unless_it_holds_it() {
    both(async |app| {
        for (slug, hold) in [("gives", false), ("holds", true)] {
            let mut document = accepted(slug, json!([pause("pause", "700ms", &[])]));
            document["settings"] = json!({"concurrency": {"limit": 1, "hold_slot": hold}});
            app.publish(&document).await;
            let first = app.hook(slug, &json!({})).await.expect(202).run();
            let _run = app.reaches(&first, &["waiting"]).await;
            let second = app.hook(slug, &json!({})).await.expect(202).run();
            let second_waits = app.reaches(&second, &["waiting", "succeeded"]).await;
            assert_eq!(second_waits["status"], "waiting");
            let first_then = app.run(&first).await["status"].clone();
            assert_eq!(
                first_then == "waiting",
                !hold,
                "{slug}: the first is {first_then} when the second waits"
            );
            assert_eq!(app.finished(&second).await["status"], "succeeded");
            assert_eq!(app.finished(&first).await["status"], "succeeded");
        }
    })
    .await;
}

#[tokio::test]
async fn a_crash_frees_no_slot_twice() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(60))).await;
        app.publish(&limited("crash", &sink, json!({"concurrency": {"limit": 1}}))).await;
        let mut ids = Vec::new();
        for n in 0..12 {
            ids.push(app.hook("crash", &json!({"n": n, "key": "x"})).await.expect(202).run());
        }
        eventually("some calls", async || (sink.count() >= 3).then_some(())).await;
        app.restart().await;
        for id in &ids {
            assert_eq!(app.finished(id).await["status"], "succeeded");
        }
        let mut order: Vec<u64> = sink.calls().iter().filter_map(|call| call.json()["n"].as_u64()).collect();
        order.dedup();
        assert_eq!(order, (0..12).collect::<Vec<_>>(), "still in arrival order, one at a time");
    })
    .await;
}
