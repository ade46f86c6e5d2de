//! Single calls: what goes out, and what an answer means.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json};
use axum::routing::any;
use bytes::Bytes;
use causeway_connector::{Call, Connector, Files, Observed};
use causeway_model::{ErrorClass, Value};
use serde_json::json;

use super::{TestAccount, call, connector, document, object};
use crate::world::{World, echo, serve};

fn orders() -> Value {
    document(
        json!({
            "/customers/{code}/orders": { "post": {
                "operationId": "createOrder",
                "security": [{ "key": [] }],
                "x-causeway-idempotency": { "in": "body", "name": "external_id" },
                "parameters": [
                    { "name": "code", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "expand", "in": "query", "schema": { "type": "array" }, "style": "form", "explode": false },
                    { "name": "X-Company", "in": "header", "x-causeway-setting": "company", "schema": { "type": "integer" } },
                    { "name": "theme", "in": "cookie", "schema": { "type": "string" } },
                ],
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                    "type": "object", "required": ["lines"],
                    "properties": { "lines": { "type": "array" }, "note": { "type": "string" }, "external_id": { "type": "string" } } } } } },
                "responses": { "200": { "description": "ok" } },
            } },
            "/form": { "post": { "operationId": "sendForm", "requestBody": { "content": { "application/x-www-form-urlencoded": {
                "schema": { "type": "object", "properties": { "amount": {}, "metadata": { "type": "object" }, "expand": { "type": "array" }, "ids": { "type": "array" } } },
                "encoding": { "metadata": { "style": "deepObject" }, "ids": { "explode": false } } } } }, "responses": {} } },
            "/upload": { "post": { "operationId": "upload", "requestBody": { "content": { "multipart/form-data": { "schema": { "type": "object",
                "properties": { "doc": { "type": "string", "format": "binary" }, "about": { "type": "object" }, "note": { "type": "string" } } } } } }, "responses": {} } },
            "/raw": { "put": { "operationId": "putRaw", "requestBody": { "content": { "application/pdf": {} } }, "responses": {} } },
        }),
        json!({
            "x-causeway": { "settings": { "company": { "schema": { "type": "integer" } } } },
            "components": { "securitySchemes": { "key": { "type": "apiKey", "in": "query", "name": "api_key" } } },
        }),
    )
}

