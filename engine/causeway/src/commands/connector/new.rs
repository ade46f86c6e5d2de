//! `causeway connector new`: a folder from a system's own description.

use std::path::{Path, PathBuf};

use causeway_connector::declared::{NewRequest, make};
use causeway_connector::index::download;
use causeway_model::text;
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::wiring;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector new --from petstore.yaml
  causeway connector new --from https://example.com/openapi.json --name shop --only orders,create_customer

Reads OpenAPI 3.0 and 3.1 and Swagger 2. Then look at what was guessed, say the rest, and check it:
  causeway connector test shop")]
pub struct New {
    /// The description: a file, `-` for standard input, or an address
    #[arg(long, value_name = "FILE|URL")]
    from: String,
    /// What flows call it, [a-z0-9-]; made of the description's title if not said
    #[arg(long)]
    name: Option<String>,
    /// Operations or tags to take, with commas between; all if not said
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// The folder to write; named like the connector if not said
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

impl New {
    pub async fn run(self, context: &Context) -> Outcome {
        let description = if self.from.starts_with("http://") || self.from.starts_with("https://") {
            fetched(context, &self.from).await?
        } else {
            input::text_of(Path::new(&self.from))?
        };
        let request = NewRequest { name: self.name, only: self.only };
        let made =
            make(&description, &request).map_err(|why| Failure::refused("description_refused", why))?;
        let folder = self.into.unwrap_or_else(|| PathBuf::from(&made.name));
        if folder.exists() {
            let shown = folder.display();
            let message = text!("The folder `{shown}` is there already.", "資料夾 `{shown}` 已存在。");
            let fix = text!("Name another one with --into.", "請以 --into 指定其他資料夾。");
            return Err(Failure::new(Exit::Conflict, "folder_exists", message).with_fix(fix));
        }
        let file = |name: &str, content: &str| {
            let path = folder.join(name);
            std::fs::write(&path, content).map_err(|error| Failure::file(&path, &error))
        };
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        file("openapi.yaml", &made.document)?;
        file("README.md", &format!("# {}\n\nMade of the system's own description.\n", made.title))?;
        let (name, shown, count, of) = (&made.name, folder.display(), made.operations.len(), made.of);
        let (paged, records) = (made.paged.len(), made.records.join(", "));
        context.console.done(
            &json!({ "name": made.name, "folder": folder, "operations": made.operations, "of": of,
                "paged": made.paged, "records": made.records }),
            &text!(
                "{shown}: the connector {name} with {count} of {of} operations; {paged} lists come page by page; records: {records}",
                "{shown}：連接器 {name}，採用 {of} 個操作中的 {count} 個；{paged} 個清單分頁取得；紀錄類型：{records}"
            ),
        )
    }
}

/// The text at an address, by the same rules as flows' calls.
async fn fetched(context: &Context, url: &str) -> Outcome<String> {
    let http = wiring::http_client(&context.settings, None)?;
    let bytes = download(&http, url).await;
    let bytes = bytes.map_err(|error| Failure::new(Exit::Failed, error.code, error.message))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
