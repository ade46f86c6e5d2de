//! Whether the caller of a webhook is who may call it. Everything is compared in constant time; HMACs are computed
//! while the body comes in, over its raw bytes.

mod basic;
mod hmac;
mod jwt;
mod query;
mod standard;
mod token;

use axum::http::{HeaderMap, StatusCode};
use causeway_connector::{Mac, Proof};
use causeway_document::{HmacAlgorithm, Verify};
use causeway_model::{Time, text};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::problem::Problem;

/// A webhook's way to verify, with its secrets in the clear: neither shown nor logged.
pub(super) enum Verifier {
    None,
    Basic(basic::Basic),
    Token(token::Token),
    Query(query::Query),
    Hmac(hmac::Hmac),
    Standard(standard::Standard),
    Jwt(jwt::Jwt),
}

/// A call, before its body.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub headers: &'a HeaderMap,
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// Where this server stands, as callers see it, without a slash at the end.
    pub base: &'a str,
}

/// What is left to check once the headers are seen.
pub(super) enum Check {
    Passed,
    /// The MAC of the body and of what is signed after it must be one of these.
    Body {
        mac: Box<Mac>,
        after: Vec<u8>,
        wanted: Vec<Vec<u8>>,
    },
}

impl Verifier {
    /// `reveal` resolves a template and gives what its secrets stand for; never empty.
    pub(super) fn new<E>(
        verify: &Verify,
        mut reveal: impl FnMut(&causeway_script::Template) -> Result<String, E>,
    ) -> Result<Result<Self, &'static str>, E> {
        Ok(Ok(match verify {
            Verify::None => Self::None,
            Verify::Basic { username, password } => {
                Self::Basic(basic::Basic::new(&reveal(username)?, &reveal(password)?))
            }
            Verify::Header { header, token } => {
                Self::Token(token::Token::new(header, String::new(), &reveal(token)?))
            }
            Verify::Hmac { algorithm, header, encoding, prefix, secret } => Self::Hmac(hmac::Hmac {
                algorithm: *algorithm,
                header: header.to_ascii_lowercase(),
                encoding: *encoding,
                prefix: prefix.clone(),
                secret: reveal(secret)?.into_bytes(),
                signed: None,
            }),
            Verify::Jwt(written) => match jwt::Jwt::new(written, reveal)? {
                Ok(jwt) => Self::Jwt(jwt),
                Err(why) => return Ok(Err(why)),
            },
            Verify::StandardWebhooks { secret, tolerance } => {
                match standard::Standard::new(&reveal(secret)?, *tolerance) {
                    Some(standard) => Self::Standard(standard),
                    None => return Ok(Err("the secret of a Standard Webhook is not base64")),
                }
            }
        }))
    }

    /// By what a connector says. `credential` gives a field of the connection's credentials.
    pub(super) fn of_proof<'c>(
        proof: &Proof,
        credential: impl Fn(&str) -> Option<&'c str>,
    ) -> Result<Self, String> {
        let field = |name: &str| {
            credential(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| format!("the credential `{name}` is not set"))
        };
        Ok(match proof {
            Proof::None => Self::None,
            Proof::Header { header, prefix, secret } => {
                Self::Token(token::Token::new(header, prefix.clone(), field(secret)?))
            }
            Proof::Query { parameter, secret } => Self::Query(query::Query::new(parameter, field(secret)?)),
            Proof::Basic { username, password } => {
                Self::Basic(basic::Basic::new(field(username)?, field(password)?))
            }
            Proof::Hmac(proof) => Self::Hmac(hmac::Hmac::of_proof(proof, field(&proof.secret)?)),
            Proof::StandardWebhooks { secret, tolerance } => {
                let standard = standard::Standard::new(field(secret)?, *tolerance);
                Self::Standard(standard.ok_or_else(|| format!("the credential `{secret}` is not base64"))?)
            }
        })
    }

    /// Checks the headers; what stands in the body's MAC is left to [`Check`].
    pub(super) fn begin(&self, asked: &Asked<'_>, now: Time) -> Result<Check, Problem> {
        let headers = asked.headers;
        match self {
            Self::None => Ok(Check::Passed),
            Self::Basic(basic) => basic.check(headers).map(|()| Check::Passed),
            Self::Token(token) => token.check(headers).map(|()| Check::Passed),
            Self::Query(query) => query.check(asked.target).map(|()| Check::Passed),
            Self::Jwt(jwt) => jwt.check(headers, now).map(|()| Check::Passed),
            Self::Hmac(hmac) => hmac.begin(asked, now),
            Self::Standard(standard) => standard.begin(headers, now),
        }
    }

    /// Whether what comes without a body shows whom it is from, too.
    pub(super) fn is_by_token(&self) -> bool {
        matches!(self, Self::Basic(_) | Self::Token(_) | Self::Query(_) | Self::Jwt(_))
    }

    /// The header that holds the proof, in lower case: it is not passed on to the flow.
    pub(super) fn header(&self) -> Option<&str> {
        match self {
            Self::None | Self::Basic(_) | Self::Query(_) => None,
            Self::Token(token) => Some(&token.header),
            Self::Hmac(hmac) => Some(&hmac.header),
            Self::Jwt(jwt) => Some(&jwt.header),
            Self::Standard(_) => Some("webhook-signature"),
        }
    }
}

impl Check {
    pub(super) fn update(&mut self, part: &[u8]) {
        if let Self::Body { mac, .. } = self {
            mac.update(part);
        }
    }

    pub(super) fn finish(self) -> Result<(), Problem> {
        let Self::Body { mut mac, after, wanted } = self else { return Ok(()) };
        mac.update(&after);
        let computed = mac.finish();
        // Every candidate is compared, so that the time does not tell which one came near.
        let fits = wanted.iter().fold(subtle::Choice::from(0), |fits, wanted| fits | computed.ct_eq(wanted));
        if fits.into() { Ok(()) } else { Err(unauthorized()) }
    }
}

/// One answer for every way of not being known, so that it tells nothing.
pub(super) fn unauthorized() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "webhook_unauthorized",
        text!(
            "The call does not prove who it is from; check the secret and how the request is signed",
            "無法確認呼叫者身分，請檢查密鑰與簽章方式"
        ),
    )
}

/// Equal or not, in a time that does not depend on where they differ, nor on the secret's length.
fn same(given: &[u8], secret: &[u8]) -> bool {
    Sha256::digest(given).ct_eq(&Sha256::digest(secret)).into()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Problem> {
    headers.get(name).and_then(|value| value.to_str().ok()).ok_or_else(unauthorized)
}

#[cfg(test)]
mod tests;
