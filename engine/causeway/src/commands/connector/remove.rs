//! `causeway connector remove`.

use causeway_model::text;
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Remove {
    /// The connector's name
    name: String,
    /// One of its versions
    version: String,
}

impl Remove {
    pub async fn run(self, context: &Context) -> Outcome {
        let (name, version) = (&self.name, &self.version);
        context.app().await?.remove_connector(name, version, &context.by()).await?;
        context.console.done(
            &json!({ "connector": name, "version": version }),
            &text!("{name} {version} is removed.", "已移除 {name} {version}。"),
        )
    }
}
