//! What operators see of steps as they end: counters, a line in the log for slow ones, and spans. Never what is in a run.

use std::time::Duration;

use causeway_model::{Frame, RunId, Slug, Span, StepError, StepId, Time};
use causeway_store::{ActiveRun, Finished, Store};

use crate::otlp::{Spans, run_span, step_span};

/// Shared by all drives of a worker.
pub struct Watch {
    store: Store,
    /// A step that takes longer is logged.
    slow: Option<Duration>,
    spans: Option<Spans>,
}

/// One attempt of an operation, or one evaluation of a pure step, that has ended.
pub struct StepEnd<'a> {
    pub run: RunId,
    pub flow: &'a Slug,
    pub frame: &'a Frame,
    pub step: &'a StepId,
    /// The step kind or the operation.
    pub use_: &'a str,
    pub attempt: u32,
    pub took: Duration,
    pub error: Option<&'a StepError>,
}

impl Watch {
    pub fn new(store: Store, slow: Option<Duration>, spans: Option<Spans>) -> Self {
        Self { store, slow, spans }
    }

    pub fn step_ended(&self, end: &StepEnd<'_>) {
        let took_us = u64::try_from(end.took.as_micros()).unwrap_or(u64::MAX);
        self.store.metrics().step(end.use_).ended(took_us, end.error.map(|error| error.class));
        if self.slow.is_some_and(|slow| end.took > slow) {
            let took_ms = u64::try_from(end.took.as_millis()).unwrap_or(u64::MAX);
            let StepEnd { run, flow, frame, step, attempt, .. } = end;
            tracing::warn!(%run, %flow, %frame, %step, attempt, took_ms, "slow step");
        }
        if let Some(spans) = &self.spans {
            spans.put(step_span(end, self.store.clock().now()));
        }
    }

    pub fn retried(&self, use_: &str) {
        self.store.metrics().step(use_).retries.increment();
    }

    /// Whether anybody wants to hear of the ends of runs.
    pub fn wants_runs(&self) -> bool {
        self.spans.is_some()
    }

    pub fn run_ended(&self, run: &ActiveRun, finished: &Finished) {
        if let Some(spans) = &self.spans {
            spans.put(run_span(run, finished));
        }
    }

    /// A poll that was due then has ended: how many runs it made, or that it failed.
    pub fn polled(&self, due_at: Time, found: Option<u64>) {
        let metrics = self.store.metrics();
        metrics.polls.increment();
        match found {
            Some(found) => metrics.poll_records.add(found),
            None => metrics.poll_failures.increment(),
        }
        let late = self.store.clock().now().since(due_at);
        metrics.poll_lateness.observe(late.millis().saturating_mul(1000));
    }

    /// How long after its time a schedule's run was stored.
    pub fn scheduled(&self, at: Time) {
        let late: Span = self.store.clock().now().since(at);
        self.store.metrics().schedule_lateness.observe(late.millis().saturating_mul(1000));
    }
}
