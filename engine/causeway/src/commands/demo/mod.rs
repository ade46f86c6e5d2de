//! `causeway demo`: a trading company's systems, simulated, and a server with its flows, in one process.

mod company;
mod folder;
mod told;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, TcpListener};

use causeway_demo::{Config, Faults, Ports, Simulators};
use causeway_model::{Clock, text};
use causeway_store::SystemClock;
use clap::Args;

use super::serve;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::settings::{Settings, environment};

pub use company::Company;

/// The data folder, unless another is named.
const FOLDER: &str = "demo-data";
/// The variables that the demo heeds: it keeps to itself, whatever the machine's installation is told.
const HEEDED: &[&str] = &["CAUSEWAY_LISTEN", "CAUSEWAY_LANG", "CAUSEWAY_LOG", "CAUSEWAY_LOG_FORMAT"];
/// Each so-many-th request of a system goes wrong with `--faults`, and all take this long.
const FAULTY: u64 = 6;
const SLOW_MS: u64 = 150;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway demo                            begins, or goes on with what is there
  causeway demo --faults                   with slow, failing and cut answers
  causeway demo --reset                    the company as on its first day
  causeway run list --data demo-data       the runs, from another terminal

Everything is in the folder demo-data, or the one that --data names. Settings of an installation, such as DATABASE_URL and
CAUSEWAY_DATA, are not heeded.")]
pub struct Demo {
    /// Throw away what an earlier demo left in its folder, and begin anew
    #[arg(long)]
    reset: bool,
    /// Let the simulated systems be slow, fail, cut connections and end sessions now and then
    #[arg(long)]
    faults: bool,
    /// The first of four ports for the simulated systems; one that is taken is replaced by a free one
    #[arg(long, value_name = "PORT", default_value_t = 8611)]
    ports: u16,
}

/// An environment variable, as far as the demo heeds it.
pub fn heeded(name: &str) -> Option<String> {
    match name {
        "CAUSEWAY_DATA" => Some(FOLDER.to_owned()),
        name if HEEDED.contains(&name) => environment(name),
        _ => None,
    }
}

impl Demo {
    pub async fn run(self, context: &Context) -> Outcome {
        let settings = &context.settings;
        if settings.database_url.is_some() {
            return Err(keeps_to_itself());
        }
        folder::ready(&settings.data, self.reset)?;
        let host = IpAddr::from([127, 0, 0, 1]);
        let ports = Ports::free_from(self.ports, host);
        let systems = Simulators::start_at(&Config::new(SystemClock.now()), host, ports).await;
        let systems = systems.map_err(|error| cannot_start(&error))?;
        let kept = systems.keep_in(&settings.data.join("systems")).await;
        let kept = kept.map_err(|error| cannot_start(&error))?;
        if self.faults {
            systems.set_faults(&Faults { latency_ms: SLOW_MS, every: FAULTY, ..Faults::default() });
        }
        let company = Company { systems, listen: listen(settings) };
        let outcome = serve::with_company(context, &company).await;
        let written = kept.close().await.map_err(|error| cannot_start(&error));
        outcome.and(written)
    }
}

/// Where the settings say; where nobody said and it is taken, on a free port.
fn listen(settings: &Settings) -> SocketAddr {
    let wanted = settings.listen;
    if settings.is_told("listen") || TcpListener::bind(wanted).is_ok() {
        return wanted;
    }
    SocketAddr::new(wanted.ip(), 0)
}

fn keeps_to_itself() -> Failure {
    Failure::new(
        Exit::Usage,
        "demo_keeps_to_itself",
        text!(
            "The demo has a database of its own and takes no other.",
            "展示環境使用自己的資料庫，不能指定其他資料庫。"
        ),
    )
    .with_fix(text!(
        "Leave --database-url out; --data chooses its folder.",
        "請移除 --database-url；可用 --data 選擇資料夾。"
    ))
}

fn cannot_start(error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        "demo_failed",
        text!("The simulated systems cannot go on: {error}.", "模擬系統無法執行：{error}。"),
    )
    .with_fix(text!(
        "Look at the disk and the folder's rights; `causeway demo --reset` begins anew.",
        "請檢查磁碟與資料夾權限；`causeway demo --reset` 會重新開始。"
    ))
}

/// Values of fields, for connections.
fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
