//! JSON in text columns.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// The text of a plain-data value: model types have only string keys, so this cannot fail.
pub(crate) fn text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("model types serialise")
}

pub(crate) fn opt_text<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.map(text)
}

pub(crate) fn parse<T: DeserializeOwned>(text: &str, what: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::corrupt(format!("{what}: {error}")))
}

pub(crate) fn parse_opt<T: DeserializeOwned>(text: Option<&str>, what: &str) -> Result<Option<T>> {
    text.map(|text| parse(text, what)).transpose()
}