#[tokio::test]
async fn parameters_body_key_and_credential_go_where_the_document_says() {
    let world = World::new();
    let url = serve(Router::new().fallback(any(echo))).await;
    let shop = connector(&orders());
    let account = TestAccount::new(&format!("{url}/api/"))
        .signed_in("key", &[("api_key", "k&y=1 王")])
        .with_setting("company", json!(7));
    let input = json!({ "code": "C/1 王", "expand": ["a,b", "c"], "theme": "dark", "lines": [{ "qty": 2, "price": 1.50 }], "note": "急件" });
    let sent = call(&shop, "create_order", input, &account, &world).await.expect("an answer");
    assert_eq!(sent["method"], "POST");
    assert_eq!(sent["path"], "/api/customers/C%2F1%20%E7%8E%8B/orders");
    let query = sent["query"].as_str().expect("a query");
    assert!(query.starts_with("expand=a%2Cb,c&api_key="), "{query}");
    assert!(!query.contains('王') && query.contains("{{"), "the echoed key is masked: {query}");
    assert_eq!(sent["headers"]["x-company"], "7");
    assert_eq!(sent["headers"]["cookie"], "theme=dark");
    let body: Value = serde_json::from_str(sent["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(
        body,
        json!({ "lines": [{ "qty": 2, "price": 1.50 }], "note": "急件", "external_id": "key-1" })
    );
    assert_eq!(*account.observed.lock().expect("a lock"), [Observed::Succeeded]);

    let whole = json!({ "code": "C1", "body": { "lines": [], "other": true } });
    let sent = call(&shop, "create_order", whole, &account, &world).await.expect("an answer");
    assert!(sent["body"].as_str().expect("a body").contains("\"other\":true"));
}

#[tokio::test]
async fn a_rehearsal_shows_the_request_and_names_the_credential() {
    let world = World::new();
    let shop = connector(&orders());
    let account = TestAccount::new("https://shop.invalid").signed_in("key", &[("api_key", "")]);
    let call = Call {
        input: json!({ "code": "C1", "lines": [] }),
        idempotency_key: "key-1".to_owned(),
        account: Some(std::sync::Arc::new(account)),
        services: world.services.clone(),
    };
    let shown = shop.rehearse("create_order", call).expect("it can be shown").expect("a request");
    assert_eq!(shown["url"], "https://shop.invalid/customers/C1/orders?api_key={{ connection.api_key }}");
    assert_eq!(shown["body"], "{\"lines\":[],\"external_id\":\"key-1\"}");
}

#[tokio::test]
async fn forms_files_and_raw_bodies_are_sent() {
    let world = World::new();
    let url = serve(Router::new().fallback(any(echo))).await;
    let shop = connector(&orders());
    let account = TestAccount::new(&url);
    let form = json!({ "amount": 5, "metadata": { "a": { "b": 1 } }, "expand": ["x", "y"], "ids": [1, 2] });
    let sent = call(&shop, "send_form", form, &account, &world).await.expect("an answer");
    assert_eq!(sent["body"], "amount=5&metadata%5Ba%5D%5Bb%5D=1&expand=x&expand=y&ids=1%2C2");
    let file =
        world.files.write("報價.pdf", "application/pdf", Bytes::from_static(b"%PDF")).await.expect("a file");
    let file = file.into_value();
    let sent =
        call(&shop, "upload", json!({ "doc": file, "about": { "n": 1 }, "note": "n" }), &account, &world)
            .await;
    let body = object(&sent.expect("an answer"))["body"].as_str().expect("a body").to_owned();
    assert!(
        body.contains("name=\"doc\"; filename=\"報價.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF"),
        "{body}"
    );
    assert!(body.contains("name=\"about\"\r\nContent-Type: application/json\r\n\r\n{\"n\":1}"), "{body}");
    let sent = call(&shop, "put_raw", json!({ "body": file }), &account, &world).await.expect("an answer");
    assert_eq!(
        (&sent["body"], &sent["headers"]["content-type"]),
        (&json!("%PDF"), &json!("application/pdf"))
    );
}

#[tokio::test]
async fn inputs_that_would_lead_elsewhere_are_refused() {
    let world = World::new();
    let shop = connector(&orders());
    let account = TestAccount::new("http://127.0.0.1:9");
    for (input, named) in [
        (json!({ "code": "..", "lines": [] }), "code"),
        (json!({ "code": "", "lines": [] }), "code"),
        (json!({ "code": "a", "lines": [], "unknown": 1 }), "unknown"),
        (json!({ "lines": [] }), "code"),
    ] {
        let error = call(&shop, "create_order", input, &account, &world).await.expect_err(named);
        assert_eq!((error.code.as_str(), error.class), ("invalid_input", ErrorClass::Invalid));
        assert!(error.message.en.contains(named) && error.message.zh_tw.contains(named), "{error}");
    }
}

#[tokio::test]
async fn errors_have_the_class_and_the_words_of_the_system() {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let answer = async || -> axum::response::Response {
        let bad = |status: StatusCode, body: Value| (status, Json(body)).into_response();
        match COUNT.fetch_add(1, Ordering::Relaxed) {
            0 => bad(
                StatusCode::UNPROCESSABLE_ENTITY,
                json!({ "error": { "code": "CREDIT_EXCEEDED", "message": "超過信用額度" } }),
            ),
            1 => bad(
                StatusCode::OK,
                json!({ "ok": false, "error": { "code": "LOCKED", "message": "locked" } }),
            ),
            2 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], "slow down").into_response(),
            3 => bad(StatusCode::NOT_FOUND, json!({ "message": "no such order" })),
            _ => bad(StatusCode::OK, json!({ "ok": true, "no": "SO-1" })),
        }
    };
    let url = serve(Router::new().fallback(any(answer))).await;
    let world = World::new();
    let shop = connector(&document(
        json!({ "/orders": { "post": { "operationId": "create", "responses": {} } } }),
        json!({ "x-causeway-errors": { "rules": [
            { "when": { "status": 200, "at": "/ok", "equals": false, "code_at": "/error/code", "codes": ["LOCKED"] }, "class": "conflict" },
        ], "code_at": ["/error/code"] } }),
    ));
    let account = TestAccount::new(&url);
    let credit = call(&shop, "create", json!({}), &account, &world).await.expect_err("refused");
    assert_eq!((credit.class, credit.status), (ErrorClass::Invalid, Some(422)));
    assert_eq!(credit.message.zh_tw, "Shop 回應：超過信用額度 (CREDIT_EXCEEDED) (422)；請檢查步驟的輸入");
    let locked = call(&shop, "create", json!({}), &account, &world).await.expect_err("refused");
    assert_eq!((locked.class, locked.code.as_str()), (ErrorClass::Conflict, "answer_refused"));
    let slow = call(&shop, "create", json!({}), &account, &world).await.expect_err("refused");
    assert_eq!((slow.class, slow.retry_after_ms), (ErrorClass::Limit, Some(7000)));
    let gone = call(&shop, "create", json!({}), &account, &world).await.expect_err("refused");
    assert_eq!(gone.class, ErrorClass::NotFound);
    assert!(gone.message.en.contains("no such order"), "{gone}");
    let order = call(&shop, "create", json!({}), &account, &world).await.expect("an order");
    assert_eq!(order["no"], "SO-1");
}

