//! Schedules: once for each time, with the version of the day, and what was missed as the flow says.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{TestApp, both, eventually_within, flow, script_step};
use serde_json::json;

fn every_second(slug: &str, text: &str) -> Value {
    let trigger = json!({"use": "schedule", "with": {"cron": "* * * * * *", "timezone": "Asia/Taipei", "missed": "skip"}});
    flow(slug, trigger, json!([script_step("say", &format!("[\"{text}\", trigger.fire_at]"), &[])]))
}

async fn outputs(app: &TestApp, slug: &str) -> Vec<Value> {
    let mut outputs = Vec::new();
    for run in app.runs("status=succeeded").await.into_iter().filter(|run| run["slug"] == slug) {
        outputs.push(app.run(run["id"].as_str().expect("an id")).await["output"].clone());
    }
    outputs
}

#[tokio::test]
async fn it_fires_once_for_each_time_and_uses_the_newest_version() {
    both(async |app| {
        app.publish(&every_second("ticks", "old")).await;
        eventually_within(Duration::from_secs(15), "three firings", async || {
            (outputs(&app, "ticks").await.len() >= 3).then_some(())
        })
        .await;
        app.publish(&every_second("ticks", "new")).await;
        app.restart().await;
        let fired = eventually_within(Duration::from_secs(15), "firings of the new version", async || {
            let fired = outputs(&app, "ticks").await;
            (fired.iter().filter(|output| output[0] == "new").count() >= 2).then_some(fired)
        })
        .await;
        let mut times: Vec<&str> = fired.iter().filter_map(|output| output[1].as_str()).collect();
        times.sort_unstable();
        let all = times.len();
        times.dedup();
        assert_eq!(times.len(), all, "no time twice: {times:?}");
        assert!(times.iter().all(|at| at.contains(".000") || !at.contains('.')), "on the second: {times:?}");
        let first_new =
            fired.iter().filter(|output| output[0] == "new").filter_map(|output| output[1].as_str()).min();
        let last_old =
            fired.iter().filter(|output| output[0] == "old").filter_map(|output| output[1].as_str()).max();
        assert!(last_old < first_new, "never with an old version: {last_old:?} {first_new:?}");
    })
    .await;
}

#[tokio::test]
async fn a_switched_off_flow_does_not_fire() {
    both(async |app| {
        app.publish(&every_second("off", "x")).await;
        eventually_within(Duration::from_secs(15), "a firing", async || {
            (!outputs(&app, "off").await.is_empty()).then_some(())
        })
        .await;
        let _off = app.cli(&["flow", "disable", "off"]).await.success();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let before = app.runs("").await.len();
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert_eq!(app.runs("").await.len(), before);
    })
    .await;
}
