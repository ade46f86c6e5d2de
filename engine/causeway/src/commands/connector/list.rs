//! `causeway connector list`.

use std::sync::Arc;

use causeway_connector::{Catalogue, Connector, clash};
use causeway_model::{Text, text};
use causeway_server::app::ConnectorSummary;
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
            false => without_store(&context.catalogue().await?),
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

/// What can be told before there is a store, without making one.
fn without_store(catalogue: &Catalogue) -> Vec<ConnectorSummary> {
    let summary = |connector: &Arc<dyn Connector>| {
        let (name, spec) = (connector.name(), connector.spec());
        let (in_folder, built_in) = (catalogue.folder(name).is_some(), catalogue.built_in(name).is_some());
        ConnectorSummary {
            name: name.to_owned(),
            title: spec.title.clone(),
            description: spec.description.clone(),
            version: Some(spec.version.clone()),
            origin: Some(if in_folder { ConnectorOrigin::Folder } else { ConnectorOrigin::BuiltIn }),
            versions: usize::from(in_folder) + usize::from(built_in),
            clash: clash(in_folder, built_in, false),
        }
    };
    catalogue.connectors().iter().map(summary).collect()
}

pub fn origin(origin: ConnectorOrigin) -> Text {
    match origin {
        ConnectorOrigin::BuiltIn => text!("built in", "內建"),
        ConnectorOrigin::Folder => text!("folder", "資料夾"),
        ConnectorOrigin::Installed => text!("installed", "已安裝"),
    }
}
