//! `causeway openapi`.

use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Openapi {}

impl Openapi {
    pub fn run(self, context: &Context) -> Outcome {
        context.console.json(&causeway_server::openapi())
    }
}
