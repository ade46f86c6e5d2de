//! `causeway flow export`: the text that import takes.

use std::path::{Path, PathBuf};

use causeway_document::{canonical, export_folder, export_zip};
use causeway_model::{Flow, Slug, text};
use causeway_server::app::{App, Edition};
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow export quote-to-sales-order > flow.json
  causeway flow export quote-to-sales-order --version 3
  causeway flow export --all --output flows/            <slug>/flow.json each, for git
  causeway flow export --all --output flows.zip")]
pub struct Export {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>, required_unless_present = "all", conflicts_with = "all")]
    slug: Option<Slug>,
    /// This version instead of the draft
    #[arg(long, value_name = "NUMBER", conflicts_with = "all")]
    version: Option<i32>,
    /// Every flow
    #[arg(long, requires = "output")]
    all: bool,
    /// A file, a folder or a zip to write, instead of standard output
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl Export {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let edition = self.version.map_or(Edition::Draft, Edition::Version);
        match (&self.slug, &self.output) {
            (Some(slug), None) => {
                context.console.line(&canonical(&app.document(slug, edition).await?));
                Ok(())
            }
            (Some(slug), Some(path)) => {
                let document = app.document(slug, edition).await?;
                write(context, path, &[(slug.clone(), document)], !path.is_dir() && !is_zip(path))
            }
            (None, Some(path)) => write(context, path, &all(app).await?, false),
            // The parser refuses it before.
            (None, None) => Err(Failure::told(Exit::Usage)),
        }
    }
}

async fn all(app: &App) -> Outcome<Vec<(Slug, Flow)>> {
    let mut documents = Vec::new();
    for flow in app.flows(false).await? {
        let document = app.document(&flow.slug, Edition::Draft).await?;
        documents.push((flow.slug, document));
    }
    Ok(documents)
}

/// `plain`: the one document's text goes into the file itself.
fn write(context: &Context, path: &Path, documents: &[(Slug, Flow)], plain: bool) -> Outcome {
    let each = || documents.iter().map(|(slug, document)| (slug, document));
    let written = match documents {
        [(_, document)] if plain => std::fs::write(path, canonical(document)),
        _ if is_zip(path) => export_zip(each()).and_then(|bytes| std::fs::write(path, bytes)),
        _ => export_folder(path, each()).map(drop),
    };
    written.map_err(|error| Failure::file(path, &error))?;
    let (count, path) = (documents.len(), path.display().to_string());
    context.console.done(
        &json!({ "flows": count, "path": path }),
        &text!("Flows written to {path}: {count}.", "已將 {count} 個流程寫入 {path}。"),
    )
}

fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}
