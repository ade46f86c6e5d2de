//! What breaks on the way has the class that retries read; dropping a call ends it.

use std::time::Duration;

use causeway_connector::http::{Body, Config, Request};
use causeway_model::{BlobId, ErrorClass, FileRef};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{Script, World};

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address.to_string())
}

async fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut request = [0; 4096];
    assert!(stream.read(&mut request).await.expect("a request") > 0);
    stream
}

#[tokio::test]
async fn a_closed_port_means_nothing_was_sent() {
    let (closed, address) = listener().await;
    drop(closed);
    let error = World::new().get(&format!("http://{address}/a?key=k")).await.expect_err("closed");
    assert_eq!((error.code.as_str(), error.class), ("connect_failed", ErrorClass::Connect));
    assert!(error.message.en.contains(&format!("http://{address}/a")) && !error.message.en.contains("key"));
}

#[tokio::test]
async fn a_name_without_address_is_told_apart() {
    let world = World::resolving(Config::default(), Script::new(&[&[]]));
    let error = world.get("http://nowhere.test/").await.expect_err("no name");
    assert_eq!((error.code.as_str(), error.class), ("dns_failed", ErrorClass::Connect));
}

#[tokio::test]
async fn plain_text_where_tls_is_due_is_told_apart() {
    let (listener, address) = listener().await;
    tokio::spawn(async move { accept(&listener).await.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await });
    let error = World::new().get(&format!("https://{address}/")).await.expect_err("no TLS");
    assert_eq!((error.code.as_str(), error.class), ("tls_failed", ErrorClass::Connect));
}

#[tokio::test]
async fn a_broken_answer_may_have_happened() {
    for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"] {
        let (listener, address) = listener().await;
        tokio::spawn(async move { accept(&listener).await.write_all(answer.as_bytes()).await });
        let error =
            World::new().send(Request::new("POST", &format!("http://{address}/"))).await.expect_err("broken");
        assert_eq!((error.code.as_str(), error.class), ("connection_lost", ErrorClass::Timeout), "{answer}");
    }
}

#[tokio::test]
async fn a_compressed_answer_that_does_not_unpack_is_told_apart() {
    let (listener, address) = listener().await;
    let answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nnot zipped!!";
    tokio::spawn(async move { accept(&listener).await.write_all(answer).await });
    let error = World::new().get(&format!("http://{address}/")).await.expect_err("not packed");
    assert_eq!((error.code.as_str(), error.class), ("answer_invalid", ErrorClass::Timeout));
}

#[tokio::test]
async fn headers_that_would_break_out_are_refused_before_sending() {
    let mut request = Request::new("GET", "http://127.0.0.1:9/");
    request.headers = vec![("X-A".to_owned(), "1\r\nX-B: 2".to_owned())];
    assert_eq!(World::new().send(request).await.expect_err("refused").code, "invalid_header");
    let world = World::new();
    let file = FileRef {
        id: BlobId::new(),
        name: "a".to_owned(),
        media_type: "text/plain\r\nX: 1".to_owned(),
        size: 1,
    };
    let mut request = Request::new("POST", "http://127.0.0.1:9/");
    request.body = Body::File(file);
    assert_eq!(world.send(request).await.expect_err("refused").code, "invalid_header");
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    let (listener, address) = listener().await;
    let world = World::new();
    let call = tokio::spawn(async move { world.get(&format!("http://{address}/")).await });
    let mut stream = accept(&listener).await;
    call.abort();
    let mut rest = [0; 16];
    let end =
        tokio::time::timeout(Duration::from_secs(5), stream.read(&mut rest)).await.expect("it ends soon");
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}
