//! Requests and answers that a connector's own functions shape and sign.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::any;
use axum::{Router, body::Body};
use causeway_connector::declared::{Declared, Source};
use causeway_connector::{Account, Call, Connector, Files};
use causeway_model::{ErrorClass, Severity, StepError, Value};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::{TestAccount, call, document};
use crate::world::{World, echo, serve};

fn scripted(document: &Value, script: &str) -> Declared {
    let source = Source::new("shop")
        .with("openapi.json", document.to_string().into_bytes())
        .with("script.rhai", script.to_owned().into_bytes());
    let connector = Declared::new(source);
    let errors: Vec<_> =
        connector.check().into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    connector
}

fn rehearsed(
    connector: &Declared,
    operation: &str,
    input: Value,
    account: &TestAccount,
    world: &World,
) -> Value {
    let account: Arc<dyn Account> = Arc::new(account.clone());
    let (idempotency_key, services) = ("key-1".to_owned(), world.services.clone());
    let call = Call { input, idempotency_key, account: Some(account), services };
    connector.rehearse(operation, call).expect("shown").expect("a request")
}

fn orders(more: Value) -> Value {
    let mut operation = json!({ "operationId": "order", "requestBody": { "content": { "application/json": { "schema": {
        "type": "object", "properties": { "lines": { "type": "array" }, "note": { "type": "string" } } } } } }, "responses": {} });
    operation.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    json!({ "/orders/{id}": { "post": operation } })
}

const WRAPS: &str = r#"
fn wrap(request, input, settings) {
    if "note" in input && input.note == "bad" { throw "備註 is not allowed here"; }
    if "note" in input && input.note == "breaks" {
        let nothing = ();
        nothing.name.length;
    }
    request.path = "/rpc" + request.path;
    request.query.v = [1, 2];
    request.headers["X-Order"] = input.id;
    request.body = #{ company: settings.company, data: request.body, lines: request.body.lines.len() };
    request
}

fn unwrap(response, settings) {
    #{ sent: parse_json(response.body.body), path: response.body.path, query: response.body.query,
       order: response.body.headers["x-order"], status: response.status, company: settings.company }
}
"#;

#[tokio::test]
async fn functions_shape_what_is_sent_and_what_comes_back() {
    let world = World::new();
    let url = serve(Router::new().fallback(any(echo))).await;
    let shape = json!({ "x-causeway-shape": { "request": "wrap", "response": "unwrap" } });
    let settings =
        json!({ "x-causeway": { "settings": { "company": { "schema": { "type": "integer" } } } } });
    let shop = scripted(&document(orders(shape), settings), WRAPS);
    let account = TestAccount::new(&format!("{url}/api")).with_setting("company", json!(7));
    let input = json!({ "id": "A/1", "lines": [{ "price": 1.50 }] });
    let given = call(&shop, "order", input.clone(), &account, &world).await.expect("an answer");
    assert_eq!(
        given,
        json!({ "sent": { "company": 7, "data": { "lines": [{ "price": 1.50 }] }, "lines": 1 }, "path": "/api/rpc/orders/A%2F1",
            "query": "v=1&v=2", "order": "A/1", "status": 200, "company": 7 })
    );
    // Whoever looks on sees the shaped request.
    let shown = rehearsed(&shop, "order", input, &account, &world);
    assert_eq!(shown["url"], format!("{url}/api/rpc/orders/A%2F1?v=1&v=2"));
    assert_eq!(shown["headers"]["x-order"], "A/1");

    let error = async |note: &str| {
        let input = json!({ "id": "1", "lines": [], "note": note });
        call(&shop, "order", input, &account, &world).await.expect_err(note)
    };
    let refused = error("bad").await;
    assert_eq!((refused.class, refused.code.as_str()), (ErrorClass::Invalid, "script_refused"));
    for text in [&refused.message.en, &refused.message.zh_tw] {
        assert!(
            ["`shop`", "`wrap`", "備註 is not allowed here", "3"].iter().all(|part| text.contains(part)),
            "{text}"
        );
    }
    let broken = error("breaks").await;
    assert_eq!((broken.class, broken.code.as_str()), (ErrorClass::Bug, "connector_script"));
    assert!(broken.message.zh_tw.contains("第 6 行"), "{broken}");
}

#[tokio::test]
async fn a_function_cannot_lead_a_request_away_or_run_for_ever() {
    let world = World::new();
    let shape = json!({ "x-causeway-shape": { "request": "f" } });
    for (body, class) in [
        ("request.path = \"/../admin\"; request", ErrorClass::Bug),
        ("request.path = \"@evil.example.com/\"; request", ErrorClass::Bug),
        ("1", ErrorClass::Bug),
        ("loop { }", ErrorClass::Exceeded),
    ] {
        let shop = scripted(
            &document(orders(shape.clone()), json!({})),
            &format!("fn f(request, input, settings) {{ {body} }}"),
        );
        let account = TestAccount::new("http://127.0.0.1:9");
        let error = call(&shop, "order", json!({ "id": "1" }), &account, &world).await.expect_err(body);
        assert_eq!(error.class, class, "{body}: {error}");
    }
}

