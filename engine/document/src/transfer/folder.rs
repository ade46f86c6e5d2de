//! Sources from files and folders on disk.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use causeway_model::{Fault, Text, text};

use super::{ImportError, Source, documents, from_zip};
use crate::limits::MAX_DOCUMENT_BYTES;

/// Files that a folder may hold, and how deep.
const MAX_FILES: usize = 20_000;
const MAX_FOLDERS: usize = 12;
/// Bytes of a zip file.
const MAX_ZIP_BYTES: u64 = 50 * 1024 * 1024;

/// The documents of a file, a folder or a zip.
pub fn from_path(path: &Path) -> Result<Vec<Source>, ImportError> {
    let found = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if found.is_dir() {
        return from_folder(path);
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
        if found.len() > MAX_ZIP_BYTES {
            let most = MAX_ZIP_BYTES / 1024 / 1024;
            let text = text!("The zip is larger than {most} MB.", "zip 檔超過 {most} MB。");
            return Err(ImportError { code: "zip_too_large", text });
        }
        return from_zip(&fs::read(path).map_err(|error| unreadable(path, &error))?);
    }
    // The folder's name gives the slug of a `flow.json`.
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = match folder {
        Some(folder) if file == "flow.json" => format!("{folder}/{file}"),
        _ => file,
    };
    Ok(vec![Source { path: named, text: read(path) }])
}

/// The documents of a folder: a folder with a `flow.json` is one flow, in others each `*.json` is one. Links are not followed.
pub fn from_folder(folder: &Path) -> Result<Vec<Source>, ImportError> {
    let absolute = folder.canonicalize().map_err(|error| unreadable(folder, &error))?;
    let mut files = Vec::new();
    walk(&absolute, "", 0, &mut files)?;
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    let sources = documents(&files).into_iter().map(|path| {
        let named = match &name {
            Some(name) if path == "flow.json" => format!("{name}/{path}"),
            _ => path.to_owned(),
        };
        Source { path: named, text: read(&absolute.join(path)) }
    });
    let sources: Vec<Source> = sources.collect();
    if sources.is_empty() {
        let shown = folder.display();
        let text = text!("There is no flow document in {shown}.", "{shown} 中沒有流程文件。");
        return Err(ImportError { code: "nothing_to_import", text });
    }
    Ok(sources)
}

fn walk(folder: &Path, inside: &str, depth: usize, files: &mut Vec<String>) -> Result<(), ImportError> {
    if depth > MAX_FOLDERS || files.len() > MAX_FILES {
        let text = text!(
            "The folder is too large: {MAX_FILES} files and {MAX_FOLDERS} levels are the most.",
            "資料夾太大：最多 {MAX_FILES} 個檔案、{MAX_FOLDERS} 層。"
        );
        return Err(ImportError { code: "folder_too_large", text });
    }
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if inside.is_empty() { name } else { format!("{inside}/{name}") };
        let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
        if kind.is_dir() {
            walk(&entry.path(), &path, depth + 1, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The text of a document, or the fault that keeps it from being read.
fn read(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    // What a file says of its size is not relied on: a device has none, and a file may grow.
    let most = MAX_DOCUMENT_BYTES as u64 + 1;
    let read = fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| {
        let Text { en, zh_tw } = unreadable(path, &error).text;
        Fault::error("unreadable", "", Text { en, zh_tw })
    })?;
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|_| not_utf8())
}

pub(super) fn too_large() -> Fault {
    let most = MAX_DOCUMENT_BYTES;
    Fault::error(
        "document_too_large",
        "",
        text!("The document is larger than {most} bytes.", "文件超過 {most} 位元組。"),
    )
}

pub(super) fn not_utf8() -> Fault {
    Fault::error("not_utf8", "", text!("The document is no UTF-8 text.", "文件不是 UTF-8 文字。"))
        .with_fix(text!("Save it as UTF-8.", "請以 UTF-8 儲存。"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> ImportError {
    let (path, why) = (path.display(), error.to_string());
    let text = text!("{path} cannot be read: {why}.", "無法讀取 {path}：{why}。");
    ImportError { code: "unreadable", text }
}
