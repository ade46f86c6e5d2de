//! HMAC-SHA256 over the raw body, as the simulators sign what they send.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How the signature is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    Hex,
    Base64,
}

pub(crate) fn signature(secret: &str, body: &str, written: Written) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length of key will do");
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    match written {
        Written::Hex => hex::encode(bytes),
        Written::Base64 => STANDARD.encode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_signature() {
        // RFC 4231, test case 2
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", "what do ya want for nothing?", Written::Hex), expected);
        assert!(signature("Jefe", "", Written::Base64).ends_with('='));
    }
}
