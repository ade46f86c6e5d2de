//! The process is killed, frozen, or loses its database, under load: no accepted event is lost, none runs twice, each effect has one
//! key, and nothing is left running.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{
    Backend, Options, PrivatePostgres, Reaction, Sink, TestApp, both, eventually, eventually_within, flow,
    http_step, on, script_step, step, timeline,
};
use serde_json::json;
use tokio::sync::Mutex;

use super::cancel::accepted;

/// A script, two calls, and a wait between them; deduplicated by order number.
pub(super) fn order_flow(sink: &Sink) -> Value {
    let mut second = http_step("tell", &sink.url("/tell"), json!({"no": "{{ trigger.body.no }}"}), &["nap"]);
    second["retry"] = json!({"attempts": 5, "backoff": "fixed", "first": "20ms"});
    let mut document = flow(
        "orders",
        json!({"use": "webhook", "with": {"path": "orders", "dedupe": "{{ trigger.body.no }}"}}),
        json!([
            script_step("map", "#{ no: trigger.body.no, id: uuid() }", &[]),
            http_step("create", &sink.url("/create"), json!("{{ steps.map }}"), &["map"]),
            step("nap", "wait", json!({"for": "10ms"}), &["create"]),
            second,
        ]),
    );
    document["steps"][1]["retry"] = json!({"attempts": 5, "backoff": "fixed", "first": "20ms"});
    document
}

/// Sends orders until it is told to stop, each again until it is accepted, as a good sender does.
pub(super) struct Senders {
    stop: Arc<AtomicBool>,
    /// Order number -> run.
    accepted: Arc<Mutex<BTreeMap<u64, String>>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Senders {
    /// Each order goes to one of the doors, and to the next where that does not answer.
    pub(super) fn start(doors: &[TestApp], how_many: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let next = Arc::new(AtomicUsize::new(0));
        let accepted: Arc<Mutex<BTreeMap<u64, String>>> = Arc::default();
        let tasks = (0..how_many)
            .map(|_| {
                let (doors, stop, next, accepted) =
                    (doors.to_vec(), stop.clone(), next.clone(), accepted.clone());
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        let no = next.fetch_add(1, Ordering::Relaxed) as u64;
                        let run = send_until_accepted(&doors, no).await;
                        accepted.lock().await.insert(no, run);
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                })
            })
            .collect();
        Self { stop, accepted, tasks }
    }

    pub(super) async fn count(&self) -> usize {
        self.accepted.lock().await.len()
    }

    /// What was accepted, once every sender has got its last answer.
    pub(super) async fn finish(self) -> BTreeMap<u64, String> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("a sender ends");
        }
        self.accepted.lock().await.clone()
    }
}

async fn send_until_accepted(doors: &[TestApp], no: u64) -> String {
    let start = std::time::Instant::now();
    for app in doors.iter().cycle().skip(no as usize % doors.len()) {
        if let Ok(answer) = app.try_hook("orders", &json!({"no": no})).await
            && answer.status == 202
        {
            return answer.run();
        }
        assert!(start.elapsed() < Duration::from_secs(90), "order {no} was never accepted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    unreachable!("there is a door")
}

/// Everything that was accepted ran once, to its end, and each of its effects under one key.
pub(super) async fn check(app: &TestApp, sink: &Sink, sent: &BTreeMap<u64, String>) {
    assert!(sent.len() > 20, "there was some load: {}", sent.len());
    eventually_within(Duration::from_secs(90), "nothing to be left queued, running or waiting", async || {
        for status in ["queued", "running", "waiting"] {
            if !app.runs(&format!("status={status}")).await.is_empty() {
                return None;
            }
        }
        Some(())
    })
    .await;
    let runs = app.runs("").await;
    let ids: BTreeSet<&str> = runs.iter().filter_map(|run| run["id"].as_str()).collect();
    let wanted: BTreeSet<&str> = sent.values().map(String::as_str).collect();
    assert_eq!(wanted.len(), sent.len(), "two orders share no run");
    assert_eq!(ids, wanted, "exactly the accepted events have runs");
    for run in &runs {
        assert_eq!(run["status"], "succeeded", "{run}");
    }
    let mut keys: BTreeMap<(String, u64), BTreeSet<String>> = BTreeMap::new();
    for call in sink.calls() {
        let no = call.json()["no"].as_u64().expect("an order number");
        keys.entry((call.path.clone(), no)).or_default().insert(call.key().expect("a key").to_owned());
    }
    assert_eq!(keys.len(), sent.len() * 2, "both effects of every order happened");
    for (effect, keys) in &keys {
        assert_eq!(keys.len(), 1, "{effect:?} went out under several keys");
    }
}

/// Kills the process `times` times at moments that differ, while orders come in.
async fn killed_under_load(app: &TestApp, times: u32) {
    let sink = Sink::answering(|call| {
        // Slow now and then, so that the process dies between sending and the answer.
        Reaction::ok(json!({})).after(Duration::from_millis(if call.number % 7 == 0 { 60 } else { 2 }))
    })
    .await;
    app.publish(&order_flow(&sink)).await;
    let senders = Senders::start(std::slice::from_ref(app), 8);
    for round in 0..times {
        let before = senders.count().await;
        eventually("some orders in each life", async || (senders.count().await >= before + 3).then_some(()))
            .await;
        tokio::time::sleep(Duration::from_millis(u64::from(round * 37 % 101))).await;
        app.kill9();
        app.launch_unready();
        if round % 3 != 0 {
            app.ready().await;
        }
    }
    app.ready().await;
    let sent = senders.finish().await;
    check(app, &sink, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_five_times_under_load_on_sqlite() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| killed_under_load(&app, 25).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_five_times_under_load_on_postgres() {
    on(Backend::Postgres, Options::new(), &async |app: TestApp| killed_under_load(&app, 25).await).await;
}

/// `make soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes most of an hour: make soak"]
async fn killed_a_thousand_times_under_load() {
    for backend in Backend::BOTH {
        on(backend, Options::new(), &async |app: TestApp| killed_under_load(&app, 500).await).await;
    }
}

#[tokio::test]
async fn a_kill_between_sending_and_the_answer_repeats_the_call_with_its_key() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            Reaction::ok(json!({})).after(Duration::from_millis(if call.repeat == 0 { 30_000 } else { 0 }))
        })
        .await;
        app.publish(&accepted(
            "doubt",
            json!([http_step("send", &sink.url("/"), json!({"u": "{{ uuid() }}"}), &[])]),
        ))
        .await;
        let id = app.hook("doubt", &json!({})).await.expect(202).run();
        eventually("the call", async || (sink.count() == 1).then_some(())).await;
        app.restart().await;
        assert_eq!(timeline(&app.finished(&id).await).split(" x").next(), Some("succeeded | send succeeded"));
        let calls = sink.calls();
        assert_eq!(calls.len(), 2);
        assert_eq!((calls[0].key(), &calls[0].text), (calls[1].key(), &calls[1].text));
    })
    .await;
}

