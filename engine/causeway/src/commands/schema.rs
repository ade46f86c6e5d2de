//! `causeway schema`.

use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Schema {
    /// Which documents
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Flow documents
    Flow,
    /// The extensions that make an OpenAPI document a connector
    Connector,
}

impl Schema {
    pub fn run(self, context: &Context) -> Outcome {
        match self.kind {
            Kind::Flow => context.console.json(&causeway_document::schema()),
            Kind::Connector => context.console.json(causeway_connector::declared::schema()),
        }
    }
}
