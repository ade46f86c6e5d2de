//! `causeway connector install`.

use std::path::PathBuf;

use causeway_connector::Connector;
use causeway_connector::declared::Declared;
use causeway_model::text;
use clap::Args;
use serde_json::json;

use super::test::{has_errors, line};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::wiring::folder;

#[derive(Args)]
pub struct Install {
    /// The folder with its openapi.yaml
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Install {
    pub fn run(self, context: &Context) -> Outcome {
        let console = &context.console;
        let connector = Declared::new(folder::read(&self.folder)?);
        let mut findings = connector.check();
        findings.extend(connector.replay().findings);
        if has_errors(&findings) {
            let shown = self.folder.display().to_string();
            findings.iter().for_each(|finding| console.line(&line(&shown, finding, context)));
            return Err(Failure::told(Exit::Refused));
        }
        let (name, version) = (connector.name().to_owned(), connector.spec().version.clone());
        if causeway_plugins::all().iter().any(|known| known.name() == name) {
            let message = text!(
                "`{name}` is the name of a connector that comes with Causeway.",
                "`{name}` 是 Causeway 內建連接器的名稱。"
            );
            let fix = text!("Give yours another name.", "請為你的連接器取另一個名稱。");
            return Err(Failure::refused("connector_clash", message).with_fix(fix));
        }
        folder::install(
            &context.settings,
            connector.source().map_err(|why| Failure::refused("folder_unreadable", why))?,
        )?;
        console.done(
            &json!({ "name": name, "version": version }),
            &text!(
                "{name} {version} is installed; servers know it after their next start.",
                "已安裝 {name} {version}；伺服器下次啟動後即可使用。"
            ),
        )
    }
}
