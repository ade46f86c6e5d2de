//! Lists that come page by page.

use axum::Router;
use axum::extract::{Query, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Json};
use axum::routing::{get, post};
use causeway_connector::Connector;
use causeway_model::{ErrorClass, Value};
use serde_json::json;
use std::collections::HashMap;

use super::{TestAccount, call, connector, document};
use crate::world::{World, serve};

const ALL: usize = 2500;

fn number(query: &HashMap<String, String>, name: &str, otherwise: usize) -> usize {
    query.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn page(from: usize, size: usize) -> Vec<Value> {
    (from..(from + size).min(ALL)).map(|n| json!({ "no": n, "name": format!("客戶 {n}") })).collect()
}

/// One list of 2,500 records, in every style.
async fn server() -> String {
    type Asked = Query<HashMap<String, String>>;
    let router = Router::new()
        .route("/cursor", get(async |Query(query): Asked| {
            let from = number(&query, "after", 0);
            let next = (from + 100 < ALL).then(|| (from + 100).to_string());
            Json(json!({ "data": { "rows": page(from, 100) }, "next": next }))
        }))
        .route("/page", get(async |Query(query): Asked| {
            let (page_no, size) = (number(&query, "p", 1), number(&query, "size", 10));
            Json(json!({ "items": page((page_no - 1) * size, size), "total": ALL }))
        }))
        .route("/offset", get(async |Query(query): Asked| {
            Json(json!(page(number(&query, "skip", 0), number(&query, "take", 10))))
        }))
        .route("/link", get(async |Query(query): Asked, request: Request| {
            let from = number(&query, "from", 0);
            let host = request.headers()["host"].to_str().expect("a host").to_owned();
            let link = if from + 500 < ALL {
                format!("<http://{host}/link?from=0>; rel=\"first\", <http://{host}/link?from={}>; rel=\"next\"", from + 500)
            } else {
                format!("<http://{host}/link?from=0>; rel=\"first\"")
            };
            ([("link", link)], Json(json!(page(from, 500)))).into_response()
        }))
        .route("/next", get(async |Query(query): Asked| {
            let from = number(&query, "from", 0);
            let next = (from + 1000 < ALL).then(|| format!("/next?from={}", from + 1000));
            Json(json!({ "items": page(from, 1000), "next": next }))
        }))
        .route("/body", post(async |headers: HeaderMap, Json(body): Json<Value>| {
            // Without the version that it wants it has nothing, and no other field may be lost.
            let asked = headers.get("x-version").is_some_and(|version| version == "2") && body["filter"] == "all";
            let place = |name: &str| body["at"][name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            Json(json!(if asked { page(place("skip"), place("take")) } else { Vec::new() }))
        }))
        .route("/elsewhere", get(async || Json(json!({ "items": [1], "next": "http://127.0.0.2:1/next" }))))
        .route("/wrong", get(async || Json(json!({ "items": { "no": "list" } }))));
    serve(router).await
}

fn lists() -> Value {
    let list = |name: &str, paging: Value| {
        (
            format!("/{name}"),
            json!({ "get": { "operationId": name, "x-causeway-paging": paging, "responses": {} } }),
        )
    };
    let paths = [
        list(
            "cursor",
            json!({ "style": "cursor", "items": "/data/rows", "cursor": { "param": "after", "at": "/next" } }),
        ),
        list(
            "page",
            json!({ "style": "page", "items": "/items", "page": { "param": "p", "size_param": "size", "size": 300, "total_at": "/total" } }),
        ),
        list(
            "offset",
            json!({ "style": "offset", "items": "", "offset": { "param": "skip", "limit_param": "take", "limit": 400 } }),
        ),
        list("link", json!({ "style": "link", "items": "" })),
        list("next", json!({ "style": "next_url", "items": "/items", "next_url": { "at": "/next" } })),
        list("elsewhere", json!({ "style": "next_url", "items": "/items", "next_url": { "at": "/next" } })),
        list("wrong", json!({ "style": "next_url", "items": "/items", "next_url": { "at": "/next" } })),
    ];
    document(Value::Object(paths.into_iter().collect()), json!({}))
}

#[tokio::test]
async fn every_style_brings_every_record_once() {
    let world = World::new();
    let account = TestAccount::new(&server().await);
    let shop = connector(&lists());
    for style in ["cursor", "page", "offset", "link", "next"] {
        let output = call(&shop, style, json!({}), &account, &world).await.expect(style);
        assert_eq!(output["count"], ALL, "{style}");
        let records = world.files.records(&output["items"]).expect("a stream");
        let numbers: Vec<usize> =
            records.iter().map(|record| record["no"].as_u64().expect("a number") as usize).collect();
        assert_eq!(numbers, (0..ALL).collect::<Vec<_>>(), "{style}");
    }
}

#[tokio::test]
async fn few_records_come_as_a_list_and_no_more_than_asked_for() {
    let world = World::new();
    let account = TestAccount::new(&server().await);
    let shop = connector(&lists());
    for style in ["cursor", "page", "offset", "link", "next"] {
        let output = call(&shop, style, json!({ "max_items": 150 }), &account, &world).await.expect(style);
        let records = output["items"].as_array().expect("a list");
        assert_eq!(
            (records.len(), &records[149]["no"], &output["count"]),
            (150, &json!(149), &json!(150)),
            "{style}"
        );
    }
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_fetched() {
    let world = World::new();
    let account = TestAccount::new(&server().await);
    let shop = connector(&lists());
    let error = call(&shop, "elsewhere", json!({}), &account, &world).await.expect_err("refused");
    assert_eq!((error.code.as_str(), error.class), ("next_page_elsewhere", ErrorClass::Invalid));
    let error = call(&shop, "wrong", json!({}), &account, &world).await.expect_err("no list");
    assert_eq!(error.code, "answer_unexpected");
}

#[tokio::test]
async fn pages_are_asked_for_in_the_body() {
    let world = World::new();
    let version =
        json!({ "name": "X-Version", "in": "header", "x-causeway-hidden": true, "schema": { "const": "2" } });
    let body = json!({ "type": "object", "properties": { "filter": { "type": "string" } } });
    let paging = json!({ "style": "offset", "items": "",
        "offset": { "param": "/at/skip", "in": "body", "limit_param": "/at/take", "limit": 400 } });
    let described = document(
        json!({ "/body": { "post": { "operationId": "body", "x-causeway-paging": paging, "parameters": [version],
            "requestBody": { "content": { "application/json": { "schema": body } } }, "responses": {} } } }),
        json!({}),
    );
    let shop = connector(&described);
    let account = TestAccount::new(&server().await);
    let spec = shop.operation("body").expect("it is there");
    assert!(spec.input["properties"].get("X-Version").is_none(), "{}", spec.input);
    let listed = call(&shop, "body", json!({ "filter": "all" }), &account, &world).await.expect("a list");
    assert_eq!(listed["count"], ALL);
}
