//! `causeway flow`.

mod archive;
mod diff;
mod export;
mod import;
mod list;
mod publish;
mod restore;
mod switch;
mod test;
mod validate;
mod versions;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Flow {
    /// Check documents and print every fault; needs no database
    Validate(validate::Validate),
    /// Bring documents in as drafts, or publish them at once; tells what became of each step
    Import(import::Import),
    /// Write flows as documents: a file, a folder or a zip
    Export(export::Export),
    /// List flows
    List(list::List),
    /// Make the draft the next version, which runs from now on use
    Publish(publish::Publish),
    /// Show what differs between two versions, or between a version and the draft
    Diff(diff::Diff),
    /// Make an old version the draft again
    Restore(restore::Restore),
    /// Try the draft, or a document in a file: whole, up to a step, one step, or without sending anything
    Test(test::Test),
    /// List the published versions of a flow
    Versions(versions::Versions),
    /// Let triggers start the flow again
    Enable(switch::Switch),
    /// Let no trigger start the flow; runs under way go on
    Disable(switch::Switch),
    /// Put the flow away: nothing starts it, its webhook paths are free; runs under way go on
    Archive(archive::Archive),
    /// Bring an archived flow back as a draft
    Unarchive(archive::Archive),
    /// Delete an archived flow of which no run is kept
    Delete(archive::Delete),
}

impl Flow {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Validate(command) => command.run(context).await,
            Self::Import(command) => command.run(context).await,
            Self::Export(command) => command.run(context).await,
            Self::Diff(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Publish(command) => command.run(context).await,
            Self::Restore(command) => command.run(context).await,
            Self::Test(command) => command.run(context).await,
            Self::Versions(command) => command.run(context).await,
            Self::Enable(command) => command.run(context, true).await,
            Self::Disable(command) => command.run(context, false).await,
            Self::Archive(command) => command.run(context, true).await,
            Self::Unarchive(command) => command.run(context, false).await,
            Self::Delete(command) => command.run(context).await,
        }
    }
}
