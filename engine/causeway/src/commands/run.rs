//! `causeway run`.

mod cancel;
mod list;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Run {
    /// List runs, newest first
    List(list::List),
    /// Cancel a run
    Cancel(cancel::Cancel),
}

impl Run {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Cancel(command) => command.run(context).await,
        }
    }
}
