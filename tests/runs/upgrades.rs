//! A version ahead and a version behind on one database: they work side by side, and who is too old says so and steps back.

use std::process::Command;
use std::time::Duration;

use causeway_testkit::{
    Backend, Database, Options, Reaction, Sink, TestApp, eventually, eventually_within, flow, hook_flow,
    http_step, script_step, step,
};
use serde_json::json;

use super::cancel::accepted;

/// What a newer binary does to the database of this one.
struct Newer {
    // Dropped last.
    database: Database,
}

impl Newer {
    fn new() -> Self {
        Self { database: Database::fresh(Backend::Postgres) }
    }

    fn url(&self) -> String {
        self.database.url().expect("a URL")
    }

    fn options(&self) -> Options {
        Options::new()
            .database_url(&self.url())
            .env("CAUSEWAY_KEY", "7f".repeat(32))
            .env("CAUSEWAY_PUBLIC_URL", "http://127.0.0.1:7400")
    }

    async fn start(&self, role: &'static str) -> TestApp {
        TestApp::start_with(Backend::Postgres, self.options().role(role)).await
    }

    fn sql(&self, sql: &str) -> String {
        let done = Command::new("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url()])
            .output();
        let done = done.expect("psql is installed");
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    /// A migration that this binary does not know, which adds to every table of the hot path and of the lists.
    fn migrate(&self) {
        self.sql(
            "BEGIN; INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_later', 0); \
             ALTER TABLE active_run ADD COLUMN later TEXT NOT NULL DEFAULT ''; ALTER TABLE run ADD COLUMN later BIGINT; \
             ALTER TABLE trigger_event ADD COLUMN later BIGINT; ALTER TABLE worker ADD COLUMN later TEXT; \
             ALTER TABLE web_node ADD COLUMN later TEXT; ALTER TABLE flow ADD COLUMN later TEXT; \
             ALTER TABLE approval ADD COLUMN later TEXT; ALTER TABLE \"user\" ADD COLUMN later TEXT; \
             ALTER TABLE token ADD COLUMN later TEXT; ALTER TABLE secret ADD COLUMN later TEXT; \
             ALTER TABLE variable ADD COLUMN later TEXT; CREATE TABLE later (id BIGINT PRIMARY KEY); COMMIT",
        );
    }

    fn needs(&self, version: &str) {
        self.sql(&format!("UPDATE setting SET value = '{version}' WHERE name = 'min_binary'"));
    }
}

async fn readiness(app: &TestApp) -> (u16, String) {
    let answer = app.client().get(app.url("/readyz")).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("its text"))
}

async fn look_at_lists(app: &TestApp) {
    for list in [
        "runs",
        "flows",
        "approvals",
        "users",
        "tokens",
        "secrets",
        "connections",
        "variables",
        "dead-letters",
        "trigger-events",
    ] {
        let _list = app.get(&format!("/{list}")).await.expect(200);
    }
}

#[tokio::test]
async fn old_and_new_work_side_by_side() {
    let newer = Newer::new();
    let before = newer.start("serve").await;
    before.publish(&hook_flow("echo", json!([script_step("twice", "trigger.body.n * 2", &[])]))).await;
    let _run = before.hook("echo", &json!({"n": 0})).await.expect(200);
    look_at_lists(&before).await;
    newer.migrate();
    newer.needs("0.1.0");
    look_at_lists(&before).await;
    // Two that come after the migration of the newer one, beside one that was there before.
    let (web, worker) = (newer.start("web").await, newer.start("worker").await);
    eventually("the other web node to know the flow", async || {
        (web.hook("echo", &json!({"n": 1})).await.status == 200).then_some(())
    })
    .await;
    for n in 0..60 {
        let door = if n % 2 == 0 { &before } else { &web };
        assert_eq!(door.hook("echo", &json!({"n": n})).await.expect(200).json(), n * 2);
    }
    let status = web.get("/status").await.expect(200).json();
    let (workers, webs) =
        (status["workers"].as_array().expect("a list"), status["web_nodes"].as_array().expect("a list"));
    assert_eq!((workers.len(), webs.len()), (2, 2), "{status}");
    for process in workers.iter().chain(webs) {
        assert_eq!(
            (&process["version"], &process["alive"]),
            (&json!(env!("CARGO_PKG_VERSION")), &json!(true)),
            "{status}"
        );
    }
    assert_eq!(
        (&status["migrations_pending"], &status["needs_binary"]),
        (&json!(0), &json!(null)),
        "{status}"
    );
    let told = before.cli(&["status"]).await.success().stdout;
    assert_eq!(told.matches(concat!("(", env!("CARGO_PKG_VERSION"), ")")).count(), 4, "{told}");
    let _nothing_pending = before.cli(&["migrate", "--check"]).await.success();
    // Each of the two that work is enough.
    assert!(before.terminate().await);
    assert_eq!(web.hook("echo", &json!({"n": 4})).await.expect(200).json(), 8);
    before.launch().await;
    assert!(worker.terminate().await);
    assert_eq!(web.hook("echo", &json!({"n": 5})).await.expect(200).json(), 10);
}

#[tokio::test]
async fn who_is_too_old_stops_and_says_why() {
    let newer = Newer::new();
    let (web, worker) = (newer.start("web").await, newer.start("worker").await);
    let sink = Sink::answering(|call| {
        Reaction::ok(json!({})).after(Duration::from_secs(if call.repeat == 0 { 60 } else { 0 }))
    })
    .await;
    web.publish(&accepted("held", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
    let held = web.hook("held", &json!({})).await.expect(202).run();
    eventually("the call", async || (sink.open() == 1).then_some(())).await;
    let token = web.token().await;
    newer.needs("999.0.0");
    for app in [&web, &worker] {
        let told = eventually_within(Duration::from_secs(20), "it to step back", async || {
            let (status, text) = readiness(app).await;
            (status == 503).then_some(text)
        })
        .await;
        assert!(told.contains("newer_binary_needed: 999.0.0"), "{told}");
    }
    let refused = web.hook("held", &json!({})).await.expect(503);
    assert_eq!(refused.json()["code"], "newer_binary_needed", "{}", refused.text);
    assert!(refused.header("retry-after").is_some());
    let refused = web.api_as(&token, "PUT", "/variables/a", Some(&json!({"value": 1}))).await.expect(503);
    assert_eq!(refused.json()["code"], "newer_binary_needed");
    // Looking does no harm, and tells what is the matter; the worker has handed back what it had.
    eventually_within(Duration::from_secs(30), "the worker to sign off", async || {
        let status = web.api_as(&token, "GET", "/status", None).await.expect(200).json();
        assert_eq!(status["needs_binary"], "999.0.0");
        (status["workers"] == json!([]) && status["due"] == 1).then_some(())
    })
    .await;
    assert_eq!(
        web.api_as(&token, "GET", &format!("/runs/{held}"), None).await.expect(200).json()["status"],
        "queued"
    );
    assert!(worker.log().contains("needs a newer version of causeway"), "{}", worker.log_tail(20));
    let late = TestApp::prepare(Backend::Postgres, newer.options());
    for words in [&["worker"][..], &["status"], &["migrate"]] {
        let refused = late.cli(words).await.refused();
        assert!(
            refused.stderr.contains("newer_binary_needed") && refused.stderr.contains("999.0.0"),
            "{refused:?}"
        );
    }
    // One that is new enough goes on with it.
    newer.needs("0.1.0");
    worker.restart().await;
    web.restart().await;
    assert_eq!(web.finished(&held).await["status"], "succeeded");
    assert_eq!(sink.effects().len(), 1);
}

#[tokio::test]
async fn a_run_of_a_newer_version_is_left_to_it() {
    let newer = Newer::new();
    let app = newer.start("serve").await;
    app.publish(&accepted(
        "later",
        json!([step("pause", "wait", json!({"for": "2s"}), &[]), script_step("end", "1", &["pause"])]),
    ))
    .await;
    app.publish(&hook_flow("meanwhile", json!([script_step("a", "1", &[])]))).await;
    let id = app.hook("later", &json!({})).await.expect(202).run();
    let _waits = app.reaches(&id, &["waiting"]).await;
    let written =
        newer.sql(&format!("SELECT entries FROM run_journal WHERE run = '{id}' ORDER BY seq DESC LIMIT 1"));
    let unknown = r#",{"at":"2026-01-01T00:00:00.000Z","event":"teleported","step":"pause","to":"moon"}]"#;
    let with_unknown = format!("{}{unknown}", written.strip_suffix(']').expect("a list"));
    newer.sql(&format!(
        "UPDATE run_journal SET entries = $${with_unknown}$$ WHERE run = '{id}' AND entries = $${written}$$"
    ));
    // Long after its time: several looks at it.
    eventually_within(Duration::from_secs(20), "the run to be left", async || {
        let left: i64 =
            newer.sql(&format!("SELECT epoch FROM active_run WHERE id = '{id}'")).parse().expect("a number");
        (left >= 4).then_some(())
    })
    .await;
    let shown = app.get(&format!("/runs/{id}")).await.expect(409);
    assert_eq!(shown.json()["code"], "written_by_newer", "{}", shown.text);
    assert_eq!(
        app.log().matches("left to a worker of a newer version").count(),
        1,
        "told once: {}",
        app.log_tail(20)
    );
    assert_eq!(app.hook("meanwhile", &json!({})).await.status, 200, "others go on");
    newer.sql(&format!(
        "UPDATE run_journal SET entries = $${written}$$ WHERE run = '{id}' AND entries = $${with_unknown}$$"
    ));
    assert_eq!(app.finished(&id).await["status"], "succeeded", "what the newer one made of it reads");
}

/// The same where the journal reads, and the flow's version uses what this binary does not have.
#[tokio::test]
async fn a_version_that_does_not_compile_here_is_left_to_newer_workers() {
    let newer = Newer::new();
    let web = newer.start("web").await;
    let trigger = json!({"use": "webhook", "with": {"path": "ahead", "reply": "accepted"}});
    web.publish(&flow("ahead", trigger, json!([script_step("a", "1", &[])]))).await;
    let id = web.hook("ahead", &json!({})).await.expect(202).run();
    let (own, ahead) = (r#""use":"script""#, r#""use":"teleport""#);
    newer.sql(&format!("UPDATE flow_version SET document = replace(document, '{own}', '{ahead}')"));
    newer.sql(
        "INSERT INTO worker (id, node, version, started_at, heartbeat_at) VALUES \
         (gen_random_uuid(), gen_random_uuid(), '999.0.0', 0, 9000000000000)",
    );
    let worker = newer.start("worker").await;
    eventually_within(Duration::from_secs(20), "the run to be left", async || {
        worker.log().contains("left to a worker of a newer version").then_some(())
    })
    .await;
    assert_eq!(web.run(&id).await["status"], "queued");
    newer.sql(&format!("UPDATE flow_version SET document = replace(document, '{ahead}', '{own}')"));
    worker.restart().await;
    assert_eq!(web.finished(&id).await["status"], "succeeded");
}