#[tokio::test]
async fn a_key_may_stand_in_the_path() {
    let world = World::new();
    let at = "/bot123:A-b/getMe";
    let me = any(async || Json(json!({ "ok": true, "echo": "123:A-b" })));
    let url = serve(Router::new().route(at, me)).await;
    let described = document(
        json!({ "/bot{token}/getMe": { "get": { "operationId": "getMe", "responses": {} },
            "parameters": [{ "name": "token", "in": "path", "required": true, "schema": { "type": "string" } }] } }),
        json!({ "security": [{ "bot": [] }, { "other": [] }], "components": { "securitySchemes": {
            "bot": { "type": "apiKey", "in": "header", "name": "token", "x-causeway-in": "path" },
            "other": { "type": "http", "scheme": "bearer" } } } }),
    );
    let bot = connector(&described);
    let spec = bot.operation("get_me").expect("it is there");
    assert_eq!(spec.input["required"], json!([]), "{}", spec.input);
    let account = TestAccount::new(&url).signed_in("bot", &[("token", "123:A-b")]);
    let answer = call(&bot, "get_me", json!({}), &account, &world).await.expect("an answer");
    assert_eq!(answer, json!({ "ok": true, "echo": "{{ connection.token }}" }));
    let shown = Call {
        input: json!({}),
        idempotency_key: "key-1".to_owned(),
        account: Some(std::sync::Arc::new(account)),
        services: world.services.clone(),
    };
    let shown = bot.rehearse("get_me", shown).expect("it is shown").expect("something");
    assert_eq!(shown["url"], format!("{url}/bot{{{{ connection.token }}}}/getMe"));
    let wrong = TestAccount::new(&url).signed_in("bot", &[("token", "456:C")]);
    let error = call(&bot, "get_me", json!({}), &wrong, &world).await.expect_err("no such path");
    assert!(!error.message.en.contains("456:C"), "{}", error.message.en);
    let other = TestAccount::new(&url).signed_in("other", &[("token", "x")]);
    let error = call(&bot, "get_me", json!({}), &other, &world).await.expect_err("nothing for the path");
    assert_eq!(error.code, "credential_missing");
}
