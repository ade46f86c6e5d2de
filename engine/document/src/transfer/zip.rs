//! Sources from the bytes of a zip, which nobody has checked: bounded in entries, sizes and ratio, and no path leaves it.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use causeway_model::{Text, text};
use zip::ZipArchive;

use super::folder::{not_utf8, too_large};
use super::{ImportError, Source, documents};
use crate::limits::MAX_DOCUMENT_BYTES;

const MAX_ENTRIES: usize = 20_000;
/// The longest name of an entry, and how deep it may stand.
const LONGEST_NAME: usize = 1024;
const MAX_FOLDERS: usize = 32;
/// Bytes of all documents together, unpacked.
const MAX_BYTES: usize = 50 * 1024 * 1024;
/// How many times larger than packed an entry may be; text packs 5 to 20 times.
const MAX_RATIO: u64 = 200;

/// The documents of a zip: a folder with a `flow.json` is one flow, in others each `*.json` is one.
pub fn from_zip(bytes: &[u8]) -> Result<Vec<Source>, ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.len() > MAX_ENTRIES {
        return Err(refused(
            "zip_too_large",
            text!("The zip has more than {MAX_ENTRIES} entries.", "zip 檔超過 {MAX_ENTRIES} 個項目。"),
        ));
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| broken())?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|_| broken())?.into_owned();
        if entry.is_symlink() || !is_inside(&name) {
            let shown = crate::parse::shortened(&name);
            return Err(refused(
                "zip_unsafe_path",
                text!(
                    "The zip has an entry that leaves it, or is no usual name: `{shown}`.",
                    "zip 檔中有指向外部或名稱異常的項目：`{shown}`。"
                ),
            ));
        }
        places.insert(name, index);
    }
    let names: Vec<String> = places.keys().cloned().collect();
    let mut sources = Vec::new();
    let mut left = MAX_BYTES;
    for path in documents(&names) {
        let Some(index) = places.get(path) else { continue };
        let mut entry = archive.by_index(*index).map_err(|_| broken())?;
        // What the headers say of sizes is not relied on, except to refuse early.
        if entry.size() / entry.compressed_size().max(1) > MAX_RATIO {
            return Err(bomb());
        }
        let most = left.min(MAX_DOCUMENT_BYTES);
        let mut bytes = Vec::new();
        entry.by_ref().take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        if bytes.len() as u64 / entry.compressed_size().max(1) > MAX_RATIO || bytes.len() > left {
            return Err(bomb());
        }
        left -= bytes.len().min(left);
        let text = if bytes.len() > MAX_DOCUMENT_BYTES {
            Err(too_large())
        } else {
            String::from_utf8(bytes).map_err(|_| not_utf8())
        };
        sources.push(Source { path: path.to_owned(), text });
    }
    if sources.is_empty() {
        return Err(refused(
            "nothing_to_import",
            text!("There is no flow document in the zip.", "zip 檔中沒有流程文件。"),
        ));
    }
    Ok(sources)
}

/// No absolute path, no drive, no way up; nothing that no file would be called.
fn is_inside(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.split('/').count() <= MAX_FOLDERS
        && !name.chars().any(char::is_control)
        && !name.starts_with('/')
        && !name.contains(['\\', ':'])
        && name.split('/').all(|part| part != "..")
}

fn refused(code: &'static str, text: Text) -> ImportError {
    ImportError { code, text }
}

fn broken() -> ImportError {
    refused("zip_broken", text!("This is no zip that can be read.", "這不是可以讀取的 zip 檔。"))
}

fn bomb() -> ImportError {
    let most = MAX_BYTES / 1024 / 1024;
    refused(
        "zip_too_large",
        text!(
            "The zip unpacks to far more than it should: {most} MB in all and {MAX_RATIO} times its size are the most.",
            "zip 檔解開後過大：總共最多 {most} MB，且不超過壓縮大小的 {MAX_RATIO} 倍。"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn documents_are_found_in_a_zip() {
        let bytes = zipped(&[
            ("a/flow.json", b"{}"),
            ("a/cases/x.json", b"[]"),
            ("b.json", b"\xff"),
            ("README", b""),
        ]);
        let sources = from_zip(&bytes).unwrap();
        let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["a/flow.json", "b.json"]);
        assert_eq!(sources[0].text, Ok("{}".to_owned()));
        assert_eq!(sources[1].text.as_ref().unwrap_err().code, "not_utf8");
    }

    #[test]
    fn bombs_and_paths_that_leave_are_refused() {
        let code = |bytes: &[u8]| from_zip(bytes).unwrap_err().code;
        assert_eq!(code(b"no zip"), "zip_broken");
        assert_eq!(code(&zipped(&[("a.txt", b"x")])), "nothing_to_import");
        let (long, deep) = ("x".repeat(1025), "x/".repeat(33) + "a.json");
        for path in ["../a.json", "a/../../b.json", "/etc/a.json", "c:\\a.json", "a\n.json", &long, &deep] {
            assert_eq!(code(&zipped(&[(path, b"{}")])), "zip_unsafe_path", "{path}");
        }
        let zeros = vec![b' '; 4 * 1024 * 1024];
        assert_eq!(code(&zipped(&[("a.json", &zeros)])), "zip_too_large");
    }
}