#[tokio::test]
async fn on_doubt_fail_does_not_repeat_it() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_secs(30))).await;
        let mut send = http_step("send", &sink.url("/"), json!({}), &[]);
        send["on_doubt"] = json!("fail");
        app.publish(&accepted("careful", json!([send]))).await;
        let id = app.hook("careful", &json!({})).await.expect(202).run();
        eventually("the call", async || (sink.count() == 1).then_some(())).await;
        app.restart().await;
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "failed");
        assert_eq!(run["failure"]["error"]["class"], "doubt", "{run}");
        assert_eq!(sink.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_graceful_stop_hands_its_runs_back() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(300))).await;
        app.publish(&order_flow(&sink)).await;
        let mut ids = Vec::new();
        for no in 0..20 {
            ids.push(app.hook("orders", &json!({"no": no})).await.expect(202).run());
        }
        assert!(app.terminate().await, "SIGTERM ends it with status 0:\n{}", app.log_tail(10));
        app.launch().await;
        for id in ids {
            assert_eq!(app.finished(&id).await["status"], "succeeded");
        }
    })
    .await;
}

#[tokio::test]
async fn a_frozen_process_that_comes_back_does_no_harm() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(100))).await;
        app.publish(&order_flow(&sink)).await;
        let mut sent = BTreeMap::new();
        for no in 0..30 {
            sent.insert(no, app.hook("orders", &json!({"no": no})).await.expect(202).run());
        }
        app.signal("STOP");
        tokio::time::sleep(Duration::from_secs(2)).await;
        app.signal("CONT");
        check(&app, &sink, &sent).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_restarted_under_load() {
    let postgres = PrivatePostgres::start();
    let database = causeway_testkit::Database::on_server(&postgres.url());
    let options = Options::new().database_url(&database.url().expect("a URL"));
    on(Backend::Postgres, options, &async |app: TestApp| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(5))).await;
        app.publish(&order_flow(&sink)).await;
        let senders = Senders::start(std::slice::from_ref(&app), 8);
        for round in 0..4 {
            let before = senders.count().await;
            eventually_within(Duration::from_secs(90), "orders to be accepted again", async || {
                (senders.count().await >= before + 20).then_some(())
            })
            .await;
            match round % 2 {
                0 => postgres.crash_and_restart(),
                _ => {
                    postgres.stop();
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                    postgres.start_again();
                }
            }
        }
        let sent = senders.finish().await;
        check(&app, &sink, &sent).await;
    })
    .await;
    drop(database);
}

#[tokio::test]
async fn readiness_says_when_work_cannot_be_taken() {
    let postgres = PrivatePostgres::start();
    let database = causeway_testkit::Database::on_server(&postgres.url());
    let options = Options::new().database_url(&database.url().expect("a URL"));
    on(Backend::Postgres, options, &async |app: TestApp| {
        app.publish(&accepted("x", json!([script_step("a", "1", &[])]))).await;
        let status = async |path: &str| {
            app.client().get(app.url(path)).send().await.map(|answer| answer.status().as_u16())
        };
        assert_eq!(status("/readyz").await.ok(), Some(200));
        postgres.stop();
        eventually("not ready", async || (status("/readyz").await.ok()? == 503).then_some(())).await;
        assert_eq!(status("/healthz").await.ok(), Some(200), "the process itself is fine");
        let refused = app.hook("x", &json!({})).await;
        assert_eq!(refused.status, 503, "never a yes to what is not kept: {}", refused.text);
        assert!(refused.header("retry-after").is_some());
        postgres.start_again();
        app.ready().await;
        let id = app.hook("x", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "succeeded");
    })
    .await;
    drop(database);
}
