//! `causeway run replay`: says first what it will do again.

use causeway_model::{RunId, text};
use causeway_server::app::{BulkAction, ReplayPreview, ReplayRequest, Started};
use clap::Args;

use super::many::{self, Many};
use super::wait;
use crate::commands::input;
use crate::context::Context;
use crate::exit::{Failure, Outcome};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run replay ID              lists the effects that it would repeat, and asks
  causeway run replay ID --yes        does not ask
  causeway run replay ID --newest     on the newest published version of the flow
  causeway run replay --flow quote-to-sales-order --status failed --dry-run")]
pub struct Replay {
    /// The old run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Many", conflicts_with = "Many")]
    id: Option<RunId>,
    #[command(flatten)]
    many: Many,
    /// On the newest published version instead of the run's own
    #[arg(long)]
    newest: bool,
    /// Repeat the effects without asking
    #[arg(long)]
    yes: bool,
    /// Wait until the new run is finished, and print its timeline
    #[arg(long, requires = "id")]
    wait: bool,
    /// Only say what it would repeat
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
}

impl Replay {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id else {
            let runs = self.many.filter(context).await?;
            let action = BulkAction::Replay { newest: self.newest };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        if !self.yes {
            let preview = context.app().await?.preview_replay(id, self.newest).await?;
            self.ask(context, &preview)?;
        }
        let started = one(context, id, self.newest).await?;
        if self.wait {
            return wait::until_finished(context, started.run).await;
        }
        tell(context, id, &started)
    }

    fn ask(&self, context: &Context, preview: &ReplayPreview) -> Outcome {
        if preview.effects.is_empty() {
            return Ok(());
        }
        let version = preview.version;
        context.console.note(&text!("On version {version}, this repeats:", "使用版本 {version}，將會重複："));
        for effect in &preview.effects {
            let (step, use_, times) = (&effect.step, &effect.use_, effect.times);
            context
                .console
                .note(&text!("  {step} ({use_}), {times} times", "  {step}（{use_}），{times} 次"));
        }
        if input::confirm(context, &text!("Repeat these effects?", "要重複這些動作嗎？")) {
            return Ok(());
        }
        Err(Failure::refused(
            "replay_not_confirmed",
            text!("Nothing was replayed: it would repeat effects.", "未重播：這會重複執行對外動作。"),
        )
        .with_fix(text!("Confirm with --yes.", "請以 --yes 確認。")))
    }
}

/// Replays one run.
pub async fn one(context: &Context, id: RunId, newest: bool) -> Outcome<Started> {
    let request = ReplayRequest { newest, key: None, by: context.by() };
    Ok(context.app().await?.replay(id, request).await?)
}

/// Says which run replays it.
pub fn tell(context: &Context, id: RunId, started: &Started) -> Outcome {
    let run = started.run;
    context.console.done(started, &text!("Run {run} replays {id}.", "執行 {run} 正在重播 {id}。"))
}
