//! Message authentication codes, as systems sign with: for what goes out and for what comes in.

use hmac::{Hmac as HmacOf, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::incoming::HmacAlgorithm;

/// A MAC under way.
pub enum Mac {
    Sha1(HmacOf<Sha1>),
    Sha256(HmacOf<Sha256>),
    Sha512(HmacOf<Sha512>),
}

impl Mac {
    pub fn new(algorithm: HmacAlgorithm, key: &[u8]) -> Self {
        const ANY_LENGTH: &str = "HMAC takes keys of any length";
        match algorithm {
            HmacAlgorithm::Sha1 => Self::Sha1(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
            HmacAlgorithm::Sha256 => Self::Sha256(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
            HmacAlgorithm::Sha512 => Self::Sha512(HmacOf::new_from_slice(key).expect(ANY_LENGTH)),
        }
    }

    pub fn update(&mut self, part: &[u8]) {
        match self {
            Self::Sha1(mac) => mac.update(part),
            Self::Sha256(mac) => mac.update(part),
            Self::Sha512(mac) => mac.update(part),
        }
    }

    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha256(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha512(mac) => mac.finalize().into_bytes().to_vec(),
        }
    }
}
