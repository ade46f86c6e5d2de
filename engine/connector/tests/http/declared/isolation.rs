//! A connector from anybody: whatever its document says, it reaches nothing of the installation but its own connection's.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use causeway_connector::Connector;
use causeway_connector::declared::{Declared, Source};
use causeway_model::Value;
use serde_json::json;

use super::account::TestAccount;
use super::{call, connector, document};
use crate::world::{World, serve};

/// A system that writes down all it is sent, head and body.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn all(&self) -> String {
        self.0.lock().expect("no test died with it").join("\n")
    }

    /// Serves; every path is answered by `answer`.
    async fn serve(&self, answer: impl Fn(&str) -> Response + Clone + Send + Sync + 'static) -> String {
        let heard = self.clone();
        let handler = async move |request: Request| {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            let told = format!(
                "{} {} {:?} {}",
                parts.method,
                parts.uri,
                parts.headers,
                String::from_utf8_lossy(&body)
            );
            heard.0.lock().expect("no test died with it").push(told);
            answer(parts.uri.path())
        };
        serve(Router::new().fallback(any(handler))).await
    }
}

fn ok(body: &Value) -> Response {
    axum::Json(body.clone()).into_response()
}

/// The system of another connection of the same installation, which the administrator allowed too.
async fn others() -> (Heard, String) {
    let heard = Heard::default();
    let base = heard.serve(|_| ok(&json!({ "customers": ["of another"] }))).await;
    (heard, base)
}

fn key() -> Value {
    json!({ "key": { "type": "apiKey", "in": "header", "name": "X-Key" } })
}

fn mine(base: &str) -> TestAccount {
    TestAccount::new(base).signed_in("key", &[("api_key", "own-key")])
}

async fn refusal(document: &Value, account: &TestAccount, world: &World) -> String {
    let connector = connector(document);
    call(&connector, "get", json!({}), account, world).await.expect_err("is refused").code
}

#[tokio::test]
async fn it_reaches_no_host_that_its_connection_does_not_name() {
    let (world, (heard, other)) = (World::new(), others().await);
    let own = Heard::default();
    let to = other.clone();
    let base = own
        .serve(move |path| match path {
            "/moved" => (StatusCode::TEMPORARY_REDIRECT, [("location", format!("{to}/x"))]).into_response(),
            _ => ok(&json!({ "fine": true })),
        })
        .await;
    let get = |path: &str, more: Value| {
        let mut operation = json!({ "operationId": "get" });
        operation.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        json!({ path: { "get": operation } })
    };
    let account = mine(&base);
    let here = document(get("/x", json!({})), json!({ "components": { "securitySchemes": key() } }));
    let fine = call(&connector(&here), "get", json!({}), &account, &world).await.expect("its own system");
    assert_eq!(fine, json!({ "fine": true }));

    // The operation is said to be elsewhere.
    let elsewhere = document(get("/x", json!({ "servers": [{ "url": other }] })), json!({}));
    assert_eq!(refusal(&elsewhere, &account, &world).await, "address_refused");
    // The whole system is, by a variable that takes the setting's name.
    let taken = json!({ "servers": [{ "url": "{place}", "variables": {
        "place": { "default": other }, "base_url": { "default": "unused" } } }] });
    assert_eq!(refusal(&document(get("/x", json!({})), taken), &account, &world).await, "address_refused");
    // Its own system sends it on.
    let moved = document(get("/moved", json!({})), json!({}));
    assert_eq!(refusal(&moved, &account, &world).await, "address_refused");
    // A rehearsal refuses the same.
    let paths = get("/x", json!({ "servers": [{ "url": other }] }));
    let rehearsed = connector(&document(paths, json!({})));
    let services = world.services.clone();
    let account: Arc<dyn causeway_connector::Account> = Arc::new(account);
    let asked = causeway_connector::Call {
        input: json!({}),
        idempotency_key: String::new(),
        account: Some(account),
        services,
    };
    assert_eq!(rehearsed.rehearse("get", asked).expect_err("is refused").code, "address_refused");
    assert_eq!(heard.all(), "", "nothing came there");
}

