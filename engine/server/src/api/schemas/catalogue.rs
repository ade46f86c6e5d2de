//! Shapes of what flows are made of, and of settings.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

use super::Text;
use super::connectors::ConnectorCategory;

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
pub(in crate::api) struct OperationSummary {
    /// The part of `use` after the dot.
    name: String,
    title: Text,
    description: Text,
    idempotency: Idempotency,
    /// Whether it only reads, so that a repeat is harmless.
    read_only: bool,
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
    category: ConnectorCategory,
    /// What its operations are called with; absent where they need no account.
    connection: Option<ConnectionForm>,
    operations: Vec<OperationSummary>,
    /// What starts flows; absent where nothing does.
    triggers: Option<Vec<TriggerSummary>>,
    /// The kinds of records that can be read and written; absent where there are none.
    records: Option<Vec<RecordType>>,
}

/// What a connection is made of.
#[derive(ToSchema)]
pub(in crate::api) struct ConnectionForm {
    /// JSON Schema of the settings, an object; none of them secret.
    settings: serde_json::Value,
    /// The ways to sign in; empty where the system asks for nothing.
    auth: Vec<AuthForm>,
    /// The operation that shows whether a connection works.
    test: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct AuthForm {
    name: String,
    kind: AuthKind,
    title: Text,
    description: Text,
    /// JSON Schema of the credentials, an object of texts.
    credentials: serde_json::Value,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum AuthKind {
    ApiKey,
    Basic,
    Bearer,
    OauthCode,
    OauthClient,
    Session,
    Signed,
    MutualTls,
    Open,
}

#[derive(ToSchema)]
pub(in crate::api) struct TriggerSummary {
    /// The part of a trigger's `use` after the dot.
    name: String,
    title: Text,
    description: Text,
    way: TriggerWay,
}

#[derive(ToSchema)]
pub(in crate::api) struct Trigger {
    /// The part of a trigger's `use` after the dot.
    name: String,
    title: Text,
    description: Text,
    way: TriggerWay,
    /// JSON Schema (2020-12) of a poll's `with.input`; an object without fields for webhooks.
    input: serde_json::Value,
    /// JSON Schema of an event: `trigger.body`.
    output: serde_json::Value,
    /// How often a poll asks where the flow does not say.
    every: Option<String>,
    /// JSON Schema (2020-12) of the trigger's `with`.
    with: serde_json::Value,
}

/// Whether the system calls us, or is asked again and again.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum TriggerWay {
    Webhook,
    Poll,
}

/// A kind of record: where its parts stand (JSON pointers), and the operations that read and write it.
#[derive(ToSchema)]
pub(in crate::api) struct RecordType {
    name: String,
    title: Text,
    id: String,
    modified: Option<String>,
    list: Option<String>,
    get: Option<String>,
    create: Option<String>,
    update: Option<String>,
    delete: Option<String>,
    /// The hub's entity that it is by default.
    entity: Option<String>,
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
