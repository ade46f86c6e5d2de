//! Shapes of what flows are made of, and of settings.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

use super::Text;

#[derive(ToSchema)]
pub(in crate::api) struct Variable {
    name: String,
    /// Any JSON.
    value: serde_json::Value,
    set_at: DateTime<Utc>,
    set_by: String,
}

/// Never with its value.
#[derive(ToSchema)]
pub(in crate::api) struct Secret {
    name: String,
    set_at: DateTime<Utc>,
    set_by: String,
}

/// Where a setting's value comes from.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum SettingSource {
    Flag,
    Environment,
    File,
    /// Set while running, in the database.
    Stored,
    Default,
}

#[derive(ToSchema)]
pub(in crate::api) struct Setting {
    name: String,
    env: String,
    description: Text,
    /// Null where nothing is set; `***` where it is secret.
    value: Option<String>,
    source: SettingSource,
    default: String,
    secret: bool,
    /// Whether it may be set while running.
    changeable: bool,
}

/// A step kind or trigger kind.
#[derive(ToSchema)]
pub(in crate::api) struct Kind {
    name: String,
    title: Text,
    description: Text,
    /// JSON Schema (2020-12) of `with`.
    input: serde_json::Value,
    /// The named exits, `error` aside; empty for steps with one exit, and for triggers.
    ports: Vec<String>,
    /// Whether the input names further exits (the cases of a branch).
    named_by_input: bool,
    /// Whether it is a function of the run's record, without any effect.
    pure: bool,
}

/// How a repeated call behaves.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum Idempotency {
    Header,
    Field,
    Natural,
    Lookup,
    None,
}

#[derive(ToSchema)]
pub(in crate::api) struct Operation {
    /// The part of `use` after the dot.
    name: String,
    title: Text,
    description: Text,
    /// JSON Schema (2020-12) of `with`.
    input: serde_json::Value,
    /// JSON Schema of the output.
    output: serde_json::Value,
    idempotency: Idempotency,
    /// Whether it only reads, so that a repeat is harmless.
    read_only: bool,
}

#[derive(ToSchema)]
pub(in crate::api) struct Connector {
    /// The part of `use` before the dot.
    name: String,
    version: String,
    title: Text,
    description: Text,
    operations: Vec<Operation>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Function {
    name: String,
    /// `roc_date(text) -> date`
    signature: String,
    description: Text,
    /// Source and what it gives, each.
    examples: Vec<Vec<String>>,
}

#[derive(ToSchema)]
pub(in crate::api) struct FunctionGroup {
    name: String,
    title: Text,
    functions: Vec<Function>,
}
