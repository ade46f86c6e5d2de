//! The key's files in the data folder: `key`; `key.next` while a rotation is under way; `key.old` for older backups.
//! Whatever is cut off at any moment, one of the first two opens the database.

use std::fs;
use std::io::Write;
use std::path::Path;

use causeway_model::text;

use crate::key::Key;
use crate::{Error, Result};

const NEXT: &str = "key.next";
const OLD: &str = "key.old";

fn fault(data: &Path, error: &std::io::Error) -> Error {
    let (shown, why) = (data.display(), error.to_string());
    Error::invalid(
        "key_unwritable",
        text!("The key's files in {shown} cannot be written: {why}", "無法寫入 {shown} 中的金鑰檔：{why}"),
    )
}

/// Whole and on the disk, for its owner only.
pub(crate) fn write(file: &Path, key: &Key) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    opened.write_all(format!("{}\n", hex::encode(key.0)).as_bytes())?;
    opened.sync_all()
}

fn sync_folder(data: &Path) -> std::io::Result<()> {
    fs::File::open(data)?.sync_all()
}

/// Before the database gets the new key.
pub(crate) fn write_next(data: &Path, key: &Key) -> Result<()> {
    write(&data.join(NEXT), key).and_then(|()| sync_folder(data)).map_err(|error| fault(data, &error))
}

pub(crate) fn read_next(data: &Path) -> Option<String> {
    fs::read_to_string(data.join(NEXT)).ok()
}

/// Once the database has it. The old key stays beside it, for backups made before.
pub(crate) fn adopt_next(data: &Path) -> Result<()> {
    let (file, old, next) = (data.join("key"), data.join(OLD), data.join(NEXT));
    if file.exists() {
        let _ = fs::remove_file(&old);
        fs::hard_link(&file, &old).map_err(|error| fault(data, &error))?;
    }
    match fs::rename(&next, &file) {
        // Another process was quicker.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        moved => moved.map_err(|error| fault(data, &error))?,
    }
    sync_folder(data).map_err(|error| fault(data, &error))
}
