//! Runs: takes them from the store, drives each to its end, and starts those that a clock starts.
//!
//! `machine/` decides purely, `drive/` performs, `steps/` knows the step kinds, `triggers/` what starts runs by itself.
//! How documents read is the document crate's; what is kept, and how, is the store's; nothing here speaks HTTP to callers.

mod alone;
mod drive;
mod files;
mod links;
mod machine;
mod pool;
mod retry;
mod services;
mod steps;
mod triggers;
mod worker;

use std::sync::Arc;

use causeway_model::Span;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use alone::run_alone;
pub use services::Services;

/// Settings of the engine.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where callers reach this installation, for one-time URLs.
    pub public_url: String,
    /// How many runs may be in memory at once.
    pub capacity: usize,
    /// Threads for scripts; more are started while scripts hold them up.
    pub script_threads: usize,
    /// How long finished runs are kept when their flow does not say.
    pub keep: Span,
    /// How long the audit trail is kept.
    pub audit_keep: Span,
    /// How often finished runs whose time is over are looked for.
    pub sweep_every: Span,
}

impl Default for Config {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            public_url: "http://127.0.0.1:7400".to_owned(),
            capacity: 1000,
            script_threads: cores,
            keep: Span::from_secs(30 * 86_400),
            audit_keep: Span::from_secs(400 * 86_400),
            sweep_every: Span::from_secs(60),
        }
    }
}

/// The engine at work, until it is shut down.
pub struct Runtime {
    shutdown: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// Registers a worker and begins to take runs.
    pub async fn start(services: Services, config: Config) -> causeway_store::Result<Self> {
        let worker = services.store.enlist().await?;
        let shutdown = CancellationToken::new();
        let shared = Arc::new(shared(services, &config, shutdown.clone()));
        let tasks = vec![
            tokio::spawn(worker::work(Arc::clone(&shared), worker, config.capacity)),
            tokio::spawn(triggers::schedule::keep_time(Arc::clone(&shared))),
            tokio::spawn(worker::sweep(shared, config.keep, config.audit_keep, config.sweep_every)),
        ];
        Ok(Self { shutdown, tasks })
    }

    /// Lets calls under way end for a moment, hands the runs back, and resolves when all is committed.
    pub async fn shutdown(self) {
        self.shutdown.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the engine did not end well");
            }
        }
    }
}

fn shared(services: Services, config: &Config, shutdown: CancellationToken) -> drive::Shared {
    drive::Shared {
        services,
        pool: pool::Pool::new(config.script_threads.max(1), config.script_threads.max(1) * 16),
        public_url: config.public_url.trim_end_matches('/').into(),
        shutdown,
    }
}
