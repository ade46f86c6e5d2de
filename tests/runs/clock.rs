//! A clock that is put forward and back by an hour under the running server.

use std::collections::BTreeSet;
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::time::Duration;

use causeway_model::{Time, Value};
use causeway_testkit::{Backend, Options, TestApp, eventually_within, flow, on, root, script_step};
use serde_json::json;

use super::cancel::accepted;
use super::waits::pause;

fn scheduled(slug: &str, cron: &str, missed: &str) -> Value {
    let trigger = json!({"use": "schedule", "with": {"cron": cron, "timezone": "UTC", "missed": missed}});
    flow(slug, trigger, json!([script_step("say", "trigger.fire_at", &[])]))
}

async fn fired(app: &TestApp, slug: &str) -> Vec<Time> {
    let runs = app.runs(&format!("flow={slug}")).await;
    let mut times = Vec::new();
    for run in runs.iter().filter(|run| run["status"] == "succeeded") {
        let output = app.run(run["id"].as_str().expect("an id")).await["output"].clone();
        times.push(output.as_str().expect("a time").parse().expect("a time"));
    }
    let distinct: BTreeSet<Time> = times.iter().copied().collect();
    assert_eq!(distinct.len(), times.len(), "{slug} fired twice: {times:?}");
    times
}

async fn made_at(app: &TestApp, run: &str) -> Time {
    app.run(run).await["created_at"].as_str().expect("a time").parse().expect("a time")
}

#[tokio::test]
async fn a_clock_that_jumps_an_hour_forward_and_back_on_sqlite() {
    jumps(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_clock_that_jumps_an_hour_forward_and_back_on_postgres() {
    jumps(Backend::Postgres).await;
}

/// The clock of a server under test, as many seconds before or after the machine's as one likes.
pub struct ShiftedClock {
    folder: tempfile::TempDir,
    seconds: std::fs::File,
}

impl ShiftedClock {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (library, file) = (folder.path().join("shifted_clock.so"), folder.path().join("seconds"));
        let source = root().join("tests/data/shifted_clock.c");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(built.expect("a C compiler").success(), "the library that shifts the clock does not build");
        let seconds =
            std::fs::File::options().write(true).create(true).truncate(true).open(&file).expect("a file");
        let clock = Self { folder, seconds };
        clock.set(0);
        clock
    }

    /// Written in place: the server has the file mapped.
    pub fn set(&self, offset: i64) {
        self.seconds.write_all_at(&offset.to_ne_bytes(), 0).expect("written");
    }

    /// For a server that goes by this clock.
    pub fn options(&self, options: Options) -> Options {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        options.env("LD_PRELOAD", path("shifted_clock.so")).env("SHIFTED_CLOCK", path("seconds"))
    }
}

/// Each server has a clock of its own.
async fn jumps(backend: Backend) {
    let clock = ShiftedClock::new();
    let set = |offset: i64| clock.set(offset);
    let options = clock.options(Options::new());
    on(backend, options, &async |app: TestApp| {
        set(0);
        let _token = app.token().await;
        app.publish(&scheduled("skips", "*/10 * * * *", "skip")).await;
        app.publish(&scheduled("once", "*/10 * * * *", "once")).await;
        app.publish(&scheduled("all", "*/10 * * * *", "all")).await;
        app.publish(&scheduled("seconds", "* * * * * *", "skip")).await;
        app.publish(&accepted("waits", json!([pause("pause", "30m", &[])]))).await;
        let waiting = app.hook("waits", &json!({})).await.expect(202).run();
        let _run = app.reaches(&waiting, &["waiting"]).await;
        eventually_within(Duration::from_secs(20), "a firing", async || {
            (!fired(&app, "seconds").await.is_empty()).then_some(())
        })
        .await;

        set(3600);
        let began = made_at(&app, &waiting).await;
        eventually_within(Duration::from_secs(20), "the server to see the other time", async || {
            let later = app.hook("waits", &json!({})).await.expect(202).run();
            (made_at(&app, &later).await.millis() > began.millis() + 3_000_000).then_some(())
        })
        .await;
        eventually_within(Duration::from_secs(40), "the wait to end", async || {
            (app.run(&waiting).await["status"] == "succeeded").then_some(())
        })
        .await;
        eventually_within(Duration::from_secs(40), "what was missed to be made up for", async || {
            (fired(&app, "all").await.len() >= 6).then_some(())
        })
        .await;
        // One of the six may have come within the seconds that count as being on time.
        assert!(fired(&app, "all").await.len() <= 7);
        assert!((1..=2).contains(&fired(&app, "once").await.len()));
        assert!(fired(&app, "skips").await.len() <= 2);
        let ahead = fired(&app, "seconds").await;
        let newest = ahead.iter().copied().max().expect("it fired");

        set(0);
        let half_an_hour_before = Time(newest.millis() - 1_800_000);
        let before = ahead.iter().filter(|at| **at < half_an_hour_before).count();
        eventually_within(Duration::from_secs(40), "it to fire by the clock that was put back", async || {
            let times = fired(&app, "seconds").await;
            (times.iter().filter(|at| **at < half_an_hour_before).count() > before).then_some(())
        })
        .await;
        assert!(fired(&app, "all").await.len() <= 7);
        app.publish(&accepted("short", json!([pause("pause", "1s", &[])]))).await;
        let short = app.hook("short", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&short).await["status"], "succeeded");
    })
    .await;
}
