//! Consents of declared connectors: the address at which they are given, and what tokens are made of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, http::HeaderMap};
use causeway_connector::declared::Declared;
use causeway_connector::{Account, Connector, ConsentAsk, ConsentCode, Session};
use causeway_model::{ErrorClass, StepError, Value};
use serde_json::json;

use super::{TestAccount, call, connector, document};
use crate::world::{World, serve};

fn shop(authorize: Value, token: Value) -> Declared {
    let scheme = json!({ "type": "oauth2", "x-causeway-authorize": authorize, "x-causeway-token": token,
        "flows": { "authorizationCode": { "authorizationUrl": "{login}/authorize?tenant=a&state=theirs", "tokenUrl": "{login}/token",
            "scopes": { "read": "", "write": "" } } } });
    let parts = json!({
        "servers": [{ "url": "{base_url}", "variables": { "base_url": { "default": "https://nowhere.example" } } }],
        "security": [{ "oauth": [] }], "components": { "securitySchemes": { "oauth": scheme } },
        "x-causeway": { "settings": { "login": { "default": "https://login.example" } } },
    });
    connector(&document(json!({ "/whoami": { "get": { "operationId": "whoami", "responses": {} } } }), parts))
}

fn account() -> TestAccount {
    TestAccount::new("https://nowhere.example")
        .signed_in("oauth", &[("client_id", "causeway"), ("client_secret", "s3cret-client")])
}

fn ask() -> ConsentAsk {
    ConsentAsk {
        state: "state-1".to_owned(),
        challenge: "challenge-1".to_owned(),
        redirect_uri: "https://flows.lan/oauth/callback".to_owned(),
    }
}

fn code() -> ConsentCode {
    let redirect_uri = ask().redirect_uri;
    ConsentCode { code: "code-1".to_owned(), verifier: "verifier-1".to_owned(), redirect_uri }
}

