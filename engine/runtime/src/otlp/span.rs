//! What a span says of a run or a step. Its ids follow from the run's, so that processes that share a run need not agree
//! on any: the run's id is the trace, its last half is the run's span.

use causeway_model::{RunId, RunStatus, Span, Time};
use causeway_store::{ActiveRun, Finished};
use sha2::{Digest, Sha256};

use crate::watch::StepEnd;

/// A span that has ended.
#[derive(Clone, Debug)]
pub struct SpanRecord {
    pub run: RunId,
    pub id: [u8; 8],
    pub parent: Option<[u8; 8]>,
    pub name: String,
    pub started_at: Time,
    /// After `started_at`; steps take less than a millisecond.
    pub took_us: u64,
    pub texts: Vec<(&'static str, String)>,
    pub numbers: Vec<(&'static str, i64)>,
    pub failed: bool,
}

fn id_of_run(run: RunId) -> [u8; 8] {
    let mut id = [0; 8];
    id.copy_from_slice(&run.0.as_bytes()[8..]);
    id
}

pub fn run_span(run: &ActiveRun, finished: &Finished) -> SpanRecord {
    let mut texts = vec![
        ("causeway.run", run.id.to_string()),
        ("causeway.flow", run.slug.to_string()),
        ("causeway.status", finished.status.to_string()),
    ];
    if let Some(parent) = &run.origin.parent {
        texts.push(("causeway.called_by", parent.run.to_string()));
    }
    if let Some(from) = run.origin.resumed_from.or(run.origin.replayed_from) {
        texts.push(("causeway.from_run", from.to_string()));
    }
    if let Some(failure) = &finished.failure {
        texts.push(("error.type", failure.error.class.name().to_owned()));
        texts.extend(failure.step.as_ref().map(|step| ("causeway.step", step.to_string())));
    }
    SpanRecord {
        run: run.id,
        id: id_of_run(run.id),
        parent: None,
        name: run.slug.to_string(),
        started_at: run.created_at,
        took_us: finished.at.since(run.created_at).millis().saturating_mul(1000),
        texts,
        numbers: vec![("causeway.version", run.version.into())],
        failed: finished.status == RunStatus::Failed,
    }
}

pub fn step_span(end: &StepEnd<'_>, ended_at: Time) -> SpanRecord {
    let mut texts = vec![
        ("causeway.run", end.run.to_string()),
        ("causeway.flow", end.flow.to_string()),
        ("causeway.step", end.step.to_string()),
        ("causeway.use", end.use_.to_owned()),
        ("causeway.status", if end.error.is_some() { "failed" } else { "succeeded" }.to_owned()),
    ];
    if !end.frame.is_top() {
        texts.push(("causeway.frame", end.frame.to_string()));
    }
    if let Some(error) = end.error {
        texts.push(("error.type", error.class.name().to_owned()));
    }
    let took_us = u64::try_from(end.took.as_micros()).unwrap_or(u64::MAX);
    SpanRecord {
        run: end.run,
        id: id_of_step(end),
        parent: Some(id_of_run(end.run)),
        name: end.step.to_string(),
        started_at: ended_at - Span::from_millis(took_us / 1000),
        took_us,
        texts,
        numbers: vec![("causeway.attempt", end.attempt.into())],
        failed: end.error.is_some(),
    }
}

/// Equal for the same attempt, also where a script is evaluated again after a recovery.
fn id_of_step(end: &StepEnd<'_>) -> [u8; 8] {
    let mut hash = Sha256::new();
    hash.update(end.run.0.as_bytes());
    for part in [end.frame.to_string().as_str(), end.step.as_str()] {
        hash.update(part.as_bytes());
        hash.update(b"\0");
    }
    hash.update(end.attempt.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut id = [0; 8];
    id.copy_from_slice(&digest[..8]);
    id
}
