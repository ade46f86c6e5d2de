//! Secrets go out in the clear and come back masked, whatever the other side makes of them.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{any, post};
use causeway_connector::http::{Auth, Body, Request};
use causeway_model::Value;
use serde_json::json;

use crate::world::{World, echo, serve};

const TOKEN: &str = "s3cret/T0ken+1";

/// No spelling of the token that this side would recognise.
fn assert_clean(text: &str) {
    for spelling in
        [TOKEN, "s3cret%2FT0ken%2B1", "s3cret%2fT0ken%2b1", "s3cret\\/T0ken+1", "czNjcmV0L1Qwa2VuKzE"]
    {
        assert!(!text.contains(spelling), "{spelling} in {text}");
    }
}

#[tokio::test]
async fn secrets_are_revealed_on_sending_and_masked_in_echoes() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let keep = seen.clone();
    let handler = post(async move |headers: HeaderMap, body: Bytes| {
        *keep.lock().expect("no test died with it") =
            format!("{headers:?} {}", String::from_utf8_lossy(&body));
        StatusCode::OK
    });
    let base = serve(Router::new().route("/see", handler).fallback(any(echo))).await;
    let world = World::new();
    let mut request = Request::new("POST", &format!("{base}/see"));
    request.headers = vec![("X-Token".to_owned(), world.sealed("v1 {{ secret.token }}"))];
    request.body = Body::Json(json!({ "deep": [{ "token": world.sealed("{{ secret.token }}") }] }));
    request.query = vec![("k".to_owned(), world.sealed("{{ secret.token }}"))];
    request.auth = Some(Auth::Basic {
        username: world.sealed("{{ secret.name }}"),
        password: world.sealed("{{ secret.token }}"),
    });
    world.send(request.clone()).await.expect("an answer");
    let seen = seen.lock().expect("no test died with it").clone();
    assert!(
        seen.contains("v1 s3cret/T0ken+1") && seen.contains("{\"deep\":[{\"token\":\"s3cret/T0ken+1\"}]}"),
        "{seen}"
    );

    request.url = format!("{base}/echo");
    let answer = world.send(request).await.expect("an answer");
    let text = answer.clone().into_value().to_string();
    assert_clean(&text);
    assert!(!text.contains("c2hvcGtlZXBlcjpzM2NyZXQv"), "{text}");
    assert_eq!(answer.body["headers"]["x-token"], "v1 {{ secret.token }}");
    assert_eq!(answer.body["query"], "k={{ secret.token }}");
}

#[tokio::test]
async fn every_kind_of_answer_is_masked() {
    let long = async |body: Bytes| {
        let token = String::from_utf8_lossy(&body).into_owned();
        let records: Vec<Value> = (0..20_000).map(|n| json!({ "n": n, "echo": token })).collect();
        ([("content-type", "application/json")], Value::Array(records).to_string())
    };
    let file = async |body: Bytes| {
        (
            [("content-type", "application/octet-stream")],
            [b"\0\xff".as_ref(), &body, &[0; 300_000], &body].concat(),
        )
    };
    let escaped = async || {
        ([("content-type", "application/json")], r#"{"a":"s3cret\/T0ken+1","b":"\u0073\u0033cret/T0ken+1"}"#)
    };
    let failed = async |body: Bytes| {
        (StatusCode::BAD_REQUEST, [("x-echo", "s3cret/T0ken+1")], [b"bad token: ".as_ref(), &body].concat())
    };
    let router = Router::new()
        .route("/long", post(long))
        .route("/file", post(file))
        .route("/escaped", post(escaped))
        .route("/failed", post(failed));
    let (base, world) = (serve(router).await, World::new());
    let send = async |path: &str| {
        let mut request = Request::new("POST", &format!("{base}/{path}"));
        request.body =
            Body::Text { text: world.sealed("{{ secret.token }}"), media_type: "text/plain".to_owned() };
        world.send(request).await
    };
    let answer = send("long").await.expect("an answer");
    let records = world.files.records(&answer.body).expect("a stream");
    assert!(records.len() == 20_000 && records.iter().all(|record| record["echo"] == "{{ secret.token }}"));

    let answer = send("file").await.expect("an answer");
    let bytes = world.files.bytes(&answer.body).expect("a file");
    let shown = b"{{ secret.token }}";
    assert_eq!(bytes.windows(shown.len()).filter(|window| window == shown).count(), 2);
    assert_clean(&String::from_utf8_lossy(&bytes));

    let answer = send("escaped").await.expect("an answer");
    assert_eq!(answer.body, json!({ "a": "{{ secret.token }}", "b": "{{ secret.token }}" }));

    let error = send("failed").await.expect_err("400");
    assert_eq!(error.body, Some(json!("bad token: {{ secret.token }}")));
    assert_clean(&format!("{error:?}"));
}

#[tokio::test]
async fn errors_never_show_a_secret_of_the_url() {
    let world = World::new();
    for url in [
        "http://127.0.0.1:1/a/{{ secret.token }}?q={{ secret.token }}",
        "http://10.0.0.1/{{ secret.token }}",
        "http://{{ secret.token }}:x/",
    ] {
        let error = world.get(&world.sealed(url)).await.expect_err(url);
        assert_clean(&format!("{error:?}"));
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn an_unknown_secret_stops_the_call() {
    let world = World::new();
    let mut request = Request::new("GET", "http://127.0.0.1:1/");
    request.auth = Some(Auth::Bearer { token: world.sealed("{{ secret.missing }}") });
    let error = world.send(request).await.expect_err("unknown");
    assert_eq!(error.code, "secret_unknown");
    assert!(error.message.en.contains("missing"));
}

#[tokio::test]
async fn a_forged_token_reveals_nothing() {
    let (world, other) = (World::new(), World::new());
    let base = serve(Router::new().fallback(any(echo))).await;
    // Sealed text of one installation means nothing to another key; here a changed byte stands for it.
    let mut forged = other.sealed("{{ secret.token }}");
    let at = forged.len() / 2;
    let changed = if forged.as_bytes()[at] == b'A' { "B" } else { "A" };
    forged.replace_range(at..at + 1, changed);
    let mut request = Request::new("POST", &base);
    request.body = Body::Json(json!({ "x": forged }));
    match world.send(request).await {
        Ok(answer) => assert_clean(&answer.body.to_string()),
        Err(error) => assert_eq!(error.code, "secret_invalid"),
    }
}
