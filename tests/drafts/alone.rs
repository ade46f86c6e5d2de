//! The command line: with a server, and without one.

use causeway_testkit::{Backend, Options, Sink, TestApp, both, flow, hook_flow, http_step, script_step};
use serde_json::{Value, json};

fn write(app: &TestApp, name: &str, content: &Value) -> String {
    let path = app.data().join(name);
    std::fs::write(&path, content.to_string()).expect("a file");
    path.to_string_lossy().into_owned()
}

#[tokio::test]
async fn a_file_is_tested_without_a_server() {
    for backend in Backend::BOTH {
        let app = TestApp::prepare(backend, Options::new());
        let sink = Sink::start().await;
        let draft = |path: &str| {
            flow(
                "hello",
                json!({"use": "manual"}),
                json!([
                    script_step("map", "trigger.input", &[]),
                    http_step("send", &sink.url(path), json!("{{ steps.map }}"), &["map"]),
                ]),
            )
        };
        let file = write(&app, "hello.json", &draft("/first"));
        let input = write(&app, "input.json", &json!({"no": 1}));
        let dry = app.cli(&["flow", "test", &file, "--dry-run", "--input", &input]).await.success();
        assert!(dry.stdout.contains(&format!("POST {}", sink.url("/first"))), "{}", dry.stdout);
        assert!(dry.stdout.contains("{\"no\":1}") && dry.stdout.contains("hello draft"), "{}", dry.stdout);
        assert!(dry.stderr.contains("hello"), "it says that the flow is new: {}", dry.stderr);
        assert_eq!(sink.count(), 0);
        let done = app.cli(&["flow", "test", "hello", "--input", &input, "--json"]).await.success().json();
        assert_eq!((&done["status"], &done["mode"]), (&json!("succeeded"), &json!("test")));
        assert_eq!(sink.calls()[0].path, "/first");

        // A file of a flow that there is: the draft stays as it was.
        let file = write(&app, "hello.json", &draft("/second"));
        let done = app.cli(&["flow", "test", &file, "--json"]).await.success().json();
        assert!(done["test"].get("draft_revision").is_none(), "{done}");
        assert_eq!(sink.calls()[1].path, "/second");
        let exported = app.cli(&["flow", "export", "hello"]).await.success();
        assert!(exported.stdout.contains("/first") && !exported.stdout.contains("/second"));

        let bad = write(
            &app,
            "bad.json",
            &flow("bad", json!({"use": "manual"}), json!([script_step("a", "let", &[])])),
        );
        let refused = app.cli(&["flow", "test", &bad]).await.exits(3);
        assert!(refused.stderr.contains("bad.json:"), "{}", refused.stderr);
        let _missing = app.cli(&["flow", "test", "nobody"]).await.exits(4);
        let _missing = app.cli(&["flow", "test", "hello", "--until", "nothing"]).await.exits(4);
        let _usage = app.cli(&["flow", "test", "hello", "--until", "map", "--step", "send"]).await.exits(2);
        let fails = flow("fails", json!({"use": "manual"}), json!([script_step("oops", "[1][5]", &[])]));
        let _failed = app.cli(&["flow", "test", &write(&app, "fails.json", &fails)]).await.exits(1);
    }
}

#[tokio::test]
async fn samples_are_kept_and_used_beside_a_server() {
    both(async |app| {
        let sink = Sink::start().await;
        let steps = json!([
            script_step("map", "trigger.body", &[]),
            http_step("send", &sink.url("/"), json!("{{ steps.map }}"), &["map"]),
        ]);
        app.publish(&hook_flow("shop", steps)).await;
        let sample = write(&app, "s.json", &json!({"trigger": {"body": {"no": 5}}}));
        let _set = app.cli(&["sample", "set", "shop", "five", "--file", &sample]).await.success();
        let done = app.cli(&["flow", "test", "shop", "--sample", "five", "--until", "map"]).await.success();
        assert!(done.stdout.contains("{\"no\":5}") && sink.count() == 0, "{}", done.stdout);
        let live = app.hook("shop", &json!({"no": 6})).await.expect(200).run();
        let _set = app.cli(&["sample", "set", "shop", "live", "--from-run", &live]).await.success();
        let shown = app.cli(&["sample", "show", "shop", "live"]).await.success().json();
        assert_eq!(shown["trigger"]["body"]["no"], 6);
        let case = app.cli(&["sample", "show", "shop", "live", "--case"]).await.success().json();
        assert_eq!(case["webhook"]["body"], json!({"no": 6}));
        let list = app.cli(&["sample", "list", "shop"]).await.success();
        assert!(list.stdout.contains("five") && list.stdout.contains("live"), "{}", list.stdout);
        let one = app
            .cli(&[
                "flow",
                "test",
                "shop",
                "--step",
                "send",
                "--from-run",
                &live,
                "--lang",
                "zh-TW",
                "--dry-run",
            ])
            .await;
        let one = one.success();
        assert!(one.stdout.contains("預演") && one.stdout.contains("{\"no\":6}"), "{}", one.stdout);
        assert_eq!(sink.count(), 1, "only the live call went out");
        let _deleted = app.cli(&["sample", "delete", "shop", "five"]).await.success();
        let _missing = app.cli(&["sample", "show", "shop", "five"]).await.exits(4);
        let _usage = app.cli(&["sample", "set", "shop", "x"]).await.exits(2);
    })
    .await;
}
