//! `run_hour`: finished runs by the hour, flow, status and how long they took. Hours that are over are counted once, by a worker;
//! those that are open are counted when somebody asks. What retention takes away before its hour is counted is added by it.
//!
//! `run_hour_mark` says up to which hour all is counted. Whoever moves it, or adds to an hour beyond it, changes that row first: so
//! no run counts twice, whatever happens at once. Test runs count nowhere.

mod latency;
mod roll_up;
mod told;

pub use latency::Latencies;
pub(crate) use roll_up::{note_swept, tidy};
pub(crate) use told::OpenHours;
pub use told::{FlowRuns, HourSlots, LastRun, Outcomes};

use sea_orm::QueryResult;
use uuid::Uuid;

use crate::Result;

/// What hours are counted in, from 1970 on.
pub const HOUR_MS: i64 = 3_600_000;

/// Runs that are alike.
#[derive(Clone, Copy, Debug)]
struct Counted {
    hour: i64,
    flow: Uuid,
    status: i16,
    latency: i16,
    runs: i64,
}

impl Counted {
    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            hour: row.try_get_by_index(0)?,
            flow: row.try_get_by_index(1)?,
            status: row.try_get_by_index(2)?,
            latency: row.try_get_by_index(3)?,
            runs: row.try_get_by_index(4)?,
        })
    }
}

/// Counts the finished runs of `$1` to before `$2`, by the index over each kind of them.
fn count_sql() -> String {
    counted_sql(&[
        "kept AND finished_at >= $1 AND finished_at < $2",
        "NOT kept AND expires_at >= $1 AND expires_at < $2",
    ])
}

/// Gives [`Counted`] of the finished runs to which one of the conditions applies.
fn counted_sql(conditions: &[&str]) -> String {
    let bucket = latency::bucket_sql("(finished_at - created_at)");
    let of = |condition: &&str| {
        format!(
            "SELECT finished_at / {HOUR_MS} AS hour, flow, status, {bucket} AS latency FROM run WHERE {condition} AND mode = 0"
        )
    };
    let found: Vec<String> = conditions.iter().map(of).collect();
    format!(
        "SELECT hour, flow, status, latency, COUNT(*) FROM ({}) AS found GROUP BY hour, flow, status, latency",
        found.join(" UNION ALL ")
    )
}
