//! What a record was like when somebody looked at it, so that a change made on it is refused when it is not like that any
//! more.

use causeway_model::text;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Equal for equal records, and for no others: the content of an ETag.
pub fn tag_of(record: &impl Serialize) -> String {
    let digest = Sha256::digest(serde_json::to_vec(record).unwrap_or_default());
    hex::encode(&digest[..16])
}

/// `changed_meanwhile` unless the record is the expected one.
pub(crate) fn must_be(expected: Option<&str>, record: Option<&impl Serialize>) -> Result<()> {
    let Some(expected) = expected else { return Ok(()) };
    if record.is_some_and(|record| expected == "*" || tag_of(record) == expected) {
        return Ok(());
    }
    Err(Error::conflict(
        "changed_meanwhile",
        text!(
            "This was changed meanwhile. Load it again and repeat the change.",
            "內容在這段時間已被修改。請重新載入後再修改。"
        ),
    ))
}
