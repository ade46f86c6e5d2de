//! Schedules: once for each time, with the version of the day, and what was missed as the flow says.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Backend, Database, Options, TestApp, both, eventually_within, flow, script_step};
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

#[tokio::test]
async fn two_servers_on_one_store_fire_once_for_each_time() {
    let database = Database::fresh(Backend::Postgres);
    let options =
        Options::new().database_url(&database.url().expect("a URL")).env("CAUSEWAY_KEY", "7f".repeat(32));
    let one = TestApp::start_with(Backend::Postgres, options.clone()).await;
    let other = TestApp::start_with(Backend::Postgres, options).await;
    one.publish(&every_second("ticks", "old")).await;
    let fired = async |text: &str| -> Vec<Value> {
        outputs(&one, "ticks").await.into_iter().filter(|output| output[0] == text).collect()
    };
    eventually_within(Duration::from_secs(20), "firings", async || {
        (fired("old").await.len() >= 3).then_some(())
    })
    .await;
    other.publish(&every_second("ticks", "new")).await;
    eventually_within(Duration::from_secs(20), "the new version", async || {
        (fired("new").await.len() >= 3).then_some(())
    })
    .await;
    one.kill9();
    let before = outputs(&other, "ticks").await.len();
    let all = eventually_within(Duration::from_secs(20), "the other to go on alone", async || {
        let all = outputs(&other, "ticks").await;
        (all.len() >= before + 2).then_some(all)
    })
    .await;
    let mut times: Vec<(&str, &str)> =
        all.iter().filter_map(|output| Some((output[1].as_str()?, output[0].as_str()?))).collect();
    times.sort_unstable();
    assert!(times.windows(2).all(|pair| pair[0].0 != pair[1].0), "no time twice: {times:?}");
    let first_new = times.iter().position(|(_, text)| *text == "new").expect("the new version");
    assert!(
        times[first_new..].iter().all(|(_, text)| *text == "new"),
        "never an old version after a new: {times:?}"
    );
}

#[tokio::test]
async fn what_was_missed_while_it_was_down_goes_by_the_policy() {
    both(async |app| {
        for missed in ["skip", "once", "all"] {
            let trigger =
                json!({"use": "schedule", "with": {"every": "1s", "missed": missed, "max_missed": 1000}});
            let trigger = if missed == "all" {
                trigger
            } else {
                json!({"use": "schedule", "with": {"every": "1s", "missed": missed}})
            };
            app.publish(&flow(missed, trigger, json!([script_step("say", "[0, trigger.fire_at]", &[])])))
                .await;
        }
        eventually_within(Duration::from_secs(20), "firings", async || {
            (!outputs(&app, "all").await.is_empty() && !outputs(&app, "skip").await.is_empty()).then_some(())
        })
        .await;
        app.kill9();
        tokio::time::sleep(Duration::from_secs(15)).await;
        app.launch().await;
        let gaps = eventually_within(Duration::from_secs(20), "firings after it", async || {
            let mut gaps = Vec::new();
            for slug in ["skip", "once", "all"] {
                let mut times: Vec<i64> = outputs(&app, slug)
                    .await
                    .iter()
                    .filter_map(|output| output[1].as_str()?.parse::<causeway_model::Time>().ok())
                    .map(|at| at.millis() / 1000)
                    .collect();
                times.sort_unstable();
                gaps.push(times.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>());
            }
            let down = |gaps: &Vec<i64>| gaps.iter().any(|gap| *gap >= 10);
            (down(&gaps[0]) && down(&gaps[1]) && gaps[2].len() >= 15).then_some(gaps)
        })
        .await;
        assert!(gaps[2].iter().all(|gap| *gap == 1), "all were made up for: {gaps:?}");
    })
    .await;
}

#[tokio::test]
async fn times_while_it_was_switched_off_were_not_missed() {
    both(async |app| {
        let trigger =
            json!({"use": "schedule", "with": {"every": "1s", "missed": "all", "max_missed": 1000}});
        app.publish(&flow("paused", trigger, json!([script_step("say", "[0, trigger.fire_at]", &[])]))).await;
        eventually_within(Duration::from_secs(20), "a firing", async || {
            (!outputs(&app, "paused").await.is_empty()).then_some(())
        })
        .await;
        // Nobody keeps time while it is switched off and on again.
        app.kill9();
        let _off = app.cli(&["flow", "disable", "paused"]).await.success();
        tokio::time::sleep(Duration::from_secs(13)).await;
        let _on = app.cli(&["flow", "enable", "paused"]).await.success();
        tokio::time::sleep(Duration::from_secs(3)).await;
        app.launch().await;
        let gaps = eventually_within(Duration::from_secs(20), "firings after it", async || {
            let times = outputs(&app, "paused").await;
            let mut times: Vec<i64> = times
                .iter()
                .filter_map(|output| output[1].as_str()?.parse::<causeway_model::Time>().ok())
                .map(|at| at.millis() / 1000)
                .collect();
            times.sort_unstable();
            let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            (gaps.iter().rev().take_while(|gap| **gap == 1).count() >= 3).then_some(gaps)
        })
        .await;
        let down: Vec<&i64> = gaps.iter().filter(|gap| **gap > 1).collect();
        assert!(down.len() == 1 && *down[0] >= 12, "while it was off it missed nothing: {gaps:?}");
    })
    .await;
}
