//! Runs: takes them from the store, drives each to its end, and starts those that a clock starts.
//!
//! `machine/` decides purely, `drive/` performs, `steps/` knows the step kinds, `triggers/` what starts runs by itself.
//! How documents read is the document crate's; what is kept, and how, is the store's; nothing here speaks HTTP to callers.

mod accounts;
mod alone;
mod drive;
mod files;
mod links;
mod machine;
mod otlp;
mod pool;
mod retry;
mod services;
mod steps;
mod triggers;
mod watch;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use causeway_model::Span;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use accounts::{Accounts, ConnectionConsents, ConnectionTrial};
pub use alone::run_alone;
pub use otlp::Otlp;
pub use services::Services;
pub use worker::{Keep, Keeps};

/// Settings of the engine.
#[derive(Clone)]
pub struct Config {
    /// Where callers reach this installation, for one-time URLs.
    pub public_url: String,
    /// How many runs may be in memory at once.
    pub capacity: usize,
    /// Threads for scripts; more are started while scripts hold them up.
    pub script_threads: usize,
    /// How long finished runs are kept when their flow does not say, and the audit trail.
    pub keep: Keeps,
    /// How often finished runs whose time is over are looked for.
    pub sweep_every: Span,
    /// A step that takes longer is logged.
    pub slow_step: Option<Duration>,
    /// Where spans of runs and steps go.
    pub otlp: Option<Otlp>,
}

impl Default for Config {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            public_url: "http://127.0.0.1:7400".to_owned(),
            capacity: 1000,
            script_threads: cores,
            keep: Keeps {
                runs: Keep { span: Span::from_secs(30 * 86_400), fixed: false },
                audit: Keep { span: Span::from_secs(400 * 86_400), fixed: false },
            },
            sweep_every: Span::from_secs(60),
            slow_step: Some(Duration::from_secs(10)),
            otlp: None,
        }
    }
}

/// The engine at work, until it is shut down.
pub struct Runtime {
    shutdown: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    exporter: Option<JoinHandle<()>>,
}

/// How long spans may still take to go out when the engine stops.
const LAST_SPANS: Duration = Duration::from_secs(3);

impl Runtime {
    /// Registers a worker and begins to take runs.
    pub async fn start(services: Services, config: Config) -> causeway_store::Result<Self> {
        let worker = services.store.enlist().await?;
        let shutdown = CancellationToken::new();
        let (spans, exporter) = match config.otlp.clone() {
            Some(otlp) => {
                let (spans, exporter) = otlp::Spans::start(otlp, &services);
                (Some(spans), Some(tokio::spawn(exporter)))
            }
            None => (None, None),
        };
        let shared = Arc::new(shared(services, &config, spans, shutdown.clone()));
        let tasks = vec![
            tokio::spawn(worker::work(Arc::clone(&shared), worker, config.capacity)),
            tokio::spawn(triggers::schedule::keep_time(Arc::clone(&shared))),
            tokio::spawn(triggers::poll::keep_asking(Arc::clone(&shared), worker)),
            tokio::spawn(worker::sweep(Arc::clone(&shared), config.keep, config.sweep_every)),
            tokio::spawn(stop_when_outgrown(shared)),
        ];
        Ok(Self { shutdown, tasks, exporter })
    }

    /// Lets calls under way end for a moment, hands the runs back, and resolves when all is committed.
    pub async fn shutdown(self) {
        self.shutdown.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the engine did not end well");
            }
        }
        if let Some(exporter) = self.exporter {
            let _ = tokio::time::timeout(LAST_SPANS, exporter).await;
        }
    }
}

/// A database that has come to need a newer binary is left alone: what the worker holds is handed back.
async fn stop_when_outgrown(shared: Arc<drive::Shared>) {
    tokio::select! {
        () = shared.shutdown.cancelled() => {}
        needed = shared.services.store.until_outgrown() => {
            tracing::error!(needed, "the database needs a newer version of causeway; no more work is taken here");
            shared.shutdown.cancel();
        }
    }
}

fn shared(
    services: Services,
    config: &Config,
    spans: Option<otlp::Spans>,
    shutdown: CancellationToken,
) -> drive::Shared {
    let metrics = Arc::clone(services.store.metrics());
    let threads = config.script_threads.max(1);
    drive::Shared {
        watch: Arc::new(watch::Watch::new(services.store.clone(), config.slow_step, spans)),
        services,
        pool: pool::Pool::new(threads, threads * 16, metrics),
        public_url: config.public_url.trim_end_matches('/').into(),
        shutdown,
    }
}
