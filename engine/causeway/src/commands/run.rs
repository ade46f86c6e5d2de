//! `causeway run`.

mod cancel;
pub(super) mod dismiss;
mod follow;
mod items;
mod list;
pub(super) mod many;
pub(super) mod replay;
pub(super) mod resume;
mod show;
mod start;
mod wait;

use clap::Subcommand;

pub(super) use wait::until_finished;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Run {
    /// Start a flow by hand
    Start(start::Start),
    /// List runs, newest first
    List(list::List),
    /// Show a run step by step: what went in and out, how long it took, what failed and why
    Show(show::Show),
    /// List the items of a loop in a run
    Items(items::Items),
    /// Cancel a run
    Cancel(cancel::Cancel),
    /// Go on with a failed run in a new one that keeps what was finished
    Resume(resume::Resume),
    /// Run an old run's event again from the start, in a new run
    Replay(replay::Replay),
    /// Take a failed run off the dead letters
    Dismiss(dismiss::Dismiss),
}

impl Run {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Start(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Items(command) => command.run(context).await,
            Self::Cancel(command) => command.run(context).await,
            Self::Resume(command) => command.run(context).await,
            Self::Replay(command) => command.run(context).await,
            Self::Dismiss(command) => command.run(context).await,
        }
    }
}
