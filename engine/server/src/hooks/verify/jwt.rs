//! JSON Web Tokens (RFC 7519) signed by a secret, an RSA key or a P-256 key.
//!
//! The signatures are checked by `ring`, which the outbound TLS brings along anyway. Of the two readers of tokens at hand one
//! had a hole in its checks of `exp` and `nbf` and the other brings a second set of cryptography, and what is left to do
//! here is little: split, compare the algorithm with the document's, verify, and be strict about the claims.

mod key;

use ::hmac::{Hmac, KeyInit as _, Mac as _};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_document::{Jwt as Written, JwtAlgorithm, JwtKey};
use causeway_model::{Span, Time, Value};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use sha2::{Sha256, Sha384, Sha512};

use self::key::PublicKey;
use super::{Problem, header, unauthorized};

/// Longer tokens are refused unread.
const LONGEST: usize = 16 * 1024;

pub(in crate::hooks) struct Jwt {
    algorithm: JwtAlgorithm,
    /// In lower case.
    pub(super) header: String,
    key: Key,
    issuer: Option<String>,
    audience: Option<String>,
    leeway: Span,
}

enum Key {
    Secret(Vec<u8>),
    /// With the `kid` of each that has one.
    Public(Vec<(Option<String>, PublicKey)>),
}

impl Jwt {
    /// `Ok(Err)`: the key is none for this algorithm.
    pub(super) fn new<E>(
        written: &Written,
        mut reveal: impl FnMut(&causeway_script::Template) -> Result<String, E>,
    ) -> Result<Result<Self, &'static str>, E> {
        let rsa = written.algorithm == JwtAlgorithm::Rs256;
        let key = match &written.key {
            JwtKey::Secret(secret) => Some(Key::Secret(reveal(secret)?.into_bytes())),
            JwtKey::Pem(pem) => key::from_pem(&reveal(pem)?, rsa).map(|key| Key::Public(vec![(None, key)])),
            JwtKey::Jwks(set) => key::from_jwks(&reveal(set)?, rsa).map(Key::Public),
        };
        let Some(key) = key else { return Ok(Err("the key of the JWT is none for its algorithm")) };
        Ok(Ok(Self {
            algorithm: written.algorithm,
            header: written.header.to_ascii_lowercase(),
            key,
            issuer: written.issuer.clone(),
            audience: written.audience.clone(),
            leeway: written.leeway,
        }))
    }

    pub(super) fn check(&self, headers: &HeaderMap, now: Time) -> Result<(), Problem> {
        let value = header(headers, &self.header)?.trim();
        let token = match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => value,
        };
        self.is_good(token, now).filter(|good| *good).map(|_| ()).ok_or_else(|| {
            unauthorized().with_header("www-authenticate", r#"Bearer realm="webhook", error="invalid_token""#)
        })
    }

    /// `None`, too, means that it is not.
    fn is_good(&self, token: &str, now: Time) -> Option<bool> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let head = part(head)?;
        // What must be understood and is not, makes the token no good (RFC 7515, 4.1.11).
        if head.get("alg")?.as_str()? != name(self.algorithm) || head.get("crit").is_some() {
            return None;
        }
        let kid = head.get("kid").and_then(Value::as_str);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let verified = self.verifies(kid, signed.as_bytes(), &signature);
        Some(verified && self.claims_hold(&part(claims)?, now))
    }

    fn verifies(&self, kid: Option<&str>, signed: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            Key::Secret(secret) => hmac_fits(self.algorithm, secret, signed, signature),
            // A key without a name may be any; a token without one may be of any key.
            Key::Public(keys) => keys
                .iter()
                .filter(|(name, _)| match (name, kid) {
                    (Some(name), Some(kid)) => name == kid,
                    _ => true,
                })
                .any(|(_, key)| match key {
                    PublicKey::RsaDer(der) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
                        .verify(signed, signature)
                        .is_ok(),
                    PublicKey::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                        .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
                        .is_ok(),
                    PublicKey::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                        .verify(signed, signature)
                        .is_ok(),
                }),
        }
    }

    /// A token that never ends is refused: who finds it could use it for ever.
    fn claims_hold(&self, claims: &Value, now: Time) -> bool {
        let now = now.millis() as f64 / 1000.0;
        let leeway = self.leeway.millis() as f64 / 1000.0;
        // Of a wrong type is not the same as absent.
        let moment = |name: &str| claims.get(name).map(Value::as_f64);
        let ends = matches!(moment("exp"), Some(Some(exp)) if now < exp + leeway);
        let begun = match moment("nbf") {
            None => true,
            Some(nbf) => nbf.is_some_and(|nbf| now + leeway >= nbf),
        };
        let issued = self.issuer.as_deref().is_none_or(|wanted| claims["iss"] == wanted);
        let meant = self.audience.as_deref().is_none_or(|wanted| match &claims["aud"] {
            Value::Array(list) => list.iter().any(|one| one == wanted),
            one => one == wanted,
        });
        ends && begun && issued && meant
    }
}

fn part(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    value.is_object().then_some(value)
}

fn name(algorithm: JwtAlgorithm) -> &'static str {
    match algorithm {
        JwtAlgorithm::Hs256 => "HS256",
        JwtAlgorithm::Hs384 => "HS384",
        JwtAlgorithm::Hs512 => "HS512",
        JwtAlgorithm::Rs256 => "RS256",
        JwtAlgorithm::Es256 => "ES256",
    }
}

fn hmac_fits(algorithm: JwtAlgorithm, secret: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    macro_rules! fits {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret)
                .is_ok_and(|mac| mac.chain_update(signed).verify_slice(signature).is_ok())
        };
    }
    match algorithm {
        JwtAlgorithm::Hs256 => fits!(Sha256),
        JwtAlgorithm::Hs384 => fits!(Sha384),
        JwtAlgorithm::Hs512 => fits!(Sha512),
        JwtAlgorithm::Rs256 | JwtAlgorithm::Es256 => false,
    }
}

#[cfg(test)]
mod tests;
