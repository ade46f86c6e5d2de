//! What schedules mean, and when they are next.

use causeway_testkit::{both, flow, script_step};
use serde_json::json;

#[tokio::test]
async fn a_preview_says_what_an_expression_means() {
    both(async |app| {
        let asked = json!({"cron": "30 9 * * 1-5", "timezone": "Asia/Taipei"});
        let preview = app.post("/schedules/preview", &asked).await.expect(200).json();
        assert_eq!(preview["sentence"]["en"], "At 09:30 from Monday to Friday, Asia/Taipei");
        assert_eq!(preview["sentence"]["zh-TW"], "每週一至週五 09:30（Asia/Taipei）");
        let next = preview["next"].as_array().expect("times");
        assert_eq!(next.len(), 5);
        assert!(
            next.iter().all(|at| at.as_str().is_some_and(|at| at.ends_with("T01:30:00.000Z"))),
            "{next:?}"
        );

        let bad = json!({"cron": "0 25 * * *", "timezone": "Taipei", "count": 0});
        let refused = app.post("/schedules/preview", &bad).await.expect(422).json();
        let faults = refused["faults"].as_array().expect("faults");
        let places: Vec<&str> = faults.iter().filter_map(|fault| fault["pointer"].as_str()).collect();
        assert_eq!(places, ["/cron", "/timezone", "/count"]);
        for fault in faults {
            for language in ["en", "zh-TW"] {
                assert!(
                    fault["message"][language].is_string() && fault["fix"][language].is_string(),
                    "{fault}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn scheduled_flows_are_listed_with_their_times() {
    both(async |app| {
        let trigger = json!({"use": "schedule", "with": {"every": "1s", "timezone": "UTC"}});
        app.publish(&flow("ticks", trigger, json!([script_step("a", "1", &[])]))).await;
        let trigger = json!({"use": "schedule", "with": {"cron": "0 0 29 2 *"}});
        app.publish(&flow("leap", trigger, json!([script_step("a", "1", &[])]))).await;
        let listed = causeway_testkit::eventually("a firing", async || {
            let listed = app.get("/schedules").await.expect(200).json()["schedules"].clone();
            (!listed[1]["last_fire_at"].is_null()).then_some(listed)
        })
        .await;
        assert_eq!(listed[0]["slug"], "leap");
        assert_eq!(listed[0]["sentence"]["zh-TW"], "每年 2 月 29 日 00:00（Asia/Taipei）");
        assert!(listed[0]["last_fire_at"].is_null() && listed[0]["next_at"].is_string());
        assert_eq!(listed[1]["sentence"]["en"], "Every second, UTC");
        let table = app.cli(&["schedule", "list"]).await.success().stdout;
        assert!(table.contains("ticks") && table.contains("Every second, UTC"), "{table}");
        let shown = app
            .cli(&["schedule", "preview", "0 2 * * *", "--timezone", "Europe/Berlin"])
            .await
            .success()
            .stdout;
        assert!(
            shown.starts_with("At 02:00 every day, Europe/Berlin") && shown.lines().count() == 6,
            "{shown}"
        );
        assert_eq!(app.cli(&["schedule", "preview", "0 2 * *"]).await.code, 3);
    })
    .await;
}
