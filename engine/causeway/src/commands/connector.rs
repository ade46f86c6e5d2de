//! `causeway connector`: the connectors there are, and making and checking one's own.

mod install;
mod list;
mod new;
mod show;
mod test;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Connector {
    /// List the connectors
    List(list::List),
    /// Show a connector: its connection, operations and triggers
    Show(show::Show),
    /// Check connectors and replay their fixtures, without any network
    Test(test::Test),
    /// Make a connector of a system's OpenAPI or Swagger description
    New(new::New),
    /// Check a connector's folder and put it into the data folder
    Install(install::Install),
}

impl Connector {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Test(command) => command.run(context),
            Self::New(command) => command.run(context).await,
            Self::Install(command) => command.run(context),
        }
    }
}