#[test]
fn functions_that_are_not_there_are_named() {
    let shape =
        json!({ "x-causeway-shape": { "request": "wrap", "response": "unwrap", "credentials": true } });
    let scheme = json!({ "security": [{ "sign": [] }], "components": { "securitySchemes": {
        "sign": { "type": "apiKey", "in": "header", "name": "X-Sign", "x-causeway-sign": { "function": "seal" } } } } });
    let document = document(orders(shape), scheme).to_string().into_bytes();
    let messages = |script: Option<&'static str>| {
        let mut source = Source::new("shop").with("openapi.json", document.clone());
        if let Some(script) = script {
            source = source.with("script.rhai", script.as_bytes());
        }
        let findings = Declared::new(source).check().into_iter();
        let errors = findings.filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| format!("{}: {}", finding.at, finding.message.en)).collect::<Vec<_>>()
    };
    assert_eq!(messages(None).len(), 1);
    let found = messages(Some("fn wrap(a, b, c) { a }\nfn unwrap(a, b) { a }"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("`seal` with 3") && found[1].contains("`unwrap` with 3"), "{found:?}");
    let broken = messages(Some("fn wrap(a, b, c) {\n  no_such(a)\n}"));
    assert!(broken[0].contains("script.rhai: line 2, column 3"), "{broken:?}");
}

/// Says what it verified; with `X-Fail` it refuses and repeats all that it got.
async fn verifies(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret-signing-key").expect("a key");
    mac.update(format!("{method}\n{}\n{}\n", uri.path(), header("x-timestamp")).as_bytes());
    mac.update(&body);
    let right = format!("v1={}", hex::encode(mac.finalize().into_bytes()));
    let is_right = header("x-signature") == right;
    if is_right && header("x-fail").is_empty() {
        return Json(json!({ "verified": body.len(), "timestamp": header("x-timestamp") })).into_response();
    }
    let said = format!("{is_right}: {headers:?} {uri} {}", String::from_utf8_lossy(&body));
    (StatusCode::BAD_REQUEST, Json(json!({ "message": "refused", "said": said }))).into_response()
}

fn hmac_scheme() -> Value {
    json!({ "security": [{ "sign": [] }], "components": { "securitySchemes": { "sign": { "type": "apiKey", "in": "header", "name": "X-Signature",
        "x-causeway-sign": { "scheme": "hmac-sha256", "secret": "signing_key", "signed": "{method}\n{path}\n{timestamp}\n{body}",
            "prefix": "v1=", "timestamp": { "header": "X-Timestamp", "format": "unix_ms" } } } } } })
}

#[tokio::test]
async fn a_declared_signature_is_made_on_sending_and_seen_nowhere() {
    let world = World::new();
    let url = serve(Router::new().fallback(any(verifies))).await;
    let mut paths = orders(
        json!({ "parameters": [{ "name": "X-Fail", "in": "header", "schema": { "type": "string" } }] }),
    );
    paths["/files"] = json!({ "put": { "operationId": "put_file", "requestBody": { "content": { "application/pdf": {} } }, "responses": {} } });
    let shop = super::connector(&document(paths, hmac_scheme()));
    let account = TestAccount::new(&url).signed_in("sign", &[("signing_key", "s3cret-signing-key")]);
    let order = json!({ "id": "1", "lines": ["螺絲"] });
    let given = call(&shop, "order", order.clone(), &account, &world).await.expect("verified");
    assert_eq!(given["timestamp"], "1000000", "the engine's clock");
    // The bytes of a file are signed too.
    let file =
        world.files.write("a.pdf", "application/pdf", vec![0xff; 300_000].into()).await.expect("a file");
    let given = call(&shop, "put_file", json!({ "body": file.into_value() }), &account, &world)
        .await
        .expect("verified");
    assert_eq!(given["verified"], 300_000);

    let mut fails = order.clone();
    fails["X-Fail"] = json!("yes");
    let error = call(&shop, "order", fails, &account, &world).await.expect_err("refused");
    let said = format!("{error:?}");
    assert!(
        said.contains("true: ") && said.contains("{{ signature }}") && !said.contains("s3cret"),
        "{said}"
    );
    let shown = rehearsed(&shop, "order", order, &account, &world);
    assert_eq!(shown["headers"]["x-signature"], "v1={{ signature }}");
    assert_eq!(shown["signed"], "hmac-sha256");

    let without = TestAccount::new(&url).signed_in("sign", &[]);
    let error = call(&shop, "order", json!({ "id": "1" }), &without, &world).await.expect_err("no key");
    assert_eq!((error.code.as_str(), error.class), ("connection_incomplete", ErrorClass::Auth));
}

