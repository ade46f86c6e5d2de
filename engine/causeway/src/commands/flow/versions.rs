//! `causeway flow versions`.

use causeway_model::{Slug, text};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Args)]
pub struct Versions {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

impl Versions {
    pub async fn run(self, context: &Context) -> Outcome {
        let store = context.store().await?;
        let flow = store.flow(&self.slug).await?;
        let versions = store.versions(flow.id).await?;
        let console = &context.console;
        if console.json {
            return console.json(&versions);
        }
        let heads = [
            text!("version", "版本"),
            text!("published", "發布時間"),
            text!("by", "發布者"),
            text!("note", "備註"),
        ];
        let mut table = Table::new(console.locale, &heads);
        for version in versions {
            let mark = if flow.published == Some(version.version) { "*" } else { "" };
            table.row(vec![
                format!("v{}{mark}", version.version),
                when::time(version.published_at),
                version.published_by,
                version.note.unwrap_or_default(),
            ]);
        }
        table.print(console, &text!("Nothing is published yet.", "尚未發布任何版本。"));
        Ok(())
    }
}
