//! What a caller is answered.

use serde::{Deserialize, Serialize};

use crate::Value;

/// The answer of a `respond` step to the one who called the webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// HTTP status, 200 to 599.
    pub status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// A string goes out as text, a file as its bytes, anything else as JSON; null as nothing.
    pub body: Value,
}
