//! Changing the key by the command line.

use causeway_testkit::{
    Backend, Options, Sink, TestApp, both, eventually, hook_flow, http_step, on, script_step, step,
};
use serde_json::json;

#[tokio::test]
async fn a_new_key_breaks_nothing_that_is_out() {
    both(async |app| {
        let sink = Sink::start().await;
        app.set_secret("erp_key", "kept-value").await;
        let mut send = http_step("send", &sink.url("/late"), json!({}), &["pause"]);
        send["with"]["headers"] = json!({"X-Api-Key": "{{ secret.erp_key }}"});
        // The failing call leaves a sealed token in the journal of a run that is resumed later.
        let mut first = http_step("first", "http://127.0.0.1:1/", json!({}), &[]);
        first["with"]["headers"] = json!({"X-Api-Key": "{{ secret.erp_key }}"});
        let link = http_step(
            "tell",
            &sink.url("/link"),
            json!({"url": "{{ callback_url(\"pause\") }}"}),
            &["first.error"],
        );
        let pause = step("pause", "wait", json!({"callback": true, "timeout": "1h"}), &["tell"]);
        let mut flow =
            hook_flow("waits", json!([first, link, pause, send, script_step("end", "1", &["send"])]));
        flow["trigger"]["with"]["reply"] = json!("accepted");
        app.publish(&flow).await;
        let id = app.hook("waits", &json!({})).await.expect(202).run();
        let _waiting = app.reaches(&id, &["waiting"]).await;
        let url = sink.calls()[0].json()["url"].as_str().expect("a link").to_owned();

        let refused = app.cli(&["key", "rotate"]).await.exits(5);
        assert!(!refused.stderr.is_empty());
        assert!(app.terminate().await, "the server ends");
        let before = std::fs::read_to_string(app.data().join("data/key")).expect("a key");
        let rotated = app.cli(&["key", "rotate", "--json"]).await.success().json();
        assert_eq!((&rotated["key_version"], &rotated["secrets"]), (&json!(2), &json!(1)));
        let after = std::fs::read_to_string(app.data().join("data/key")).expect("a key");
        assert_ne!(before, after);
        app.launch().await;
        let called = app.client().post(&url).json(&json!({})).send().await.expect("answers");
        assert_eq!(called.status(), 200, "the link still counts");
        assert_eq!(app.finished(&id).await["status"], "succeeded");
        let late = sink.calls().into_iter().find(|call| call.path == "/late").expect("it was sent");
        assert_eq!(late.header("x-api-key"), Some("kept-value"));
        let trail = app.cli(&["audit", "list", "--action", "key", "--json"]).await.success().json();
        assert_eq!(trail[0]["action"], "key.rotated");
    })
    .await;
}

#[tokio::test]
async fn a_key_in_the_settings_needs_a_given_one() {
    let (old, new) = ("ab".repeat(32), "cd".repeat(32));
    let app = TestApp::prepare(Backend::Sqlite, Options::new().env("CAUSEWAY_KEY", &old));
    app.set_secret("erp_key", "kept-value").await;
    let refused = app.cli(&["key", "rotate"]).await.refused();
    assert!(refused.stderr.contains("--new-key-file"), "{}", refused.stderr);
    let words = ["key", "rotate", "--new-key-file", "-"];
    let rotated = app.cli_with(&new, &words).await.success();
    assert!(rotated.stdout.contains("CAUSEWAY_KEY") && !rotated.stdout.contains(&new), "{}", rotated.stdout);
    let wrong = app.cli(&["secret", "list"]).await.refused();
    assert!(wrong.stderr.contains("key"), "{}", wrong.stderr);
}

#[tokio::test]
async fn the_first_visitor_is_told_how_to_become_the_owner() {
    on(Backend::Sqlite, Options::new().env("CAUSEWAY_PUBLIC_URL", "https://flows.example.com"), &async |app: TestApp| {
        let told = || {
            let log = app.log();
            log.lines().filter_map(|line| Some(line.split_once("with the code ")?.1.trim().to_owned())).collect::<Vec<_>>()
        };
        let code = eventually("a code", async || told().pop()).await;
        let body = |code: &str| json!({"email": "ann@example.tw", "password": "a long enough password", "code": code});
        let setup = async |body: serde_json::Value| {
            app.client().post(app.url("/api/v1/setup")).json(&body).send().await.expect("answers").status()
        };
        assert_eq!(setup(body("wrong")).await, 403);
        assert_eq!(setup(body(&code)).await, 201);
        assert_eq!(setup(body(&code)).await, 409);
        app.restart().await;
        assert!(told().len() <= 1, "nobody is asked again");
    })
    .await;
}
