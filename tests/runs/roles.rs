//! `causeway web` and `causeway worker` on one Postgres: replies find their way at once, and no process is missed for long.

use std::time::{Duration, Instant};

use causeway_testkit::{
    Backend, Database, Options, Reaction, Sink, TestApp, eventually, eventually_within, hook_flow, psql,
    script_step,
};
use serde_json::json;

use super::crashes::{Senders, check, order_flow};

/// Some web nodes and some workers on one fresh database.
struct Cluster {
    webs: Vec<TestApp>,
    workers: Vec<TestApp>,
    // Dropped after them.
    database: Database,
}

async fn cluster(webs: usize, workers: usize) -> Cluster {
    let database = Database::fresh(Backend::Postgres);
    let options = Options::new()
        .database_url(&database.url().expect("a URL"))
        .env("CAUSEWAY_KEY", "7f".repeat(32))
        .env("CAUSEWAY_PUBLIC_URL", "http://127.0.0.1:7400");
    let mut cluster = Cluster { webs: Vec::new(), workers: Vec::new(), database };
    for _ in 0..webs {
        cluster.webs.push(TestApp::start_with(Backend::Postgres, options.clone().role("web")).await);
    }
    for _ in 0..workers {
        cluster.workers.push(TestApp::start_with(Backend::Postgres, options.clone().role("worker")).await);
    }
    cluster
}

#[tokio::test]
async fn a_half_needs_a_database_that_it_shares() {
    let alone = TestApp::prepare(Backend::Sqlite, Options::new());
    for role in ["web", "worker"] {
        let refused = alone.cli(&[role]).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains("DATABASE_URL"), "{refused:?}");
    }
    let database = Database::fresh(Backend::Postgres);
    let shared = Options::new().database_url(&database.url().expect("a URL"));
    let refused = TestApp::prepare(Backend::Postgres, shared).cli(&["worker"]).await;
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("CAUSEWAY_PUBLIC_URL"), "{refused:?}");
}

#[tokio::test]
async fn a_worker_answers_how_it_is_and_nothing_else() {
    let cluster = cluster(1, 1).await;
    let worker = &cluster.workers[0];
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/", 404), ("/api/v1/flows", 404)] {
        let answer = worker.client().get(worker.url(path)).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
    }
    cluster.webs[0].publish(&hook_flow("one", json!([script_step("a", "1", &[])]))).await;
    assert_eq!(worker.hook("one", &json!({})).await.status, 404);
    assert_eq!(cluster.webs[0].hook("one", &json!({})).await.status, 200);
}

#[tokio::test]
async fn replies_come_back_to_the_web_node_that_was_asked() {
    let cluster = cluster(2, 1).await;
    cluster.webs[0]
        .publish(&hook_flow("echo", json!([script_step("twice", "trigger.body.n * 2", &[])])))
        .await;
    let knows = async || (cluster.webs[1].hook("echo", &json!({"n": 1})).await.status == 200).then_some(());
    eventually("the other web node to know the flow", knows).await;
    for n in 0..40 {
        let answer = cluster.webs[n % 2].hook("echo", &json!({"n": n})).await.expect(200);
        assert_eq!(answer.json(), n * 2);
    }
}

#[tokio::test]
async fn a_worker_that_stops_hands_over_what_it_has() {
    let cluster = cluster(1, 2).await;
    let sink = Sink::answering(|call| {
        let first = call.path == "/create" && call.repeat == 0;
        Reaction::ok(json!({})).after(Duration::from_secs(if first { 60 } else { 0 }))
    })
    .await;
    cluster.webs[0].publish(&order_flow(&sink)).await;
    let first = cluster.webs[0].hook("orders", &json!({"no": 1})).await.expect(202).run();
    eventually("the call", async || (sink.count() == 1).then_some(())).await;
    // Both are asked to end, one after the other: whoever has it hands it over.
    assert!(cluster.workers[0].terminate().await);
    cluster.workers[0].launch().await;
    assert!(cluster.workers[1].terminate().await);
    let run = eventually_within(Duration::from_secs(30), "the run to end", async || {
        let run = cluster.webs[0].run(&first).await;
        (run["status"] == "succeeded").then_some(run)
    })
    .await;
    assert_eq!(run["steps"][1]["status"], "succeeded");
    assert_eq!(sink.effects().len(), 2, "each effect under one key");
}

/// Kills, freezes and cuts off at random, while orders come in at both doors.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_of_five_may_die_freeze_or_lose_the_database() {
    let cluster = cluster(2, 3).await;
    let sink = Sink::answering(|call| {
        Reaction::ok(json!({})).after(Duration::from_millis(if call.number % 7 == 0 { 60 } else { 2 }))
    })
    .await;
    cluster.webs[0].publish(&order_flow(&sink)).await;
    let senders = Senders::start(&cluster.webs, 8);
    let url = cluster.database.url().expect("a URL");
    let (server, database) = url.rsplit_once('/').expect("a URL names a database");
    // Every other connection to the database breaks.
    let cut = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}' and pid % 2 = 0"
    );
    let all: Vec<&TestApp> = cluster.webs.iter().chain(&cluster.workers).collect();
    // One worker is frozen for longer than its lease, and comes back to find its runs taken.
    let zombie = &cluster.workers[2];
    zombie.signal("STOP");
    let frozen = Instant::now();
    for round in 0..14_u64 {
        let before = senders.count().await;
        eventually_within(Duration::from_secs(60), "orders to go on", async || {
            (senders.count().await >= before + 3).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(round * 37 % 101)).await;
        if round % 3 == 2 {
            assert!(psql(server, &cut).status.success());
        } else {
            let one = all[(round as usize * 3) % 4];
            one.kill9();
            one.launch_unready();
        }
    }
    tokio::time::sleep(Duration::from_secs(25).saturating_sub(frozen.elapsed())).await;
    zombie.signal("CONT");
    for app in &all {
        app.ready().await;
    }
    let sent = senders.finish().await;
    check(&cluster.webs[1], &sink, &sent).await;
}
