//! What becomes of bodies, small and large.

use causeway_model::{FileRef, StreamRef, Value};
use serde_json::json;

use crate::testing::TestApp;

async fn file_bytes(test: &TestApp, file: &FileRef) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let part = test.app.store().read_file(file.id, bytes.len() as u64).await.expect("a part");
        if part.is_empty() {
            return bytes;
        }
        bytes.extend_from_slice(&part);
    }
}

#[tokio::test]
async fn small_bodies_are_values_and_binaries_files() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    let cases: [(&str, &[u8], Value); 5] = [
        ("application/json", br#"[1,{"a":2.50}]"#, serde_json::from_str(r#"[1,{"a":2.50}]"#).expect("JSON")),
        ("application/x-www-form-urlencoded", b"a=1&b=x+y", json!({"a": "1", "b": "x y"})),
        ("text/plain; charset=utf-8", "你好".as_bytes(), json!("你好")),
        ("application/x-ndjson", b"{\"n\":1}\n{\"n\":2}\n", json!([{"n": 1}, {"n": 2}])),
        ("application/json", b"", Value::Null),
    ];
    for (kind, body, wanted) in cases {
        let answer = test.send("POST", "/hooks/in", &[("content-type", kind)], body.to_vec()).await;
        assert_eq!(test.event(answer.run()).await["body"], wanted, "{kind}");
    }
    let answer = test.send("POST", "/hooks/in", &[("content-type", "image/png")], &b"\x89PNG"[..]).await;
    let file = FileRef::from_value(&test.event(answer.run()).await["body"]).expect("a file");
    assert_eq!((file.media_type.as_str(), file.size), ("image/png", 4));
    assert_eq!(file_bytes(&test, &file).await, b"\x89PNG");
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_before_it_is_accepted() {
    let test = TestApp::new().await;
    test.webhook("in", json!({"max_body": "4kB"})).await;
    let post = async |kind: &str, body: String| {
        test.send("POST", "/hooks/in", &[("content-type", kind)], body).await.problem()
    };
    assert_eq!(post("application/json", "{\"a\":".into()).await, (400, "body_not_json".to_owned()));
    assert_eq!(post("application/json", "\"\\ud800\"".into()).await, (400, "body_not_json".to_owned()));
    assert_eq!(post("text/plain", "x".repeat(4097)).await, (413, "body_too_large".to_owned()));
    let chunks = futures::stream::iter((0..5).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000])));
    let body = axum::body::Body::from_stream(chunks);
    let answer = test.send("POST", "/hooks/in", &[("content-type", "text/plain")], body).await;
    assert_eq!(answer.problem(), (413, "body_too_large".to_owned()));
    let runs = test.app.runs(causeway_store::RunFilter { limit: 10, ..Default::default() }).await;
    assert!(runs.expect("runs").is_empty());
}

#[tokio::test]
async fn large_lists_become_record_streams_and_other_large_bodies_files() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    let records: Vec<Value> = (0..20_000).map(|n| json!({"no": n, "name": "品項", "note": "],["})).collect();
    let array = serde_json::to_string(&records).expect("JSON");
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    for (kind, body) in [("application/json", array), ("application/x-ndjson", lines)] {
        let pieces: Vec<_> =
            body.as_bytes().chunks(10_007).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let body = axum::body::Body::from_stream(futures::stream::iter(pieces));
        let answer = test.send("POST", "/hooks/in", &[("content-type", kind)], body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        let stream = StreamRef::from_value(&test.event(answer.run()).await["body"]).expect("a stream");
        assert_eq!(stream.count, 20_000, "{kind}");
        let page = test.app.store().read_stream(stream.id, 19_998, 5).await.expect("a page");
        assert_eq!(page, records[19_998..], "{kind}");
    }
    let text = "行\n".repeat(100_000);
    let answer = test.send("POST", "/hooks/in", &[("content-type", "text/csv")], text.clone()).await;
    let file = FileRef::from_value(&test.event(answer.run()).await["body"]).expect("a file");
    assert_eq!((file.media_type.as_str(), file.size), ("text/csv", text.len() as u64));
    assert_eq!(file_bytes(&test, &file).await, text.as_bytes());

    let broken = format!("[{}", "{\"a\":1},".repeat(50_000));
    let answer = test.send("POST", "/hooks/in", &[("content-type", "application/json")], broken).await;
    assert_eq!(answer.problem(), (400, "record_not_json".to_owned()));
}

#[tokio::test]
async fn forms_with_files_keep_them() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    let body = "--X\r\nContent-Disposition: form-data; name=\"no\"\r\n\r\nQ-1\r\n\
        --X\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\na\r\n\
        --X\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\nb\r\n\
        --X\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"報價.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n\
        --X--\r\n";
    let kind = [("content-type", "multipart/form-data; boundary=X")];
    let answer = test.send("POST", "/hooks/in", &kind, body).await;
    let body = test.event(answer.run()).await["body"].clone();
    assert_eq!((&body["no"], &body["tag"]), (&json!("Q-1"), &json!(["a", "b"])));
    let file = FileRef::from_value(&body["scan"]).expect("a file");
    assert_eq!((file.name.as_str(), file.media_type.as_str(), file.size), ("報價.pdf", "application/pdf", 4));
    assert_eq!(file_bytes(&test, &file).await, b"%PDF");
    let broken = test.send("POST", "/hooks/in", &kind, "--X\r\nContent-Disp").await;
    assert_eq!(broken.problem(), (400, "form_broken".to_owned()));
}
