//! A secret reaches the system that it is for, and nobody else: no timeline, answer, log or database.

use std::process::Command;

use causeway_testkit::{Backend, Reaction, Sink, TestApp, both, hook_flow, http_step, script_step, step};
use serde_json::json;

const CANARY: &str = "canary-7f3a9b-do-not-leak";

/// Whether the database, the log or any file of the data folder holds the text.
pub fn places_with(app: &TestApp, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![app.data().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path)
                .is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
            {
                found.push(path.display().to_string());
            }
        }
    }
    if let (Backend::Postgres, Some(url)) = (app.backend(), app.database().url()) {
        let dump = Command::new("pg_dump").args(["--inserts", &url]).output().expect("pg_dump is installed");
        assert!(dump.status.success() && dump.stdout.len() > 1000, "the database is dumped");
        if String::from_utf8_lossy(&dump.stdout).contains(text) {
            found.push("the database".to_owned());
        }
    }
    found
}

#[tokio::test]
async fn a_secret_is_sent_and_shown_nowhere() {
    both(async |app| {
        let sink = Sink::answering(|call| {
            // A system that answers with what it was sent.
            let echo = json!({"auth": call.header("authorization"), "key": call.header("x-api-key"), "body": call.text});
            Reaction::status(if call.path == "/fails" { 401 } else { 200 }, echo).header("x-echo", call.header("x-api-key").unwrap_or(""))
        })
        .await;
        app.set_secret("erp_key", CANARY).await;
        let with = |path: &str| {
            json!({
                "method": "POST",
                "url": sink.url(path),
                "headers": {"X-Api-Key": "{{ secret.erp_key }}"},
                "auth": {"type": "bearer", "token": "{{ secret.erp_key }}"},
                "json": {"sign": "{{ hmac_sha256(secret.erp_key, trigger.body.no) }}", "plain": "k={{ secret.erp_key }}"},
            })
        };
        app.publish(&hook_flow(
            "secret",
            json!([
                step("send", "http.request", with("/works"), &[]),
                script_step("copy", "steps.send", &["send"]),
                step("fails", "http.request", with("/fails"), &["copy"]),
                script_step("seen", "errors.fails", &["fails.error"]),
                step("dry", "http.request", json!({"method": "GET", "url": sink.url("/dry"), "query": {"key": "{{ secret.erp_key }}"},
                    "auth": {"type": "basic", "username": "{{ secret.erp_key }}", "password": "{{ secret.erp_key }}"}}), &["seen"]),
                step("gone", "http.request", json!({"method": "GET", "url": "http://127.0.0.1:1/", "query": {"key": "{{ secret.erp_key }}"}}), &["dry"]),
                script_step("why", "errors.gone.message", &["gone.error"]),
            ]),
        ))
        .await;
        let answer = app.hook("secret", &json!({"no": "SO-1"})).await.expect(200);
        let call = &sink.calls()[0];
        assert_eq!(call.header("x-api-key"), Some(CANARY), "it reaches the system");
        assert_eq!(call.header("authorization"), Some(&*format!("Bearer {CANARY}")));
        assert_eq!(call.json()["plain"], format!("k={CANARY}"));
        assert_eq!(call.json()["sign"].as_str().map(str::len), Some(64), "an HMAC in hex: {}", call.text);

        app.user("amy@example.tw", "owner").await;
        let page = app.sign_in("amy@example.tw").await;
        let wrong = json!({"email": "amy@example.tw", "password": CANARY});
        let refused = app.client().post(app.url("/api/v1/sessions")).json(&wrong).send().await.expect("answers");
        assert_eq!(refused.status(), 401);
        let set = app.page(&page, "PUT", "/secrets/other", Some(&json!({"value": CANARY}))).await;
        assert_eq!(set.status, 204, "{}", set.text);
        let bad = app.page(&page, "PUT", "/secrets/other", Some(&json!({"valeu": CANARY}))).await;
        let trail = app.page(&page, "GET", "/audit?limit=200", None).await.expect(200);
        assert!(trail.text.contains("secret.set") && trail.text.contains("session.refused"), "{}", trail.text);

        let run = app.get(&format!("/runs/{}", answer.run())).await.expect(200);
        assert!(run.text.contains("{{ secret.erp_key }}"), "{}", run.text);
        let shown = [
            answer.text.clone(),
            run.text,
            app.get(&format!("/runs/{}/timeline", answer.run())).await.text,
            app.get("/secrets").await.text,
            app.get("/variables").await.text,
            app.get("/flows/secret").await.text,
            app.get("/runs").await.text,
            app.cli(&["audit", "list"]).await.stdout,
            app.cli(&["audit", "list", "--json"]).await.stdout,
            bad.text,
            trail.text,
            app.cli(&["run", "show", &answer.run(), "--full"]).await.stdout,
            app.cli(&["run", "show", &answer.run(), "--json"]).await.stdout,
            app.cli(&["secret", "list", "--json"]).await.stdout,
            app.cli(&["flow", "export", "secret"]).await.stdout,
        ];
        for text in &shown {
            assert!(!text.contains(CANARY), "{text}");
        }
        assert_eq!(places_with(&app, CANARY), Vec::<String>::new());
        // What lets people and programs in stands nowhere either.
        let (token, cookie) = (app.token().await, page.cookie.split_once('=').expect("a cookie").1.to_owned());
        for text in [token.as_str(), cookie.as_str(), page.csrf.as_str(), causeway_testkit::PASSWORD] {
            assert_eq!(places_with(&app, text), Vec::<String>::new(), "{text}");
        }
        app.restart().await;
        let _after = app.hook("secret", &json!({"no": "SO-2"})).await;
        let again = sink.calls().into_iter().rfind(|later| later.path == call.path).expect("it calls again");
        assert_ne!(again.number, call.number);
        assert_eq!(again.header("x-api-key"), Some(CANARY), "also after a restart");
        assert_eq!(places_with(&app, CANARY), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_secret_may_not_stand_where_it_would_be_seen() {
    both(async |app| {
        app.set_secret("erp_key", CANARY).await;
        let refused = [
            script_step("a", "secret.erp_key", &[]),
            script_step("a", "`${secret.erp_key}`", &[]),
            script_step("a", "#{ k: [secret.erp_key] }", &[]),
            step(
                "a",
                "branch",
                json!({"cases": [{"port": "x", "when": "secret.erp_key == \"a\""}], "otherwise": "y"}),
                &[],
            ),
            step("a", "respond", json!({"body": "{{ secret.erp_key }}"}), &[]),
            step(
                "a",
                "approval",
                json!({"message": "{{ secret.erp_key }}", "approvers": ["role:operator"]}),
                &[],
            ),
            step("a", "stop", json!({"status": "failed", "message": "{{ secret.erp_key }}"}), &[]),
        ];
        for (number, one) in refused.into_iter().enumerate() {
            let slug = format!("leak-{number}");
            let answer = app.try_publish(&hook_flow(&slug, json!([one.clone()]))).await;
            assert!((400..500).contains(&answer.status), "{one} was published: {}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn text_that_looks_like_a_secret_is_only_text() {
    both(async |app| {
        let sink = Sink::start().await;
        app.set_secret("erp_key", CANARY).await;
        app.publish(&hook_flow(
            "text",
            json!([http_step("send", &sink.url("/"), json!("{{ trigger.body }}"), &[])]),
        ))
        .await;
        let body =
            json!({"a": "{{ secret.erp_key }}", "b": "${secret.erp_key}", "c": "\u{1}secret.erp_key\u{1}"});
        let _answer = app.hook("text", &body).await.expect(200);
        assert_eq!(sink.calls()[0].json(), body);
    })
    .await;
}

#[tokio::test]
async fn another_key_is_refused_and_a_lost_one_is_named() {
    both(async |app| {
        app.set_secret("erp_key", CANARY).await;
        app.kill9();
        let key = app.data().join("data/key");
        let kept = std::fs::read(&key).expect("the key file is in the data folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = key.metadata().expect("the key's metadata").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "only its owner may read it");
        }
        std::fs::write(&key, "0".repeat(64)).expect("another key");
        let wrong = app.cli(&["secret", "list"]).await.refused();
        assert!(wrong.stderr.contains("key"), "{}", wrong.stderr);
        std::fs::remove_file(&key).expect("no key");
        let lost = app.cli(&["secret", "list"]).await.refused();
        assert!(lost.stderr.contains("key"), "{}", lost.stderr);
        assert!(!key.exists(), "no new key is made for a store that has one");
        std::fs::write(&key, kept).expect("the key");
        let _fine = app.cli(&["secret", "list"]).await.success();
    })
    .await;
}
