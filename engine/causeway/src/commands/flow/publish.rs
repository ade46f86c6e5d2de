//! `causeway flow publish`.

use causeway_model::{Slug, text};
use causeway_server::app::on_the_machine;
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::faults;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow publish quote-to-sales-order --note \"tax rounded per order\"
  causeway flow diff quote-to-sales-order         what publishing would change")]
pub struct Publish {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// What changed; kept with the version
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Publish {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let slug = &self.slug;
        let file = slug.to_string();
        let published = app
            .publish(slug, on_the_machine(&context.by()), self.note)
            .await
            .map_err(|error| crate::exit::Failure::from(error).of_file(&file))?;
        for warning in &published.warnings {
            let line = faults::line(&file, warning, context.console.locale);
            context.console.note(&causeway_model::Text { en: line.clone(), zh_tw: line });
        }
        let version = published.version;
        context.console.done(
            &published,
            &text!("Flow {slug}: version {version} is published.", "流程 {slug}：已發布版本 {version}。"),
        )
    }
}
