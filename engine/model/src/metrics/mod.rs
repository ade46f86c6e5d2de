//! What the process counts of itself: plain atomics, no lock and no allocation for each event, no IO.
//!
//! The store, the runtime and the server count here; the server writes it out for Prometheus. One value for each store.

mod histogram;
mod table;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::{ErrorClass, FlowId, RunStatus};

pub use histogram::{Histogram, HistogramView, Scale};
pub use table::Table;

/// Flows that are counted one by one; the rest counts together.
const MOST_FLOWS: usize = 500;
/// Step kinds and operations that are counted one by one.
const MOST_STEPS: usize = 200;

/// Goes up only.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub fn increment(&self) {
        self.add(1);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Ordering::Relaxed);
    }

    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How runs of one flow ended.
#[derive(Debug, Default)]
pub struct Ended {
    pub succeeded: Counter,
    pub failed: Counter,
    pub cancelled: Counter,
}

impl Ended {
    /// Each terminal status with its count.
    pub fn by_status(&self) -> [(RunStatus, u64); 3] {
        [
            (RunStatus::Succeeded, self.succeeded.get()),
            (RunStatus::Failed, self.failed.get()),
            (RunStatus::Cancelled, self.cancelled.get()),
        ]
    }
}

/// What came of the attempts of one step kind or operation.
#[derive(Debug, Default)]
pub struct Attempts {
    pub seconds: Histogram,
    pub succeeded: Counter,
    /// By the position of the class in [`ErrorClass::ALL`].
    failed: [Counter; ErrorClass::ALL.len()],
    /// Attempts that failed and are made again.
    pub retries: Counter,
}

impl Attempts {
    /// One attempt that took so many microseconds.
    pub fn ended(&self, took_us: u64, failed: Option<ErrorClass>) {
        self.seconds.observe(took_us);
        match failed {
            None => self.succeeded.increment(),
            Some(class) => self.failed[class as usize].increment(),
        }
    }

    /// Each class with its count.
    pub fn by_class(&self) -> impl Iterator<Item = (ErrorClass, u64)> {
        ErrorClass::ALL.into_iter().zip(self.failed.iter().map(Counter::get))
    }
}

/// Webhook calls by the hundreds of their status.
#[derive(Debug, Default)]
pub struct Webhooks {
    classes: [Histogram; 5],
}

impl Webhooks {
    pub fn answered(&self, status: u16, took_us: u64) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.classes[class].observe(took_us);
    }

    pub fn by_class(&self) -> impl Iterator<Item = (&'static str, &Histogram)> {
        ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter().zip(&self.classes)
    }
}

/// Events that connected systems sent.
#[derive(Debug, Default)]
pub struct ConnectorEvents {
    pub received: Counter,
    /// Of triggers that no published flow has, or of none at all.
    pub unwanted: Counter,
    /// The runs that they made.
    pub runs: Counter,
}

/// Everything that is counted. Counters begin at zero with the process.
#[derive(Debug)]
pub struct Metrics {
    pub finished: Table<FlowId, Ended>,
    pub steps: Table<Box<str>, Attempts>,
    pub accepted_new: Counter,
    pub accepted_duplicate: Counter,
    pub accepted_skipped: Counter,
    /// Refused, since too many waited already.
    pub accepted_busy: Counter,
    pub handed_over: Counter,
    pub begun_ahead: Counter,
    pub claimed: Counter,
    /// Runs taken over from workers that died.
    pub recovered: Counter,
    /// Accepts and commits in one transaction.
    pub batch_size: Histogram,
    pub commit_seconds: Histogram,
    /// Commits of workers that had lost their lease.
    pub leases_lost: Counter,
    pub script_threads: Gauge,
    pub script_jobs_waiting: Gauge,
    pub webhooks: Webhooks,
    pub connector_events: ConnectorEvents,
    /// How long after its time a schedule's run was stored.
    pub schedule_lateness: Histogram,
    /// Lists that were asked, well or not.
    pub polls: Counter,
    pub poll_failures: Counter,
    /// Records that a poll made runs of.
    pub poll_records: Counter,
    /// How long after its time a poll had ended.
    pub poll_lateness: Histogram,
    pub runs_swept: Counter,
    pub spans_exported: Counter,
    /// Spans that found no room, or that the collector did not take.
    pub spans_dropped: Counter,
    /// Calls with a connection that waited for their turn.
    pub permits_waited: Counter,
    /// Calls with a connection that were not made: their turn was too far away, or the connection paused.
    pub permits_refused: Counter,
    /// How often a connection was paused after failures in a row.
    pub breakers_opened: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            finished: Table::new(MOST_FLOWS),
            steps: Table::new(MOST_STEPS),
            accepted_new: Counter::default(),
            accepted_duplicate: Counter::default(),
            accepted_skipped: Counter::default(),
            accepted_busy: Counter::default(),
            handed_over: Counter::default(),
            begun_ahead: Counter::default(),
            claimed: Counter::default(),
            recovered: Counter::default(),
            batch_size: Histogram::new(Scale::Count),
            commit_seconds: Histogram::default(),
            leases_lost: Counter::default(),
            script_threads: Gauge::default(),
            script_jobs_waiting: Gauge::default(),
            webhooks: Webhooks::default(),
            connector_events: ConnectorEvents::default(),
            schedule_lateness: Histogram::default(),
            polls: Counter::default(),
            poll_failures: Counter::default(),
            poll_records: Counter::default(),
            poll_lateness: Histogram::default(),
            runs_swept: Counter::default(),
            spans_exported: Counter::default(),
            spans_dropped: Counter::default(),
            permits_waited: Counter::default(),
            permits_refused: Counter::default(),
            breakers_opened: Counter::default(),
        }
    }
}

impl Metrics {
    pub fn run_finished(&self, flow: FlowId, status: RunStatus) {
        let ended = self.finished.get(&flow, || flow);
        match status {
            RunStatus::Succeeded => ended.succeeded.increment(),
            RunStatus::Failed => ended.failed.increment(),
            RunStatus::Cancelled => ended.cancelled.increment(),
            RunStatus::Queued | RunStatus::Running | RunStatus::Waiting => {}
        }
    }

    /// The counters of a step kind (`script`) or an operation (`http.request`).
    pub fn step(&self, use_: &str) -> &Attempts {
        self.steps.get(use_, || use_.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_past_the_limit_count_together() {
        let metrics = Metrics::default();
        for _ in 0..2 {
            for number in 0..MOST_FLOWS as u128 + 7 {
                metrics.run_finished(FlowId(uuid::Uuid::from_u128(number)), RunStatus::Failed);
            }
        }
        assert_eq!(metrics.finished.iter().count(), MOST_FLOWS);
        assert!(metrics.finished.iter().all(|(_, ended)| ended.failed.get() == 2));
        assert_eq!(metrics.finished.other().failed.get(), 14);
    }

    #[test]
    fn error_classes_stand_at_their_own_place() {
        for (place, class) in ErrorClass::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, place, "{class:?}");
        }
        let attempts = Attempts::default();
        attempts.ended(5, Some(ErrorClass::Timeout));
        attempts.ended(5, None);
        let failed: Vec<_> = attempts.by_class().filter(|(_, count)| *count > 0).collect();
        assert_eq!((failed, attempts.succeeded.get()), (vec![(ErrorClass::Timeout, 1)], 1));
    }
}
