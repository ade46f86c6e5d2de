//! An HMAC of the raw body in a header, as GitHub, Shopify, LINE and many others send it.

use ::hmac::{Hmac as HmacOf, KeyInit as _, Mac as _};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_document::HmacEncoding;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{Check, HmacAlgorithm, Problem, header, unauthorized};

pub(in crate::hooks) struct Hmac {
    pub(super) algorithm: HmacAlgorithm,
    /// In lower case.
    pub(super) header: String,
    pub(super) encoding: HmacEncoding,
    /// Before the signature, such as `sha256=`.
    pub(super) prefix: String,
    pub(super) secret: Vec<u8>,
}

impl Hmac {
    pub(super) fn begin(&self, headers: &HeaderMap) -> Result<Check, Problem> {
        let value = header(headers, &self.header)?.trim();
        let signature = value.strip_prefix(self.prefix.as_str()).ok_or_else(unauthorized)?;
        let wanted = match self.encoding {
            HmacEncoding::Hex => hex::decode(signature).map_err(|_| unauthorized())?,
            HmacEncoding::Base64 => STANDARD.decode(signature).map_err(|_| unauthorized())?,
        };
        Ok(Check::Body { mac: Box::new(Mac::new(self.algorithm, &self.secret)), wanted: vec![wanted] })
    }
}

/// A MAC under way.
pub(in crate::hooks) enum Mac {
    Sha1(HmacOf<Sha1>),
    Sha256(HmacOf<Sha256>),
    Sha512(HmacOf<Sha512>),
}

impl Mac {
    pub(super) fn new(algorithm: HmacAlgorithm, key: &[u8]) -> Self {
        const ANY_LENGTH: &str = "HMAC takes keys of any length";
        match algorithm {
            HmacAlgorithm::Sha1 => Self::Sha1(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
            HmacAlgorithm::Sha256 => Self::Sha256(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
            HmacAlgorithm::Sha512 => Self::Sha512(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
        }
    }

    pub(super) fn update(&mut self, part: &[u8]) {
        match self {
            Self::Sha1(mac) => mac.update(part),
            Self::Sha256(mac) => mac.update(part),
            Self::Sha512(mac) => mac.update(part),
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha256(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha512(mac) => mac.finalize().into_bytes().to_vec(),
        }
    }
}
