//! `causeway run cancel`.

use causeway_model::{RunId, text};
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Cancel {
    /// The run
    #[arg(value_parser = input::name::<RunId>)]
    id: RunId,
    /// Why; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Cancel {
    pub async fn run(self, context: &Context) -> Outcome {
        let id = self.id;
        context.app().await?.cancel(id, &context.by(), self.reason).await?;
        context
            .console
            .done(&json!({ "run": id }), &text!("Run {id} is being cancelled.", "正在取消執行 {id}。"))
    }
}
