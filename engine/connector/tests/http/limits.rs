//! What comes from outside is bounded in size, time and memory.

use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use causeway_connector::http::{Config, Request};
use causeway_connector::{FileSink, Files, StreamSink};
use causeway_model::{BlobId, ErrorClass, FileRef, StepError, StreamRef, Value};
use futures::{StreamExt, stream};

use causeway_connector::MemoryFiles;

use crate::world::{World, serve};

fn limited(bytes: u64) -> World {
    World::with(Config {
        allow_hosts: vec!["127.0.0.1".to_owned()],
        max_response_bytes: bytes,
        ..Config::default()
    })
}

#[tokio::test]
async fn too_large_an_answer_is_not_read_to_its_end() {
    let endless = || {
        let parts = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4096])));
        Body::from_stream(parts)
    };
    let router = Router::new()
        .route("/known", get(async || "x".repeat(2_000_000)))
        .route("/endless", get(async move || ([("content-type", "text/plain")], endless())))
        .route("/json", get(async move || ([("content-type", "application/json")], endless())));
    let (base, world) = (serve(router).await, limited(1_000_000));
    for path in ["known", "endless", "json"] {
        let error = world.get(&format!("{base}/{path}")).await.expect_err(path);
        assert_eq!((error.code.as_str(), error.class), ("answer_too_large", ErrorClass::Exceeded), "{path}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_measured_unpacked() {
    let pack = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("packed")
    };
    let (small, bomb) = (pack(b"[1,2]"), pack(&vec![b' '; 50_000_000]));
    assert!(bomb.len() < 100_000);
    let json = |body: Vec<u8>| {
        get(async move || ([("content-encoding", "gzip"), ("content-type", "application/json")], body))
    };
    let router = Router::new().route("/small", json(small)).route("/bomb", json(bomb));
    let (base, world) = (serve(router).await, limited(1_000_000));
    assert_eq!(world.get(&format!("{base}/small")).await.expect("an answer").body, serde_json::json!([1, 2]));
    assert_eq!(world.get(&format!("{base}/bomb")).await.expect_err("a bomb").code, "answer_too_large");
}

#[tokio::test]
async fn headers_are_bounded() {
    let router = Router::new().route("/", get(async || ([("x-long", "h".repeat(80_000))], "x")));
    let error = World::new().get(&serve(router).await).await.expect_err("long headers");
    assert_eq!(error.code, "answer_too_large");
}

#[tokio::test]
async fn slow_and_dripping_answers_end_in_time() {
    let drip = || {
        let parts = stream::repeat(()).then(async |()| {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, Infallible>(Bytes::from_static(b"."))
        });
        Body::from_stream(parts)
    };
    let router = Router::new()
        .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
        .route("/drip", get(async move || drip()));
    let (base, world) = (serve(router).await, World::new());
    for path in ["slow", "drip"] {
        let begun = Instant::now();
        let mut request = Request::new("GET", &format!("{base}/{path}"));
        request.timeout = Some(Duration::from_millis(300));
        let error = world.send(request).await.expect_err(path);
        assert_eq!((error.code.as_str(), error.class), ("timeout", ErrorClass::Timeout), "{path}");
        assert!(error.message.en.contains("300ms"), "{}", error.message);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

/// Counts what arrives and forgets it; waits now and then, as a store does.
struct Counting {
    sent: Arc<AtomicU64>,
    most_ahead: AtomicU64,
    taken: AtomicU64,
}

struct CountingStream<'a> {
    files: &'a Counting,
    count: u64,
}

#[async_trait]
impl StreamSink for CountingStream<'_> {
    async fn push(&mut self, records: Vec<Value>) -> Result<(), StepError> {
        let bytes: usize = records.iter().map(|record| record.to_string().len() + 1).sum();
        let taken = self.files.taken.fetch_add(bytes as u64, Ordering::SeqCst) + bytes as u64;
        let ahead = self.files.sent.load(Ordering::SeqCst).saturating_sub(taken);
        self.files.most_ahead.fetch_max(ahead, Ordering::SeqCst);
        self.count += records.len() as u64;
        tokio::time::sleep(Duration::from_micros(200)).await;
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<StreamRef, StepError> {
        Ok(StreamRef { id: BlobId::new(), count: self.count })
    }
}

#[async_trait]
impl Files for Counting {
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError> {
        MemoryFiles::default().read(file, offset).await
    }
    async fn write(&self, name: &str, media_type: &str, bytes: Bytes) -> Result<FileRef, StepError> {
        MemoryFiles::default().write(name, media_type, bytes).await
    }
    async fn write_stream(&self, _records: Vec<Value>) -> Result<StreamRef, StepError> {
        panic!("a long stream must not be gathered first")
    }
    async fn read_stream(&self, stream: &StreamRef, from: u64, limit: u64) -> Result<Vec<Value>, StepError> {
        MemoryFiles::default().read_stream(stream, from, limit).await
    }
    async fn create(&self, _name: &str, _media_type: &str) -> Result<Box<dyn FileSink + '_>, StepError> {
        panic!("an array is no file")
    }
    async fn create_stream(&self) -> Result<Box<dyn StreamSink + '_>, StepError> {
        Ok(Box::new(CountingStream { files: self, count: 0 }))
    }
}

#[tokio::test]
async fn a_long_stream_is_read_no_faster_than_it_is_kept() {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    let handler = get(async move || {
        let records = (0..100_000_u64).map(move |n| {
            let (first, last) = (if n == 0 { "[" } else { "," }, if n == 99_999 { "]" } else { "" });
            let part = format!("{first}{{\"no\":{n},\"text\":\"{}\"}}{last}", "x".repeat(300));
            counter.fetch_add(part.len() as u64, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from(part))
        });
        ([("content-type", "application/json")], Body::from_stream(stream::iter(records)))
    });
    let base = serve(Router::new().route("/", handler)).await;
    let files = Arc::new(Counting { sent, most_ahead: AtomicU64::new(0), taken: AtomicU64::new(0) });
    let mut world = World::new();
    world.services.files = files.clone();
    let answer = world.get(&base).await.expect("an answer");
    assert_eq!(StreamRef::from_value(&answer.body).expect("a stream").count, 100_000);
    assert!(files.taken.load(Ordering::SeqCst) > 30_000_000);
    let ahead = files.most_ahead.load(Ordering::SeqCst);
    // What lies between is what the two sockets and one batch hold.
    assert!(ahead < 12_000_000, "{ahead} bytes were on the way at once");
}
