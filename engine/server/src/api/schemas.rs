//! Shapes of what other crates serialise, for the OpenAPI document only; a test holds them equal to the real ones.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text in every language.
#[derive(ToSchema)]
pub(crate) struct Text {
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

/// What can start a run.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum TriggerKind {
    Webhook,
    Manual,
    Called,
    FlowFailed,
    Schedule,
}

/// How a run came to be made, beside its trigger.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum RunMode {
    Normal,
    Test,
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
pub(crate) struct Fault {
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
    version: i32,
    status: RunStatus,
    trigger: TriggerKind,
    mode: RunMode,
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
    /// The run that resumed this failed one; a failed run without one that is not dismissed is a dead letter.
    resumed_by: Option<Uuid>,
    /// Somebody took it off the dead letters.
    dismissed: bool,
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
}

#[derive(ToSchema)]
pub(super) struct Timeline {
    /// `{frame, at, event, ...}` each.
    #[schema(value_type = Vec<Object>)]
    entries: Vec<()>,
    /// Give it as `cursor` for what follows; absent at the end.
    next_cursor: Option<String>,
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
    /// Give it as `cursor` for the next page; absent at the end.
    next_cursor: Option<String>,
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
pub(super) struct TriggerEvent {
    id: Uuid,
    flow: Uuid,
    slug: String,
    kind: TriggerKind,
    received_at: DateTime<Utc>,
    /// The run that it led to; its id is the event's.
    run: Uuid,
    version: i32,
    status: RunStatus,
    /// How often it came again, while its key is remembered.
    duplicates: u64,
}

#[derive(ToSchema)]
pub(super) struct TriggerEventView {
    #[schema(inline)]
    #[serde(flatten)]
    record: TriggerEvent,
    /// `trigger` as expressions see it; what may hold credentials is masked.
    event: serde_json::Value,
}

/// Why, by whom and when a dead letter was taken off the list.
#[derive(ToSchema)]
pub(super) struct Dismissal {
    at: DateTime<Utc>,
    by: String,
    reason: Option<String>,
}

/// A run that gave up and waits for a person.
#[derive(ToSchema)]
pub(super) struct DeadLetter {
    #[schema(inline)]
    #[serde(flatten)]
    run: Run,
    /// The call that failed may have happened: look in the system that was called before it is repeated.
    may_have_happened: bool,
    dismissal: Option<Dismissal>,
}

#[derive(ToSchema)]
pub(super) struct DeadLetterView {
    #[schema(inline)]
    #[serde(flatten)]
    letter: DeadLetter,
    /// The step that failed; null where the run failed outside of a step.
    step: Option<StepRun>,
    /// The step's input, which may be edited and sent to `resume`.
    input: Option<serde_json::Value>,
    /// What a replay would do again.
    effects: Vec<RepeatedEffect>,
}

#[derive(ToSchema)]
pub(super) struct FlowCount {
    slug: String,
    runs: u64,
}

#[derive(ToSchema)]
pub(super) struct EffectCount {
    slug: String,
    step: String,
    #[schema(rename = "use")]
    use_: String,
    /// How often it was begun in all of them.
    times: u64,
}

#[derive(ToSchema)]
pub(super) struct BulkPreview {
    /// How many runs it would be done to; at most 100,000 are counted.
    count: u64,
    /// The newest of them: given back with the request, later runs are left alone.
    newest_run: Option<Uuid>,
    flows: Vec<FlowCount>,
    /// What would be done again, among the runs that were looked at.
    effects: Vec<EffectCount>,
    /// Runs among them whose failed call may have happened.
    may_have_happened: u64,
    /// How many runs were looked at for `flows` and `effects`: the newest ones, at most 200.
    looked_at: u64,
}

/// What became of one run.
#[derive(ToSchema)]
pub(super) struct BulkResult {
    run: Uuid,
    ok: bool,
    /// The run that resumes or replays it.
    new_run: Option<Uuid>,
    /// Why not, where it was refused.
    code: Option<String>,
    message: Option<Text>,
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

#[derive(ToSchema)]
pub(super) struct Variable {
    name: String,
    /// Any JSON.
    value: serde_json::Value,
    set_at: DateTime<Utc>,
    set_by: String,
}

/// Never with its value.
#[derive(ToSchema)]
pub(super) struct Secret {
    name: String,
    set_at: DateTime<Utc>,
    set_by: String,
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
