//! Tokens that may do less than their role, and that end.

use causeway_model::{Role, Span};
use causeway_store::NewToken;
use serde_json::json;

use crate::testing::{CLI, TestApp};

#[tokio::test]
async fn a_token_that_only_looks_changes_nothing() {
    let test = TestApp::new().await;
    let new = NewToken { read_only: true, ..NewToken::plain("auditor", Role::Owner) };
    let (_, token) = test.app.create_token(new, CLI).await.expect("a token");
    for path in ["/flows", "/users", "/audit", "/secrets"] {
        assert_eq!(test.api(&token, "GET", path, None).await.status, 200, "{path}");
    }
    for (method, path) in [
        ("POST", "/import"),
        ("PUT", "/secrets/a"),
        ("DELETE", "/variables/a"),
        ("PATCH", "/me"),
        ("POST", "/tokens"),
    ] {
        let answer = test.api(&token, method, path, Some(&json!({}))).await;
        assert_eq!(answer.problem(), (403, "token_read_only".to_owned()), "{method} {path}");
    }
}

#[tokio::test]
async fn a_token_for_some_flows_reaches_no_others() {
    let test = TestApp::new().await;
    for slug in ["mine", "other"] {
        test.webhook(slug, json!({})).await;
    }
    let mine = test.post("/hooks/mine", &json!({})).await.run();
    let other = test.post("/hooks/other", &json!({})).await.run();
    let flows = Some(vec!["mine".parse().expect("a slug")]);
    let new = NewToken { flows, ..NewToken::plain("shop", Role::Owner) };
    let (_, token) = test.app.create_token(new, CLI).await.expect("a token");
    let get = async |path: &str| test.api(&token, "GET", path, None).await;
    for path in [
        "/me",
        "/flows/mine",
        "/flows/mine/versions",
        "/runs?flow=mine",
        "/dead-letters?flow=mine",
        "/trigger-events?flow=mine",
        "/approvals?flow=mine",
        &format!("/runs/{mine}"),
        &format!("/trigger-events/{mine}"),
        &format!("/trigger-events/{mine}/body"),
    ] {
        assert_eq!(get(path).await.status, 200, "{path}");
    }
    let started = test.api(&token, "POST", "/flows/mine/runs", Some(&json!({}))).await;
    assert!(started.status.is_success(), "{started:?}");
    for path in [
        "/flows",
        "/flows/other",
        "/flows/%6Fther",
        "/flows/mine%2F..%2Fother",
        "/runs",
        "/runs?flow=other",
        "/runs?flow=mine&flow=other",
        &format!("/runs/{other}"),
        &format!("/trigger-events/{other}"),
        &format!("/trigger-events/{other}/body"),
        &format!("/dead-letters/{other}"),
        "/trigger-events",
        "/trigger-events?flow=other",
        "/dead-letters",
        "/approvals?flow=other",
        "/settings",
        &format!("/runs/{}", uuid::Uuid::now_v7()),
        "/approvals",
        "/users",
        "/tokens",
        "/audit",
        "/variables",
        "/secrets",
    ] {
        assert_eq!(get(path).await.problem(), (403, "outside_token_scope".to_owned()), "{path}");
    }
    let import = test.api(&token, "POST", "/import", Some(&json!({"causeway": 1}))).await;
    assert_eq!(import.problem().1, "outside_token_scope");
    let bulk = json!({"action": "cancel", "ids": [mine]});
    for path in ["/runs/bulk", "/runs/bulk/preview"] {
        let answer = test.api(&token, "POST", path, Some(&bulk)).await;
        assert_eq!(answer.problem().1, "outside_token_scope", "a body may name anything");
    }
}

#[tokio::test]
async fn a_token_ends() {
    let test = TestApp::new().await;
    let soon = test.app.now() + Span::from_millis(300);
    let new = NewToken { expires_at: Some(soon), ..NewToken::plain("brief", Role::Admin) };
    let (_, brief) = test.app.create_token(new, CLI).await.expect("a token");
    // What it makes ends no later than it does.
    let body = json!({"name": "child", "role": "viewer", "expires_at": "2999-01-01T00:00:00Z"});
    let child = test.api(&brief, "POST", "/tokens", Some(&body)).await.json();
    assert_eq!(child["expires_at"], json!(soon), "{child}");
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    for token in [brief.as_str(), child["token"].as_str().expect("a token")] {
        let answer = test.api(token, "GET", "/flows", None).await;
        assert_eq!(answer.problem(), (401, "token_expired".to_owned()));
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
    let late = json!({"name": "x", "role": "viewer", "expires_at": "2020-01-01T00:00:00Z"});
    let owner = test.token(Role::Owner).await;
    assert_eq!(test.api(&owner, "POST", "/tokens", Some(&late)).await.problem().1, "expiry_invalid");
}
