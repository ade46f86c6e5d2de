//! `causeway connector versions`.

use causeway_model::text;
use clap::Args;

use super::list::origin;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::Table;

#[derive(Args)]
pub struct Versions {
    /// The connector's name
    name: String,
}

impl Versions {
    pub async fn run(self, context: &Context) -> Outcome {
        let versions = context.app().await?.connector_version_list(&self.name).await?;
        let console = &context.console;
        if console.json {
            return console.json(&versions);
        }
        let heads = [
            text!("version", "版本"),
            text!("state", "狀態"),
            text!("origin", "來源"),
            text!("got from", "取得處"),
            text!("sha-256", "SHA-256"),
            text!("flows", "流程"),
        ];
        let mut table = Table::new(console.locale, &heads);
        for version in &versions {
            let state = match (version.enabled, version.current) {
                (_, true) => text!("current", "使用中"),
                (true, false) => text!("enabled", "已啟用"),
                (false, false) => text!("disabled", "已停用"),
            };
            let flows: Vec<&str> = version.flows.iter().map(|slug| slug.as_str()).collect();
            table.row(vec![
                version.version.clone(),
                console.words(&state).to_owned(),
                console.words(&origin(version.origin)).to_owned(),
                version.source.clone(),
                version.checksum.clone().unwrap_or_default(),
                flows.join(", "),
            ]);
        }
        table.print(console, &text!("It has no versions.", "沒有版本。"));
        Ok(())
    }
}
