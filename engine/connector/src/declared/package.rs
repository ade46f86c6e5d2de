//! A connector's folder as one zip: what is installed, kept by its checksum and handed from machine to machine. A zip comes from
//! anybody, so it is bounded in size, number and ratio, and no name in it leads out of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use causeway_model::{Text, text};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::source::Source;
use crate::openapi;

/// The largest zip.
pub const MOST_PACKED_BYTES: usize = 16 * 1024 * 1024;
/// The most files of a connector, and their size together.
pub const MOST_FILES: usize = 2000;
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How many times larger than packed a file may be; descriptions pack 5 to 30 times.
const MOST_RATIO: u64 = 200;
/// Below this size no ratio matters.
const SMALL: u64 = 64 * 1024;
const LONGEST_NAME: usize = 255;
const MOST_FOLDERS: usize = 8;

/// Why a zip is no connector.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageError {
    /// Stable: `package_broken`, `package_too_large`, `package_unsafe`.
    pub code: &'static str,
    pub text: Text,
}

impl Source {
    /// As a zip; the same files give the same bytes.
    pub fn pack(&self) -> Result<Vec<u8>, Text> {
        let failed = |why: &dyn std::fmt::Display| {
            let name = &self.name;
            text!("`{name}` cannot be packed: {why}.", "無法打包 `{name}`：{why}。")
        };
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        for (path, content) in &self.files {
            writer.start_file(path.as_str(), options).map_err(|error| failed(&error))?;
            writer.write_all(content).map_err(|error| failed(&error))?;
        }
        let bytes = writer.finish().map_err(|error| failed(&error))?.into_inner();
        if bytes.len() > MOST_PACKED_BYTES {
            return Err(too_large().text);
        }
        Ok(bytes)
    }

    /// A zip with the document at its top, or in its only folder. The connector's name is what its document says.
    pub fn unpack(bytes: &[u8]) -> Result<Self, PackageError> {
        let files = topmost(unpacked(bytes)?);
        let mut source = Self { name: String::new(), files };
        let document = source.document().map_err(|text| PackageError { code: "package_broken", text })?;
        let root = openapi::parse(document).map_err(|text| PackageError { code: "package_broken", text })?;
        source.name = root["x-causeway"]["name"].as_str().unwrap_or_default().to_owned();
        Ok(source)
    }

    /// The same where the name is known.
    pub fn unpack_as(name: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        Ok(Self { name: name.to_owned(), files: topmost(unpacked(bytes)?) })
    }
}

type FileMap = BTreeMap<String, Cow<'static, [u8]>>;

fn unpacked(bytes: &[u8]) -> Result<FileMap, PackageError> {
    if bytes.len() > MOST_PACKED_BYTES {
        return Err(too_large());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.len() > MOST_FILES * 2 {
        return Err(too_large());
    }
    let mut files = FileMap::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| broken())?;
        let name = entry.name().map_err(|_| broken())?.into_owned();
        if entry.is_symlink() || !is_inside(&name) {
            return Err(unsafe_name(&name));
        }
        if entry.is_dir() || is_hidden(&name) {
            continue;
        }
        // What the headers say of sizes is not relied on, except to refuse early.
        let packed = entry.compressed_size().max(1);
        if entry.size() > left || (entry.size() > SMALL && entry.size() / packed > MOST_RATIO) {
            return Err(too_large());
        }
        let mut content = Vec::new();
        entry.by_ref().take(left + 1).read_to_end(&mut content).map_err(|_| broken())?;
        let size = content.len() as u64;
        if size > left || (size > SMALL && size / packed > MOST_RATIO) || files.len() >= MOST_FILES {
            return Err(too_large());
        }
        left -= size;
        if files.insert(name.clone(), content.into()).is_some() {
            return Err(unsafe_name(&name));
        }
    }
    Ok(files)
}

/// Without the one folder that all files stand in, if there is one.
fn topmost(files: FileMap) -> FileMap {
    let Some(folder) =
        files.keys().next().and_then(|path| path.split_once('/')).map(|(folder, _)| format!("{folder}/"))
    else {
        return files;
    };
    // A connector's own folders stand beside its document.
    if !files.keys().all(|path| path.starts_with(&folder)) {
        return files;
    }
    files.into_iter().map(|(path, content)| (path[folder.len()..].to_owned(), content)).collect()
}

