//! Flows by the command line, beside a running server.

use causeway_testkit::{both, eventually, hook_flow, script_step};
use serde_json::json;

#[tokio::test]
async fn what_is_published_is_served_at_once() {
    both(async |app| {
        let file = app.data().join("flow.json");
        for text in ["one", "two"] {
            let document = hook_flow("shell", json!([script_step("a", &format!("\"{text}\""), &[])]));
            std::fs::write(&file, document.to_string()).expect("a file");
            let _imported =
                app.cli(&["flow", "import", &file.to_string_lossy(), "--publish"]).await.success();
            if text == "one" {
                assert_eq!(app.hook("shell", &json!({})).await.expect(200).text, "one");
            } else {
                eventually("the new version", async || {
                    (app.hook("shell", &json!({})).await.text == "two").then_some(())
                })
                .await;
            }
        }
        let listed = app.cli(&["flow", "list"]).await.success();
        assert!(listed.stdout.contains("shell"), "{}", listed.stdout);
        let exported = app.cli(&["flow", "export", "shell"]).await.success();
        assert_eq!(exported.json()["slug"], "shell");
    })
    .await;
}

#[tokio::test]
async fn a_run_is_shown_as_a_person_reads_it() {
    both(async |app| {
        let steps = json!([
            script_step("map", "1", &[]),
            script_step("oops", "trigger.body.a.b", &["map"]),
            script_step("never", "1", &["oops"])
        ]);
        app.publish(&hook_flow("show", steps)).await;
        let id = app.hook("show", &json!({})).await.expect(502).run();
        let shown = app.cli(&["run", "show", &id]).await.success().stdout;
        for word in ["show", "failed", "map", "oops", "never", "skipped", &id] {
            assert!(shown.contains(word), "{word}:\n{shown}");
        }
        let chinese = app.cli(&["run", "show", &id, "--lang", "zh-TW"]).await.success().stdout;
        assert!(chinese.contains("失敗"), "{chinese}");
        let data = app.cli(&["run", "show", &id, "--json"]).await.success().json();
        assert_eq!(data["status"], "failed");
        assert_eq!(data["steps"][1]["id"], "oops");
        let listed = app.cli(&["run", "list"]).await.success().stdout;
        assert!(listed.contains(&id), "{listed}");
    })
    .await;
}
