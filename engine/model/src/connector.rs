//! What the catalogue says of a connector, whoever wrote it.

use serde::{Deserialize, Serialize};

use crate::{Text, Value};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectorSpec {
    /// `[a-z0-9-]+`, the part of `use` before the dot.
    pub name: String,
    pub version: String,
    pub title: Text,
    pub description: Text,
    pub operations: Vec<OperationSpec>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationSpec {
    /// `[a-z0-9_]+`, the part of `use` after the dot.
    pub name: String,
    pub title: Text,
    pub description: Text,
    /// JSON Schema (2020-12) of `with`. A property with `"x-causeway-secret": true` may hold secrets, inside it too.
    pub input: Value,
    /// JSON Schema of the output.
    pub output: Value,
    pub idempotency: Idempotency,
    /// Whether it only reads, so that a repeat is harmless.
    pub read_only: bool,
}

/// How a repeated call behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// The key goes out in a header.
    Header,
    /// The key goes out in a field of the body.
    Field,
    /// The call itself says what should be, so that twice is as once.
    Natural,
    /// The system can be asked whether it happened.
    Lookup,
    None,
}

impl Idempotency {
    /// Whether recovery may send the same call again without asking.
    pub fn repeats_safely(self) -> bool {
        matches!(self, Self::Header | Self::Field | Self::Natural)
    }
}