/// No absolute path, no drive, no way up; nothing that no file would be called.
fn is_inside(name: &str) -> bool {
    let name = name.strip_suffix('/').unwrap_or(name);
    (1..=LONGEST_NAME).contains(&name.len())
        && name.split('/').count() <= MOST_FOLDERS
        && !name.chars().any(char::is_control)
        && !name.contains(['\\', ':'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// What tools leave behind is no part of a connector.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

fn broken() -> PackageError {
    let text = text!("This is no zip that can be read.", "這不是可以讀取的 zip 檔。");
    PackageError { code: "package_broken", text }
}

fn unsafe_name(name: &str) -> PackageError {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    PackageError {
        code: "package_unsafe",
        text: text!(
            "The zip has an entry that leads out of it, is a link, or stands there twice: `{shown}`.",
            "zip 檔中有指向外部、屬於連結或重複出現的項目：`{shown}`。"
        ),
    }
}

fn too_large() -> PackageError {
    let (packed, most) = (MOST_PACKED_BYTES / 1024 / 1024, MOST_BYTES / 1024 / 1024);
    PackageError {
        code: "package_too_large",
        text: text!(
            "This is too large for a connector: {packed} MB packed, {most} MB and {MOST_FILES} files unpacked, and {MOST_RATIO} times its size are the most.",
            "對連接器而言過大：壓縮後最多 {packed} MB，解開後最多 {most} MB 與 {MOST_FILES} 個檔案，且不超過壓縮大小的 {MOST_RATIO} 倍。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &[u8] = b"openapi: 3.1.0\nx-causeway: {name: shop}\npaths: {}\n";

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            writer.write_all(bytes).expect("its bytes");
        }
        writer.finish().expect("a zip").into_inner()
    }

    #[test]
    fn a_folder_comes_out_as_it_went_in() {
        let source = Source::new("shop").with("openapi.yaml", DOCUMENT).with("fixtures/a.json", &b"{}"[..]);
        let packed = source.pack().expect("packs");
        assert_eq!(source.pack().expect("packs"), packed, "the same bytes each time");
        let back = Source::unpack(&packed).expect("unpacks");
        assert_eq!((&back.name, &back.files), (&source.name, &source.files));
    }

    #[test]
    fn the_only_folder_of_a_zip_is_the_connector() {
        let bytes = zipped(&[
            ("shop-1.0/openapi.yaml", DOCUMENT),
            ("shop-1.0/fixtures/a.json", b"{}"),
            ("shop-1.0/.git", b""),
        ]);
        let source = Source::unpack(&bytes).expect("unpacks");
        assert_eq!(source.files.keys().collect::<Vec<_>>(), ["fixtures/a.json", "openapi.yaml"]);
        assert_eq!(source.name, "shop");
    }

    #[test]
    fn what_is_none_is_refused() {
        let code = |bytes: &[u8]| Source::unpack(bytes).expect_err("refused").code;
        assert_eq!(code(b"no zip"), "package_broken");
        assert_eq!(code(&zipped(&[("README.md", b"x")])), "package_broken");
        let (long, deep) = ("x".repeat(300), "x/".repeat(9) + "a.json");
        for path in
            ["../a", "a/../../b", "/etc/passwd", "c:\\a", "a\\..\\b", "a//b", "./a", "a\n", &long, &deep]
        {
            assert_eq!(
                code(&zipped(&[("openapi.yaml", DOCUMENT), (path, b"x")])),
                "package_unsafe",
                "{path}"
            );
        }
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("openapi.yaml", SimpleFileOptions::default()).expect("an entry");
        writer.write_all(DOCUMENT).expect("its bytes");
        writer.add_symlink("key", "../../key", SimpleFileOptions::default()).expect("a link");
        assert_eq!(code(&writer.finish().expect("a zip").into_inner()), "package_unsafe");
    }

    #[test]
    fn bombs_are_refused() {
        let code = |bytes: &[u8]| Source::unpack(bytes).expect_err("refused").code;
        let zeros = vec![0; 30 * 1024 * 1024];
        assert_eq!(code(&zipped(&[("openapi.yaml", DOCUMENT), ("a", &zeros)])), "package_too_large");
        let names: Vec<String> = (0..=MOST_FILES).map(|n| format!("f{n}")).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(code(&zipped(&many)), "package_too_large");
        assert_eq!(code(&vec![b'P'; MOST_PACKED_BYTES + 1]), "package_too_large");
    }
}
