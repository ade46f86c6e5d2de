//! Shapes of figures about runs.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::RunStatus;

/// A flow's runs of the last days; test runs are left out.
#[derive(ToSchema)]
pub(in crate::api) struct FlowStats {
    slug: String,
    /// Those that finished.
    runs: u64,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
    /// Of those that were not cancelled, 0 to 1; null where there were none.
    success_rate: Option<f64>,
    /// The newest one, of whatever time, finished or not; null where there is none.
    last_run: Option<LastRun>,
    /// Each day, the oldest first.
    daily: Vec<FlowDay>,
}

#[derive(ToSchema)]
pub(in crate::api) struct LastRun {
    id: Uuid,
    status: RunStatus,
    created_at: DateTime<Utc>,
}

#[derive(ToSchema)]
pub(in crate::api) struct FlowDay {
    /// `2026-11-20`, in the time zone.
    day: String,
    succeeded: u64,
    failed: u64,
}
