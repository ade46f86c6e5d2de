//! Finished runs are kept as long as was said, and then give their space back.

use std::time::Duration;

use causeway_testkit::{Backend, Options, TestApp, both_with, eventually_within, on, script_step};
use futures::future::join_all;
use serde_json::json;

use super::cancel::accepted;

/// Sweeps often, so that a test need not wait.
fn sweeping() -> Options {
    Options::new().env("CAUSEWAY_SWEEP_EVERY", "300ms")
}

#[tokio::test]
async fn a_run_is_deleted_when_its_time_is_over_and_not_before() {
    both_with(sweeping(), async |app| {
        let mut short = accepted("short", json!([script_step("a", "1", &[])]));
        short["settings"] = json!({"keep": "1s"});
        app.publish(&short).await;
        app.publish(&accepted("long", json!([script_step("a", "1", &[])]))).await;
        let short = app.hook("short", &json!({})).await.expect(202).run();
        let long = app.hook("long", &json!({})).await.expect(202).run();
        let _done = (app.finished(&short).await, app.finished(&long).await);
        eventually_within(Duration::from_secs(60), "the run to be gone", async || {
            (app.get(&format!("/runs/{short}")).await.status == 404).then_some(())
        })
        .await;
        assert_eq!(app.run(&long).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn the_sqlite_file_shrinks_again() {
    on(Backend::Sqlite, sweeping(), &async |app: TestApp| {
        let mut document = accepted("bulky", json!([script_step("a", "trigger.body.text.len()", &[])]));
        document["settings"] = json!({"keep": "12s"});
        app.publish(&document).await;
        let body = json!({"text": "x".repeat(200_000)});
        for _ in 0..5 {
            let answers = join_all((0..12).map(|_| app.hook("bulky", &body))).await;
            assert!(answers.iter().all(|answer| answer.status == 202));
        }
        let file = app.data().join("data/causeway.db");
        let size = || {
            ["", "-wal"]
                .iter()
                .map(|end| {
                    std::fs::metadata(format!("{}{end}", file.display())).map_or(0, |about| about.len())
                })
                .sum::<u64>()
        };
        assert!(size() > 10_000_000, "{}", size());
        eventually_within(Duration::from_secs(60), "the file to shrink", async || {
            (size() < 4_000_000).then_some(())
        })
        .await;
    })
    .await;
}
