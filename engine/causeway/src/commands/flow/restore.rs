//! `causeway flow restore`.

use causeway_model::{Slug, text};
use causeway_server::app::on_the_machine;
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow versions quote-to-sales-order
  causeway flow restore quote-to-sales-order 3 --publish")]
pub struct Restore {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// The version that becomes the draft again
    version: i32,
    /// Publish it too, as a new version
    #[arg(long)]
    publish: bool,
}

impl Restore {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let (slug, version) = (&self.slug, self.version);
        let saved = app.restore(slug, version, &context.by()).await?;
        if !self.publish {
            let text = text!(
                "Flow {slug}: the draft is as version {version} was.",
                "流程 {slug}：草稿已還原為版本 {version}。"
            );
            return context.console.done(&saved, &text);
        }
        let note = format!("restored from version {version}");
        let published = app.publish(slug, on_the_machine(&context.by()), Some(note)).await?;
        let new = published.version;
        context.console.done(
            &published,
            &text!(
                "Flow {slug}: version {new} is published, as version {version} was.",
                "流程 {slug}：已發布版本 {new}，內容同版本 {version}。"
            ),
        )
    }
}
