//! The floor: the same HTTP server with one grouped durable insert and a fixed reply, as a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use causeway_model::{Flow, FlowId, RunId, RunMode, TriggerKind};
use causeway_store::{Accepted, NewRun, Origin, Publish, Store, SystemClock};
use causeway_testkit::{Backend, Database, PrivatePostgres, Process, cpu_seconds, free_port};

use crate::flows;
use crate::load;
use crate::report::Row;

/// `floor ADDRESS DATA [URL]`.
pub async fn serve(words: &[String]) {
    let [address, data, rest @ ..] = words else { panic!("floor ADDRESS DATA [URL]") };
    let config = causeway_store::Config { url: rest.first().cloned(), data: PathBuf::from(data), key: None };
    let store = Store::open(config, Arc::new(SystemClock)).await.expect("the store opens");
    store.migrate().await.expect("the store migrates");
    let document: Flow = serde_json::from_value(flows::accepted()).expect("a document");
    let slug = document.slug.clone().expect("a slug");
    let flow = store.save_draft(&slug, &document, None, "bench").await.expect("a flow").id;
    let publish = Publish {
        document,
        trigger: TriggerKind::Webhook,
        routes: Vec::new(),
        watches: None,
        connections: Vec::new(),
        connectors: Vec::new(),
        instead_of: None,
        by: "bench".to_owned(),
        note: None,
    };
    let version = store.publish(flow, publish).await.expect("a version");
    let router = Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .route("/", post(insert))
        .with_state((store, flow, version));
    let address: SocketAddr = address.parse().expect("an address");
    let listener = tokio::net::TcpListener::bind(address).await.expect("a free port");
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router)
        .await
        .expect("it serves");
}

async fn insert(
    State((store, flow, version)): State<(Store, FlowId, i32)>,
    body: String,
) -> Result<&'static str, StatusCode> {
    let id = RunId::new();
    let run = NewRun {
        priority: causeway_model::Priority::Normal,
        not_before: None,
        id,
        flow,
        version,
        trigger: TriggerKind::Webhook,
        event: body,
        received_at: store.clock().now(),
        dedupe: None,
        concurrency: None,
        origin: Origin::default(),
        mode: RunMode::Normal,
        deadline_at: None,
        journal: Vec::new(),
        loops: Vec::new(),
        keep: None,
        key_root: id,
    };
    match store.accept(run).await {
        Ok(Accepted::New) => {
            Ok("{\"order_no\":\"SO-1001\",\"customer\":\"C001\",\"lines\":4,\"total\":1500}")
        }
        _ => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Measures one stretch of load on a fresh floor.
pub async fn measure(
    backend: Backend,
    postgres: &PrivatePostgres,
    connections: usize,
    length: Duration,
) -> Row {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let database = (backend == Backend::Postgres).then(|| Database::on_server(&postgres.url()));
    let mut command = Command::new(std::env::current_exe().expect("a program knows its path"));
    command.args(["floor", &format!("127.0.0.1:{port}")]).arg(folder.path().join("data"));
    command.args(database.as_ref().and_then(Database::url));
    let process = Process::spawn(&mut command, &folder.path().join("log"));
    causeway_testkit::eventually("the floor to listen", async || {
        tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
    let pids = || {
        let mut pids = vec![process.pid()];
        if database.is_some() {
            pids.extend(postgres.pids());
        }
        cpu_seconds(&pids)
    };
    let request = load::request(port, "/", &flows::order(4));
    let _warm = load::for_a_time(port, &request, connections, length / 4).await;
    let before = pids();
    let load = load::for_a_time(port, &request, connections, length).await;
    let cpu = pids() - before;
    assert_eq!(load.failed, 0, "every insert is answered well");
    Row {
        per_second: load.per_second(),
        p50_ms: load.latency_ms(0.5),
        p99_ms: load.latency_ms(0.99),
        cpu_ms: cpu * 1000.0 / load.done as f64,
        peak_mb: process.memory().peak as f64 / 1_048_576.0,
    }
}
