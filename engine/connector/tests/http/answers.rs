//! Every kind of answer comes in as it should.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use causeway_connector::http::{Request, Response, StatusSet};
use causeway_model::{ErrorClass, StepError, StreamRef, Value};
use serde_json::json;

use crate::world::{World, serve};

async fn answer(
    world: &World,
    content_type: &'static str,
    body: impl Into<Vec<u8>>,
) -> Result<Response, StepError> {
    let body: Vec<u8> = body.into();
    let handler = get(async move || {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert("content-type", content_type.parse().expect("a header"));
        }
        (headers, Body::from(body))
    });
    let base = serve(Router::new().route("/files/{name}", handler)).await;
    world.get(&format!("{base}/files/list.json?x=1")).await
}

async fn body(content_type: &'static str, body: impl Into<Vec<u8>>) -> Value {
    answer(&World::new(), content_type, body).await.expect("an answer").body
}

#[tokio::test]
async fn small_answers_become_values() {
    assert_eq!(body("application/json", r#"{"total":1.10}"#).await.to_string(), r#"{"total":1.10}"#);
    assert_eq!(body("application/problem+json", "[1]").await, json!([1]));
    assert_eq!(body("application/json", "").await, Value::Null);
    assert_eq!(body("application/json", "<html>").await, json!("<html>"));
    assert_eq!(body("text/plain", "123").await, json!("123"));
    assert_eq!(body("text/csv; charset=big5", [0xad, 0x71, 0xb3, 0xe6]).await, json!("訂單"));
    assert_eq!(body("application/json; charset=big5", *b"[\"\xad\x71\"]").await, json!(["訂"]));
    assert_eq!(body("application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n").await, json!([{ "a": 1 }, { "a": 2 }]));
    assert_eq!(body("", r#" {"a":1}"#).await, json!({ "a": 1 }));
    assert_eq!(body("", "hello").await, json!("hello"));
}

#[tokio::test]
async fn binary_answers_become_files() {
    let world = World::new();
    for content_type in ["image/png", ""] {
        let value = answer(&world, content_type, [0x89, 0xff, 0]).await.expect("an answer").body;
        assert_eq!(value["$file"]["name"], "list.json");
        assert_eq!(world.files.bytes(&value).expect("a file").as_ref(), [0x89, 0xff, 0]);
    }
}

#[tokio::test]
async fn a_long_array_becomes_a_stream() {
    let world = World::new();
    let records: Vec<Value> =
        (0..20_000).map(|n| json!({ "no": n, "name": "訂單", "list": [1, "],["] })).collect();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    for (content_type, text) in
        [("application/json", Value::Array(records.clone()).to_string()), ("application/jsonl", lines)]
    {
        let value = answer(&world, content_type, text).await.expect("an answer").body;
        assert_eq!(StreamRef::from_value(&value).expect("a stream").count, 20_000);
        assert_eq!(world.files.records(&value).expect("a stream")[19_999], records[19_999]);
    }
}

#[tokio::test]
async fn other_long_answers_become_files() {
    let world = World::new();
    let object = json!({ "text": "x".repeat(300_000) }).to_string();
    for (content_type, text) in
        [("application/json", object.as_str()), ("text/plain; charset=utf-8", &"y".repeat(300_000))]
    {
        let value = answer(&world, content_type, text).await.expect("an answer").body;
        assert_eq!(value["$file"]["type"], content_type);
        assert_eq!(world.files.bytes(&value).expect("a file"), text);
    }
    let broken = format!("[{}", "1,".repeat(200_000));
    let error = answer(&world, "application/json", broken).await.expect_err("broken");
    assert_eq!((error.code.as_str(), error.class), ("answer_invalid", ErrorClass::Invalid));
}

#[tokio::test]
async fn headers_come_by_lower_case_name() {
    let handler = get(async || {
        (
            [("X-A", "1"), ("Set-Cookie", "a=1")],
            axum::response::AppendHeaders([("x-a", "2"), ("set-cookie", "b=2")]),
            "",
        )
            .into_response()
    });
    let base = serve(Router::new().route("/", handler)).await;
    let answer = World::new().get(&base).await.expect("an answer");
    assert_eq!(answer.headers["x-a"], "1, 2");
    assert_eq!(answer.headers["set-cookie"], json!(["a=1", "b=2"]));
    assert_eq!(answer.clone().into_value()["status"], 200);
}

#[tokio::test]
async fn head_and_no_content_have_no_body() {
    let router = Router::new().route("/", get("text")).route("/none", get(StatusCode::NO_CONTENT));
    let (base, world) = (serve(router).await, World::new());
    let answer = world.send(Request::new("HEAD", &base)).await.expect("an answer");
    assert_eq!((answer.status, answer.body), (200, Value::Null));
    let answer = world.get(&format!("{base}/none")).await.expect("an answer");
    assert_eq!((answer.status, answer.body), (204, Value::Null));
}

#[tokio::test]
async fn success_is_what_the_step_says() {
    let router = Router::new()
        .route("/", get(async || (StatusCode::NOT_FOUND, axum::Json(json!({ "code": "none" })))));
    let (base, world) = (serve(router).await, World::new());
    let error = world.get(&format!("{base}/?token=x")).await.expect_err("404");
    assert_eq!(
        (error.code.as_str(), error.class, error.status),
        ("http_status", ErrorClass::NotFound, Some(404))
    );
    assert_eq!(error.body, Some(json!({ "code": "none" })));
    assert!(
        error.message.en.contains("404 Not Found") && !error.message.en.contains("token"),
        "{}",
        error.message
    );
    let mut request = Request::new("GET", &base);
    request.success = StatusSet::from_value(&json!(["2xx", 404])).expect("a set");
    assert_eq!(world.send(request).await.expect("a success").body["code"], "none");
}

#[tokio::test]
async fn errors_say_when_to_come_back_and_what_was_answered() {
    let router = Router::new()
        .route("/seconds", get(async || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], "later")))
        .route(
            "/date",
            get(async || {
                let dates = [
                    ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                    ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"),
                ];
                (StatusCode::SERVICE_UNAVAILABLE, dates, "y".repeat(100_000))
            }),
        )
        .route(
            "/binary",
            get(async || (StatusCode::BAD_REQUEST, [("content-type", "image/png")], vec![0xff_u8; 9])),
        );
    let (base, world) = (serve(router).await, World::new());
    let error = world.get(&format!("{base}/seconds")).await.expect_err("429");
    assert_eq!(
        (error.class, error.retry_after_ms, error.body),
        (ErrorClass::Limit, Some(7000), Some(json!("later")))
    );
    let error = world.get(&format!("{base}/date")).await.expect_err("503");
    assert_eq!((error.class, error.retry_after_ms), (ErrorClass::Server, Some(30_000)));
    assert_eq!(error.body.and_then(|body| body.as_str().map(str::len)), Some(64 * 1024));
    let error = world.get(&format!("{base}/binary")).await.expect_err("400");
    assert_eq!((error.class, error.body), (ErrorClass::Invalid, None));
}
