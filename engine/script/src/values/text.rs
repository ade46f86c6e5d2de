//! How values look inside text.

use causeway_model::Value;
use rhai::{Dynamic, ImmutableString};

use super::number::BigNumber;
use super::to_json::{Opaques, to_json};
use crate::fault::Fault;

/// Text as it is, numbers plainly, nothing as nothing, lists and maps as JSON.
pub(crate) fn value_to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// [`value_to_text`] of an interpreter's value; secrets are dealt with as `opaques` says.
pub(crate) fn dynamic_to_text(value: Dynamic, opaques: Opaques<'_>) -> Result<ImmutableString, Fault> {
    if value.is_string() {
        return Ok(value.into_immutable_string().expect("it is text"));
    }
    if let Ok(decimal) = value.as_decimal() {
        return Ok(decimal.to_string().into());
    }
    if value.is::<BigNumber>() {
        return Ok(value.cast::<BigNumber>().0.as_ref().into());
    }
    to_json(value, opaques).map(|value| value_to_text(&value).into())
}
