//! Shapes of runs and what happened in them, of trigger events and dead letters.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{KnownFrom, ShownRequest, TestView, Text};

/// What can start a run.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum TriggerKind {
    Webhook,
    Manual,
    Called,
    FlowFailed,
    Schedule,
    Connector,
}

/// How a run came to be made, beside its trigger.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum RunMode {
    Normal,
    Test,
}

/// The last three never change again.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum RunStatus {
    Queued,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Cancelled,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum StepStatus {
    Pending,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

/// Why a step failed.
#[derive(ToSchema)]
pub(in crate::api) struct StepError {
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
pub(in crate::api) struct RunFailure {
    step: Option<String>,
    error: StepError,
}

/// The step that called a run.
#[derive(ToSchema)]
pub(in crate::api) struct Parent {
    run: Uuid,
    frame: String,
    step: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct Run {
    id: Uuid,
    flow: Uuid,
    slug: String,
    /// Null for a test run of a draft.
    version: Option<i32>,
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
    /// The run that took this failed one over: a resume of it, or a replay that succeeded. A failed run without one that is
    /// not dismissed is a dead letter.
    resumed_by: Option<Uuid>,
    /// Somebody took it off the dead letters.
    dismissed: bool,
}

#[derive(ToSchema)]
pub(in crate::api) struct Attempt {
    attempt: u32,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    error: Option<StepError>,
}

/// One step of a run.
#[derive(ToSchema)]
pub(in crate::api) struct StepRun {
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
    /// In a dry run: how it is known.
    output_from: Option<KnownFrom>,
    error: Option<StepError>,
    attempts: Vec<Attempt>,
    /// What it waits for.
    wait: Option<Wait>,
    /// How far a loop is.
    items: Option<LoopTally>,
    /// Taken over from the run that this one resumes.
    kept: Option<bool>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RunView {
    #[schema(inline)]
    #[serde(flatten)]
    run: Run,
    /// What the connector calls its trigger, where it is one's.
    trigger_title: Option<Text>,
    /// `trigger` as expressions saw it.
    event: serde_json::Value,
    /// The top-level steps, in document order.
    steps: Vec<StepRun>,
    /// Of test runs of a draft.
    test: Option<TestView>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Timeline {
    entries: Vec<TimelineEntry>,
    /// Give it as `cursor` for what follows; absent at the end.
    next_cursor: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RunningItem {
    index: u64,
    frame: String,
    input: Option<serde_json::Value>,
    steps: Vec<StepRun>,
}

/// One page of a loop's items, in the order in which they were settled.
#[derive(ToSchema)]
pub(in crate::api) struct ItemPage {
    count: u64,
    succeeded: u64,
    failed: u64,
    items: Vec<Item>,
    /// Give it as `cursor` for the next page; absent at the end.
    next_cursor: Option<String>,
    /// Items begun and not settled (on the first page only, and where no status is asked for).
    running: Vec<RunningItem>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Started {
    run: Uuid,
    /// The key was known: `run` is the first one's.
    duplicate: bool,
    /// Kept as a cancelled run, since its concurrency limit was reached.
    skipped: bool,
}

#[derive(ToSchema)]
pub(in crate::api) struct Resumed {
    run: Uuid,
    version: i32,
    /// The steps that run again.
    repeats: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RepeatedEffect {
    step: String,
    #[schema(rename = "use")]
    use_: String,
    times: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct ReplayPreview {
    version: i32,
    effects: Vec<RepeatedEffect>,
}

#[derive(ToSchema)]
pub(in crate::api) struct TriggerEvent {
    id: Uuid,
    flow: Uuid,
    slug: String,
    kind: TriggerKind,
    /// What the connector calls it, where it is one's.
    title: Option<Text>,
    received_at: DateTime<Utc>,
    /// The run that it led to; its id is the event's.
    run: Uuid,
    /// Absent where a draft was tested.
    version: Option<i32>,
    status: RunStatus,
    /// How often it came again, while its key is remembered.
    duplicates: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct TriggerEventView {
    #[schema(inline)]
    #[serde(flatten)]
    record: TriggerEvent,
    /// `trigger` as expressions see it; what may hold credentials is masked.
    event: serde_json::Value,
}

/// Why, by whom and when a dead letter was taken off the list.
#[derive(ToSchema)]
pub(in crate::api) struct Dismissal {
    at: DateTime<Utc>,
    by: String,
    reason: Option<String>,
}

/// A run that gave up and waits for a person.
#[derive(ToSchema)]
pub(in crate::api) struct DeadLetter {
    #[schema(inline)]
    #[serde(flatten)]
    run: Run,
    /// The call that failed may have happened: look in the system that was called before it is repeated.
    may_have_happened: bool,
    dismissal: Option<Dismissal>,
}

#[derive(ToSchema)]
pub(in crate::api) struct DeadLetterView {
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
pub(in crate::api) struct FlowCount {
    slug: String,
    runs: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct EffectCount {
    slug: String,
    step: String,
    #[schema(rename = "use")]
    use_: String,
    /// How often it was begun in all of them.
    times: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct BulkPreview {
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
pub(in crate::api) struct BulkResult {
    run: Uuid,
    ok: bool,
    /// The run that resumes or replays it.
    new_run: Option<Uuid>,
    /// Why not, where it was refused.
    code: Option<String>,
    message: Option<Text>,
}

/// What can happen in a run.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum EventKind {
    Started,
    StepStarted,
    AttemptFailed,
    StepWaiting,
    LoopStarted,
    StepSettled,
    Rehearsed,
    Replied,
    Stopped,
    CancelRequested,
    TimedOut,
    Kept,
    InputEdited,
    Recovered,
}

/// One line of a run's journal; which fields there are follows from `event`.
#[derive(ToSchema)]
pub(in crate::api) struct TimelineEntry {
    /// The item of a loop, such as `lines[3]`; absent at the top.
    frame: Option<String>,
    at: DateTime<Utc>,
    event: EventKind,
    step: Option<String>,
    attempt: Option<u32>,
    input: Option<serde_json::Value>,
    /// Raised when a person edits the input.
    edition: Option<u32>,
    error: Option<StepError>,
    /// When the next attempt follows.
    retry_at: Option<DateTime<Utc>>,
    wait: Option<Wait>,
    /// Of a loop: the list, or the stream that it is read from.
    items: Option<serde_json::Value>,
    count: Option<u64>,
    /// `succeeded`, `failed` or `cancelled`.
    outcome: Option<String>,
    output: Option<serde_json::Value>,
    port: Option<String>,
    took_us: Option<u64>,
    /// Of a dry run: the request that would go out, what would happen in words, and how the output is known.
    request: Option<ShownRequest>,
    note: Option<Text>,
    output_from: Option<KnownFrom>,
    reply: Option<Reply>,
    failure: Option<StepError>,
    by: Option<String>,
    reason: Option<String>,
    /// The variables that the flow names, as the run has them.
    vars: Option<std::collections::BTreeMap<String, serde_json::Value>>,
}

/// What a webhook's caller was answered.
#[derive(ToSchema)]
pub(in crate::api) struct Reply {
    status: u16,
    /// Name and value, each.
    headers: Option<Vec<Vec<String>>>,
    body: Option<serde_json::Value>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum WaitKind {
    Time,
    Callback,
    Approval,
    Run,
}

/// What a waiting step waits for.
#[derive(ToSchema)]
pub(in crate::api) struct Wait {
    kind: WaitKind,
    /// The run that it waits for.
    run: Option<Uuid>,
    /// When the wait ends by itself.
    until: Option<DateTime<Utc>>,
}

/// How far a loop is.
#[derive(ToSchema)]
pub(in crate::api) struct LoopTally {
    /// Every item before this index is settled.
    cursor: u64,
    /// Settled beyond the cursor: from, and to before.
    beyond: Option<Vec<Vec<u64>>>,
    count: u64,
    succeeded: u64,
    failed: u64,
    /// The record stream that holds the results.
    results: Option<StreamRef>,
}

#[derive(ToSchema)]
pub(in crate::api) struct StreamRef {
    id: Uuid,
    count: u64,
}

/// A settled item of a loop.
#[derive(ToSchema)]
pub(in crate::api) struct Item {
    index: u64,
    key: Option<serde_json::Value>,
    status: crate::app::ItemStatus,
    /// Absent where it is not known any more.
    input: Option<serde_json::Value>,
    output: Option<serde_json::Value>,
    error: Option<StepError>,
}
