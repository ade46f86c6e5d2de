//! `causeway flow archive`, `unarchive` and `delete`.

use causeway_model::{Slug, text};
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
pub struct Archive {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

impl Archive {
    pub async fn run(self, context: &Context, archived: bool) -> Outcome {
        let slug = &self.slug;
        let flow = context.app().await?.set_archived(slug, archived, &context.by()).await?;
        let text = match archived {
            true => text!("Flow {slug} is archived.", "流程 {slug} 已封存。"),
            false => text!(
                "Flow {slug} is back as a draft. Publish it to use it: causeway flow publish {slug}",
                "流程 {slug} 已恢復為草稿。要使用請先發布：causeway flow publish {slug}"
            ),
        };
        context.console.done(&flow, &text)
    }
}

#[derive(Args)]
pub struct Delete {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

impl Delete {
    pub async fn run(self, context: &Context) -> Outcome {
        let slug = &self.slug;
        context.app().await?.delete_flow(slug, &context.by()).await?;
        context
            .console
            .done(&json!({ "deleted": slug }), &text!("Flow {slug} is deleted.", "流程 {slug} 已刪除。"))
    }
}
