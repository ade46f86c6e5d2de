//! Connectors as folders: read from anywhere, and those of the data folder, which are for whoever makes one.

use std::path::{Path, PathBuf};

use causeway_connector::declared::package::{MOST_BYTES, MOST_FILES};
use causeway_connector::declared::{Declared, Source};
use causeway_model::text;

use crate::exit::{Failure, Outcome};
use crate::settings::Settings;

/// Where connectors are that only this machine knows, a folder each.
fn home(settings: &Settings) -> PathBuf {
    settings.data.join("connectors")
}

/// A connector's folder. Links are not followed.
pub fn read(folder: &Path) -> Outcome<Source> {
    let whole = folder.canonicalize().map_err(|error| Failure::file(folder, &error))?;
    let mut source = Source::new(name(&whole));
    let mut left = MOST_BYTES;
    gather(folder, "", &mut source, &mut left)?;
    Ok(source)
}

fn gather(folder: &Path, inside: &str, source: &mut Source, left: &mut u64) -> Outcome {
    let failed = |error| Failure::file(folder, &error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, name) =
            (entry.file_type().map_err(failed)?, entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        let inside = if inside.is_empty() { name } else { format!("{inside}/{name}") };
        if kind.is_dir() {
            gather(&entry.path(), &inside, source, left)?;
        } else if kind.is_file() {
            let size = entry.metadata().map_err(failed)?.len();
            if size > *left || source.files.len() >= MOST_FILES {
                let shown = folder.display();
                let most = MOST_BYTES / 1024 / 1024;
                return Err(Failure::refused(
                    "folder_too_large",
                    text!(
                        "`{shown}` has more than {MOST_FILES} files or {most} MB: this is no connector's folder.",
                        "`{shown}` 超過 {MOST_FILES} 個檔案或 {most} MB：這不是連接器的資料夾。"
                    ),
                ));
            }
            *left -= size;
            let content =
                std::fs::read(entry.path()).map_err(|error| Failure::file(&entry.path(), &error))?;
            source.files.insert(inside, content.into());
        }
    }
    Ok(())
}

/// The connectors of the data folder, none of which is read yet.
pub fn all(settings: &Settings) -> Vec<Declared> {
    let Ok(entries) = std::fs::read_dir(home(settings)) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir() && !name(path).starts_with('.'))
        .collect();
    folders.sort();
    let later =
        |folder: PathBuf| Declared::later(name(&folder), move || read(&folder).map_err(|why| why.text));
    folders.into_iter().map(later).collect()
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
