//! Spans of runs and steps for an OpenTelemetry collector, by OTLP over HTTP with JSON.
//!
//! Who puts a span in never waits: what finds no room is dropped and counted, as is what the collector does not take.

mod encode;
mod span;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_connector::http::{Body, Client, Request};
use causeway_model::{RunId, StepError};
use causeway_store::Store;
use tokio::sync::mpsc;

use crate::files::RunFiles;
use crate::services::Services;

pub use span::{SpanRecord, run_span, step_span};

/// Spans that may wait for the collector.
const WAITING: usize = 8192;
/// Spans in one request.
const BATCH: usize = 512;
/// How long spans gather.
const GATHER: Duration = Duration::from_secs(1);
/// The collector's time for an answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A collector that does not answer is told of once in this time.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// Where spans go.
#[derive(Clone)]
pub struct Otlp {
    /// The collector's base URL; `/v1/traces` is put behind it.
    pub endpoint: String,
    /// A client that may reach the collector.
    pub http: Client,
}

/// The end that takes spans.
#[derive(Clone)]
pub struct Spans {
    queue: mpsc::Sender<SpanRecord>,
    store: Store,
}

impl Spans {
    /// Also gives the exporter's work, which ends when the last `Spans` is dropped and all that waited is sent.
    pub fn start(otlp: Otlp, services: &Services) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, waiting) = mpsc::channel(WAITING);
        let exporter = Exporter { otlp, services: services.clone(), told: None };
        (Self { queue, store: services.store.clone() }, exporter.export_all(waiting))
    }

    pub fn put(&self, span: SpanRecord) {
        if self.queue.try_send(span).is_err() {
            self.store.metrics().spans_dropped.increment();
        }
    }
}

struct Exporter {
    otlp: Otlp,
    services: Services,
    /// When a fault was logged last.
    told: Option<Instant>,
}

impl Exporter {
    async fn export_all(mut self, mut waiting: mpsc::Receiver<SpanRecord>) {
        while let Some(first) = waiting.recv().await {
            let mut batch = Vec::with_capacity(BATCH);
            batch.push(first);
            let gathered = tokio::time::sleep(GATHER);
            tokio::pin!(gathered);
            while batch.len() < BATCH {
                let room = BATCH - batch.len();
                tokio::select! {
                    more = waiting.recv_many(&mut batch, room) => if more == 0 { break },
                    () = &mut gathered => break,
                }
            }
            let metrics = Arc::clone(self.services.store.metrics());
            match self.send(&batch).await {
                Ok(()) => metrics.spans_exported.add(batch.len() as u64),
                Err(error) => {
                    metrics.spans_dropped.add(batch.len() as u64);
                    self.tell(&error, batch.len());
                }
            }
        }
    }

    async fn send(&self, batch: &[SpanRecord]) -> Result<(), StepError> {
        let url = format!("{}/v1/traces", self.otlp.endpoint.trim_end_matches('/'));
        let request = Request {
            body: Body::Json(encode::traces(batch)),
            timeout: Some(TIMEOUT),
            follow_redirects: false,
            ..Request::new("POST", &url)
        };
        let lent = causeway_connector::Services {
            http: self.otlp.http.clone(),
            files: Arc::new(RunFiles { store: self.services.store.clone(), run: RunId::new() }),
            sealer: self.services.sealer().clone(),
            // Spans hold none.
            secrets: Arc::new(BTreeMap::new()),
        };
        self.otlp.http.send(request, &lent).await.map(|_| ())
    }

    fn tell(&mut self, error: &StepError, dropped: usize) {
        if self.told.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
            self.told = Some(Instant::now());
            tracing::warn!(%error, dropped, "the collector takes no spans; they are dropped");
        }
    }
}
