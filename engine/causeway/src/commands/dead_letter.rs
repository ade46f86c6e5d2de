//! `causeway dead-letter`: runs that gave up and wait for a person.

mod act;
mod list;
mod show;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum DeadLetter {
    /// List runs that gave up and wait for a person
    List(list::List),
    /// Show one: what failed, why, and the input that may be corrected
    Show(show::Show),
    /// Go on with it, with its input corrected where one is given
    Resume(act::Resume),
    /// Run its event again from the start
    Replay(act::Replay),
    /// Take it off the list, or put it back
    Dismiss(act::Dismiss),
}

impl DeadLetter {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Resume(command) => command.run(context).await,
            Self::Replay(command) => command.run(context).await,
            Self::Dismiss(command) => command.run(context).await,
        }
    }
}
