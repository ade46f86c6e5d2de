//! `causeway connector enable` and `disable`.

use causeway_model::text;
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Enable {
    /// The connector's name
    name: String,
    /// One of its versions
    version: String,
}

#[derive(Args)]
pub struct Disable {
    /// The connector's name
    name: String,
    /// One of its versions
    version: String,
}

impl Enable {
    pub async fn run(self, context: &Context) -> Outcome {
        switch(context, &self.name, &self.version, true).await
    }
}

impl Disable {
    pub async fn run(self, context: &Context) -> Outcome {
        switch(context, &self.name, &self.version, false).await
    }
}

async fn switch(context: &Context, name: &str, version: &str, enabled: bool) -> Outcome {
    let app = context.app().await?;
    let changed = app.enable_connector(name, version, enabled, &context.by()).await?;
    context.console.done(
        &changed,
        &match enabled {
            true => text!("{name} {version} is enabled.", "已啟用 {name} {version}。"),
            false => text!(
                "{name} {version} is disabled; flows that were published with it go on.",
                "已停用 {name} {version}；以此版本發布的流程會繼續運作。"
            ),
        },
    )
}
