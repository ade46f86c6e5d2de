//! The store by the command line: migrating, and who may use a data folder.

use causeway_testkit::{Backend, Options, TestApp, on};

#[tokio::test]
async fn migrate_check_says_what_would_happen_and_does_nothing() {
    for backend in Backend::BOTH {
        let app = TestApp::prepare(backend, Options::new());
        let checked = app.cli(&["migrate", "--check", "--json"]).await;
        let plan = checked.json();
        assert!(plan["pending"].as_array().is_some_and(|pending| !pending.is_empty()), "{plan}");
        let plan = app.cli(&["migrate", "--check", "--json"]).await.json();
        assert!(plan["pending"].as_array().is_some_and(|pending| !pending.is_empty()), "still: {plan}");
        let said = app.cli(&["migrate", "--check"]).await.success().stdout;
        for name in plan["pending"].as_array().expect("a list") {
            assert!(said.contains(name.as_str().expect("a name")), "{said}");
        }
        let _done = app.cli(&["migrate"]).await.success();
        let plan = app.cli(&["migrate", "--check", "--json"]).await.success().json();
        assert_eq!(plan["pending"].as_array().map(Vec::len), Some(0), "{plan}");
    }
}

#[tokio::test]
async fn a_second_server_on_one_sqlite_folder_is_refused() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let other = causeway_testkit::free_port();
        let refused = app.cli(&["serve", "--listen", &format!("127.0.0.1:{other}")]).await.refused();
        assert!(refused.stderr.contains("folder") || refused.stderr.contains("in use"), "{}", refused.stderr);
        let _still = app.get("/flows").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn unknown_settings_are_refused_and_secrets_not_echoed() {
    let app = TestApp::prepare(Backend::Sqlite, Options::new().env("CAUSEWAY_KEY", "not-a-key-canary"));
    let refused = app.cli(&["flow", "list"]).await.refused();
    assert!(
        !refused.stderr.contains("not-a-key-canary") && !refused.stdout.contains("not-a-key-canary"),
        "{}",
        refused.stderr
    );
    let app = TestApp::prepare(Backend::Sqlite, Options::new());
    let file = app.data().join("settings.toml");
    std::fs::write(&file, "listn = \"127.0.0.1:1\"\n").expect("a file");
    let refused = app.cli(&["flow", "list", "--config", &file.to_string_lossy()]).await.refused();
    assert!(refused.stderr.contains("listn"), "{}", refused.stderr);
}
