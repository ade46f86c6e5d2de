//! `causeway serve`: everything in one process; `web` and `worker`: its two halves, as many as wanted on one Postgres.

use std::net::SocketAddr;

use causeway_demo::Sample;
use causeway_model::text;
use causeway_runtime::Runtime;
use causeway_server::{Handle, Readiness, Server, Serves};
use causeway_store::Store;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::demo::Company;
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
        Node { sample: self.sample, ..Node::default() }.run(context).await
    }
}

/// Everything in one process, together with a company's systems.
pub async fn with_company(context: &Context, company: &Company) -> Outcome {
    Node { company: Some(company), ..Node::default() }.run(context).await
}

#[derive(Args)]
pub struct Web {}

impl Web {
    pub async fn run(self, context: &Context) -> Outcome {
        Node { works: false, ..Node::default() }.run(context).await
    }
}

#[derive(Args)]
pub struct Worker {}

impl Worker {
    pub async fn run(self, context: &Context) -> Outcome {
        Node { answers: false, ..Node::default() }.run(context).await
    }
}

/// What a process does.
struct Node<'a> {
    answers: bool,
    works: bool,
    sample: Option<SocketAddr>,
    company: Option<&'a Company>,
}

impl Default for Node<'_> {
    fn default() -> Self {
        Self { answers: true, works: true, sample: None, company: None }
    }
}

impl Node<'_> {
    async fn run(self, context: &Context) -> Outcome {
        if !(self.answers && self.works) {
            check_shared(context, self.works)?;
        }
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
        wiring::tell_clashes(&app).await?;
        if let Some(company) = self.company {
            company.move_in(context, &app).await?;
        }
        let ready = Readiness::default();
        let listen = self.company.map_or(context.settings.listen, |company| company.listen);
        let mut config = causeway_server::Config::new(listen);
        config.serves = if self.answers { Serves::Everything } else { Serves::Health };
        config.metrics = context.settings.metrics;
        config.settings = context.settings.told.clone();
        config.live = context.settings.live;
        config.trusted_proxies = context.settings.trusted_proxies.clone();
        config.public_url = context.settings.public_url.clone();
        if self.answers && store.owner_needed().await? {
            config.setup_code = Some(causeway_server::setup_code());
        }
        let setup_code = config.setup_code.clone();
        let server = Server::start(config, app.clone(), ready.clone())
            .await
            .map_err(|error| cannot_listen(listen, &error))?;
        let allowed = sample.iter().map(|sample| sample.addr().to_string());
        let allowed = allowed.chain(self.company.iter().flat_map(|company| company.hosts()));
        let halves = async {
            let mut halves = (None, None);
            if self.answers {
                halves.0 = Some(store.enlist_web().await?);
            }
            let services = wiring::runtime_services(&context.settings, &app, allowed)?;
            wiring::let_try(&app, &services);
            if self.works {
                let config = wiring::runtime_config(&context.settings, server.addr)?;
                halves.1 = Some(Runtime::start(services, config).await?);
            }
            Ok(halves)
        };
        let (web, runtime) = match halves.await {
            Ok(halves) => halves,
            Err(error) => {
                server.shutdown().await;
                return Err(error);
            }
        };
        ready.set(true);
        announce(context, &server, sample.as_ref());
        if let Some(code) = setup_code {
            invite_owner(context, server.addr, &code);
        }
        if let Some(company) = self.company {
            company.open(context, server.addr)?;
        }
        stop.asked().await;
        tracing::info!("stopping: requests and calls under way may end");
        ready.set(false);
        let down = async {
            server.shutdown().await;
            drop(web);
            if let Some(runtime) = runtime {
                runtime.shutdown().await;
            }
        };
        tokio::select! {
            () = down => tracing::info!("stopped"),
            () = stop.asked() => tracing::warn!("stopped at once; the runs go on at the next start"),
        }
        Ok(())
    }
}

/// Halves need a database that they share, and workers an address of the web for the links that they give out.
fn check_shared(context: &Context, works: bool) -> Outcome {
    if context.settings.database_url.as_deref().is_none_or(|url| url.starts_with("sqlite")) {
        return Err(Failure::new(
            Exit::Usage,
            "postgres_needed",
            text!(
                "`causeway web` and `causeway worker` share a Postgres, and none is set.",
                "`causeway web` 與 `causeway worker` 需共用 Postgres，但尚未設定。"
            ),
        )
        .with_fix(text!(
            "Set DATABASE_URL=postgres://..., or run everything in one process: causeway serve.",
            "請設定 DATABASE_URL=postgres://...，或以單一程序執行：causeway serve。"
        )));
    }
    if works && context.settings.public_url.is_none() {
        return Err(Failure::new(
            Exit::Usage,
            "public_url_needed",
            text!(
                "A worker gives out one-time links, and does not know at which address the web is reached.",
                "工作者會產生一次性連結，但不知道網頁節點的對外網址。"
            ),
        )
        .with_fix(text!(
            "Set --public-url or CAUSEWAY_PUBLIC_URL to the address of the web nodes.",
            "請以 --public-url 或 CAUSEWAY_PUBLIC_URL 設定網頁節點的網址。"
        )));
    }
    Ok(())
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

/// How the first visitor becomes the owner. The code stands here only, and counts until there is one.
fn invite_owner(context: &Context, addr: SocketAddr, code: &str) {
    let url = context.settings.reached_at(addr);
    context.console.note(&text!(
        "Nobody has an account yet. Make the owner on {url} - from another machine with the code {code}",
        "目前還沒有任何帳號。請在 {url} 建立擁有者；從其他電腦建立時需要代碼 {code}"
    ));
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
