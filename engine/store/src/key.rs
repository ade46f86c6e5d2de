//! The installation's key: where it comes from, what is derived from it, and the check that every process has the same one.

use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use causeway_model::text;
use chacha20poly1305::aead::Generate;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Error, Result};

/// The installation's key. Never printed.
pub(crate) struct Key([u8; 32]);

impl Key {
    /// `given` (`CAUSEWAY_KEY`), else `<data>/key`, else a fresh one for an empty store.
    pub(crate) fn find(given: Option<&str>, data: &Path, store_is_empty: bool) -> Result<Self> {
        if let Some(given) = given {
            return Self::parse(given).ok_or_else(|| {
                Error::invalid(
                    "key_malformed",
                    text!(
                        "CAUSEWAY_KEY is no key: give 32 bytes as 64 hex digits or as base64.",
                        "CAUSEWAY_KEY 不是金鑰：請提供 32 位元組，以 64 個十六進位數字或 base64 表示。"
                    ),
                )
            });
        }
        let file = data.join("key");
        let shown = file.display();
        match fs::read_to_string(&file) {
            Ok(text) => Self::parse(&text).ok_or_else(|| {
                Error::invalid(
                    "key_malformed",
                    text!(
                        "The key file {shown} does not hold a key: put the right one back from a backup.",
                        "金鑰檔 {shown} 的內容不是金鑰：請從備份還原正確的檔案。"
                    ),
                )
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && store_is_empty => Self::make(&file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::invalid(
                "key_missing",
                text!(
                    "The database has data that was encrypted with a key, but {shown} is missing. Put the key file back, or set CAUSEWAY_KEY.",
                    "資料庫中有以金鑰加密的資料，但找不到 {shown}。請放回金鑰檔，或設定 CAUSEWAY_KEY。"
                ),
            )),
            Err(error) => {
                let why = error.to_string();
                Err(Error::invalid(
                    "key_unreadable",
                    text!("The key file {shown} cannot be read: {why}", "無法讀取金鑰檔 {shown}：{why}"),
                ))
            }
        }
    }

    /// 64 hex digits, or base64 of either alphabet, padded or not.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.trim_end_matches('=');
        let bytes = hex::decode(text)
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .or_else(|| STANDARD_NO_PAD.decode(bare).ok())
            .or_else(|| URL_SAFE_NO_PAD.decode(bare).ok())?;
        bytes.try_into().ok().map(Self)
    }

    /// Makes the key file whole or not at all; a process that was first wins.
    fn make(file: &Path) -> Result<Self> {
        let key = Self(<[u8; 32]>::generate());
        let fault = |error: std::io::Error| {
            let (shown, why) = (file.display(), error.to_string());
            Error::invalid(
                "key_unwritable",
                text!("The key file {shown} cannot be made: {why}", "無法建立金鑰檔 {shown}：{why}"),
            )
        };
        let draft = file.with_extension(format!("{}.new", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut opened = options.open(&draft).map_err(fault)?;
        opened.write_all(hex::encode(key.0).as_bytes()).map_err(fault)?;
        opened.write_all(b"\n").map_err(fault)?;
        opened.sync_all().map_err(fault)?;
        let linked = fs::hard_link(&draft, file);
        let _ = fs::remove_file(&draft);
        match linked {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let text = fs::read_to_string(file).map_err(fault)?;
                Self::parse(&text).ok_or_else(|| fault(std::io::Error::other("it holds no key")))
            }
            Err(error) => Err(fault(error)),
        }
    }

    /// 32 bytes for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, format!("causeway/1/{purpose}").as_bytes())
    }

    /// What the database keeps to know the key again without holding it.
    pub(crate) fn check_value(&self) -> String {
        hex::encode(self.derive("key check"))
    }
}

pub(crate) fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

pub(crate) fn wrong_key() -> Error {
    Error::invalid(
        "wrong_key",
        text!(
            "This key is not the one that the database's secrets were encrypted with. Use the key file (or CAUSEWAY_KEY) of the installation that made the database.",
            "這把金鑰不是當初加密資料庫密鑰的那一把。請使用建立此資料庫之安裝的金鑰檔（或 CAUSEWAY_KEY）。"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_in_each_form() {
        let bytes = [7u8; 32];
        let forms = [
            hex::encode(bytes),
            base64::engine::general_purpose::STANDARD.encode(bytes),
            URL_SAFE_NO_PAD.encode(bytes),
            format!("  {}\n", hex::encode(bytes).to_uppercase()),
        ];
        for form in forms {
            assert_eq!(Key::parse(&form).expect("parses").0, bytes, "{form}");
        }
        for bad in ["", "abc", &hex::encode([1u8; 31]), "*"] {
            assert!(Key::parse(bad).is_none());
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_only_for_an_empty_store() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = Key::find(None, folder.path(), false).err().and_then(|error| error.code());
        assert_eq!(missing, Some("key_missing"));
        let first = Key::find(None, folder.path(), true).expect("makes one");
        let again = Key::find(None, folder.path(), false).expect("finds it");
        assert_eq!(first.0, again.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("key")).expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_ne!(first.derive("a"), first.derive("b"));
    }
}
