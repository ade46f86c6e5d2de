//! Shapes of what is evaluated while it is written.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use utoipa::ToSchema;

/// What expressions see.
#[derive(ToSchema)]
pub(in crate::api) struct ScopeRequest {
    trigger: Option<serde_json::Value>,
    /// What steps gave, by id.
    #[schema(value_type = Option<Object>)]
    steps: Option<()>,
    /// Errors of failed steps, by id.
    #[schema(value_type = Option<Object>)]
    errors: Option<()>,
    /// The variables as they are set, where absent.
    #[schema(value_type = Option<Object>)]
    vars: Option<()>,
    run: Option<serde_json::Value>,
    /// The item of a loop, and its place from 0.
    item: Option<serde_json::Value>,
    index: Option<u64>,
}

/// A value of a document.
#[derive(ToSchema)]
pub(in crate::api) struct ValueRequest {
    /// As `with` has it: text with `{{ }}`.
    text: String,
    /// Whether it is a formula without `{{ }}`, as fields of `format: expression` are.
    bare: Option<bool>,
}
