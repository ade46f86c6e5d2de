//! What is measured: a server on a database, with the processor time and memory of both.

use std::sync::Arc;
use std::time::Duration;

use causeway_store::{Config, Store, SystemClock};
use causeway_testkit::{Backend, Database, Options, PrivatePostgres, TestApp, cpu_seconds};

use crate::load::{self, Load};
use crate::report::Row;

/// A server of its own on a fresh database of the backend.
pub struct Subject<'a> {
    pub app: TestApp,
    postgres: Option<&'a PrivatePostgres>,
    // Dropped after the app.
    _database: Option<Database>,
}

impl<'a> Subject<'a> {
    pub async fn start(backend: Backend, postgres: &'a PrivatePostgres) -> Self {
        let subject = Self::prepare(backend, postgres);
        subject.app.launch().await;
        subject
    }

    pub fn prepare(backend: Backend, postgres: &'a PrivatePostgres) -> Self {
        let options = Options::new().env("CAUSEWAY_LOG", "warn").env("CAUSEWAY_MAX_LISTENERS_EACH", 2000);
        match backend {
            Backend::Sqlite => {
                Self { app: TestApp::prepare(backend, options), postgres: None, _database: None }
            }
            Backend::Postgres => {
                let database = Database::on_server(&postgres.url());
                let options = options.database_url(&database.url().expect("a URL"));
                let app = TestApp::prepare(backend, options);
                Self { app, postgres: Some(postgres), _database: Some(database) }
            }
        }
    }

    /// Processor seconds of the server and of its database.
    pub fn cpu(&self) -> f64 {
        let own = cpu_seconds(&self.app.pid().into_iter().collect::<Vec<_>>());
        own + self.postgres.map_or(0.0, |postgres| cpu_seconds(&postgres.pids()))
    }

    /// Stops the server, has its finished runs once more for each number from `from` on and below `to`, and starts it again.
    pub async fn multiply_history(&self, from: u16, to: u16) {
        assert!(self.app.terminate().await, "the server ends");
        let (url, data) = (self.app.database().url(), self.app.data().join("data"));
        let store = Store::open(Config { url, data, key: None }, Arc::new(SystemClock)).await;
        let store = store.expect("the store opens");
        store.multiply_history(from..to).await.expect("the history grows");
        store.close().await;
        self.app.launch().await;
    }

    /// Warms up, then measures one stretch of load.
    pub async fn measure(&self, path: &str, body: &str, connections: usize, length: Duration) -> Row {
        self.sent(&load::request(self.app.port(), path, body), connections, length).await
    }

    /// The same for any request.
    pub async fn sent(&self, request: &[u8], connections: usize, length: Duration) -> Row {
        let _warm = load::for_a_time(self.app.port(), request, connections, length / 4).await;
        let before = self.cpu();
        let load = load::for_a_time(self.app.port(), request, connections, length).await;
        let cpu = self.cpu() - before;
        self.row(&load, cpu)
    }

    /// The page of `/metrics`.
    pub async fn metrics(&self) -> String {
        self.app.metrics().await.text
    }

    fn row(&self, load: &Load, cpu: f64) -> Row {
        assert_eq!(load.failed, 0, "every request is answered well");
        Row {
            per_second: load.per_second(),
            p50_ms: load.latency_ms(0.5),
            p99_ms: load.latency_ms(0.99),
            cpu_ms: cpu * 1000.0 / load.done as f64,
            peak_mb: self.app.memory().peak as f64 / 1_048_576.0,
        }
    }
}
