//! Several processes on one Postgres: a dead one's runs are taken up, replies find their way, and nothing happens twice.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use causeway_testkit::{
    Backend, Database, Options, Reaction, Sink, TestApp, eventually, eventually_within, hook_flow, http_step,
    script_step,
};
use futures::future::join_all;
use serde_json::json;

use super::cancel::accepted;

/// Two servers on one fresh database.
struct Two {
    one: TestApp,
    other: TestApp,
    // Dropped after both.
    _database: Database,
}

async fn two() -> Two {
    let database = Database::fresh(Backend::Postgres);
    // Both need the same key, since they share one store.
    let options =
        Options::new().database_url(&database.url().expect("a URL")).env("CAUSEWAY_KEY", "7f".repeat(32));
    let one = TestApp::start_with(Backend::Postgres, options.clone()).await;
    let other = TestApp::start_with(Backend::Postgres, options).await;
    Two { one, other, _database: database }
}

#[tokio::test]
async fn a_dead_process_is_noticed_within_thirty_seconds() {
    let Two { _database, one, other } = two().await;
    let sink = Sink::answering(|call| {
        Reaction::ok(json!({})).after(Duration::from_secs(if call.repeat == 0 { 120 } else { 0 }))
    })
    .await;
    one.publish(&accepted("dies", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
    // Whoever takes the runs, some are held by each process sooner or later; all are in the middle of their call.
    let mut ids = Vec::new();
    for app in [&one, &other, &one, &other] {
        ids.push(app.hook("dies", &json!({})).await.expect(202).run());
    }
    eventually("all calls to be under way", async || (sink.count() == 4).then_some(())).await;
    one.kill9();
    other.kill9();
    let killed = Instant::now();
    other.launch().await;
    // What the one held is recovered by the other, which does not know it.
    for id in &ids {
        let run = eventually_within(Duration::from_secs(30), "the run to be recovered", async || {
            let run = other.run(id).await;
            (run["status"] == "succeeded").then_some(run)
        })
        .await;
        assert_eq!(run["steps"][0]["status"], "succeeded");
    }
    assert!(killed.elapsed() < Duration::from_secs(30), "{:?}", killed.elapsed());
    assert_eq!(
        sink.effects().into_values().collect::<Vec<_>>(),
        [2; 4],
        "each sent again once, with its key"
    );
}

#[tokio::test]
async fn a_reply_comes_from_whichever_process_ran_it() {
    let Two { _database, one, other } = two().await;
    one.publish(&hook_flow("echo", json!([script_step("twice", "trigger.body.n * 2", &[])]))).await;
    for (n, app) in (0..40).zip([&one, &other].into_iter().cycle()) {
        let answer = app.hook("echo", &json!({"n": n})).await.expect(200);
        assert_eq!(answer.json(), n * 2);
    }
    let bodies: Vec<_> = (0..50).map(|n| json!({"n": n})).collect();
    let answers =
        join_all(bodies.iter().flat_map(|body| [one.hook("echo", body), other.hook("echo", body)])).await;
    let runs: BTreeSet<String> = answers.iter().map(causeway_testkit::Answer::run).collect();
    assert_eq!(runs.len(), 100);
    assert!(answers.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn one_event_at_two_doors_makes_one_run_and_one_effect() {
    let Two { _database, one, other } = two().await;
    let sink = Sink::start().await;
    let mut document =
        hook_flow("doors", json!([http_step("send", &sink.url("/"), json!("{{ trigger.body }}"), &[])]));
    document["trigger"]["with"]["dedupe"] = json!("{{ trigger.body.no }}");
    one.publish(&document).await;
    eventually("the other to know it", async || {
        (other.hook("doors", &json!({"no": "first"})).await.status == 200).then_some(())
    })
    .await;
    for no in 0..20 {
        let body = json!({"no": no});
        let (left, right) = futures::join!(one.hook("doors", &body), other.hook("doors", &body));
        assert_eq!((left.status, right.status), (200, 200), "{} {}", left.text, right.text);
        assert_eq!(left.run(), right.run());
    }
    assert_eq!(sink.effects().into_values().collect::<Vec<_>>(), [1; 21]);
}

#[tokio::test]
async fn a_schedule_fires_once_for_all_of_them() {
    let Two { _database, one, other } = two().await;
    let trigger = json!({"use": "schedule", "with": {"cron": "* * * * * *", "timezone": "Asia/Taipei", "missed": "skip"}});
    one.publish(&causeway_testkit::flow(
        "ticks",
        trigger,
        json!([script_step("at", "trigger.fire_at", &[])]),
    ))
    .await;
    let outputs = eventually_within(Duration::from_secs(30), "six firings", async || {
        let runs = other.runs("status=succeeded").await;
        let mut outputs = Vec::new();
        for run in &runs {
            outputs.push(other.run(run["id"].as_str().expect("an id")).await["output"].to_string());
        }
        (outputs.len() >= 6).then_some(outputs)
    })
    .await;
    let times: BTreeSet<&String> = outputs.iter().collect();
    assert_eq!(times.len(), outputs.len(), "no time twice: {outputs:?}");
}

#[tokio::test]
async fn cancel_reaches_the_process_that_holds_the_run() {
    let Two { _database, one, other } = two().await;
    let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_secs(60))).await;
    one.publish(&accepted("held", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
    for (asked, cancels) in [(&one, &other), (&other, &one)] {
        let id = asked.hook("held", &json!({})).await.expect(202).run();
        eventually("the call", async || (sink.open() == 1).then_some(())).await;
        assert!(cancels.cancel(&id).await.status < 300);
        assert_eq!(cancels.finished(&id).await["status"], "cancelled");
        eventually("the connection to be closed", async || (sink.open() == 0).then_some(())).await;
    }
}
