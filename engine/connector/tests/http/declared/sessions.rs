//! Signing in: tokens and sessions are got once, renewed before they end, and got again where they are refused.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, http};
use causeway_model::{ErrorClass, Value};
use serde_json::json;

use super::{TestAccount, call, connector, document};
use crate::world::{World, serve};

#[derive(Default)]
struct Counts {
    sign_ins: AtomicUsize,
    refreshes: AtomicUsize,
    /// The number of the token that is good.
    good: AtomicUsize,
}

type Shared = State<Arc<Counts>>;

async fn token(
    State(counts): Shared,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let basic = headers.get(http::header::AUTHORIZATION).is_some();
    let known = basic || (said("client_id") == "causeway" && said("client_secret") == "s3cret-client");
    if !known {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    let number = match said("grant_type") {
        "client_credentials" => counts.sign_ins.fetch_add(1, Ordering::Relaxed) + 1,
        "refresh_token" if said("refresh_token").starts_with("refresh-") => {
            counts.refreshes.fetch_add(1, Ordering::Relaxed);
            100 + counts.refreshes.load(Ordering::Relaxed)
        }
        _ => return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    };
    counts.good.store(number, Ordering::Relaxed);
    // The same refresh token again: an echo of what was sent, which must not be masked away.
    Json(json!({ "access_token": format!("token-{number}"), "expires_in": 600, "refresh_token": "refresh-me-again" })).into_response()
}

async fn whoami(State(counts): Shared, headers: HeaderMap) -> Response {
    let good = format!("Bearer token-{}", counts.good.load(Ordering::Relaxed));
    match headers.get("authorization").and_then(|value| value.to_str().ok()) {
        Some(said) if said == good => Json(json!({ "ok": true })).into_response(),
        _ => (StatusCode::FORBIDDEN, Json(json!({ "message": "token expired" }))).into_response(),
    }
}

async fn log_in(State(counts): Shared, Json(body): Json<Value>) -> Json<Value> {
    if body != json!({ "user": "amy", "password": "s3cret-password", "company": 7 }) {
        return Json(
            json!({ "ok": false, "error": { "code": "WRONG_PASSWORD", "message": "帳號或密碼錯誤" } }),
        );
    }
    let number = counts.sign_ins.fetch_add(1, Ordering::Relaxed) + 1;
    counts.good.store(number, Ordering::Relaxed);
    Json(json!({ "ok": true, "data": { "session": format!("session-{number}") } }))
}

/// A system that says with 200 that the session is over.
async fn books(State(counts): Shared, headers: HeaderMap) -> Json<Value> {
    let good = format!("session-{}", counts.good.load(Ordering::Relaxed));
    match headers.get("x-session").and_then(|value| value.to_str().ok()) {
        Some(said) if said == good => Json(json!({ "ok": true, "books": 3 })),
        _ => Json(json!({ "ok": false, "error": { "code": "SESSION_EXPIRED", "message": "請重新登入" } })),
    }
}

async fn server() -> (String, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let router = Router::new()
        .route("/oauth/token", post(token))
        .route("/whoami", get(whoami))
        .route("/session", post(log_in))
        .route("/books", get(books))
        .with_state(counts.clone());
    (serve(router).await, counts)
}

fn oauth() -> Value {
    document(
        json!({ "/whoami": { "get": { "operationId": "whoami", "responses": {} } } }),
        json!({ "security": [{ "oauth": [] }], "components": { "securitySchemes": { "oauth": { "type": "oauth2",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": { "read": "" } } } } } } }),
    )
}

fn account(url: &str) -> TestAccount {
    TestAccount::new(url).signed_in("oauth", &[("client_id", "causeway"), ("client_secret", "s3cret-client")])
}

#[tokio::test]
async fn a_token_is_got_once_for_many_calls_and_renewed_before_its_end() {
    let (url, counts) = server().await;
    let (world, shop, account) = (World::new(), connector(&oauth()), account(&url));
    let calls = (0..50).map(|_| call(&shop, "whoami", json!({}), &account, &world));
    for answer in futures::future::join_all(calls).await {
        assert_eq!(answer.expect("an answer")["ok"], true);
    }
    assert_eq!(counts.sign_ins.load(Ordering::Relaxed), 1);
    account.pass(601_000);
    call(&shop, "whoami", json!({}), &account, &world).await.expect("an answer");
    assert_eq!((counts.sign_ins.load(Ordering::Relaxed), counts.refreshes.load(Ordering::Relaxed)), (1, 1));
    // The refresh token that came back unchanged works once more.
    account.pass(601_000);
    call(&shop, "whoami", json!({}), &account, &world).await.expect("an answer");
    assert_eq!(counts.refreshes.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_with_403_is_renewed_once() {
    let (url, counts) = server().await;
    let (world, shop, account) = (World::new(), connector(&oauth()), account(&url));
    call(&shop, "whoami", json!({}), &account, &world).await.expect("an answer");
    counts.good.store(999, Ordering::Relaxed);
    let young = call(&shop, "whoami", json!({}), &account, &world)
        .await
        .expect_err("a young token is not the reason");
    assert_eq!((young.class, counts.refreshes.load(Ordering::Relaxed)), (ErrorClass::Auth, 0));
    account.pass(100_000);
    call(&shop, "whoami", json!({}), &account, &world).await.expect("renewed");
    assert_eq!(counts.refreshes.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn credentials_that_are_refused_are_told_without_them() {
    let (url, _) = server().await;
    let (world, shop) = (World::new(), connector(&oauth()));
    let wrong = TestAccount::new(&url)
        .signed_in("oauth", &[("client_id", "causeway"), ("client_secret", "wr0ng-secret")]);
    let error = call(&shop, "whoami", json!({}), &wrong, &world).await.expect_err("refused");
    assert_eq!((error.code.as_str(), error.class), ("sign_in_refused", ErrorClass::Auth));
    assert!(error.message.zh_tw.contains("shop-1"), "{error}");
    assert!(!format!("{error:?}").contains("wr0ng"), "{error:?}");
}

#[tokio::test]
async fn a_session_that_is_over_though_the_status_is_200_is_got_again() {
    let (url, counts) = server().await;
    let world = World::new();
    let shop = connector(&document(
        json!({
            "/session": { "post": { "operationId": "create_session", "security": [], "requestBody": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "user": {}, "password": {}, "company": {} } } } } }, "responses": {} } },
            "/books": { "get": { "operationId": "books", "responses": {} } },
        }),
        json!({
            "security": [{ "login": [] }],
            "components": { "securitySchemes": { "login": { "type": "apiKey", "in": "header", "name": "X-Session",
                "x-causeway-session": { "operation": "create_session", "values": { "session_id": "/data/session" },
                    "input": { "user": "{user}", "password": "{password}", "company": "{company}" } } } } },
            "x-causeway-errors": { "rules": [
                { "when": { "at": "/ok", "equals": false, "code_at": "/error/code", "codes": ["SESSION_EXPIRED", "WRONG_PASSWORD"] }, "class": "auth" } ],
                "code_at": ["/error/code"] },
        }),
    ));
    let account = TestAccount::new(&url)
        .signed_in("login", &[("user", "amy"), ("password", "s3cret-password")])
        .with_setting("company", json!(7));
    assert_eq!(call(&shop, "books", json!({}), &account, &world).await.expect("books")["books"], 3);
    account.pass(100_000);
    counts.good.store(999, Ordering::Relaxed);
    assert_eq!(call(&shop, "books", json!({}), &account, &world).await.expect("books")["books"], 3);
    assert_eq!(counts.sign_ins.load(Ordering::Relaxed), 2);
    let wrong = TestAccount::new(&url).signed_in("login", &[("user", "amy"), ("password", "nope-nope")]);
    let error = call(&shop, "books", json!({}), &wrong, &world).await.expect_err("refused");
    assert_eq!(error.class, ErrorClass::Auth);
    assert!(error.message.zh_tw.contains("帳號或密碼錯誤"), "{error}");
}
