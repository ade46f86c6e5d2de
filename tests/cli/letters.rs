//! Dead letters and many runs, from the command line.

use causeway_testkit::{Reaction, Sink, both, http_step};
use serde_json::json;

use crate::runs::cancel::accepted;

#[tokio::test]
async fn many_are_shown_first_and_done_after_a_yes() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::status(422, json!({}))).await;
        app.publish(&accepted("bulk", json!([http_step("send", &sink.url("/"), json!({}), &[])]))).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let id = app.hook("bulk", &json!({})).await.expect(202).run();
            let _run = app.finished(&id).await;
            ids.push(id);
        }
        let letters = app.cli(&["dead-letter", "list", "--flow", "bulk", "--json"]).await.success().json();
        assert_eq!(letters.as_array().map(Vec::len), Some(3));
        let shown = app.cli(&["dead-letter", "show", &ids[0], "--json"]).await.success().json();
        assert!(shown["input"]["url"].is_string(), "{shown}");
        let words = ["run", "replay", "--flow", "bulk", "--status", "failed", "--since", "1h"];
        let dry = app.cli(&[&words[..], &["--dry-run", "--json"]].concat()).await.success().json();
        assert_eq!((&dry["count"], &dry["effects"][0]["times"]), (&json!(3), &json!(3)));
        let refused = app.cli(&words).await.exits(3);
        assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
        let replayed = app.cli(&[&words[..], &["--yes", "--json"]].concat()).await.success().json();
        assert_eq!((&replayed["done"], &replayed["refused"]), (&json!(3), &json!(0)));
        let words = ["dead-letter", "dismiss", &ids[0], "--reason", "tidy"];
        let _done = app.cli(&words).await.success();
        let dismissed =
            app.cli(&["dead-letter", "list", "--state", "dismissed", "--json"]).await.success().json();
        assert_eq!(dismissed[0]["dismissal"]["reason"], "tidy");
        let _back = app.cli(&["dead-letter", "dismiss", &ids[0], "--undo"]).await.success();
        let _again = app.cli(&["dead-letter", "dismiss", &ids[0], "--undo"]).await.exits(5);
        let resumed =
            app.cli(&["dead-letter", "resume", "--flow", "bulk", "--yes", "--json"]).await.success();
        assert!(resumed.json()["done"].as_u64() >= Some(3), "{}", resumed.stdout);
        let _nothing = app.cli(&["run", "cancel"]).await.exits(2);
    })
    .await;
}
