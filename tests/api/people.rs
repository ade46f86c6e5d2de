//! One's own and others': sessions, accounts, tokens.

use causeway_model::Value;
use causeway_testkit::{PASSWORD, Page, TestApp, both};
use serde_json::json;

async fn session_id(app: &TestApp, page: &Page) -> String {
    let sessions = app.page(page, "GET", "/sessions", None).await.expect(200).json();
    sessions["current"].as_str().expect("an id").to_owned()
}

async fn user_id(app: &TestApp, email: &str) -> String {
    let users = app.get("/users").await.expect(200).json();
    let users = users["users"].as_array().expect("users").clone();
    let found = users.iter().find(|user| user["email"] == email).expect("there is one");
    found["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn sessions_are_ones_own() {
    both(async |app| {
        for (email, role) in [("amy@example.tw", "viewer"), ("ann@example.tw", "owner")] {
            app.user(email, role).await;
        }
        let (amy, phone) = (app.sign_in("amy@example.tw").await, app.sign_in("amy@example.tw").await);
        let ann = app.sign_in("ann@example.tw").await;
        let lost = session_id(&app, &phone).await;
        let end = format!("/sessions/{lost}");
        let _not_hers = app.page(&ann, "DELETE", &end, None).await.expect(404);
        let _still = app.page(&phone, "GET", "/me", None).await.expect(200);
        let _own = app.page(&amy, "DELETE", &end, None).await.expect(204);
        let over = app.page(&phone, "GET", "/me", None).await.expect(401);
        assert_eq!(over.json()["code"], "session_over");
        app.restart().await;
        let _kept = app.page(&amy, "GET", "/me", None).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_those_who_have_more() {
    both(async |app| {
        for (email, role) in
            [("boss@example.tw", "owner"), ("adi@example.tw", "admin"), ("amy@example.tw", "viewer")]
        {
            app.user(email, role).await;
        }
        let adi = app.sign_in("adi@example.tw").await;
        let (boss, amy) = (user_id(&app, "boss@example.tw").await, user_id(&app, "amy@example.tw").await);
        let call = async |method: &str, path: String, body: Value| {
            app.page(&adi, method, &path, Some(&body)).await.refusal()
        };
        let too_high = (403, "role_too_high".to_owned());
        assert_eq!(call("PATCH", format!("/users/{boss}"), json!({"disabled": true})).await, too_high);
        assert_eq!(
            call("PUT", format!("/users/{boss}/password"), json!({"password": PASSWORD})).await,
            too_high
        );
        assert_eq!(call("DELETE", format!("/users/{boss}"), json!({})).await, too_high);
        assert_eq!(call("PATCH", format!("/users/{amy}"), json!({"role": "owner"})).await, too_high);
        assert_eq!(call("PATCH", format!("/users/{amy}"), json!({"role": "admin"})).await.0, 200);
        assert_eq!(call("POST", "/tokens".into(), json!({"name": "x", "role": "owner"})).await, too_high);
        assert_eq!(call("POST", "/tokens".into(), json!({"name": "adi's", "role": "admin"})).await.0, 201);
        // A token made by a person goes with them.
        let tokens = app.get("/tokens").await.expect(200).json();
        let tokens = tokens["tokens"].as_array().expect("tokens").clone();
        assert!(
            tokens.iter().any(|token| token["name"] == "adi's" && token["owner"].is_string()),
            "{tokens:?}"
        );
        let own = user_id(&app, "adi@example.tw").await;
        assert_eq!(app.api("DELETE", &format!("/users/{own}"), None).await.status, 204);
        let tokens = app.get("/tokens").await.expect(200);
        assert!(!tokens.text.contains("adi's"), "{}", tokens.text);
        let _gone = app.page(&adi, "GET", "/me", None).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_paged_and_filtered() {
    both(async |app| {
        for at in 0..5 {
            app.set_variable(&format!("v{at}"), &json!(at)).await;
        }
        let mut names = Vec::new();
        let mut before = String::new();
        loop {
            let page =
                app.get(&format!("/audit?action=variable.set&limit=2{before}")).await.expect(200).json();
            names.extend(
                page["entries"].as_array().expect("entries").iter().map(|entry| entry["name"].clone()),
            );
            let Some(next) = page["next_cursor"].as_str() else { break };
            before = format!("&cursor={next}");
        }
        assert_eq!(json!(names), json!(["v4", "v3", "v2", "v1", "v0"]));
        let one = app.get("/audit?subject=variable:v3").await.expect(200).json();
        assert_eq!(
            (&one["entries"][0]["after"], one["entries"].as_array().map(Vec::len)),
            (&json!(3), Some(1))
        );
        let none = app.get("/audit?to=2020-01-01T00:00:00Z").await.expect(200).json();
        assert_eq!(none["entries"], json!([]));
        let bad = app.get("/audit?from=yesterday").await;
        assert_eq!((bad.status, bad.json()["code"].as_str()), (400, Some("query_invalid")));
    })
    .await;
}
