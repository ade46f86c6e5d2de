//! The installation's key: where it comes from, what is derived from it, and the check that every process has the same one.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use causeway_model::text;
use chacha20poly1305::aead::{Aead, Generate, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use sha2::Sha256;

use crate::{Error, Result, key_file, setting};

/// The installation's key. Never printed.
pub(crate) struct Key(pub(crate) [u8; 32]);

const NONCE_BYTES: usize = 24;

impl Key {
    /// As [`Key::find`], for a database that knows its key by `check`. Where a rotation was cut off after the database
    /// had the new key, the new key's file takes the old one's place now.
    pub(crate) fn open(given: Option<&str>, data: &Path, check: Option<&str>) -> Result<Self> {
        let Some(check) = check else { return Self::find(given, data, true) };
        let found = Self::find(given, data, false);
        if found.as_ref().is_ok_and(|key| key.check_value() == check) {
            return found;
        }
        if given.is_none()
            && let Some(next) = key_file::read_next(data).and_then(|text| Self::parse(&text))
            && next.check_value() == check
        {
            key_file::adopt_next(data)?;
            return Ok(next);
        }
        found.and(Err(wrong_key()))
    }

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

    pub(crate) fn fresh() -> Self {
        Self(<[u8; 32]>::generate())
    }

    /// 64 hex digits, or base64 of either alphabet, padded or not.
    pub(crate) fn parse(text: &str) -> Option<Self> {
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
        let key = Self::fresh();
        let fault = |error: std::io::Error| {
            let (shown, why) = (file.display(), error.to_string());
            Error::invalid(
                "key_unwritable",
                text!("The key file {shown} cannot be made: {why}", "無法建立金鑰檔 {shown}：{why}"),
            )
        };
        let draft = file.with_extension(format!("{}.new", std::process::id()));
        key_file::write(&draft, &key).map_err(fault)?;
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
        derive(&self.0, purpose)
    }

    /// Encrypts for one purpose; `name` is authenticated with it.
    pub(crate) fn seal(&self, purpose: &str, name: &str, text: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let payload = Payload { msg: text, aad: name.as_bytes() };
        let sealed = self.cipher(purpose).encrypt(&nonce, payload).expect("a short text can be sealed");
        [nonce.as_slice(), &sealed].concat()
    }

    pub(crate) fn unseal(&self, purpose: &str, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        self.cipher(purpose).decrypt(&nonce, Payload { msg: sealed, aad: name.as_bytes() }).ok()
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        <XChaCha20Poly1305 as chacha20poly1305::KeyInit>::new(&self.derive(purpose).into())
    }

    /// What the database keeps to know the key again without holding it.
    pub(crate) fn check_value(&self) -> String {
        hex::encode(self.derive("key check"))
    }
}

pub(crate) fn derive(root: &[u8; 32], purpose: &str) -> [u8; 32] {
    mac(root, format!("causeway/1/{purpose}").as_bytes())
}

pub(crate) fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Which key the secrets are sealed with: 1, and one more after each rotation.
pub(crate) async fn version<C: ConnectionTrait>(db: &C) -> Result<i16> {
    let version = setting::get(db, setting::KEY_VERSION).await?;
    version.map_or(Ok(1), |text| text.parse().map_err(|_| Error::corrupt("setting key_version")))
}

/// Refused where the database has another key by now.
pub(crate) async fn still_fits<C: ConnectionTrait>(db: &C, key: &Key) -> Result<()> {
    let check = setting::get(db, setting::KEY_CHECK).await?;
    if check.is_none_or(|check| check == key.check_value()) { Ok(()) } else { Err(wrong_key()) }
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
