//! The command line without a server.

use causeway_testkit::{Backend, Options, Sink, TestApp, flow, http_step, script_step};
use serde_json::json;

/// Each test on both databases, with nothing running.
async fn without_server(test: impl AsyncFn(TestApp)) {
    for backend in Backend::BOTH {
        test(TestApp::prepare(backend, Options::new())).await;
    }
}

fn write(app: &TestApp, name: &str, content: &causeway_model::Value) -> String {
    let path = app.data().join(name);
    std::fs::write(&path, content.to_string()).expect("a file");
    path.to_string_lossy().into_owned()
}

#[tokio::test]
async fn an_empty_store_is_made_and_a_flow_runs_by_itself() {
    without_server(async |app| {
        let sink = Sink::start().await;
        let steps = json!([
            http_step("send", &sink.url("/"), json!("{{ trigger.input }}"), &[]),
            script_step("end", "steps.send.status", &["send"])
        ]);
        let file = write(&app, "hello.json", &flow("hello", json!({"use": "manual"}), steps));
        let _imported = app.cli(&["flow", "import", &file, "--publish"]).await.success();
        let input = write(&app, "input.json", &json!({"no": 1}));
        let done = app.cli(&["run", "start", "hello", "--input", &input, "--wait"]).await.success();
        assert!(done.stdout.contains("succeeded"), "{}", done.stdout);
        assert_eq!(sink.calls()[0].json(), json!({"no": 1}));
        let list = app.cli(&["run", "list", "--json"]).await.success().json();
        assert_eq!(
            list[0]["status"].as_str().or(list["items"][0]["status"].as_str()),
            Some("succeeded"),
            "{list}"
        );
    })
    .await;
}

#[tokio::test]
async fn exit_codes_say_what_happened() {
    without_server(async |app| {
        let bad =
            flow("bad", json!({"use": "manual"}), json!([script_step("oops", "trigger.input.a.b", &[])]));
        let bad = write(&app, "bad.json", &bad);
        let _imported = app.cli(&["flow", "import", &bad, "--publish"]).await.success();
        let _failed = app.cli(&["run", "start", "bad", "--wait"]).await.exits(1);
        let _usage = app.cli(&["run", "nonsense"]).await.exits(2);
        let invalid = write(&app, "invalid.json", &flow("x", json!({"use": "nothing"}), json!([])));
        let invalid = app.cli(&["flow", "validate", &invalid]).await.exits(3);
        let said = format!("{}{}", invalid.stdout, invalid.stderr);
        assert!(said.contains("invalid.json:"), "file:line:column comes first: {said}");
        let _missing = app.cli(&["flow", "publish", "nobody"]).await.exits(4);
        let _missing = app.cli(&["run", "show", "01890000-0000-7000-8000-000000000000"]).await.exits(4);
    })
    .await;
}

#[tokio::test]
async fn help_schema_and_completions_need_no_store() {
    let app = TestApp::prepare(Backend::Sqlite, Options::new());
    for words in [
        &["--help"][..],
        &["serve", "--help"],
        &["run", "start", "--help"],
        &["schema", "flow"],
        &["completions", "bash"],
        &["openapi"],
    ] {
        let shown = app.cli(words).await.success();
        assert!(shown.stdout.len() > 200, "{words:?}: {}", shown.stdout);
    }
    assert!(!app.data().join("data").exists(), "nothing was made");
    let help = app.cli(&["serve", "--help"]).await.stdout;
    for name in ["CAUSEWAY_DATA", "CAUSEWAY_LISTEN", "DATABASE_URL", "CAUSEWAY_KEY", "CAUSEWAY_ALLOW_HOSTS"] {
        assert!(help.contains(name), "{name}");
    }
    let schema = app.cli(&["schema", "flow"]).await.json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}
