//! `causeway run list`.

use causeway_model::{RunId, RunMode, RunStatus, Slug, text};
use causeway_store::{RunFilter, RunRecord};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Console, Table, paint_run, run_status, when};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run list --status failed
  causeway run list --flow quote-to-sales-order --limit 5
  causeway run list --dead-letters            failed runs that wait for a person
  causeway run list --json | jq -r '.[].id'")]
pub struct List {
    /// Only runs of this flow
    #[arg(long, value_name = "SLUG", value_parser = input::name::<Slug>)]
    flow: Option<Slug>,
    /// Only runs with this status: queued, running, waiting, succeeded, failed or cancelled
    #[arg(long, value_parser = status)]
    status: Option<RunStatus>,
    /// Only runs of this mode: normal or test
    #[arg(long, value_parser = mode)]
    mode: Option<RunMode>,
    /// Only failed runs that nobody resumed; test runs are none
    #[arg(long)]
    dead_letters: bool,
    /// Only runs older than this one
    #[arg(long, value_name = "ID", value_parser = input::name::<RunId>)]
    before: Option<RunId>,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=200))]
    limit: u64,
}

fn mode(name: &str) -> Result<RunMode, String> {
    RunMode::from_name(name).ok_or_else(|| "use normal or test".to_owned())
}

pub(super) fn status(name: &str) -> Result<RunStatus, String> {
    RunStatus::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = RunStatus::ALL.iter().map(|status| status.name()).collect();
        format!("use {}", known.join(", "))
    })
}

impl List {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let flow = context.flow_id(self.flow.as_ref()).await?;
        let filter = RunFilter {
            flow,
            status: self.status,
            mode: self.mode,
            dead_letters: self.dead_letters,
            before: self.before,
            limit: self.limit,
            ..RunFilter::default()
        };
        let runs = app.runs(filter).await?;
        let console = &context.console;
        if console.json {
            return console.json(&runs);
        }
        let heads = [
            text!("id", "編號"),
            text!("status", "狀態"),
            text!("flow", "流程"),
            text!("created", "建立時間"),
            text!("took", "歷時"),
            text!("error", "錯誤"),
        ];
        let mut table = Table::new(console.locale, &heads);
        let now = app.now();
        for run in runs {
            let took = run.started_at.map(|from| run.finished_at.unwrap_or(now).since(from));
            table.row(vec![
                run.id.to_string(),
                console.paint(console.words(&run_status(run.status)), paint_run(run.status)),
                format!("{} {}", run.slug, console.words(&run.edition())),
                when::time(run.created_at),
                took.map(|took| when::span(took, console.locale)).unwrap_or_default(),
                why(console, &run),
            ]);
        }
        table.print(console, &text!("There are no such runs.", "沒有符合的執行。"));
        Ok(())
    }
}

fn why(console: &Console, run: &RunRecord) -> String {
    match (&run.failure, &run.reason) {
        (Some(failure), _) => {
            let step = failure.step.as_ref().map(|step| format!("{step}: ")).unwrap_or_default();
            format!("{step}{}", console.words(&failure.error.message))
        }
        (None, Some(reason)) => console.words(reason).to_owned(),
        (None, None) => String::new(),
    }
}
