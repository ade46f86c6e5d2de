//! Text functions that secrets may go through: the same code serves scripts and the moment of sending.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use causeway_model::{Text, text};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::aes;

/// A function of texts to a text.
pub(crate) struct Operation {
    pub name: &'static str,
    pub parameters: &'static [&'static str],
    pub run: fn(&[&str]) -> Result<String, Text>,
}

macro_rules! hmac {
    ($hash:ty, $arguments:expr) => {{
        let mut mac = Hmac::<$hash>::new_from_slice($arguments[0].as_bytes())
            .map_err(|_| text!("the key has a wrong length", "金鑰長度不正確"))?;
        mac.update($arguments[1].as_bytes());
        mac.finalize().into_bytes()
    }};
}

/// Alphabetical.
pub(crate) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "aes_cbc_encrypt",
        parameters: &["text", "key", "iv"],
        run: |a| Ok(STANDARD.encode(aes::encrypt(a[0], a[1], a[2])?)),
    },
    Operation {
        name: "aes_cbc_encrypt_hex",
        parameters: &["text", "key", "iv"],
        run: |a| Ok(hex::encode(aes::encrypt(a[0], a[1], a[2])?)),
    },
    Operation { name: "base64_encode", parameters: &["text"], run: |a| Ok(STANDARD.encode(a[0])) },
    Operation { name: "base64url_encode", parameters: &["text"], run: |a| Ok(URL_SAFE_NO_PAD.encode(a[0])) },
    Operation { name: "hex_encode", parameters: &["text"], run: |a| Ok(hex::encode(a[0])) },
    Operation { name: "hmac_md5", parameters: KEY_TEXT, run: |a| Ok(hex::encode(hmac!(Md5, a))) },
    Operation { name: "hmac_sha1", parameters: KEY_TEXT, run: |a| Ok(hex::encode(hmac!(Sha1, a))) },
    Operation {
        name: "hmac_sha1_base64",
        parameters: KEY_TEXT,
        run: |a| Ok(STANDARD.encode(hmac!(Sha1, a))),
    },
    Operation { name: "hmac_sha256", parameters: KEY_TEXT, run: |a| Ok(hex::encode(hmac!(Sha256, a))) },
    Operation {
        name: "hmac_sha256_base64",
        parameters: KEY_TEXT,
        run: |a| Ok(STANDARD.encode(hmac!(Sha256, a))),
    },
    Operation { name: "hmac_sha512", parameters: KEY_TEXT, run: |a| Ok(hex::encode(hmac!(Sha512, a))) },
    Operation {
        name: "hmac_sha512_base64",
        parameters: KEY_TEXT,
        run: |a| Ok(STANDARD.encode(hmac!(Sha512, a))),
    },
    Operation { name: "md5", parameters: &["text"], run: |a| Ok(hex::encode(Md5::digest(a[0]))) },
    Operation { name: "sha1", parameters: &["text"], run: |a| Ok(hex::encode(Sha1::digest(a[0]))) },
    Operation { name: "sha256", parameters: &["text"], run: |a| Ok(hex::encode(Sha256::digest(a[0]))) },
    Operation {
        name: "sha256_base64",
        parameters: &["text"],
        run: |a| Ok(STANDARD.encode(Sha256::digest(a[0]))),
    },
    Operation { name: "sha512", parameters: &["text"], run: |a| Ok(hex::encode(Sha512::digest(a[0]))) },
    Operation { name: "to_lower", parameters: &["text"], run: |a| Ok(a[0].to_lowercase()) },
    Operation { name: "to_upper", parameters: &["text"], run: |a| Ok(a[0].to_uppercase()) },
    Operation { name: "url_encode", parameters: &["text"], run: |a| Ok(url_encode(a[0])) },
];

const KEY_TEXT: &[&str] = &["key", "text"];

pub(crate) fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// What RFC 3986 leaves unreserved.
const URL_KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, URL_KEPT).to_string()
}
