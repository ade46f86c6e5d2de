//! `causeway connector install`.

use std::path::Path;

use causeway_connector::declared::package::MOST_PACKED_BYTES;
use causeway_connector::index::download;
use causeway_model::{Text, text};
use causeway_server::app::{App, InstallRequest, InstalledConnector};
use clap::Args;

use super::check::fits;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::faults;
use crate::wiring::{self, folder};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector install my-erp                           a folder
  causeway connector install my-erp-1.2.0.zip
  causeway connector install https://example.com/my-erp.zip
  causeway connector install my-erp@1.2.0                     from the index; without a version the newest

It is checked first, and its fixtures are replayed. Flows stay with the version that they were published with; what would not
fit the new one is told.")]
pub struct Install {
    /// A folder with its openapi.yaml, a zip of one, an address of one, or a name of the index
    #[arg(value_name = "DIR|ZIP|URL|NAME")]
    what: String,
    /// Install it without letting flows be published with it yet
    #[arg(long)]
    disabled: bool,
}

impl Install {
    pub async fn run(self, context: &Context) -> Outcome {
        let app = context.app().await?;
        let installed = self.install(context, app).await?;
        let console = &context.console;
        for warning in &installed.warnings {
            let line = faults::line(&installed.version.connector, warning, console.locale);
            console.note(&Text { en: line.clone(), zh_tw: line });
        }
        let (name, version) = (&installed.version.connector, &installed.version.version);
        let unfit = installed.flows.iter().filter(|flow| !flow.fits).count();
        if !console.json {
            fits(context, &installed.flows);
            if unfit > 0 {
                console.note(&text!(
                    "{unfit} flows do not fit it, and stay with the version that they were published with.",
                    "有 {unfit} 個流程與此版本不相容，將沿用發布時的版本。"
                ));
            }
        }
        console.done(
            &installed,
            &match installed.new {
                true => text!("{name} {version} is installed.", "已安裝 {name} {version}。"),
                false => text!("{name} {version} was installed already.", "{name} {version} 原已安裝。"),
            },
        )
    }

    async fn install(&self, context: &Context, app: &App) -> Outcome<InstalledConnector> {
        let (enabled, by) = (!self.disabled, context.by());
        let path = Path::new(&self.what);
        let (zip, source) = if self.what.starts_with("https://") || self.what.starts_with("http://") {
            let http = wiring::package_client(&context.settings)?;
            let zip = download(&http, &self.what).await;
            (zip.map_err(|error| Failure::new(Exit::Failed, error.code, error.message))?, self.what.clone())
        } else if path.is_dir() {
            let source = folder::read(path)?;
            let zip = source.pack().map_err(|why| Failure::refused("folder_unreadable", why))?;
            (zip, file_name(path))
        } else if path.is_file() {
            (zip_of(path)?, file_name(path))
        } else if is_name(&self.what) {
            let (name, version) = match self.what.split_once('@') {
                Some((name, version)) => (name, Some(version)),
                None => (self.what.as_str(), None),
            };
            return Ok(app.install_from_index(name, version, enabled, &by).await?);
        } else {
            let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Failure::file(path, &missing));
        };
        let request = InstallRequest { zip, source, enabled, by };
        let installed = app.install_connector(request).await;
        installed.map_err(|error| Failure::from(error).of_file(&self.what))
    }
}

/// What the index could have: a name, perhaps with a version.
fn is_name(what: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '@');
    what.chars().all(fits) && !what.starts_with('.')
}

fn file_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn zip_of(path: &Path) -> Outcome<Vec<u8>> {
    let failed = |error| Failure::file(path, &error);
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST_PACKED_BYTES as u64 {
        let most = MOST_PACKED_BYTES / 1024 / 1024;
        return Err(Failure::refused(
            "package_too_large",
            text!("A connector's zip has at most {most} MB.", "連接器的 zip 檔最多 {most} MB。"),
        ));
    }
    std::fs::read(path).map_err(failed)
}