#[tokio::test]
async fn it_follows_no_page_and_signs_in_nowhere_else() {
    let (world, (heard, other)) = (World::new(), others().await);
    let own = Heard::default();
    let to = other.clone();
    let base = own.serve(move |_| ok(&json!({ "items": [1], "next": format!("{to}/page") }))).await;
    let list = json!({ "/list": { "get": { "operationId": "get",
        "x-causeway-paging": { "style": "next_url", "items": "/items", "next_url": { "at": "/next" } } } } });
    let parts = json!({ "components": { "securitySchemes": key() } });
    let code = refusal(&document(list, parts), &mine(&base), &world).await;
    assert_eq!(code, "next_page_elsewhere");

    let flows = json!({ "clientCredentials": { "tokenUrl": format!("{other}/token"), "scopes": {} } });
    let parts = json!({ "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": flows } } },
        "security": [{ "oauth": [] }] });
    let paths = json!({ "/x": { "get": { "operationId": "get" } } });
    let document = document(paths, parts);
    let auth = connector(&document).spec().connection.clone().expect("a form").auth[0].name.clone();
    let account = TestAccount::new(&base).signed_in(&auth, &[("client_id", "me"), ("client_secret", "mine")]);
    assert_eq!(refusal(&document, &account, &world).await, "sign_in_refused");
    assert_eq!(heard.all(), "", "no credential came there");
}

#[tokio::test]
async fn it_spells_no_secret_that_it_was_not_given() {
    let world = World::new();
    let own = Heard::default();
    let base = own.serve(|_| ok(&json!({ "echo": "{{ secret.token }}" }))).await;
    let spelled = "{{ secret.token }} {{ connection.password }} ${secret.token}";
    let paths = json!({ "/x/{where}": { "post": { "operationId": "get",
        "parameters": [
            { "name": "X-Want", "in": "header", "schema": { "type": "string", "default": spelled } },
            { "name": "where", "in": "path", "required": true, "schema": { "type": "string" } }],
        "requestBody": { "content": { "application/json": { "schema": { "type": "object",
            "properties": { "a": { "type": "string", "default": spelled } } } } } } } } });
    let scheme = json!({ "type": "apiKey", "in": "header", "name": "X-Key", "x-causeway-prefix": spelled });
    let parts = json!({ "components": { "securitySchemes": { "key": scheme } } });
    let document = document(paths, parts);
    let connector = connector(&document);
    let input = json!({ "where": "../../admin", "a": spelled, "X-Want": spelled });
    let output = call(&connector, "get", input, &mine(&base), &world).await.expect("its own system");
    let heard = own.all();
    assert!(heard.contains("own-key"), "its own credential is for it: {heard}");
    assert!(!heard.contains("s3cret") && !heard.contains("shopkeeper"), "{heard}");
    assert!(heard.starts_with("POST /x/..%2F..%2Fadmin "), "a value stays in its place: {heard}");
    assert_eq!(output["echo"], "{{ secret.token }}", "what comes back is no template");
}

#[tokio::test]
async fn it_reads_no_file_but_its_own() {
    let key = "an-installation-key";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, key).expect("writes");
    let at = file.display().to_string();
    for reference in [format!("file://{at}"), at.clone(), format!("../../..{at}"), "../key#/".to_owned()] {
        let paths = json!({ "/x": { "post": { "operationId": "get",
            "parameters": [{ "$ref": reference }],
            "description": { "$ref": reference },
            "requestBody": { "content": { "application/json": { "schema": { "$ref": reference } } } } } } });
        let document = document(paths, json!({})).to_string();
        let source = Source::new("shop").with("openapi.json", document.into_bytes());
        let connector = Declared::new(source);
        let _findings = connector.check();
        let operation = connector.operation("get");
        let told = format!("{:?} {:?}", connector.spec(), operation.map(|operation| operation.input.clone()));
        assert!(!told.contains(key), "{reference}: {told}");
    }
}
