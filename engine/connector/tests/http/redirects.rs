//! Redirects: methods, bodies, what stays behind, where they may not go.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use causeway_connector::Files;
use causeway_connector::http::{Body, Config, Request};
use causeway_model::{ErrorClass, Value};
use serde_json::json;

use crate::world::{World, echo, serve, serve_on};

/// `/to/{status}/{*place}` redirects; everything else echoes.
fn router(base: String) -> Router {
    let redirect = async move |Path((status, place)): Path<(u16, String)>| -> Response {
        let place = if place.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('/')) {
            place
        } else {
            format!("{base}/{place}")
        };
        let status = StatusCode::from_u16(status).expect("a status");
        (status, [("location", place)]).into_response()
    };
    Router::new().route("/to/{status}/{*place}", any(redirect)).fallback(any(echo))
}

fn full(url: &str) -> Request {
    let mut request = Request::new("POST", url);
    request.headers = ["Authorization", "Cookie", "Idempotency-Key", "X-Api-Key", "X-Plain"]
        .map(|name| (name.to_owned(), "v".to_owned()))
        .into();
    request.body = Body::Json(json!({ "a": 1 }));
    request
}

async fn follow(world: &World, url: &str) -> Value {
    world.send(full(url)).await.expect("an answer").body
}

#[tokio::test]
async fn methods_change_as_the_standard_says() {
    let (base, world) = (serve(router(String::new())).await, World::new());
    for (status, method, body) in [
        (301, "GET", ""),
        (302, "GET", ""),
        (303, "GET", ""),
        (307, "POST", "{\"a\":1}"),
        (308, "POST", "{\"a\":1}"),
    ] {
        let seen = follow(&world, &format!("{base}/to/{status}/end")).await;
        assert_eq!(
            (&seen["method"], &seen["body"], &seen["path"]),
            (&json!(method), &json!(body), &json!("/end")),
            "{status}"
        );
        assert_eq!(seen["headers"].get("content-type").is_some(), !body.is_empty(), "{status}");
        // The origin is the same, so all goes along.
        assert_eq!(seen["headers"]["authorization"], "v", "{status}");
        assert_eq!(seen["headers"]["idempotency-key"], "v", "{status}");
    }
    let mut put = full(&format!("{base}/to/302/end"));
    put.method = "PUT".to_owned();
    assert_eq!(world.send(put).await.expect("an answer").body["method"], "PUT");
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let other = serve(router(String::new())).await;
    let (base, world) = (serve(router(other.clone())).await, World::new());
    // Once, and there and back again.
    for url in [format!("{base}/to/307/end"), format!("{base}/to/302/to/302/{base}/end")] {
        let seen = follow(&world, &url).await;
        for name in ["authorization", "cookie", "idempotency-key", "x-api-key"] {
            assert!(seen["headers"].get(name).is_none(), "{url}: {name} went along");
        }
        assert_eq!(seen["headers"]["x-plain"], "v");
    }
}

#[tokio::test]
async fn a_body_with_a_secret_goes_to_no_other_origin() {
    let other = serve(router(String::new())).await;
    let (base, world) = (serve(router(other)).await, World::new());
    let mut request = full(&format!("{base}/to/307/end"));
    request.body = Body::Json(json!({ "token": world.sealed("{{ secret.token }}") }));
    assert_eq!(world.send(request.clone()).await.expect_err("refused").code, "redirect_refused");
    request.url = format!("{base}/to/303/end");
    assert_eq!(world.send(request).await.expect("the body stayed behind").body["body"], "");
}

#[tokio::test]
async fn sealed_headers_stay_behind_whatever_their_name() {
    let other = serve(router(String::new())).await;
    let (base, world) = (serve(router(other)).await, World::new());
    let mut request = full(&format!("{base}/to/302/end"));
    request.headers = vec![("X-Plain".to_owned(), world.sealed("{{ secret.token }}"))];
    assert!(world.send(request).await.expect("an answer").body["headers"].get("x-plain").is_none());
}

#[tokio::test]
async fn a_redirect_cannot_leave_what_is_allowed() {
    let inside = serve_on("127.0.0.1:0", router(String::new())).await;
    let base = serve_on("127.0.0.1:0", router(format!("http://{inside}"))).await;
    let world = World::with(Config { allow_hosts: vec![base.to_string()], ..Config::default() });
    let error = world.get(&format!("http://{base}/to/302/secret?q=1")).await.expect_err("refused");
    assert_eq!(error.code, "address_refused");
    assert!(error.message.en.contains(&format!("http://{inside}/secret")), "{}", error.message);
    for place in ["file:///etc/passwd", "ftp://h/", "http://user:pw@h/"] {
        let error = world.get(&format!("http://{base}/to/302/{place}")).await.expect_err(place);
        assert_eq!(error.code, "invalid_url", "{place}");
    }
}

#[tokio::test]
async fn loops_end() {
    let handler = any(async || (StatusCode::FOUND, [("location", "/again")]));
    let base = serve(Router::new().fallback(handler)).await;
    let error = World::new().get(&base).await.expect_err("a loop");
    assert_eq!((error.code.as_str(), error.class), ("too_many_redirects", ErrorClass::Invalid));
}

#[tokio::test]
async fn redirects_can_be_left_alone() {
    let (base, world) = (serve(router(String::new())).await, World::new());
    let mut request = full(&format!("{base}/to/302/end"));
    request.follow_redirects = false;
    let error = world.send(request).await.expect_err("302");
    assert_eq!((error.code.as_str(), error.status), ("http_status", Some(302)));
}

#[tokio::test]
async fn after_a_hop_nothing_counts_as_unsent() {
    let gone =
        tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let base = serve(router(format!("http://{gone}"))).await;
    let error = World::new().send(full(&format!("{base}/to/303/end"))).await.expect_err("gone");
    assert_eq!((error.code.as_str(), error.class), ("connect_failed", ErrorClass::Timeout));
}

#[tokio::test]
async fn a_file_is_sent_again_to_the_next_hop() {
    let (base, world) = (serve(router(String::new())).await, World::new());
    let file = world.files.write("a.txt", "text/plain", "whole".into()).await.expect("a file");
    let mut request = full(&format!("{base}/to/308/end"));
    request.body = Body::File(file);
    assert_eq!(world.send(request).await.expect("an answer").body["body"], "whole");
}
