//! Shapes of the events of live streams, for the OpenAPI document only; a test holds them equal to the real ones.
//!
//! Each choice stands for one event: `event` is its name in the stream, `data` the JSON of its data.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

use super::schemas::{Run, RunStatus, StepRun};

/// An event of a run.
#[derive(ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub(super) enum RunEvent {
    /// Everything as it stands: what was told before counts no more.
    Snapshot(RunSnapshot),
    /// The run's status is another.
    Run(LiveRun),
    /// A step began, waits, is tried again, settled or was skipped.
    Step(LiveStep),
    /// A loop got on.
    Progress(LoopProgress),
    /// The run is finished; the server closes.
    End(RunEnd),
}

/// A run and its top-level steps, without what is large.
#[derive(ToSchema)]
pub(super) struct RunSnapshot {
    run: LiveRun,
    /// In document order.
    steps: Vec<LiveStep>,
}

/// A run, without what is large.
#[derive(ToSchema)]
pub(super) struct LiveRun {
    #[schema(inline)]
    #[serde(flatten)]
    run: Run,
    /// Fields that are too large for a stream (above 1 kB): `output`, `failure` (the answer in it). `GET /runs/{run}` has
    /// them.
    left_out: Option<Vec<String>>,
}

/// A step of a run, without what is large.
#[derive(ToSchema)]
pub(super) struct LiveStep {
    #[schema(inline)]
    #[serde(flatten)]
    step: StepRun,
    /// Fields that are too large for a stream (above 1 kB): `input`, `output`, `error`, `attempts` (the answers in them).
    /// `GET /runs/{run}` has them.
    left_out: Option<Vec<String>>,
}

/// How far a loop is.
#[derive(ToSchema)]
pub(super) struct LoopProgress {
    step: String,
    count: u64,
    settled: u64,
    succeeded: u64,
    failed: u64,
}

/// How a run ended.
#[derive(ToSchema)]
pub(super) struct RunEnd {
    status: RunStatus,
    finished_at: Option<DateTime<Utc>>,
}

/// An event of the lists.
#[derive(ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub(super) enum ListEvent {
    /// From now on changes are told.
    Ready(ListsReady),
    /// A list may not be what it was.
    Changed(ListChange),
}

/// A list that is told of.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum ListKind {
    Approvals,
    AuditEntries,
    Connections,
    DeadLetters,
    Flows,
    Runs,
    Schedules,
    Secrets,
    Tokens,
    Users,
    Variables,
}

#[derive(ToSchema)]
pub(super) struct ListsReady {
    /// The lists that one's role may see, and so is told of.
    kinds: Vec<ListKind>,
}

#[derive(ToSchema)]
pub(super) struct ListChange {
    kind: ListKind,
    /// The slugs of the flows that are concerned; absent where that may be any, or where the list has none.
    flows: Option<Vec<String>>,
}