const SEALS: &str = r#"
fn seal(request, credentials, now) {
    if request.path.ends_with("/throws") { throw "key " + credentials.hash_key + " is wrong"; }
    let body = parse_json(request.body);
    body.at = unix(now);
    body.data = aes_cbc_encrypt(url_encode(to_json(body.data)), credentials.hash_key, credentials.hash_iv);
    request.body = to_json(body);
    request.query = "b=2&a=1";
    request.headers["X-Check"] = to_upper(sha256(request.body + credentials.hash_key));
    request
}

fn envelope(request, input, settings) {
    request.body = #{ data: request.body };
    request
}

fn open(response, settings, credentials) {
    let body = response.body;
    body.data = parse_json(url_decode(aes_cbc_decrypt(body.data, credentials.hash_key, credentials.hash_iv)));
    body
}
"#;

/// `{"lines":[{"name":"螺絲 & 螺帽","price":1.5}]}` and `{"no":"SO-1","note":"急件 & 易碎"}`, URL-encoded and sealed by
/// `openssl enc -aes-128-cbc`.
const ASKED: &str = "1WWlldk33n+pcAwRQoXmEBJXpX7YwfxqQZdhMkRL4gpVxVLmrKkoc/62iJbIHxY5UeOQ74cuXyC7da7kecAqEg1WUrsMaynMUCxjYkG1LLGkqLeEUul22a9PJjuFoNsHabZ1mm3iAFGBC0MhYx6W+c1+PzWoz8GmBp7MOQ9CWxM=";
const ANSWERED: &str = "IK00vd0qeZ9eHlbZDQIXm7PdPKusCqmCuQyaorxBOGD7KswZoQ0SA+sfa2xP5089Jxc/ad5ww9RiOW0OujJLwftdpiBNUrgftqeLKUNMYC5STmvtb7Quc6LFOpkgkZsR";

async fn sealed(uri: Uri, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    let check = headers.get("x-check").map(|value| value.len());
    let right = body["data"] == ASKED;
    Json(json!({ "data": ANSWERED, "right": right, "at": body["at"], "query": uri.query(), "check": check }))
}

#[tokio::test]
async fn a_function_seals_what_is_sent_and_opens_what_comes_back() {
    let world = World::new();
    let url = serve(Router::new().fallback(any(sealed))).await;
    let parts = json!({
        "x-causeway-shape": { "request": "envelope", "response": "open", "credentials": true },
        "security": [{ "sealed": [] }],
        "components": { "securitySchemes": { "sealed": { "type": "apiKey", "in": "header", "name": "X-Check",
            "x-causeway-sign": { "function": "seal" },
            "x-causeway-credentials": { "hash_key": { "type": "string" }, "hash_iv": { "type": "string" } } } } },
    });
    let shop = scripted(&document(orders(json!({})), parts), SEALS);
    let account = TestAccount::new(&url)
        .signed_in("sealed", &[("hash_key", "ejCk326UnaZWKisg"), ("hash_iv", "q9jcZX8Ib9LM8wYk")]);
    let input = json!({ "id": "1", "lines": [{ "name": "螺絲 & 螺帽", "price": 1.5 }] });
    let given = call(&shop, "order", input.clone(), &account, &world).await.expect("opened");
    assert_eq!(
        given,
        json!({ "data": { "no": "SO-1", "note": "急件 & 易碎" }, "right": true, "at": 1000, "query": "b=2&a=1", "check": 64 })
    );
    let shown = rehearsed(&shop, "order", input, &account, &world);
    assert!(shown["body"].as_str().is_some_and(|body| body.contains("螺絲")), "not sealed: {shown}");
    assert_eq!(shown["signed"], "seal");
    let error = call(&shop, "order", json!({ "id": "throws" }), &account, &world).await.expect_err("thrown");
    let said = format!("{error:?}");
    assert!(said.contains("{{ connection.hash_key }}") && !said.contains("ejCk326"), "{said}");
}

#[tokio::test]
async fn a_signed_request_follows_no_redirect() {
    let world = World::new();
    let away = any(|| async {
        Response::builder()
            .status(307)
            .header("location", "/elsewhere")
            .body(Body::empty())
            .expect("an answer")
    });
    let url = serve(Router::new().fallback(away)).await;
    let shop = super::connector(&document(orders(json!({})), hmac_scheme()));
    let account = TestAccount::new(&url).signed_in("sign", &[("signing_key", "s3cret-signing-key")]);
    let error: StepError =
        call(&shop, "order", json!({ "id": "1" }), &account, &world).await.expect_err("not followed");
    assert_eq!(error.status, Some(307));
}
