//! `Idempotency-Key`: what was done once is answered again and not done again.

use causeway_model::Value;
use causeway_testkit::{Answer, TestApp, both, flow, rows, script_step};
use serde_json::json;

async fn keyed(app: &TestApp, token: &str, path: &str, key: &str, body: &Value) -> Answer {
    app.api_with(token, "POST", path, &[("idempotency-key", key)], Some(body)).await
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    both(async |app| {
        let token = app.token().await;
        let body = json!({"name": "shop", "role": "viewer"});
        let first = keyed(&app, &token, "/tokens", "k-1", &body).await.expect(201);
        assert!(!replayed(&first));
        let again = keyed(&app, &token, "/tokens", "k-1", &body).await.expect(201);
        assert!(replayed(&again));
        assert_eq!(again.text, first.text, "the token's text too");
        assert_eq!(again.header("content-type"), first.header("content-type"));
        let other = json!({"name": "shop", "role": "editor"});
        let reused = keyed(&app, &token, "/tokens", "k-1", &other).await.expect(422);
        assert_eq!(reused.json()["code"], "idempotency_key_reused");
        let elsewhere = keyed(&app, &token, "/users", "k-1", &body).await.expect(422);
        assert_eq!(elsewhere.json()["code"], "idempotency_key_reused");
        // Keys are each caller's own.
        let somebody = app.token_of("admin").await;
        let theirs = keyed(&app, &somebody, "/tokens", "k-1", &body).await.expect(201);
        assert!(!replayed(&theirs));

        // Another process, after the first one was killed.
        app.kill9();
        app.launch().await;
        let later = keyed(&app, &token, "/tokens", "k-1", &body).await.expect(201);
        assert!(replayed(&later));
        assert_eq!(later.text, first.text);
        let listed = rows(&app.get("/tokens?text=shop").await.expect(200).json());
        assert_eq!(listed.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn refusals_are_given_again_and_bad_keys_refused() {
    both(async |app| {
        let token = app.token().await;
        let bad = json!({"name": "", "role": "viewer"});
        let first = keyed(&app, &token, "/tokens", "k-2", &bad).await.expect(422);
        let again = keyed(&app, &token, "/tokens", "k-2", &bad).await.expect(422);
        assert_eq!((again.text.clone(), replayed(&again)), (first.text, true));
        for key in ["with blank", &"k".repeat(256), ""] {
            let refused = keyed(&app, &token, "/tokens", key, &bad).await.expect(400).json();
            assert_eq!(
                (refused["code"].as_str(), refused["parameter"].as_str()),
                (Some("idempotency_key_invalid"), Some("Idempotency-Key"))
            );
        }
        // Who may not, hears so each time: a role may change.
        let viewer = app.token_of("viewer").await;
        for _ in 0..2 {
            let refused = keyed(&app, &viewer, "/tokens", "k-3", &bad).await.expect(403);
            assert!(!replayed(&refused));
        }
        let nobody = app.client().post(app.url("/api/v1/tokens")).header("idempotency-key", "k");
        assert_eq!(nobody.send().await.expect("answers").status(), 401);
    })
    .await;
}

#[tokio::test]
async fn many_at_once_start_one_run() {
    both(async |app| {
        let manual = flow("by-hand", json!({"use": "manual"}), json!([script_step("a", "1", &[])]));
        app.publish(&manual).await;
        let token = app.token().await;
        let body = json!({"input": {"no": "1"}});
        let starts =
            (0..8).map(|_| keyed(&app, &token, "/flows/by-hand/runs", "start-1", &body)).collect::<Vec<_>>();
        let answers = futures::future::join_all(starts).await;
        let mut runs: Vec<String> = Vec::new();
        for answer in &answers {
            match answer.status {
                202 => runs.push(answer.run()),
                409 => {
                    assert_eq!(answer.json()["code"], "idempotency_in_progress");
                    assert!(answer.header("retry-after").is_some());
                }
                other => panic!("{other}: {}", answer.text),
            }
        }
        runs.sort_unstable();
        runs.dedup();
        assert_eq!(runs.len(), 1, "{answers:?}");
        assert_eq!(app.runs("flow=by-hand").await.len(), 1);
        // A replay too, by its own key.
        let path = format!("/runs/{}/replay", runs[0]);
        let _run = app.finished(&runs[0]).await;
        let first = keyed(&app, &token, &path, "replay-1", &json!({})).await.expect(202).run();
        let again = keyed(&app, &token, &path, "replay-1", &json!({})).await.expect(202);
        assert_eq!((again.run(), replayed(&again)), (first, true));
        assert_eq!(app.runs("flow=by-hand").await.len(), 2);
    })
    .await;
}
