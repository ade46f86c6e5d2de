//! `causeway run start`.

use std::path::PathBuf;

use causeway_model::{Slug, Value, text};
use causeway_server::app::StartRequest;
use clap::Args;

use super::wait;
use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run start nightly-report
  causeway run start order-approval --input order.json --wait
  echo '{\"customer\": \"C001\"}' | causeway run start greet --input - --wait --json

The input is what the flow reads as `trigger.input`; for a webhook flow it stands in for the body.
With --wait and no server on this store, the run is worked on here. Ends with 1 where the run did not succeed.")]
pub struct Start {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// JSON input; `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Start only once for this key within 7 days; a repeat names the first run
    #[arg(long)]
    key: Option<String>,
    /// Begin at once, also outside of the flow's off-peak window
    #[arg(long)]
    ignore_window: bool,
    /// Wait until the run is finished, and print its timeline
    #[arg(long)]
    wait: bool,
}

impl Start {
    pub async fn run(self, context: &Context) -> Outcome {
        let input = match &self.input {
            Some(path) => input::json_of(path)?,
            None => Value::Null,
        };
        let app = context.app().await?;
        let request =
            StartRequest { input, key: self.key, ignore_window: self.ignore_window, by: context.by() };
        let started = app.start(&self.slug, request).await?;
        if self.wait {
            return wait::until_finished(context, started.run).await;
        }
        let (run, slug) = (started.run, &self.slug);
        let text = match (started.duplicate, started.skipped) {
            (true, _) => text!(
                "Flow {slug} was started with this key already: run {run}",
                "流程 {slug} 已用此鍵啟動過：執行 {run}"
            ),
            (_, true) => text!(
                "Run {run} of flow {slug} ended at once: the concurrency limit is reached.",
                "流程 {slug} 的執行 {run} 立即結束：已達同時執行上限。"
            ),
            _ => text!("Run {run} of flow {slug} is started.", "已啟動流程 {slug} 的執行 {run}。"),
        };
        context.console.done(&started, &text)
    }
}
