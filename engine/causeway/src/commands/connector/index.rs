//! `causeway connector index`.

use causeway_model::text;
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Table;

#[derive(Args)]
pub struct Index {}

impl Index {
    pub async fn run(self, context: &Context) -> Outcome {
        let entries = context.app().await?.connector_index().await?;
        let console = &context.console;
        if console.json {
            return console.json(&entries);
        }
        let heads =
            [text!("name", "名稱"), text!("version", "版本"), text!("here", "已安裝"), text!("what", "說明")];
        let mut table = Table::new(console.locale, &heads);
        for entry in &entries {
            let here = if entry.installed { "*" } else { "" };
            let title = console.words(&entry.listed.title).to_owned();
            table.row(vec![entry.listed.name.clone(), entry.listed.version.clone(), here.to_owned(), title]);
        }
        table.print(console, &text!("The index is empty.", "索引是空的。"));
        Ok(())
    }
}
