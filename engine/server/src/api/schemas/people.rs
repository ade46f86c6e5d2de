//! Shapes of people, tokens, approvals and the audit trail.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum Role {
    Viewer,
    Operator,
    Editor,
    Admin,
    Owner,
}

#[derive(ToSchema)]
pub(in crate::api) struct Approval {
    id: Uuid,
    run: Uuid,
    flow: Uuid,
    slug: String,
    frame: String,
    step: String,
    message: String,
    /// `user:<email>`, `role:<role>`, `link:<name>`.
    approvers: Vec<String>,
    /// `open`, `approved`, `rejected`, `timed_out` or `closed`.
    status: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
    comment: Option<String>,
}

/// The languages of the product.
#[derive(ToSchema)]
pub(in crate::api) enum Locale {
    #[schema(rename = "en")]
    En,
    #[schema(rename = "zh-TW")]
    ZhTw,
}

#[derive(ToSchema)]
pub(in crate::api) struct User {
    id: Uuid,
    email: String,
    /// Empty where none was given.
    name: String,
    role: Role,
    locale: Option<Locale>,
    /// Signs in no more; sessions and tokens do not count either.
    disabled: bool,
    created_at: DateTime<Utc>,
}

/// A person signed in on one device.
#[derive(ToSchema)]
pub(in crate::api) struct Session {
    id: Uuid,
    created_at: DateTime<Utc>,
    /// To the minute.
    last_seen_at: DateTime<Utc>,
    /// The latest end; 12 hours without use end it sooner.
    expires_at: DateTime<Utc>,
    /// What the browser called itself.
    agent: String,
}

/// One thing that somebody did.
#[derive(ToSchema)]
pub(in crate::api) struct AuditEntry {
    id: i64,
    at: DateTime<Utc>,
    /// `user:<email>`, `token:<name>`, `link:<name>`, `cli:<account of the machine>`, `anonymous`.
    by: String,
    /// `<kind>.<what was done>`, such as `flow.published`.
    action: String,
    /// What it was done to.
    kind: String,
    name: String,
    /// The parts that are not the same afterwards; never a secret's value.
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

/// A token, without its text.
#[derive(ToSchema)]
pub(in crate::api) struct ApiToken {
    id: Uuid,
    name: String,
    /// Never more than its owner's.
    role: Role,
    /// Whose it is; it goes with its owner.
    owner: Option<Uuid>,
    /// It changes nothing.
    read_only: bool,
    /// Only these flows, and their runs; null means all.
    flows: Option<Vec<String>>,
    /// From then on it counts no more.
    expires_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}
