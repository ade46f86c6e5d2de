//! `causeway connector`: the connectors there are, making and checking one's own, and installing them in versions.

mod check;
mod enable;
mod index;
mod install;
mod list;
mod new;
mod remove;
mod show;
mod test;
mod update;
mod versions;

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
    /// Check a connector and install it for all processes of this installation
    Install(install::Install),
    /// List what the index of connectors has
    Index(index::Index),
    /// Show a connector's versions: origin, checksum, and the flows that use each
    Versions(versions::Versions),
    /// Check a version against all published flows that use the connector
    Check(check::Check),
    /// Publish flows again with the newest version, where they fit it
    Update(update::Update),
    /// Let flows be published with a version
    Enable(enable::Enable),
    /// Let no more flows be published with a version; those that are go on
    Disable(enable::Disable),
    /// Remove a version that nothing uses
    Remove(remove::Remove),
}

impl Connector {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Test(command) => command.run(context),
            Self::New(command) => command.run(context).await,
            Self::Install(command) => command.run(context).await,
            Self::Index(command) => command.run(context).await,
            Self::Versions(command) => command.run(context).await,
            Self::Check(command) => command.run(context).await,
            Self::Update(command) => command.run(context).await,
            Self::Enable(command) => command.run(context).await,
            Self::Disable(command) => command.run(context).await,
            Self::Remove(command) => command.run(context).await,
        }
    }
}
