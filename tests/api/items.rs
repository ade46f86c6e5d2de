//! Lists come in pages, newest first, and can be filtered.

use causeway_testkit::{both, rows, script_step};
use serde_json::json;

use crate::runs::cancel::accepted;

#[tokio::test]
async fn runs_are_listed_in_pages() {
    both(async |app| {
        app.publish(&accepted("many", json!([script_step("a", "1", &[])]))).await;
        app.publish(&accepted("bad", json!([script_step("a", "trigger.body.x.y", &[])]))).await;
        let mut ids = Vec::new();
        for _ in 0..7 {
            ids.push(app.hook("many", &json!({})).await.expect(202).run());
        }
        let bad = app.hook("bad", &json!({})).await.expect(202).run();
        for id in ids.iter().chain([&bad]) {
            let _run = app.finished(id).await;
        }
        ids.reverse();
        let page = app.get("/runs?flow=many&limit=3").await.expect(200).json();
        let cursor = page["next_cursor"].as_str().expect("more").to_owned();
        let page = rows(&page);
        let first: Vec<&str> = page.iter().filter_map(|run| run["id"].as_str()).collect();
        assert_eq!(first, ids[..3]);
        let next = app.get(&format!("/runs?flow=many&limit=3&cursor={cursor}")).await.expect(200).json();
        let next = rows(&next);
        let second: Vec<&str> = next.iter().filter_map(|run| run["id"].as_str()).collect();
        assert_eq!(second, ids[3..6]);
        let failed = app.runs("status=failed").await;
        assert_eq!((failed.len(), failed[0]["id"].as_str()), (1, Some(bad.as_str())));
        let bad = app.get("/runs?status=nonsense").await.expect(400).json();
        assert_eq!(
            (bad["code"].as_str(), bad["parameter"].as_str()),
            (Some("query_invalid"), Some("status"))
        );
        assert_eq!(app.get("/runs/not-an-id").await.status / 100, 4);
    })
    .await;
}
