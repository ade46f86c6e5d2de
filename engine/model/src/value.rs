//! Values: JSON, and the two kinds that stand for something kept outside: files and record streams.

use serde::{Deserialize, Serialize};

use crate::BlobId;

/// A JSON value. Numbers keep their digits (`1.10` stays `1.10`).
pub type Value = serde_json::Value;

/// What passes this many bytes of JSON becomes a file or a record stream by itself.
pub const INLINE_LIMIT: usize = 256 * 1024;

/// `{"$file": {id, name, type, size}}`: bytes kept in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub id: BlobId,
    pub name: String,
    #[serde(rename = "type")]
    pub media_type: String,
    pub size: u64,
}

/// `{"$stream": {id, count}}`: a list of JSON records kept in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamRef {
    pub id: BlobId,
    pub count: u64,
}

impl FileRef {
    pub fn into_value(self) -> Value {
        serde_json::json!({ "$file": self })
    }

    /// The file that a value stands for, if it is one.
    pub fn from_value(value: &Value) -> Option<Self> {
        reference(value, "$file")
    }
}

impl StreamRef {
    pub fn into_value(self) -> Value {
        serde_json::json!({ "$stream": self })
    }

    /// The record stream that a value stands for, if it is one.
    pub fn from_value(value: &Value) -> Option<Self> {
        reference(value, "$stream")
    }
}

fn reference<T: serde::de::DeserializeOwned>(value: &Value, key: &str) -> Option<T> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    T::deserialize(object.get(key)?).ok()
}
