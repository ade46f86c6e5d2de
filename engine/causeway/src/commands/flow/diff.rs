//! `causeway flow diff`.

use causeway_model::{Slug, text};
use causeway_server::app::{Edition, Error};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow diff quote-to-sales-order              from the published version to the draft
  causeway flow diff quote-to-sales-order 3            from version 3 to the draft
  causeway flow diff quote-to-sales-order 3 5          from version 3 to version 5")]
pub struct Diff {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
    /// A version's number or `draft`; without it the newest published version
    #[arg(value_parser = edition)]
    from: Option<Edition>,
    /// A version's number or `draft`
    #[arg(value_parser = edition, default_value = "draft")]
    to: Edition,
}

fn edition(written: &str) -> Result<Edition, String> {
    written.parse().map_err(|error: Error| error.to_string())
}

impl Diff {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let slug = &self.slug;
        let from = match self.from {
            Some(from) => from,
            None => match app.flow(slug).await?.published {
                Some(version) => Edition::Version(version),
                None => {
                    return Err(Failure::new(
                        Exit::Conflict,
                        "flow_not_published",
                        text!("Flow {slug} has no published version.", "流程 {slug} 尚未發布。"),
                    )
                    .with_fix(text!(
                        "Publish it, or name two editions.",
                        "請先發布，或指定要比較的兩個版本。"
                    )));
                }
            },
        };
        let diff = app.diff(slug, from, self.to).await?;
        let console = &context.console;
        if console.json {
            return console.json(&diff);
        }
        console.line(&diff.text(console.locale));
        Ok(())
    }
}
