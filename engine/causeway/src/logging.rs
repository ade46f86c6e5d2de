//! Logs for operators, on stderr: structured, with run and step ids, without payloads.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

use crate::settings::Settings;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    Auto,
    Pretty,
    Json,
}

impl FromStr for LogFormat {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "auto" => Ok(Self::Auto),
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// Whether a filter reads.
pub fn understands(filter: &str) -> bool {
    EnvFilter::try_new(filter).is_ok()
}

/// Starts logging; `default` is the level where the settings say none.
pub fn start(settings: &Settings, default: &str) {
    // The migrator and Postgres tell each of their steps; what they did is logged by `serve` in one line.
    let default = format!("{default},sea_orm_migration=warn,sqlx::postgres::notice=warn");
    let filter = settings.log.as_deref().unwrap_or(&default);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(&default));
    let terminal = std::io::stderr().is_terminal();
    // A line that does not fit on a full disk is lost; telling of it on stderr would panic.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    match settings.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Auto if !terminal => builder.json().flatten_event(true).init(),
        LogFormat::Auto | LogFormat::Pretty => builder.with_ansi(terminal).with_target(false).init(),
    }
    log_panics();
}

/// A panic goes to the log as one structured line, with its place.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let why = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        tracing::error!(place, why, "panic");
    }));
}
