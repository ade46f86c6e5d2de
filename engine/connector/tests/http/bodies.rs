//! Every kind of body goes out as it should.

use axum::Router;
use axum::routing::any;
use causeway_connector::Files;
use causeway_connector::http::{Auth, Body, Part, PartContent, Request, Response};
use causeway_model::Value;
use serde_json::json;

use crate::world::{World, echo, serve};

async fn sent(world: &World, change: impl FnOnce(&mut Request)) -> Response {
    let base = serve(Router::new().fallback(any(echo))).await;
    let mut request = Request::new("POST", &format!("{base}/orders?a=1"));
    change(&mut request);
    world.send(request).await.expect("an answer")
}

#[tokio::test]
async fn json_keeps_its_digits_and_order() {
    let value: Value = serde_json::from_str(r#"{"z":1.10,"a":12345678901234567890.12}"#).expect("JSON");
    let answer = sent(&World::new(), |request| request.body = Body::Json(value)).await;
    assert_eq!(answer.body["body"], r#"{"z":1.10,"a":12345678901234567890.12}"#);
    assert_eq!(answer.body["headers"]["content-type"], "application/json");
    assert_eq!(answer.body["headers"]["content-length"], "38");
}

#[tokio::test]
async fn nothing_is_sent_as_nothing() {
    let answer = sent(&World::new(), |request| request.method = "delete".to_owned()).await;
    assert_eq!((&answer.body["method"], &answer.body["body"]), (&json!("DELETE"), &json!("")));
    assert!(answer.body["headers"].get("content-type").is_none());
    assert!(
        answer.body["headers"]["user-agent"].as_str().is_some_and(|agent| agent.starts_with("causeway/"))
    );
}

#[tokio::test]
async fn forms_and_queries_are_encoded() {
    let answer = sent(&World::new(), |request| {
        request.body =
            Body::Form(vec![("名稱".to_owned(), "A & B".to_owned()), ("x".to_owned(), "1+1".to_owned())]);
        request.query = vec![("q".to_owned(), "訂 單&=".to_owned()), ("a".to_owned(), "2".to_owned())];
    })
    .await;
    assert_eq!(answer.body["body"], "%E5%90%8D%E7%A8%B1=A+%26+B&x=1%2B1");
    assert_eq!(answer.body["headers"]["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(answer.body["query"], "a=1&q=%E8%A8%82+%E5%96%AE%26%3D&a=2");
}

#[tokio::test]
async fn text_takes_the_type_that_the_user_gives() {
    let text = || Body::Text { text: "<a/>".to_owned(), media_type: "text/plain".to_owned() };
    let answer = sent(&World::new(), |request| {
        request.body = text();
        request.headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    })
    .await;
    assert_eq!(answer.body["headers"]["content-type"], "application/xml");
    let answer = sent(&World::new(), |request| request.body = text()).await;
    assert_eq!(
        (&answer.body["headers"]["content-type"], &answer.body["body"]),
        (&json!("text/plain"), &json!("<a/>"))
    );
}

#[tokio::test]
async fn a_file_goes_out_whole_with_its_length() {
    let world = World::new();
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| b'a' + (n % 26) as u8).collect();
    let file = world.files.write("big.txt", "text/plain", bytes.clone().into()).await.expect("a file");
    let answer = sent(&world, |request| request.body = Body::File(file)).await;
    // The echo is over 256 kB itself, so it comes back as a file.
    let echoed: Value =
        serde_json::from_slice(&world.files.bytes(&answer.body).expect("a file")).expect("JSON");
    assert_eq!(echoed["headers"]["content-length"], "700000");
    assert_eq!(echoed["headers"]["content-type"], "text/plain");
    assert!(echoed["body"] == String::from_utf8_lossy(&bytes).as_ref());
}

#[tokio::test]
async fn multipart_holds_fields_and_files() {
    let world = World::new();
    let file = world.files.write("報價\".pdf", "application/pdf", "%PDF".into()).await.expect("a file");
    let part = |name: &str, content, file_name: Option<&str>| Part {
        name: name.to_owned(),
        content,
        file_name: file_name.map(str::to_owned),
        media_type: None,
    };
    let answer = sent(&world, |request| {
        request.headers = vec![("Content-Type".to_owned(), "multipart/form-data".to_owned())];
        request.body = Body::Multipart(vec![
            part("no\r\nte", PartContent::Text("急件".to_owned()), None),
            part("doc", PartContent::File(file.clone()), None),
            part("copy", PartContent::File(file), Some("b.pdf")),
        ]);
    })
    .await;
    let media_type = answer.body["headers"]["content-type"].as_str().expect("a type");
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").expect("a boundary");
    let expected = [
        "--B\r\nContent-Disposition: form-data; name=\"no%0D%0Ate\"\r\n\r\n急件\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"報價%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"copy\"; filename=\"b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n",
        "--B--\r\n",
    ];
    let body = answer.body["body"].as_str().expect("a text").replace(boundary, "B");
    assert_eq!(body, expected.concat());
    let length = answer.body["headers"]["content-length"].as_str().and_then(|length| length.parse().ok());
    assert_eq!(length, Some(answer.body["body"].as_str().unwrap_or_default().len()));
}

#[tokio::test]
async fn a_stream_goes_out_as_an_array_or_as_lines() {
    let world = World::new();
    let records: Vec<Value> = (0..1000).map(|n| json!({ "n": n })).collect();
    let stream = world.files.write_stream(records.clone()).await.expect("a stream");
    let answer = sent(&world, |request| request.body = Body::Records(stream.clone())).await;
    let body: Vec<Value> =
        serde_json::from_str(answer.body["body"].as_str().expect("a text")).expect("an array");
    assert_eq!(body, records);
    let answer = sent(&world, |request| {
        request.headers = vec![("Content-Type".to_owned(), "application/x-ndjson".to_owned())];
        request.body = Body::Records(stream);
    })
    .await;
    let lines = answer.body["body"].as_str().expect("a text");
    assert!(lines.starts_with("{\"n\":0}\n{\"n\":1}\n") && lines.ends_with("{\"n\":999}\n"));
    let empty = world.files.write_stream(vec![]).await.expect("a stream");
    assert_eq!(sent(&world, |request| request.body = Body::Records(empty)).await.body["body"], "[]");
}

#[tokio::test]
async fn authentication_takes_its_place() {
    let with = async |auth| sent(&World::new(), |request| request.auth = Some(auth)).await.body;
    let text = str::to_owned;
    let basic = with(Auth::Basic { username: text("王"), password: text("a:b") }).await;
    assert_eq!(basic["headers"]["authorization"], "Basic 546LOmE6Yg==");
    let bearer = with(Auth::Bearer { token: text("t") }).await;
    assert_eq!(bearer["headers"]["authorization"], "Bearer t");
    let header = with(Auth::Header { name: text("X-Api-Key"), value: text("k") }).await;
    assert_eq!(header["headers"]["x-api-key"], "k");
    let query = with(Auth::Query { name: text("key"), value: text("k&") }).await;
    assert_eq!(query["query"], "a=1&key=k%26");
}
