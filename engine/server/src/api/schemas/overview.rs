//! Shapes of the overview.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

#[derive(ToSchema)]
pub(in crate::api) struct Overview {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// The share of runs that should succeed.
    target: f64,
    latency_target_ms: i64,
    runs: OverviewRuns,
    /// Of those that were not cancelled, 0 to 1; null where there were none.
    success_rate: Option<f64>,
    previous: OverviewBefore,
    latency: OverviewLatency,
    /// Hours of the last 24, else days; the oldest first.
    volume: Vec<OverviewSlot>,
    /// Up to 5.
    slowest: Vec<SlowFlow>,
    /// Those with most failures, up to 5.
    failing: Vec<FailingFlow>,
    /// What the published versions say in `minutes_saved` for each run that succeeded; null where none that ran says anything.
    saved_minutes: Option<f64>,
    /// Kinds of which there is none are left out.
    attention: Vec<Attention>,
}

/// Runs that finished.
#[derive(ToSchema)]
pub(in crate::api) struct OverviewRuns {
    total: u64,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
}

/// As long a time before.
#[derive(ToSchema)]
pub(in crate::api) struct OverviewBefore {
    total: u64,
    success_rate: Option<f64>,
    p95_ms: Option<u64>,
}

/// From the trigger event to the end, of runs that succeeded; good to about a fifth.
#[derive(ToSchema)]
pub(in crate::api) struct OverviewLatency {
    p50_ms: Option<u64>,
    p95_ms: Option<u64>,
    /// The share within the target, 0 to 1.
    within_target: Option<f64>,
}

/// An hour or a day.
#[derive(ToSchema)]
pub(in crate::api) struct OverviewSlot {
    at: DateTime<Utc>,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct SlowFlow {
    slug: String,
    name: String,
    runs: u64,
    p95_ms: u64,
}

#[derive(ToSchema)]
pub(in crate::api) struct FailingFlow {
    slug: String,
    name: String,
    runs: u64,
    failed: u64,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum AttentionKind {
    /// Failed runs that wait for a person.
    DeadLetters,
    /// Questions that wait for an answer.
    Approvals,
    /// Connections whose last call went wrong.
    Connections,
    /// Flows whose last poll went wrong.
    Polls,
    /// Runs that are due for more than a minute, and that no worker takes.
    LateRuns,
}

#[derive(ToSchema)]
pub(in crate::api) struct Attention {
    kind: AttentionKind,
    count: u64,
    /// The flows or connections with most of them, up to 5.
    names: Vec<String>,
}
