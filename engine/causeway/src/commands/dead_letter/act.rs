//! `causeway dead-letter resume`, `replay` and `dismiss`: of one by its id, or of all that a filter finds.

use std::path::PathBuf;

use causeway_model::{RunId, Slug, text};
use causeway_server::app::{BulkAction, ResumeRequest};
use causeway_store::RunFilter;
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::commands::run::{dismiss, many, replay, resume};
use crate::context::Context;
use crate::exit::Outcome;

/// Which dead letters, instead of one by its id.
#[derive(Args)]
pub struct Letters {
    /// All dead letters of this flow instead of one
    #[arg(long, value_name = "SLUG", value_parser = input::name::<Slug>)]
    flow: Option<Slug>,
    /// All dead letters with this code
    #[arg(long, value_name = "CODE")]
    error_code: Option<String>,
}

impl Letters {
    async fn filter(&self, context: &Context) -> Outcome<RunFilter> {
        let flow = context.flow_id(self.flow.as_ref()).await?;
        let error_code = self.error_code.clone();
        Ok(RunFilter { flow, error_code, dead_letters: true, ..RunFilter::default() })
    }
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway dead-letter resume ID --input input.json        with the failed step's input corrected
  causeway dead-letter resume --flow quote-to-sales-order --error-code http_status --dry-run")]
pub struct Resume {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Letters", conflicts_with = "Letters")]
    id: Option<RunId>,
    #[command(flatten)]
    letters: Letters,
    /// Replace the failed step's input by the JSON in a file
    #[arg(long, value_name = "FILE", requires = "id")]
    input: Option<PathBuf>,
    /// On the newest published version instead of the run's own
    #[arg(long)]
    newest: bool,
    /// Only say to how many it would be done
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
    /// Do it to many without asking
    #[arg(long)]
    yes: bool,
}

impl Resume {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id else {
            let runs = self.letters.filter(context).await?;
            let action = BulkAction::Resume { newest: self.newest };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        let input = self.input.as_deref().map(input::json_of).transpose()?;
        let request = ResumeRequest { newest: self.newest, by: context.by(), ..ResumeRequest::default() };
        let resumed = context.app().await?.resume_dead_letter(id, input, request).await?;
        resume::tell(context, &resumed)
    }
}

#[derive(Args)]
pub struct Replay {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Letters", conflicts_with = "Letters")]
    id: Option<RunId>,
    #[command(flatten)]
    letters: Letters,
    /// On the newest published version instead of the run's own
    #[arg(long)]
    newest: bool,
    /// Only say what it would repeat
    #[arg(long)]
    dry_run: bool,
    /// Repeat the effects without asking
    #[arg(long)]
    yes: bool,
}

impl Replay {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id.filter(|_| self.yes && !self.dry_run) else {
            let runs = match self.id {
                Some(id) => RunFilter { ids: Some(vec![id]), ..RunFilter::default() },
                None => self.letters.filter(context).await?,
            };
            let action = BulkAction::Replay { newest: self.newest };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        let started = replay::one(context, id, self.newest).await?;
        replay::tell(context, id, &started)
    }
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway dead-letter dismiss ID --reason \"Settled by phone\"
  causeway dead-letter dismiss --flow nightly-export --yes
  causeway dead-letter dismiss ID --undo")]
pub struct Dismiss {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Letters", conflicts_with = "Letters")]
    id: Option<RunId>,
    #[command(flatten)]
    letters: Letters,
    /// Why nothing more is to be done; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Put a dismissed one back onto the list
    #[arg(long, requires = "id", conflicts_with = "reason")]
    undo: bool,
    /// Only say to how many it would be done
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
    /// Do it to many without asking
    #[arg(long)]
    yes: bool,
}

impl Dismiss {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id else {
            let runs = self.letters.filter(context).await?;
            let action = BulkAction::Dismiss { reason: self.reason };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        if self.undo {
            context.app().await?.undismiss(id, &context.by()).await?;
            let back = text!("Run {id} waits for a person again.", "執行 {id} 重新等待處理。");
            return context.console.done(&json!({ "run": id }), &back);
        }
        dismiss::one(context, id, self.reason).await
    }
}
