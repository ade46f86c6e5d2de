//! Users, tokens, secrets and variables. Sessions stand in `sessions`.

use causeway_model::Role;
use causeway_store::NewToken;
use serde_json::json;

use crate::testing::{CLI, TestApp};

#[tokio::test]
async fn nobody_grants_more_than_they_have() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let made = test.api(&admin, "POST", "/tokens", Some(&json!({"name": "bot", "role": "operator"}))).await;
    assert_eq!(made.status, 201);
    let token = made.json()["token"].as_str().expect("a token").to_owned();
    let me = test.api(&token, "GET", "/me", None).await;
    let me = me.json();
    assert_eq!((&me["by"], &me["role"]), (&json!("token:bot"), &json!("operator")));
    assert_eq!((&me["token"]["name"], &me["csrf_token"]), (&json!("bot"), &json!(null)));
    for (path, body) in [
        ("/tokens", json!({"name": "x", "role": "owner"})),
        ("/users", json!({"email": "a@example.tw", "password": "long enough 1", "role": "owner"})),
    ] {
        assert_eq!(
            test.api(&admin, "POST", path, Some(&body)).await.problem(),
            (403, "role_too_high".to_owned())
        );
    }
    let boss = NewToken::plain("boss", Role::Owner);
    let (owner, _) = test.app.create_token(boss, CLI).await.expect("a token");
    let delete = async |id: &str| test.api(&admin, "DELETE", &format!("/tokens/{id}"), None).await;
    assert_eq!(delete(&owner.id.to_string()).await.problem(), (403, "role_too_high".to_owned()));
    let tokens = test.api(&admin, "GET", "/tokens", None).await;
    assert!(tokens.text().contains("bot") && !tokens.text().contains(&token));
    assert_eq!(delete(made.json()["id"].as_str().expect("an id")).await.status, 204);
    assert_eq!(test.api(&token, "GET", "/me", None).await.status, 401, "it counts no more");
    let user = json!({"email": "amy@example.tw", "password": "short", "role": "viewer"});
    assert_eq!(test.api(&admin, "POST", "/users", Some(&user)).await.problem().1, "password_too_short");
    let user = json!({"email": "amy", "password": "long enough 1", "role": "viewer"});
    assert_eq!(test.api(&admin, "POST", "/users", Some(&user)).await.problem().1, "email_invalid");
    let user = json!({"email": "amy@example.tw", "password": "long enough 1", "role": "viewer"});
    let made = test.api(&admin, "POST", "/users", Some(&user)).await;
    assert!(made.status == 201 && !made.text().contains("long enough"), "{made:?}");
}

#[tokio::test]
async fn secrets_go_in_and_never_come_out() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    let set = test.api(&admin, "PUT", "/secrets/erp", Some(&json!({"value": "canary-77"}))).await;
    assert_eq!(set.status, 204);
    let listed = test.api(&admin, "GET", "/secrets", None).await;
    assert_eq!(listed.json()["secrets"][0]["name"], json!("erp"));
    assert!(!listed.text().contains("canary-77"));
    let bad = test.api(&admin, "PUT", "/secrets/a-b", Some(&json!({"value": "x"}))).await;
    assert_eq!(bad.problem(), (422, "name_invalid".to_owned()));
    let bad = test.api(&admin, "PUT", "/secrets/a", Some(&json!({"vaule": "canary-77"}))).await;
    assert_eq!(bad.problem(), (400, "body_invalid".to_owned()));
    assert_eq!(test.api(&admin, "DELETE", "/secrets/erp", None).await.status, 204);
    assert_eq!(test.api(&admin, "DELETE", "/secrets/erp", None).await.status, 404);

    let set = test.api(&admin, "PUT", "/variables/rate", Some(&json!({"value": {"twd": 1}}))).await;
    assert_eq!(set.status, 204);
    let variables = test.api(&admin, "GET", "/variables", None).await.json();
    let variables = &variables["variables"];
    assert_eq!((&variables[0]["name"], &variables[0]["value"]), (&json!("rate"), &json!({"twd": 1})));
    assert_eq!(test.api(&admin, "DELETE", "/variables/rate", None).await.status, 204);
    assert_eq!(test.api(&admin, "DELETE", "/variables/rate", None).await.status, 404);
}
