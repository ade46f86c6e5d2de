//! The events of a run. What is large is left out of them, and they say so.

use std::sync::Arc;

use causeway_document::StepView;
use causeway_model::{RunStatus, StepId, Time, Value};
use causeway_store::RunRecord;
use serde::Serialize;

use super::position::Position;

/// A run, without what is large.
#[derive(Clone, Debug, Serialize)]
pub struct LiveRun {
    #[serde(flatten)]
    pub run: RunRecord,
    /// Fields that are too large for a stream: `output`, `failure` (the answer in it).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<&'static str>,
}

/// A top-level step of a run, without what is large.
#[derive(Clone, Debug, Serialize)]
pub struct LiveStep {
    #[serde(flatten)]
    pub step: StepView,
    /// Fields that are too large for a stream: `input`, `output`, `error`, `attempts` (the answers in them).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<&'static str>,
}

/// How far a loop is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoopProgress {
    pub step: StepId,
    pub count: u64,
    pub settled: u64,
    pub succeeded: u64,
    pub failed: u64,
}

/// Nothing follows.
#[derive(Clone, Debug, Serialize)]
pub struct RunEnd {
    pub status: RunStatus,
    pub finished_at: Option<Time>,
}

/// Everything as it stands.
#[derive(Clone, Debug)]
pub struct RunSnapshot {
    pub run: Arc<Shared<LiveRun>>,
    pub steps: Vec<Arc<Shared<LiveStep>>>,
}

/// A value with its JSON, which many listeners get.
#[derive(Clone, Debug)]
pub struct Shared<T> {
    pub value: T,
    json: Arc<str>,
}

impl<T: Serialize> Shared<T> {
    pub(super) fn new(value: T) -> Arc<Self> {
        let json = json(&value);
        Arc::new(Self { value, json })
    }
}

impl<T> Shared<T> {
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }
}

/// What happened to a run.
#[derive(Clone, Debug)]
pub enum RunEvent {
    Snapshot(Arc<Shared<RunSnapshot>>),
    Run(Arc<Shared<LiveRun>>),
    Step(Arc<Shared<LiveStep>>),
    Progress(LoopProgress),
    End(RunEnd),
}

impl RunEvent {
    /// As streams name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Snapshot(_) => "snapshot",
            Self::Run(_) => "run",
            Self::Step(_) => "step",
            Self::Progress(_) => "progress",
            Self::End(_) => "end",
        }
    }

    /// As JSON.
    pub fn data(&self) -> Arc<str> {
        match self {
            Self::Snapshot(shared) => shared.json.clone(),
            Self::Run(shared) => shared.json.clone(),
            Self::Step(shared) => shared.json.clone(),
            Self::Progress(progress) => json(progress),
            Self::End(end) => json(end),
        }
    }
}

/// An event, and where whoever has read it stands.
#[derive(Clone, Debug)]
pub struct Told {
    pub event: RunEvent,
    pub position: Position,
}

impl Shared<RunSnapshot> {
    pub(super) fn of(run: Arc<Shared<LiveRun>>, steps: Vec<Arc<Shared<LiveStep>>>) -> Arc<Self> {
        let all: Vec<&str> = steps.iter().map(|step| &*step.json).collect();
        let json = format!("{{\"run\":{},\"steps\":[{}]}}", run.json, all.join(","));
        Arc::new(Self { value: RunSnapshot { run, steps }, json: json.into() })
    }
}

fn json(value: &impl Serialize) -> Arc<str> {
    serde_json::to_string(value).unwrap_or_default().into()
}

/// No larger value stands in an event, in bytes of JSON.
const LARGEST: usize = 1024;

/// Whether it is too large for an event.
pub(super) fn is_large(value: &Value) -> bool {
    struct Room(usize);
    impl std::io::Write for Room {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::WriteZero)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Room(LARGEST), value).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_values_are_large() {
        assert!(!is_large(&Value::from("x".repeat(LARGEST - 2))));
        assert!(is_large(&Value::from("x".repeat(LARGEST - 1))));
    }
}
