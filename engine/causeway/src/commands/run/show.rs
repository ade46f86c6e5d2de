//! `causeway run show`.

use causeway_model::RunId;
use causeway_server::app::{App, RunView};
use clap::Args;

use super::follow;
use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::effects;
use crate::output::timeline::Timeline;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run show 0197f2a4-7c1e-7d52-9a51-3b1c8e0f4c55
  causeway run show ID --full                 inputs and outputs whole
  causeway run show ID --follow               go on printing until the run ends
  causeway run show ID --json | jq '.steps[] | {id, status}'

With --follow it ends with 1 where the run did not succeed; with --json too, each line is one event.")]
pub struct Show {
    /// The run
    #[arg(value_parser = input::name::<RunId>)]
    id: RunId,
    /// Show inputs and outputs whole
    #[arg(long)]
    full: bool,
    /// Go on printing what happens until the run ends
    #[arg(long, conflicts_with = "full")]
    follow: bool,
}

impl Show {
    pub async fn run(self, context: &Context) -> Outcome {
        if self.follow {
            return follow::until_finished(context, self.id).await;
        }
        let app = context.app().await?;
        let view = app.run(self.id).await?;
        print(context, app, &view, self.full)
    }
}

pub fn print(context: &Context, app: &App, view: &RunView, full: bool) -> Outcome {
    let console = &context.console;
    if console.json {
        return console.json(view);
    }
    let trigger = view.trigger_title.clone();
    let timeline = Timeline { console, now: app.now(), full, trigger };
    console.line(&timeline.render(&view.run, &view.steps));
    let Some(test) = &view.test else { return Ok(()) };
    for item in &test.inside {
        console.line(&format!("\n{}", item.frame));
        console.line(&timeline.steps(&item.steps).join("\n"));
    }
    effects::render(console, test).iter().for_each(|line| console.line(line));
    Ok(())
}
