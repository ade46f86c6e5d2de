//! Connections by the command line, as far as the connectors of the binary go: `http` takes none.

use causeway_testkit::{both, flow, http_step};
use serde_json::json;

#[tokio::test]
async fn what_is_no_connection_is_refused_in_words() {
    both(async |app| {
        let list = app.cli(&["connection", "list", "--json"]).await.success();
        assert_eq!(list.json(), json!([]));
        let words = ["connection", "create", "main", "--connector", "http", "--set", "url=https://x"];
        let refused = app.cli(&words).await.exits(3);
        assert!(refused.stderr.contains("http needs no connection"), "{}", refused.stderr);
        let words = ["--lang", "zh-TW", "connection", "create", "main", "--connector", "sap"];
        let refused = app.cli(&words).await.exits(3);
        assert!(refused.stderr.contains("沒有連接器 sap"), "{}", refused.stderr);
        let words = ["connection", "create", "main", "--connector", "http", "--secret", "a", "--secret", "b"];
        let miscounted = app.cli_with("one\n", &words).await.exits(2);
        assert!(miscounted.stderr.contains("one line for each"), "{}", miscounted.stderr);
        for words in [vec!["show", "main"], vec!["delete", "main"], vec!["test", "main"]] {
            let words: Vec<&str> = ["connection"].into_iter().chain(words).collect();
            let _none = app.cli(&words).await.exits(4);
        }
    })
    .await;
}

#[tokio::test]
async fn a_flow_that_names_no_connection_there_is_stays_a_draft() {
    both(async |app| {
        let mut send = http_step("send", "http://127.0.0.1:1/", json!({}), &[]);
        send["connection"] = json!("main");
        let document = flow("sends", json!({"use": "manual"}), json!([send]));
        let file = app.data().join("sends.json");
        std::fs::write(&file, document.to_string()).expect("writes");
        let file = file.display().to_string();
        let imported = app.cli(&["flow", "import", &file, "--json"]).await.success().json();
        let step = &imported[0]["steps"][0];
        assert_eq!((&step["status"], &step["connection"]), (&json!("needs_connection"), &json!("main")));
        let refused = app.cli(&["flow", "publish", "sends"]).await.exits(3);
        for part in ["/steps/0/connection", "connection_missing", "Remove `connection`"] {
            assert!(refused.stderr.contains(part), "{}", refused.stderr);
        }
    })
    .await;
}
