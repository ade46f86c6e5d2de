//! Shapes of what other crates serialise, for the OpenAPI document only; a test holds them equal to the real ones.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text in every language.
#[derive(ToSchema)]
pub(super) struct Text {
    en: String,
    #[schema(rename = "zh-TW")]
    zh_tw: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum Role {
    Viewer,
    Operator,
    Editor,
    Admin,
    Owner,
}

/// The last three never change again.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum RunStatus {
    Queued,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Cancelled,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum StepStatus {
    Pending,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

#[derive(ToSchema)]
pub(super) struct Flow {
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
}

#[derive(ToSchema)]
pub(super) struct FlowVersion {
    version: i32,
    published_at: DateTime<Utc>,
    published_by: String,
    note: Option<String>,
}

/// One fault of a document: where, what, and what to do.
#[derive(ToSchema)]
pub(super) struct Fault {
    /// Stable.
    code: String,
    /// `error` or `warning`.
    severity: String,
    step: Option<String>,
    /// JSON pointer into the document.
    pointer: String,
    line: Option<u32>,
    column: Option<u32>,
    message: Text,
    fix: Option<Text>,
}

#[derive(ToSchema)]
pub(super) struct SchedulePreview {
    sentence: Text,
    timezone: String,
    next: Vec<DateTime<Utc>>,
}

#[derive(ToSchema)]
pub(super) struct Schedule {
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
pub(super) struct SavedDraft {
    flow: Flow,
    /// What publishing would say.
    faults: Vec<Fault>,
}

#[derive(ToSchema)]
pub(super) struct Published {
    flow: Flow,
    version: i32,
    warnings: Vec<Fault>,
}

/// What was done with one document.
#[derive(ToSchema)]
pub(super) struct ImportReport {
    path: String,
    slug: Option<String>,
    /// `created`, `updated`, `unchanged` or `refused`.
    result: String,
    /// The version that was published.
    version: Option<i32>,
    /// `{id, use, status: ready | needs_connection | unknown}` each.
    #[schema(value_type = Vec<Object>)]
    steps: Vec<()>,
    faults: Vec<Fault>,
    flow: Option<Flow>,
}

/// One value that is not the same.
#[derive(ToSchema)]
pub(super) struct FieldChange {
    field: String,
    old_pointer: Option<String>,
    new_pointer: Option<String>,
    old: Option<serde_json::Value>,
    new: Option<serde_json::Value>,
}

#[derive(ToSchema)]
pub(super) struct StepChange {
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
pub(super) struct Diff {
    /// The document's own fields, its trigger and its settings.
    fields: Vec<FieldChange>,
    steps: Vec<StepChange>,
}

/// Why a step failed.
#[derive(ToSchema)]
pub(super) struct StepError {
    /// Stable.
    code: String,
    class: String,
    message: Text,
    /// Of the peer's answer.
    status: Option<u16>,
    body: Option<serde_json::Value>,
    retry_after_ms: Option<u64>,
}

#[derive(ToSchema)]
pub(super) struct RunFailure {
    step: Option<String>,
    error: StepError,
}

/// The step that called a run.
#[derive(ToSchema)]
pub(super) struct Parent {
    run: Uuid,
    frame: String,
    step: String,
}

#[derive(ToSchema)]
pub(super) struct Run {
    id: Uuid,
    flow: Uuid,
    slug: String,
    /// Null for a test run of a draft.
    version: Option<i32>,
    status: RunStatus,
    /// The trigger's kind.
    trigger: String,
    /// `normal` or `test`.
    mode: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    failure: Option<RunFailure>,
    handled_errors: u32,
    output: Option<serde_json::Value>,
    reason: Option<Text>,
    key_root: Uuid,
    resumed_from: Option<Uuid>,
    replayed_from: Option<Uuid>,
    parent: Option<Parent>,
    depth: i16,
    by: Option<String>,
    /// The run that resumed this failed one; a failed run without one is a dead letter.
    resumed_by: Option<Uuid>,
}

#[derive(ToSchema)]
pub(super) struct Attempt {
    attempt: u32,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    error: Option<StepError>,
}

/// One step of a run.
#[derive(ToSchema)]
pub(super) struct StepRun {
    id: String,
    /// Step kind or `<connector>.<operation>`.
    #[schema(rename = "use")]
    use_: String,
    name: Option<String>,
    status: StepStatus,
    /// The named exit that was taken.
    port: Option<String>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    took_us: Option<u64>,
    input: Option<serde_json::Value>,
    output: Option<serde_json::Value>,
    /// In a dry run: `given`, `example`, `assumed` or `unknown`.
    output_from: Option<String>,
    error: Option<StepError>,
    attempts: Vec<Attempt>,
    /// What it waits for.
    #[schema(value_type = Option<Object>)]
    wait: Option<()>,
    /// How far a loop is.
    #[schema(value_type = Option<Object>)]
    items: Option<()>,
    /// Taken over from the run that this one resumes.
    kept: Option<bool>,
}

#[derive(ToSchema)]
pub(super) struct RunView {
    #[schema(inline)]
    #[serde(flatten)]
    run: Run,
    /// `trigger` as expressions saw it.
    event: serde_json::Value,
    /// The top-level steps, in document order.
    steps: Vec<StepRun>,
    /// Of test runs of a draft.
    test: Option<TestView>,
}

/// What a test run is, and what it shows beside its steps.
#[derive(ToSchema)]
pub(super) struct TestView {
    /// `whole`, `until` or `step`.
    part: String,
    /// The step that `until` and `step` are about.
    step: Option<String>,
    dry_run: bool,
    /// Absent where the document was no draft.
    draft_revision: Option<i64>,
    sample: Option<String>,
    from_run: Option<Uuid>,
    /// What a dry run would have done, in the order of the document; the steps of a loop before the loop itself.
    effects: Vec<Rehearsed>,
    /// The steps inside of loops whose first item is shown.
    inside: Vec<ItemSteps>,
}

/// A step that a dry run did not perform.
#[derive(ToSchema)]
pub(super) struct Rehearsed {
    /// The loop item that it stands in; absent at the top.
    frame: Option<String>,
    step: String,
    #[schema(rename = "use")]
    use_: String,
    /// The resolved input, with `{{ secret.x }}` in the place of secrets.
    input: serde_json::Value,
    /// The request that would go out.
    request: Option<ShownRequest>,
    /// What would happen, in words.
    note: Option<Text>,
    /// `given`, `example`, `assumed` or `unknown`.
    output_from: String,
}

/// A request that was made ready and not sent, with `{{ secret.x }}` in the place of secrets.
#[derive(ToSchema)]
pub(super) struct ShownRequest {
    method: String,
    url: String,
    /// By lower-case name: a text, or a list where the name goes out several times.
    #[schema(value_type = Object)]
    headers: (),
    /// At most 64 kB; files and streams by their names.
    body: Option<String>,
    /// Of the whole body, where that tells nothing of a secret.
    body_bytes: Option<u64>,
    body_cut: Option<bool>,
}

/// The steps of one item of a loop.
#[derive(ToSchema)]
pub(super) struct ItemSteps {
    frame: String,
    steps: Vec<StepRun>,
}

#[derive(ToSchema)]
pub(super) struct StartedTest {
    run: Uuid,
    draft_revision: Option<i64>,
    /// What somebody should look at in the document.
    warnings: Vec<Fault>,
}

/// A sample without its data.
#[derive(ToSchema)]
pub(super) struct SampleRecord {
    name: String,
    /// Raised with each change; its ETag.
    revision: i64,
    bytes: u64,
    updated_at: DateTime<Utc>,
    updated_by: String,
}

/// Named data that a flow is tried with.
#[derive(ToSchema)]
pub(super) struct Sample {
    /// What it is, for people.
    description: Option<String>,
    /// `trigger` as expressions see it, or those fields of it that matter.
    trigger: serde_json::Value,
    /// What steps gave, by id.
    #[schema(value_type = Option<Object>)]
    outputs: Option<()>,
    /// Which named exit steps took, by id.
    #[schema(value_type = Option<Object>)]
    ports: Option<()>,
}

#[derive(ToSchema)]
pub(super) struct SavedSample {
    #[schema(inline)]
    #[serde(flatten)]
    record: SampleRecord,
    sample: Sample,
    /// What could not be kept: outputs and trigger fields that are files or record streams.
    left_out: Vec<String>,
}

#[derive(ToSchema)]
pub(super) struct Timeline {
    /// `{frame, at, event, ...}` each.
    #[schema(value_type = Vec<Object>)]
    entries: Vec<()>,
    /// Give it as `after` for what follows; absent at the end.
    next: Option<u64>,
}

#[derive(ToSchema)]
pub(super) struct RunningItem {
    index: u64,
    frame: String,
    steps: Vec<StepRun>,
}

/// One page of a loop's items, in the order in which they were settled.
#[derive(ToSchema)]
pub(super) struct ItemPage {
    count: u64,
    succeeded: u64,
    failed: u64,
    /// `{index, key, status, output | error}` each.
    #[schema(value_type = Vec<Object>)]
    items: Vec<()>,
    /// Give it as `after` for the next page; absent at the end.
    next: Option<u64>,
    /// Items begun and not settled (on the first page only).
    running: Vec<RunningItem>,
}

#[derive(ToSchema)]
pub(super) struct Started {
    run: Uuid,
    /// The key was known: `run` is the first one's.
    duplicate: bool,
    /// Kept as a cancelled run, since its concurrency limit was reached.
    skipped: bool,
}

#[derive(ToSchema)]
pub(super) struct Resumed {
    run: Uuid,
    version: i32,
    /// The steps that run again.
    repeats: Vec<String>,
}

#[derive(ToSchema)]
pub(super) struct RepeatedEffect {
    step: String,
    #[schema(rename = "use")]
    use_: String,
    times: u64,
}

#[derive(ToSchema)]
pub(super) struct ReplayPreview {
    version: i32,
    effects: Vec<RepeatedEffect>,
}

#[derive(ToSchema)]
pub(super) struct Approval {
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
pub(super) enum Locale {
    #[schema(rename = "en")]
    En,
    #[schema(rename = "zh-TW")]
    ZhTw,
}

#[derive(ToSchema)]
pub(super) struct User {
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
pub(super) struct Session {
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
pub(super) struct AuditEntry {
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
pub(super) struct ApiToken {
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
