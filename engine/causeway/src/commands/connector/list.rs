//! `causeway connector list`.

use causeway_model::{Text, text};
use causeway_server::app::connector_summaries;
use causeway_store::ConnectorOrigin;
use clap::Args;

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Table;
use crate::wiring;

#[derive(Args)]
pub struct List {}

impl List {
    pub async fn run(self, context: &Context) -> Outcome {
        let connectors = match wiring::has_store(&context.settings) {
            true => context.app().await?.list_connectors().await?,
            // What can be told before there is a store, without making one.
            false => connector_summaries(&context.catalogue().await?, &[]),
        };
        let console = &context.console;
        if console.json {
            return console.json(&connectors);
        }
        let heads =
            [text!("name", "名稱"), text!("version", "版本"), text!("origin", "來源"), text!("what", "說明")];
        let mut table = Table::new(console.locale, &heads);
        for connector in &connectors {
            table.row(vec![
                connector.name.clone(),
                connector.version.clone().unwrap_or_else(|| "-".to_owned()),
                connector.origin.map(|from| console.words(&origin(from)).to_owned()).unwrap_or_default(),
                console.words(&connector.title).to_owned(),
            ]);
        }
        table.print(console, &text!("There are no connectors.", "沒有連接器。"));
        for connector in &connectors {
            if let Some(Text { en, zh_tw }) = &connector.clash {
                let name = &connector.name;
                console.note(&text!("{name}: {en}", "{name}：{zh_tw}"));
            }
        }
        Ok(())
    }
}

pub fn origin(origin: ConnectorOrigin) -> Text {
    match origin {
        ConnectorOrigin::BuiltIn => text!("built in", "內建"),
        ConnectorOrigin::Folder => text!("folder", "資料夾"),
        ConnectorOrigin::Installed => text!("installed", "已安裝"),
    }
}