fn query(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in reqwest::Url::parse(url).expect("an address").query_pairs() {
        found.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    found
}

#[test]
fn the_address_says_all_that_is_asked_for_and_nothing_twice() {
    let more = json!({ "parameters": { "access_type": "offline", "redirect_uri": "https://evil", "code_challenge_method": "plain" },
        "scope_separator": ",", "issuer": "https://issuer.example" });
    let place = shop(more, json!({})).consent(&account(), &ask()).expect("an address");
    assert!(place.url.starts_with("https://login.example/authorize?"), "{}", place.url);
    assert_eq!(
        (place.origin.as_str(), place.issuer.as_deref()),
        ("https://login.example", Some("https://issuer.example"))
    );
    let expected = [
        ("access_type", "offline"),
        ("client_id", "causeway"),
        ("code_challenge", "challenge-1"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "https://flows.lan/oauth/callback"),
        ("response_type", "code"),
        ("scope", "read,write"),
        ("state", "state-1"),
        ("tenant", "a"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    assert_eq!(query(&place.url), BTreeMap::from(expected));
    assert!(!place.url.contains("s3cret"));

    let own = [("client_id", "c"), ("client_secret", "s"), ("scope", "read  admin")];
    let account = TestAccount::new("https://nowhere.example").signed_in("oauth", &own);
    let account = account.with_setting("login", json!("https://eu.example/base"));
    let place = shop(json!({}), json!({})).consent(&account, &ask()).expect("an address");
    assert!(place.url.starts_with("https://eu.example/base/authorize?"), "{}", place.url);
    assert_eq!(query(&place.url)["scope"], ["read admin"]);
    for scheme in ["javascript://host", "file:///etc", "https://user:pass@host"] {
        let account = account.clone().with_setting("login", json!(scheme));
        let refused = shop(json!({}), json!({})).consent(&account, &ask()).expect_err("is no address");
        assert_eq!(refused.class, ErrorClass::Invalid, "{scheme}");
    }
    let other = TestAccount::new("https://nowhere.example").signed_in("none", &[]);
    let refused = shop(json!({}), json!({})).consent(&other, &ask()).expect_err("takes none");
    assert_eq!(refused.code, "consent_not_taken");
}

/// What the token endpoint is to answer next, and what it was sent.
#[derive(Default)]
struct Said {
    answers: Vec<(u16, Value)>,
    forms: Vec<BTreeMap<String, String>>,
    shown: Vec<String>,
}

type Shared = State<Arc<Mutex<Said>>>;

async fn token(State(said): Shared, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let mut said = said.lock().expect("no test died with it");
    said.forms.push(form);
    let (status, body) = said.answers.remove(0);
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

async fn whoami(State(said): Shared, headers: HeaderMap) -> Json<Value> {
    let shown = headers["authorization"].to_str().expect("text").to_owned();
    said.lock().expect("no test died with it").shown.push(shown);
    Json(json!({ "ok": true }))
}

async fn server(answers: Vec<(u16, Value)>) -> (String, Arc<Mutex<Said>>) {
    let said = Arc::new(Mutex::new(Said { answers, ..Said::default() }));
    let router = Router::new().route("/token", post(token)).route("/home/whoami", get(whoami));
    (serve(router.with_state(Arc::clone(&said))).await, said)
}

async fn redeem(shop: &Declared, account: &TestAccount, world: &World) -> Result<Session, StepError> {
    let account: Arc<dyn Account> = Arc::new(account.clone());
    shop.redeem(account, &world.services, code()).await
}

#[tokio::test]
async fn a_code_becomes_tokens_and_settings_that_calls_live_by() {
    let world = World::new();
    let (url, said) = server(Vec::new()).await;
    let home = format!("{url}/home");
    said.lock().expect("a lock").answers = vec![
        (
            200,
            json!({ "access_token": "token-1", "refresh_token": "refresh-1", "expires_in": 600, "home": home }),
        ),
        (200, json!({ "access_token": "token-2", "expires_in": "600" })),
        (400, json!({ "error": "temporarily_off", "error_description": "refresh-1 is resting" })),
        (200, json!({ "code": "GONE", "echo": "refresh-1" })),
    ];
    let rules = json!({ "settings": { "base_url": "/home" }, "code_at": ["/code"], "revoked": ["GONE"] });
    let (shop, account) = (shop(json!({}), rules), account().with_setting("login", json!(url)));
    let session = redeem(&shop, &account, &world).await.expect("tokens");
    assert_eq!(session.values["refresh_token"], "refresh-1");
    assert!(session.expires_at.is_some());
    let form = said.lock().expect("a lock").forms[0].clone();
    let expected = [
        ("client_id", "causeway"),
        ("client_secret", "s3cret-client"),
        ("code", "code-1"),
        ("code_verifier", "verifier-1"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://flows.lan/oauth/callback"),
    ];
    assert_eq!(form, BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value.to_owned()))));

    // Calls go where the answer said, which a refresh that says nothing of it keeps.
    account.keeps(session).await;
    for (later, token) in [(0, "Bearer token-1"), (600_000, "Bearer token-2")] {
        account.pass(later);
        call(&shop, "whoami", json!({}), &account, &world).await.expect("an answer");
        assert_eq!(said.lock().expect("a lock").shown.last().map(String::as_str), Some(token));
    }
    account.pass(600_000);
    for (code, class) in [("sign_in_refused", ErrorClass::Auth), ("consent_revoked", ErrorClass::Auth)] {
        let error = call(&shop, "whoami", json!({}), &account, &world).await.expect_err("is refused");
        assert_eq!((error.code.as_str(), error.class), (code, class));
        let told = serde_json::to_string(&error).expect("JSON");
        assert!(!told.contains("refresh-1") && error.body.is_none(), "{told}");
    }
}

#[tokio::test]
async fn a_code_that_is_refused_says_so_and_what_fails_for_a_moment_is_told_apart() {
    let world = World::new();
    let answers = vec![
        (400, json!({ "error": "invalid_grant", "error_description": "code-1" })),
        (401, json!({ "error": "invalid_client" })),
        (503, json!({ "error": "later", "code": "code-1" })),
        (200, json!({ "token_type": "bearer" })),
    ];
    let (url, _said) = server(answers).await;
    let (shop, account) = (shop(json!({}), json!({})), account().with_setting("login", json!(url)));
    for (code, class) in [
        ("consent_refused", ErrorClass::Auth),
        ("sign_in_refused", ErrorClass::Auth),
        ("http_status", ErrorClass::Server),
        ("sign_in_unclear", ErrorClass::Auth),
    ] {
        let error = redeem(&shop, &account, &world).await.expect_err("is refused");
        assert_eq!((error.code.as_str(), error.class), (code, class));
        let told = serde_json::to_string(&error).expect("JSON");
        assert!(!told.contains("code-1") && !told.contains("verifier-1"), "{told}");
    }
}
