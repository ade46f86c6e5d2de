//! One frame: the steps of the flow, or of one item of a loop.

use std::collections::BTreeSet;
use std::sync::Arc;

use causeway_document::{Action, Body, Readiness, Scope, Settled};
use causeway_model::{StepError, StepId, Time, Value, Wait};

use super::Looping;

/// Where a step stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    Pending,
    /// May begin now.
    Ready,
    /// An attempt was begun.
    Running {
        attempt: u32,
    },
    /// The last attempt failed; `attempt` follows at `at`.
    Retrying {
        attempt: u32,
        at: Time,
    },
    Waiting(Wait),
    Looping(Box<Looping>),
    Succeeded {
        output: Value,
        port: Option<String>,
    },
    Failed {
        error: StepError,
    },
    Skipped,
    Cancelled,
    /// Never begins: it reads the output of a step that a dry run did not perform.
    Blocked,
}

impl Phase {
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Succeeded { .. } | Self::Failed { .. } | Self::Skipped | Self::Cancelled)
    }

    /// Begun and not settled.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Running { .. } | Self::Retrying { .. } | Self::Waiting(_) | Self::Looping(_))
    }
}

#[derive(Clone, Debug)]
pub struct StepState {
    pub phase: Phase,
    /// When all that it comes after had settled: what `now()` says in it.
    pub ready_at: Time,
    pub settled_at: Time,
    /// What every attempt sends; set by the first.
    pub input: Option<Value>,
    pub edition: u32,
    /// Attempts that failed, recovery's repeats not counted.
    pub failed_attempts: u32,
}

/// Why a frame takes no new work.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// A step failed, and nothing was wired to its error port.
    Failed { step: StepId, error: StepError },
    /// A `stop` step said so.
    Stopped { step: StepId, failure: Option<StepError> },
    /// The frame around it ended.
    Closed,
}

pub struct FrameState {
    pub body: Arc<Body>,
    pub steps: Vec<StepState>,
    pub end: Option<End>,
    opened_at: Time,
    /// Which steps may begin.
    scope: Arc<Scope>,
    /// Steps whose outputs a dry run does not know, those of the frames around it among them.
    pub(super) unknown: BTreeSet<String>,
}

/// What became of steps that were pending.
#[derive(Default)]
pub(super) struct Progress {
    /// In document order.
    pub(super) ready: Vec<usize>,
    /// Each with the step whose output it reads.
    pub(super) blocked: Vec<(StepId, String)>,
}

impl FrameState {
    pub(super) fn open(body: Arc<Body>, at: Time, scope: Arc<Scope>) -> Self {
        let step = StepState {
            phase: Phase::Pending,
            ready_at: at,
            settled_at: at,
            input: None,
            edition: 0,
            failed_attempts: 0,
        };
        Self {
            steps: vec![step; body.steps.len()],
            body,
            end: None,
            opened_at: at,
            scope,
            unknown: BTreeSet::new(),
        }
    }

    /// Settles what can no longer be reached and gives the steps that became ready.
    pub(super) fn progress(&mut self) -> Progress {
        let mut progress = Progress::default();
        if self.end.is_some() {
            return progress;
        }
        loop {
            let mut changed = false;
            for index in 0..self.steps.len() {
                if !matches!(self.steps[index].phase, Phase::Pending) {
                    continue;
                }
                let readiness = self.readiness(index);
                if readiness == Readiness::Pending {
                    continue;
                }
                // A pure step takes no time of its own: it settles at the moment it became ready.
                let since =
                    self.body.steps[index].after.iter().map(|edge| self.steps[edge.from].settled_at).max();
                let at = since.unwrap_or(self.opened_at);
                let reads = self.unknown_read(index).filter(|_| readiness == Readiness::Ready);
                let step = &mut self.steps[index];
                step.ready_at = at;
                if let Some(reads) = reads {
                    step.phase = Phase::Blocked;
                    progress.blocked.push((self.body.steps[index].id.clone(), reads));
                } else if readiness == Readiness::Ready {
                    step.phase = Phase::Ready;
                    progress.ready.push(index);
                } else {
                    step.settled_at = at;
                    step.phase = Phase::Skipped;
                    changed = true;
                }
            }
            if !changed {
                return progress;
            }
        }
    }

    /// What is no part of a test is skipped; the one step that is tested begins at once.
    fn readiness(&self, index: usize) -> Readiness {
        let id = &self.body.steps[index].id;
        if !self.scope.holds(id) {
            Readiness::Skipped
        } else if self.scope.forces(id) {
            Readiness::Ready
        } else {
            self.body.readiness(index, |source| self.steps[source].settled())
        }
    }

    /// A step that this one reads, and whose output is not known.
    fn unknown_read(&self, index: usize) -> Option<String> {
        if self.unknown.is_empty() {
            return None;
        }
        self.body.steps[index].reads(|_| true).into_iter().find(|name| self.unknown.contains(name))
    }

    /// Whether nothing in the frame is under way or will begin.
    pub fn is_done(&self) -> bool {
        // What is pending while nothing is under way waits for a step that never begins.
        let blocked = self.steps.iter().any(|step| step.phase == Phase::Blocked);
        self.steps.iter().all(|step| match step.phase {
            Phase::Pending => blocked || self.end.is_some(),
            Phase::Ready => self.end.is_some(),
            Phase::Blocked => true,
            _ => step.phase.is_settled(),
        })
    }

    /// The output of the last step in document order that succeeded and is no branch.
    pub fn output(&self) -> Option<&Value> {
        // A test of one step is about that step.
        let target = self.scope.target().and_then(|step| self.body.position(step.as_str()));
        if let Some(target) = target {
            return match &self.steps[target].phase {
                Phase::Succeeded { output, .. } => Some(output),
                _ => None,
            };
        }
        self.steps.iter().zip(&self.body.steps).rev().find_map(|(state, step)| match &state.phase {
            Phase::Succeeded { output, .. }
                if !matches!(step.action, Action::Branch { .. } | Action::Stop) =>
            {
                Some(output)
            }
            _ => None,
        })
    }

    /// What an item frame that is done comes to; `None` where it was closed before its end.
    pub fn result(&self) -> Option<Result<Value, StepError>> {
        match &self.end {
            Some(End::Closed) => None,
            Some(End::Failed { error, .. }) => Some(Err(error.clone())),
            Some(End::Stopped { failure: Some(error), .. }) => Some(Err(error.clone())),
            Some(End::Stopped { failure: None, .. }) | None => {
                Some(Ok(self.output().cloned().unwrap_or(Value::Null)))
            }
        }
    }
}

impl StepState {
    fn settled(&self) -> Option<Settled<'_>> {
        match &self.phase {
            Phase::Succeeded { port, .. } => Some(Settled::Succeeded { port: port.as_deref() }),
            Phase::Failed { .. } => Some(Settled::Failed),
            Phase::Skipped => Some(Settled::Skipped),
            Phase::Cancelled => Some(Settled::Cancelled),
            _ => None,
        }
    }
}
