//! Shapes of flows, their versions and what is wrong with them.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Text;

#[derive(ToSchema)]
pub(in crate::api) struct Flow {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    tags: Vec<String>,
    enabled: bool,
    /// The newest published version; null when none is.
    published: Option<i32>,
    /// Raised with each save of the draft; its ETag.
    draft_revision: i64,
    /// Whether the draft differs from the published version.
    changed: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// When it was put away; absent while it is in service.
    archived_at: Option<DateTime<Utc>>,
    /// Of the published version; of the draft where none is.
    trigger: Option<Starter>,
}

/// What starts a flow.
#[derive(ToSchema)]
pub(in crate::api) struct Starter {
    /// A trigger kind, or `<connector>.<trigger>`.
    #[schema(rename = "use")]
    use_: String,
    connection: Option<String>,
    /// Of a webhook.
    path: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct FlowView {
    #[schema(inline)]
    #[serde(flatten)]
    flow: Flow,
    /// Absent where it was last saved by an older version of the program.
    draft_saved: Option<DraftSaved>,
}

/// Who saved a draft last.
#[derive(ToSchema)]
pub(in crate::api) struct DraftSaved {
    at: DateTime<Utc>,
    /// `user:<email>`, `token:<name>`.
    by: String,
    /// The person, where it was one who is still known.
    person: Option<Person>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Person {
    id: Uuid,
    /// Empty where none was given.
    name: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct FlowVersion {
    version: i32,
    published_at: DateTime<Utc>,
    published_by: String,
    note: Option<String>,
}

/// One fault of a document: where, what, and what to do.
#[derive(ToSchema)]
pub(crate) struct Fault {
    /// Stable.
    code: String,
    /// `error` or `warning`.
    severity: String,
    step: Option<String>,
    /// JSON pointer into the document: where it is mended, so that of a missing field it names the field.
    pointer: String,
    line: Option<u32>,
    column: Option<u32>,
    message: Text,
    fix: Option<Text>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SchedulePreview {
    sentence: Text,
    timezone: String,
    next: Vec<DateTime<Utc>>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Schedule {
    slug: String,
    version: i32,
    sentence: Text,
    timezone: String,
    /// When it starts next, its jitter included.
    next_at: Option<DateTime<Utc>>,
    /// The newest time that it fired for.
    last_fire_at: Option<DateTime<Utc>>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Poll {
    slug: String,
    version: i32,
    /// `<connector>.<trigger>`.
    trigger: String,
    connection: String,
    /// Such as `5m`.
    every: String,
    /// When the system is asked next; later and later while that fails.
    next_at: DateTime<Utc>,
    /// When it was asked last, well or not.
    last_polled_at: Option<DateTime<Utc>>,
    /// Runs that it has made since it began.
    found: u64,
    /// Polls in a row that failed.
    failures: u32,
    last_error: Option<PollError>,
}

/// What went wrong with the last poll
#[derive(ToSchema)]
pub(in crate::api) struct PollError {
    code: String,
    class: String,
    message: Text,
    at: DateTime<Utc>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SavedDraft {
    flow: Flow,
    /// What publishing would say.
    faults: Vec<Fault>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Published {
    flow: Flow,
    version: i32,
    warnings: Vec<Fault>,
}

/// What was done with one document.
#[derive(ToSchema)]
pub(in crate::api) struct ImportReport {
    path: String,
    slug: Option<String>,
    /// `created`, `updated`, `unchanged` or `refused`.
    result: String,
    /// The version that was published.
    version: Option<i32>,
    /// Where a connector's event starts the flow: whether it could.
    trigger: Option<TriggerReport>,
    steps: Vec<StepReport>,
    faults: Vec<Fault>,
    flow: Option<Flow>,
}

/// One value that is not the same.
#[derive(ToSchema)]
pub(in crate::api) struct FieldChange {
    field: String,
    old_pointer: Option<String>,
    new_pointer: Option<String>,
    old: Option<serde_json::Value>,
    new: Option<serde_json::Value>,
}

#[derive(ToSchema)]
pub(in crate::api) struct StepChange {
    id: String,
    #[schema(rename = "use")]
    use_: String,
    /// `added`, `removed` or `changed`.
    change: String,
    /// The loop that it stands in.
    inside: Option<String>,
    fields: Vec<FieldChange>,
}

/// What changed between two documents.
#[derive(ToSchema)]
pub(in crate::api) struct Diff {
    /// The document's own fields, its trigger and its settings.
    fields: Vec<FieldChange>,
    steps: Vec<StepChange>,
}

/// Whether a connector's trigger could start the flow as it stands.
#[derive(ToSchema)]
pub(in crate::api) struct TriggerReport {
    #[schema(rename = "use")]
    use_: String,
    /// `ready`, `needs_connection` or `unknown`.
    status: String,
    /// The connection that it needs, where it is not ready.
    connection: Option<String>,
}

/// Whether a step could run as it stands.
#[derive(ToSchema)]
pub(in crate::api) struct StepReport {
    id: String,
    #[schema(rename = "use")]
    use_: String,
    /// `ready`, `needs_connection` or `unknown`.
    status: String,
    /// The connection that it needs, where it is not ready.
    connection: Option<String>,
}
