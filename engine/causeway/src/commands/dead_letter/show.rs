//! `causeway dead-letter show`.

use causeway_model::{RunId, text};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway dead-letter show ID
  causeway dead-letter show ID --json | jq .input > input.json")]
pub struct Show {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>)]
    id: RunId,
}

impl Show {
    pub async fn run(self, context: &Context) -> Outcome {
        let letter = context.app().await?.dead_letter(self.id).await?;
        let console = &context.console;
        if console.json {
            return console.json(&letter);
        }
        let run = &letter.letter.run;
        let (id, slug, version) = (run.id, &run.slug, run.version);
        console.line(console.words(&text!(
            "Run {id} of {slug} (version {version})",
            "流程 {slug}（版本 {version}）的執行 {id}"
        )));
        if let Some(failure) = &run.failure {
            let step = failure.step.as_ref().map(|step| format!("{step}: ")).unwrap_or_default();
            console.line(&format!(
                "{step}{} ({})",
                console.words(&failure.error.message),
                failure.error.code
            ));
        }
        if letter.letter.may_have_happened {
            console.line(console.words(&text!(
                "It may have happened: look in the system that was called before you repeat it.",
                "呼叫可能已經發生：重複之前請先查看對方系統。"
            )));
        }
        if let Some(other) = run.resumed_by {
            console.line(console.words(&text!("Run {other} took it over.", "已由執行 {other} 接手。")));
        }
        if let Some(dismissal) = &letter.letter.dismissal {
            let (by, reason) = (&dismissal.by, dismissal.reason.as_deref().unwrap_or("-"));
            console.line(console.words(&text!("Dismissed by {by}: {reason}", "由 {by} 略過：{reason}")));
        }
        if let Some(input) = &letter.input {
            console.line(&serde_json::to_string_pretty(input).unwrap_or_default());
        }
        for effect in &letter.effects {
            let (step, use_, times) = (&effect.step, &effect.use_, effect.times);
            console.note(&text!(
                "A replay repeats {step} ({use_}), {times} times",
                "重播會重複 {step}（{use_}），{times} 次"
            ));
        }
        Ok(())
    }
}
