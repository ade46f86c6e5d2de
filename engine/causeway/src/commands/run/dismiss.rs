//! `causeway run dismiss`.

use causeway_model::{RunId, text};
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Dismiss {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>)]
    id: RunId,
    /// Why nothing more is to be done; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Dismiss {
    pub async fn run(self, context: &Context) -> Outcome {
        one(context, self.id, self.reason).await
    }
}

/// Takes one run off the dead letters.
pub async fn one(context: &Context, id: RunId, reason: Option<String>) -> Outcome {
    context.app().await?.dismiss(id, &context.by(), reason).await?;
    context.console.done(
        &json!({ "run": id }),
        &text!("Run {id} waits for nobody any more.", "執行 {id} 不再等待處理。"),
    )
}
