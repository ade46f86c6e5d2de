//! `causeway flow enable` and `causeway flow disable`.

use causeway_model::{Slug, text};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Switch {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

impl Switch {
    pub async fn run(self, context: &Context, enabled: bool) -> Outcome {
        let slug = &self.slug;
        let flow = context.app().await?.set_enabled(slug, enabled, &context.by()).await?;
        let text = match enabled {
            true => text!("Flow {slug} is on.", "流程 {slug} 已啟用。"),
            false => text!("Flow {slug} is off.", "流程 {slug} 已停用。"),
        };
        context.console.done(&flow, &text)
    }
}
