//! `http.request` through the catalogue, against the sample system.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use causeway_connector::http::{Client, Config};
use causeway_connector::{Call, Catalogue, Files, Services};
use causeway_demo::Sample;
use causeway_model::{BlobId, ErrorClass, FileRef, Idempotency, StepError, StreamRef, Value};
use causeway_script::Sealer;
use serde_json::json;

/// One file that can be read; nothing is written.
struct OneFile;

#[async_trait]
impl Files for OneFile {
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError> {
        assert_eq!(file.name, "note.txt");
        Ok(if offset == 0 { Bytes::from_static("附件".as_bytes()) } else { Bytes::new() })
    }
    async fn write(&self, _: &str, _: &str, _: Bytes) -> Result<FileRef, StepError> {
        panic!("no answer of the sample system is a file")
    }
    async fn write_stream(&self, _: Vec<Value>) -> Result<StreamRef, StepError> {
        panic!("no answer of the sample system is a stream")
    }
    async fn read_stream(&self, _: &StreamRef, _: u64, _: u64) -> Result<Vec<Value>, StepError> {
        Ok(Vec::new())
    }
}

struct World {
    sample: Sample,
    catalogue: Catalogue,
    services: Services,
}

impl World {
    async fn new() -> Self {
        let sample =
            Sample::start("127.0.0.1:0".parse().expect("an address")).await.expect("the sample system");
        let config = Config { allow_hosts: vec![sample.addr().to_string()], ..Config::default() };
        let services = Services {
            http: Client::new(config).expect("a client"),
            files: Arc::new(OneFile),
            sealer: Sealer::new([1; 32]),
            secrets: Arc::default(),
        };
        let catalogue = Catalogue::new(causeway_plugins::all()).expect("a catalogue");
        Self { sample, catalogue, services }
    }

    /// Calls with `path` put behind the sample's address.
    async fn call(&self, path: &str, key: &str, mut input: Value) -> Result<Value, StepError> {
        input["url"] = json!(format!("http://{}{path}", self.sample.addr()));
        let connector = self.catalogue.connector("http").expect("the connector");
        let call =
            Call { input, idempotency_key: key.to_owned(), account: None, services: self.services.clone() };
        connector.call("request", call).await
    }
}

#[tokio::test]
async fn an_order_is_made_once_per_key() {
    let world = World::new().await;
    let order: Value = serde_json::from_str(r#"{"customer_code":"C001","total":5934.50}"#).expect("JSON");
    let first = world.call("/orders", "k1", json!({ "json": order })).await.expect("an order");
    assert_eq!(first["status"], 201);
    assert_eq!(first["body"]["no"], "SO-000001");
    assert_eq!(first["body"]["total"].to_string(), "5934.50");
    assert_eq!(first["headers"]["content-type"], "application/json");
    assert_eq!(
        world.call("/orders", "k1", json!({ "json": order })).await.expect("again")["body"],
        first["body"]
    );
    assert_eq!(
        world.call("/orders", "k2", json!({ "json": order })).await.expect("another")["body"]["no"],
        "SO-000002"
    );
    assert_eq!(world.sample.effects(), [("k1".to_owned(), 2), ("k2".to_owned(), 1)].into());
    let listed = world.call("/orders/SO-000001", "k3", json!({})).await.expect("the order");
    assert_eq!(listed["body"], first["body"]);
}

#[tokio::test]
async fn the_users_own_key_stands() {
    let world = World::new().await;
    let input = json!({ "method": "PUT", "headers": { "idempotency-key": "mine", "Authorization": "Bearer x" }, "body": "text" });
    world.call("/anything", "ours", input).await.expect("an answer");
    let seen = &world.sample.requests()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str(), &seen.body), ("PUT", "/anything", &json!("text")));
    assert_eq!(seen.idempotency_key.as_deref(), Some("mine"));
    assert_eq!(seen.headers["authorization"], "***");
    assert_eq!(seen.status, Some(200));
}

#[tokio::test]
async fn failures_have_their_class_and_success_its_range() {
    let world = World::new().await;
    let fail = "/fail?times=2&status=503&retry_after=3";
    for _ in 0..2 {
        let error = world.call(fail, "k", json!({ "method": "POST" })).await.expect_err("503");
        assert_eq!(
            (error.class, error.status, error.retry_after_ms),
            (ErrorClass::Server, Some(503), Some(3000))
        );
    }
    assert_eq!(
        world.call(fail, "k", json!({ "method": "POST" })).await.expect("the third")["body"]["tries"],
        3
    );
    assert_eq!(
        world.call("/fail?times=1&status=418", "x", json!({ "success": ["2xx", 418] })).await.expect("418")["status"],
        418
    );
    let error = world.call("/customers/C999", "y", json!({})).await.expect_err("404");
    assert_eq!(
        (error.class, error.body.expect("a body")["code"].clone()),
        (ErrorClass::NotFound, json!("not_found"))
    );
    let error = world.call("/slow?ms=5000", "z", json!({ "timeout": "100ms" })).await.expect_err("slow");
    assert_eq!(error.class, ErrorClass::Timeout);
}

#[tokio::test]
async fn customers_are_taiwanese() {
    let world = World::new().await;
    let answer = world.call("/customers/c002", "k", json!({})).await.expect("a customer");
    assert_eq!(answer["body"]["name"], "府城貿易有限公司");
    assert_eq!(
        world.call("/customers", "k", json!({})).await.expect("all")["body"].as_array().map(Vec::len),
        Some(8)
    );
}

#[tokio::test]
async fn forms_files_and_queries_arrive() {
    let world = World::new().await;
    let file = FileRef {
        id: BlobId::new(),
        name: "note.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 6,
    };
    world
        .call("/a", "1", json!({ "form": { "n": 1.5, "tag": ["x", "y"] }, "query": { "page": 2 } }))
        .await
        .expect("form");
    world.call("/b", "2", json!({ "body": file.clone().into_value() })).await.expect("file");
    world
        .call("/c", "3", json!({ "multipart": { "note": "急", "doc": file.into_value() } }))
        .await
        .expect("multipart");
    let seen = world.sample.requests();
    assert_eq!((&seen[0].body, seen[0].query["page"].as_str()), (&json!("n=1.5&tag=x&tag=y"), "2"));
    assert_eq!((&seen[1].body, seen[1].headers["content-type"].as_str()), (&json!("附件"), "text/plain"));
    let multipart = seen[2].body.as_str().expect("a text");
    assert!(
        multipart.contains("name=\"note\"\r\n\r\n急\r\n") && multipart.contains("filename=\"note.txt\""),
        "{multipart}"
    );
}

#[tokio::test]
async fn only_the_sample_is_allowed_here() {
    let world = World::new().await;
    let connector = world.catalogue.connector("http").expect("the connector");
    let call = |input| Call {
        input,
        idempotency_key: "k".to_owned(),
        account: None,
        services: world.services.clone(),
    };
    let error =
        connector.call("request", call(json!({ "url": "http://127.0.0.1:1/" }))).await.expect_err("refused");
    assert_eq!(error.code, "address_refused");
    assert_eq!(
        connector.call("other", call(json!({}))).await.expect_err("unknown").code,
        "operation_unknown"
    );
    let spec = world.catalogue.operation("http", "request").expect("the operation");
    assert_eq!(spec.summary.idempotency, Idempotency::Header);
}
