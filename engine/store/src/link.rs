//! One-time links: a URL-safe token that says what it is for, and a MAC that only this installation can make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::{Frame, RunId, StepId};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{Store, json, key};

/// What a one-time URL stands for. The token is a function of it and the installation's key, so it can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Link {
    Callback { run: RunId, frame: Frame, step: StepId },
    Approval { run: RunId, frame: Frame, step: StepId, who: String },
}

/// Half of HMAC-SHA256 is as hard to guess as a random 128-bit token.
const MAC_BYTES: usize = 16;
/// Longer than any link that was signed.
const LONGEST: usize = 4096;

impl Store {
    /// A URL-safe token: the link itself and a MAC.
    pub fn sign_link(&self, link: &Link) -> String {
        let mut bytes =
            key::mac(&self.derived_key("one-time links"), json::text(link).as_bytes())[..MAC_BYTES].to_vec();
        bytes.extend_from_slice(json::text(link).as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `None` where the MAC does not fit.
    pub fn read_link(&self, token: &str) -> Option<Link> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (given, text) = bytes.split_at_checked(MAC_BYTES)?;
        let right = key::mac(&self.derived_key("one-time links"), text);
        bool::from(given.ct_eq(&right[..MAC_BYTES])).then(|| serde_json::from_slice(text).ok())?
    }
}
