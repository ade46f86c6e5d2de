//! `causeway run cancel`.

use causeway_model::{RunId, text};
use causeway_server::app::BulkAction;
use clap::Args;
use serde_json::json;

use super::many::{self, Many};
use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run cancel ID --reason \"Ordered twice\"
  causeway run cancel --flow quote-to-sales-order --status waiting --dry-run")]
pub struct Cancel {
    /// The run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Many", conflicts_with = "Many")]
    id: Option<RunId>,
    #[command(flatten)]
    many: Many,
    /// Why; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Only say to how many runs it would be done
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
    /// Do it to many runs without asking
    #[arg(long)]
    yes: bool,
}

impl Cancel {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id else {
            let runs = self.many.filter(context).await?;
            let action = BulkAction::Cancel { reason: self.reason };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        context.app().await?.cancel(id, &context.by(), self.reason).await?;
        context
            .console
            .done(&json!({ "run": id }), &text!("Run {id} is being cancelled.", "正在取消執行 {id}。"))
    }
}
