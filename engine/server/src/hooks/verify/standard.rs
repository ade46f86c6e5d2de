//! Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` and `webhook-signature` over `id.timestamp.body`. The older
//! `svix-*` spellings of the same scheme are taken too.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_model::{Span, Time};

use super::{Check, HmacAlgorithm, Mac, Problem, header, unauthorized};

/// As many signatures are compared (several stand there while a secret is being rotated).
const MOST_SIGNATURES: usize = 10;

pub(in crate::hooks) struct Standard {
    key: Vec<u8>,
    tolerance: Span,
}

impl Standard {
    /// `secret`: base64, with or without `whsec_` before it.
    pub(super) fn new(secret: &str, tolerance: Span) -> Option<Self> {
        let secret = secret.strip_prefix("whsec_").unwrap_or(secret);
        let key = STANDARD.decode(secret).ok().filter(|key| !key.is_empty())?;
        Some(Self { key, tolerance })
    }

    pub(super) fn begin(&self, headers: &HeaderMap, now: Time) -> Result<Check, Problem> {
        let field = |name: &str| {
            header(headers, &format!("webhook-{name}")).or_else(|_| header(headers, &format!("svix-{name}")))
        };
        let (id, timestamp, signatures) = (field("id")?, field("timestamp")?, field("signature")?);
        let sent = timestamp.parse::<i64>().map_err(|_| unauthorized())?;
        let off = now.millis().abs_diff(sent.saturating_mul(1000));
        if off > self.tolerance.millis() {
            return Err(unauthorized());
        }
        let wanted: Vec<Vec<u8>> = signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .filter_map(|signature| STANDARD.decode(signature).ok())
            .take(MOST_SIGNATURES)
            .collect();
        let mut mac = Mac::new(HmacAlgorithm::Sha256, &self.key);
        for part in [id, ".", timestamp, "."] {
            mac.update(part.as_bytes());
        }
        Ok(Check::Body { mac: Box::new(mac), after: Vec::new(), wanted })
    }
}
