//! Priorities and off-peak windows.

use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Options, Reaction, Sink, both, both_with, eventually, flow, http_step, script_step};
use serde_json::json;

use super::cancel::accepted;

#[tokio::test]
async fn the_urgent_come_first_and_nobody_starves() {
    both_with(Options::new().env("CAUSEWAY_CAPACITY", 1), async |app| {
        let sink = Sink::answering(|call| {
            let first = call.json()["name"] == "first";
            Reaction::ok(json!({})).after(Duration::from_millis(if first { 1500 } else { 1 }))
        })
        .await;
        for (slug, priority) in [("first", "normal"), ("low", "low"), ("normal", "normal"), ("high", "high")]
        {
            let mut document =
                accepted(slug, json!([http_step("send", &sink.url("/"), json!({"name": slug}), &[])]));
            document["settings"] = json!({"priority": priority});
            app.publish(&document).await;
        }
        let mut ids = vec![app.hook("first", &json!({})).await.expect(202).run()];
        eventually("the first call", async || (sink.open() == 1).then_some(())).await;
        for _ in 0..12 {
            for slug in ["low", "normal", "high"] {
                ids.push(app.hook(slug, &json!({})).await.expect(202).run());
            }
        }
        for id in &ids {
            assert_eq!(app.finished(id).await["status"], "succeeded");
        }
        let calls = sink.calls();
        let place = |name: &str| -> usize {
            calls.iter().enumerate().filter(|(_, call)| call.json()["name"] == name).map(|(at, _)| at).sum()
        };
        let (high, normal, low) = (place("high"), place("normal"), place("low"));
        assert!(high < normal && normal < low, "{high} {normal} {low}");
    })
    .await;
}

/// `HH:MM` in UTC, so many minutes from now.
fn clock(minutes: i64) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs() as i64 / 60;
    let of_day = (now + minutes).rem_euclid(24 * 60);
    format!("{:02}:{:02}", of_day / 60, of_day % 60)
}

fn windowed(slug: &str, from: i64, to: i64) -> Value {
    let mut document = accepted(slug, json!([script_step("a", "1", &[])]));
    document["settings"] = json!({"window": {"from": clock(from), "to": clock(to), "timezone": "UTC"}});
    document
}

#[tokio::test]
async fn outside_of_its_window_a_run_waits_unless_a_person_says_otherwise() {
    both(async |app| {
        app.publish(&windowed("night", 120, 240)).await;
        let held = app.hook("night", &json!({})).await.expect(202).run();
        let urgent =
            app.post("/flows/night/runs", &json!({"input": {}, "ignore_window": true})).await.expect(202);
        assert_eq!(app.finished(&urgent.run()).await["status"], "succeeded");
        let waits = app.run(&held).await;
        assert_eq!(waits["status"], "queued");
        assert!(waits["reason"]["zh-TW"].as_str().is_some_and(|text| text.contains("時段")), "{waits}");
        app.restart().await;
        let _asked = app.cancel(&held).await;
        assert_eq!(app.finished(&held).await["status"], "cancelled", "a run that waits can be cancelled");
        app.publish(&windowed("night", -60, 60)).await;
        let open = app.hook("night", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&open).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place_and_what_to_do() {
    both(async |app| {
        let trigger =
            json!({"use": "schedule", "with": {"cron": "61 * * * *", "timezone": "Taipei", "jitter": "2d"}});
        let mut document = flow("bad", trigger, json!([script_step("a", "1", &[])]));
        document["settings"] =
            json!({"priority": "urgent", "window": {"from": "22", "to": "06:00", "days": ["mo"]}});
        let text = app.post("/import", &document).await.expect(200).text;
        for (pointer, code) in [
            ("/trigger/with/cron", "invalid_cron"),
            ("/trigger/with/timezone", "unknown_timezone"),
            ("/trigger/with/jitter", "out_of_range"),
            ("/settings/priority", "invalid_value"),
            ("/settings/window/from", "invalid_time"),
            ("/settings/window/days/0", "invalid_value"),
        ] {
            assert!(text.contains(pointer) && text.contains(code), "{pointer} {code}: {text}");
        }
    })
    .await;
}
