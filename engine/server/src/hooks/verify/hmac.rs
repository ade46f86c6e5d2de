//! An HMAC of the raw body in a header, as GitHub, Shopify, LINE and many others send it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_connector::{HmacProof, Mac, SignedPart, TimestampPlace};
use causeway_document::HmacEncoding;
use causeway_model::{Span, Time};

use super::{Asked, Check, HmacAlgorithm, Problem, header, unauthorized};

pub(in crate::hooks) struct Hmac {
    pub(super) algorithm: HmacAlgorithm,
    /// In lower case.
    pub(super) header: String,
    pub(super) encoding: HmacEncoding,
    /// Before the signature, such as `sha256=`.
    pub(super) prefix: String,
    pub(super) secret: Vec<u8>,
    /// Where more than the body is signed, or the header is a list.
    pub(super) signed: Option<Signed>,
}

/// More than a signature of the body alone.
pub(in crate::hooks) struct Signed {
    before: Vec<SignedPart>,
    after: Vec<SignedPart>,
    timestamp: Option<TimestampPlace>,
    pair: Option<String>,
    tolerance: Span,
}

/// As many signatures are compared (several stand there while a secret is being rotated).
const MOST_SIGNATURES: usize = 10;
/// Larger numbers are milliseconds: as seconds they lie three thousand years ahead.
const MOST_SECONDS: i64 = 100_000_000_000;

impl Hmac {
    pub(super) fn of_proof(proof: &HmacProof, secret: &str) -> Self {
        let mut parts = proof.signed.split(|part| *part == SignedPart::Body);
        let mut next = || parts.next().unwrap_or_default().to_vec();
        let (before, after) = (next(), next());
        Self {
            algorithm: proof.algorithm,
            header: proof.header.to_ascii_lowercase(),
            encoding: proof.encoding,
            prefix: proof.prefix.clone(),
            secret: secret.as_bytes().to_vec(),
            signed: Some(Signed {
                before,
                after,
                timestamp: proof.timestamp.clone(),
                pair: proof.pair.clone(),
                tolerance: proof.tolerance,
            }),
        }
    }

    pub(super) fn begin(&self, asked: &Asked<'_>, now: Time) -> Result<Check, Problem> {
        let value = header(asked.headers, &self.header)?.trim();
        let mut mac = Box::new(Mac::new(self.algorithm, &self.secret));
        let Some(signed) = &self.signed else {
            return Ok(Check::Body { mac, after: Vec::new(), wanted: vec![self.signature(value)?] });
        };
        let timestamp = match &signed.timestamp {
            None => "",
            Some(TimestampPlace::Header(name)) => header(asked.headers, name)?.trim(),
            Some(TimestampPlace::Pair(name)) => pairs(value, name).next().ok_or_else(unauthorized)?,
        };
        if signed.timestamp.is_some() && !is_fresh(timestamp, now, signed.tolerance) {
            return Err(unauthorized());
        }
        let wanted: Vec<Vec<u8>> = match &signed.pair {
            None => vec![self.signature(value)?],
            Some(name) => pairs(value, name)
                .take(MOST_SIGNATURES)
                .filter_map(|signature| self.signature(signature).ok())
                .collect(),
        };
        mac.update(&written(&signed.before, asked, timestamp));
        Ok(Check::Body { mac, after: written(&signed.after, asked, timestamp), wanted })
    }

    fn signature(&self, value: &str) -> Result<Vec<u8>, Problem> {
        let signature = value.strip_prefix(self.prefix.as_str()).ok_or_else(unauthorized)?;
        match self.encoding {
            HmacEncoding::Hex => hex::decode(signature).map_err(|_| unauthorized()),
            HmacEncoding::Base64 => STANDARD.decode(signature).map_err(|_| unauthorized()),
        }
    }
}

/// The values of a name in `t=1,v1=ab,v1=cd`.
fn pairs<'a>(list: &'a str, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = list.split([',', ';']).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(name, _)| *name == wanted).map(|(_, value)| value)
}

fn is_fresh(timestamp: &str, now: Time, tolerance: Span) -> bool {
    let sent = match timestamp.parse::<i64>() {
        Ok(seconds) if (-MOST_SECONDS..MOST_SECONDS).contains(&seconds) => seconds * 1000,
        Ok(millis) => millis,
        Err(_) => match timestamp.parse::<Time>() {
            Ok(time) => time.millis(),
            Err(_) => return false,
        },
    };
    now.millis().abs_diff(sent) <= tolerance.millis()
}

fn written(parts: &[SignedPart], asked: &Asked<'_>, timestamp: &str) -> Vec<u8> {
    let mut text = String::new();
    for part in parts {
        match part {
            SignedPart::Text(constant) => text.push_str(constant),
            SignedPart::Timestamp => text.push_str(timestamp),
            SignedPart::Method => text.push_str(asked.method),
            SignedPart::Url => text.extend([asked.base, asked.target]),
            SignedPart::Path => text.push_str(asked.target),
            SignedPart::Body => {}
        }
    }
    text.into_bytes()
}
