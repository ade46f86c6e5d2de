//! `causeway serve`: everything in one process.

use std::net::SocketAddr;

use causeway_demo::Sample;
use causeway_model::text;
use causeway_runtime::Runtime;
use causeway_server::{Handle, Readiness, Server};
use causeway_store::Store;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::progress;
use crate::wiring;

#[derive(Args)]
pub struct Serve {
    /// Also start a sample system that shows what it receives, and let flows call it
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "127.0.0.1:7401")]
    sample: Option<SocketAddr>,
}

impl Serve {
    pub async fn run(self, context: &Context) -> Outcome {
        let mut stop = Stop::new()?;
        let store = wiring::open_store(&context.settings).await?;
        let outcome = self.serve(context, &store, &mut stop).await;
        store.close().await;
        outcome
    }

    async fn serve(&self, context: &Context, store: &Store, stop: &mut Stop) -> Outcome {
        migrate(context, store).await?;
        let sample = match self.sample {
            Some(addr) => Some(Sample::start(addr).await.map_err(|error| cannot_listen(addr, &error))?),
            None => None,
        };
        let app = wiring::app(&context.settings, store.clone())?;
        let ready = Readiness::default();
        let config = causeway_server::Config {
            trusted_proxies: context.settings.trusted_proxies.clone(),
            ..causeway_server::Config::new(context.settings.listen)
        };
        let server = Server::start(config, app.clone(), ready.clone())
            .await
            .map_err(|error| cannot_listen(context.settings.listen, &error))?;
        let allowed = sample.as_ref().map(|sample| sample.addr().to_string());
        let services = wiring::runtime_services(&context.settings, &app, allowed)?;
        let config = wiring::runtime_config(&context.settings, server.addr);
        let runtime = match Runtime::start(services, config).await {
            Ok(runtime) => runtime,
            Err(error) => {
                server.shutdown().await;
                return Err(error.into());
            }
        };
        ready.set(true);
        announce(context, &server, sample.as_ref());
        stop.asked().await;
        tracing::info!("stopping: requests and calls under way may end");
        ready.set(false);
        let down = async {
            server.shutdown().await;
            runtime.shutdown().await;
        };
        tokio::select! {
            () = down => tracing::info!("stopped"),
            () = stop.asked() => tracing::warn!("stopped at once; the runs go on at the next start"),
        }
        Ok(())
    }
}

async fn migrate(context: &Context, store: &Store) -> Outcome {
    let plan = store.migration_plan().await?;
    if plan.pending.is_empty() {
        return Ok(());
    }
    let busy = progress::spinner(&context.console, &text!("Migrating the database", "正在遷移資料庫"));
    let migrated = store.migrate().await;
    busy.finish_and_clear();
    migrated?;
    tracing::info!(backend = plan.backend, migrations = plan.pending.len(), "database migrated");
    Ok(())
}

/// One line with the address, for people and for scripts that wait for it.
fn announce(context: &Context, server: &Handle, sample: Option<&Sample>) {
    let console = &context.console;
    let addr = server.addr;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(%addr, version, "serving");
    console
        .line(console.words(&text!("Causeway listens on http://{addr}", "Causeway 正在監聽 http://{addr}")));
    if let Some(sample) = sample {
        let addr = sample.addr();
        console.note(&text!(
            "The sample system shows what it receives on http://{addr}",
            "範例系統在 http://{addr} 顯示它收到的內容"
        ));
    }
}

fn cannot_listen(addr: SocketAddr, error: &std::io::Error) -> Failure {
    let (exit, code) = match error.kind() {
        std::io::ErrorKind::AddrInUse => (Exit::Conflict, "address_in_use"),
        _ => (Exit::Failed, "cannot_listen"),
    };
    Failure::new(exit, code, text!("Cannot listen on {addr}: {error}.", "無法監聽 {addr}：{error}。"))
        .with_fix(text!(
            "Stop what uses it, or choose another address with --listen or CAUSEWAY_LISTEN.",
            "請停止占用它的程式，或以 --listen 或 CAUSEWAY_LISTEN 選擇其他位址。"
        ))
}

/// SIGINT and SIGTERM.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn new() -> Outcome<Self> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(
                    Exit::Failed,
                    "no_signals",
                    text!("Signals cannot be received: {error}.", "無法接收訊號：{error}。"),
                )
            })
        };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
