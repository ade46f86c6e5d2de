//! The machine: what a run's journal means, and what is to be done next.
//!
//! Pure: no clock, no IO, no async, no randomness. The journal's entries go in through [`Machine::apply`]; out come the
//! steps to begin, the items to open, and the verdict. Equal journals give equal machines, which is what recovery rests on.
//! How edges and joins work is the document's ([`Body::readiness`]).

mod frame;
mod looping;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod properties;
mod verdict;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use causeway_document::{Action, Body, Plan, Scope};
use causeway_model::{Entry, Event, Frame, KnownFrom, LoopTally, Outcome, StepError, StepId, Time, Value};

pub use frame::{End, FrameState, Phase, StepState};
pub use looping::{ItemDone, LoopDone, Looping};
pub use verdict::{Ending, Verdict};

/// Why a whole run is ended from outside of its steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    Cancelled { by: String, reason: Option<String> },
    TimedOut { error: StepError },
}

/// A step that a dry run did not begin, however many items of loops it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocked {
    pub step: StepId,
    /// The step whose output it reads.
    pub reads: String,
    pub times: u64,
}

/// Where a step stands: its frame, and its index in the frame's body.
pub type Place = (Frame, usize);

/// One run, as its journal leaves it.
pub struct Machine {
    plan: Arc<Plan>,
    frames: BTreeMap<Frame, FrameState>,
    started_at: Option<Time>,
    vars: BTreeMap<String, Value>,
    halt: Option<Halt>,
    replied: bool,
    handled_errors: u32,
    /// Steps that became ready and were not begun; some may have been begun or closed since.
    ready: VecDeque<Place>,
    /// Loops that may open items or are done.
    loops: Vec<Place>,
    /// Item frames with nothing left to do.
    ended: Vec<Frame>,
    /// Editions and inputs that a person set before the run began, by step.
    edits: BTreeMap<StepId, (Value, u32)>,
    /// How much of the plan a test run runs; all of it otherwise.
    scope: Arc<Scope>,
    /// Steps that a dry run did not begin, since they read what is not known.
    blocked: Vec<Blocked>,
}

impl Machine {
    #[cfg(test)]
    pub fn new(plan: Arc<Plan>) -> Self {
        Self::within(plan, Scope::default())
    }

    /// `scope`: how much of the plan a test run runs; all of it otherwise.
    pub fn within(plan: Arc<Plan>, scope: Scope) -> Self {
        Self {
            plan,
            frames: BTreeMap::new(),
            started_at: None,
            vars: BTreeMap::new(),
            halt: None,
            replied: false,
            handled_errors: 0,
            ready: VecDeque::new(),
            loops: Vec::new(),
            ended: Vec::new(),
            edits: BTreeMap::new(),
            scope: Arc::new(scope),
            blocked: Vec::new(),
        }
    }

    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Steps that a dry run did not begin.
    pub fn blocked(&self) -> &[Blocked] {
        &self.blocked
    }

    pub fn started_at(&self) -> Option<Time> {
        self.started_at
    }

    pub fn vars(&self) -> &BTreeMap<String, Value> {
        &self.vars
    }

    pub fn halt(&self) -> Option<&Halt> {
        self.halt.as_ref()
    }

    /// Whether a `respond` step has answered already.
    pub fn replied(&self) -> bool {
        self.replied
    }

    pub fn frame(&self, frame: &Frame) -> Option<&FrameState> {
        self.frames.get(frame)
    }

    pub fn step(&self, (frame, step): &Place) -> Option<&StepState> {
        self.frames.get(frame)?.steps.get(*step)
    }

    /// Where a step id stands in a frame.
    pub fn place(&self, frame: &Frame, step: &StepId) -> Option<Place> {
        let index = self.frames.get(frame)?.body.position(step.as_str())?;
        Some((frame.clone(), index))
    }

    /// Takes notice of one journal entry. Entries of steps that are settled already change nothing: terminal is terminal.
    pub fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            Event::Started { vars } => {
                self.started_at = Some(at);
                self.vars = vars.clone();
                let body = Arc::clone(&self.plan.body);
                let top = FrameState::open(body, at, Arc::clone(&self.scope));
                self.frames.insert(Frame::top(), top);
                self.progress(&Frame::top());
            }
            Event::StepStarted { step, attempt, input, edition } => {
                self.step_started(entry, step, *attempt, input, *edition)
            }
            Event::AttemptFailed { step, attempt, retry_at, .. } => {
                let next = attempt + 1;
                self.change(&entry.frame, step, |state, ended| {
                    state.failed_attempts += 1;
                    state.phase = if ended {
                        Phase::Cancelled
                    } else {
                        Phase::Retrying { attempt: next, at: *retry_at }
                    };
                });
            }
            Event::StepWaiting { step, input, wait } => self.change(&entry.frame, step, |state, ended| {
                state.input = Some(input.clone());
                state.phase = if ended { Phase::Cancelled } else { Phase::Waiting(wait.clone()) };
            }),
            Event::LoopStarted { step, items, count } => self.loop_started(entry, step, items, *count),
            Event::StepSettled { step, outcome, .. } => self.settle(&entry.frame, step, outcome, at),
            // What was kept was there before the run began.
            Event::Kept { step, outcome } => {
                let at = self.started_at.map_or(at, |started| started.max(at));
                self.settle(&entry.frame, step, outcome, at);
            }
            Event::Rehearsed { step, rehearsal } => {
                if let Some(state) = self.frames.get_mut(&entry.frame)
                    && rehearsal.output_from == KnownFrom::Unknown
                {
                    state.unknown.insert(step.as_str().to_owned());
                }
                self.change(&entry.frame, step, |state, _| state.input = Some(rehearsal.input.clone()));
            }
            Event::Replied { .. } => self.replied = true,
            Event::Stopped { step, failure } => self.stopped(&entry.frame, step, failure, at),
            Event::CancelRequested { by, reason } => {
                self.end_run(Halt::Cancelled { by: by.clone(), reason: reason.clone() });
            }
            Event::TimedOut { error } => self.end_run(Halt::TimedOut { error: error.clone() }),
            Event::InputEdited { step, input, edition, .. } => {
                self.edits.insert(step.clone(), (input.clone(), *edition));
            }
            Event::Recovered => {}
        }
    }

    /// The input that a person put in the place of a step's own, and its edition.
    pub fn edited_input(&self, step: &StepId) -> Option<&(Value, u32)> {
        self.edits.get(step)
    }

    /// The next step to begin, if any. Each is given out once.
    pub fn next_ready(&mut self) -> Option<Place> {
        while let Some(place) = self.ready.pop_front() {
            let open = self.frames.get(&place.0).is_some_and(|frame| frame.end.is_none());
            if open
                && self.halt.is_none()
                && self.step(&place).is_some_and(|step| matches!(step.phase, Phase::Ready))
            {
                return Some(place);
            }
        }
        None
    }

    /// A place that [`Machine::next_ready`] gave is still ready, and comes first again.
    pub fn put_back(&mut self, place: Place) {
        self.ready.push_front(place);
    }

    /// Steps that were begun and whose end the journal does not hold: what a recovering worker must decide upon.
    pub fn in_doubt(&self) -> Vec<Place> {
        self.places(|phase| matches!(phase, Phase::Running { .. }))
    }

    /// Steps in a phase, all frames included.
    pub fn places(&self, wanted: impl Fn(&Phase) -> bool) -> Vec<Place> {
        let mut found = Vec::new();
        for (path, frame) in &self.frames {
            for (index, step) in frame.steps.iter().enumerate() {
                if wanted(&step.phase) {
                    found.push((path.clone(), index));
                }
            }
        }
        found
    }

    /// Retries whose pause is over.
    pub fn due_retries(&self, now: Time) -> Vec<Place> {
        self.places(|phase| matches!(phase, Phase::Retrying { at, .. } if *at <= now))
    }

    /// Waits whose own end has come.
    pub fn due_waits(&self, now: Time) -> Vec<Place> {
        self.places(
            |phase| matches!(phase, Phase::Waiting(wait) if wait.ends_at().is_some_and(|at| at <= now)),
        )
    }

    fn step_started(
        &mut self,
        entry: &Entry,
        step: &StepId,
        attempt: u32,
        input: &Option<Value>,
        edition: u32,
    ) {
        self.change(&entry.frame, step, |state, _| {
            if let Some(input) = input {
                state.input = Some(input.clone());
                state.edition = edition;
            }
            state.phase = Phase::Running { attempt };
        });
    }

    /// Changes an unsettled step; `ended` says whether its frame takes no new work.
    fn change(&mut self, frame: &Frame, step: &StepId, with: impl FnOnce(&mut StepState, bool)) {
        let halted = self.halt.is_some();
        let Some(state) = self.frames.get_mut(frame) else { return };
        let ended = halted || state.end.is_some();
        let Some(index) = state.body.position(step.as_str()) else { return };
        if state.steps[index].phase.is_settled() {
            return;
        }
        with(&mut state.steps[index], ended);
        if ended {
            self.check_ended(frame);
        }
    }

    fn settle(&mut self, frame: &Frame, step: &StepId, outcome: &Outcome, at: Time) {
        let Some(state) = self.frames.get_mut(frame) else { return };
        let Some(index) = state.body.position(step.as_str()) else { return };
        if state.steps[index].phase.is_settled() {
            return;
        }
        let wired = state.body.steps[index].error_wired;
        state.steps[index].settled_at = at;
        state.steps[index].phase = match outcome {
            Outcome::Succeeded { output, port } => {
                Phase::Succeeded { output: output.clone(), port: port.clone() }
            }
            Outcome::Failed { error } => Phase::Failed { error: error.clone() },
            Outcome::Cancelled => Phase::Cancelled,
        };
        if let Outcome::Failed { error } = outcome {
            if wired {
                self.handled_errors += 1;
            } else if state.end.is_none() {
                let end = End::Failed { step: step.clone(), error: error.clone() };
                self.end_frame(frame, end);
            }
        }
        self.progress(frame);
    }

    fn stopped(&mut self, frame: &Frame, step: &StepId, failure: &Option<StepError>, at: Time) {
        let Some(state) = self.frames.get_mut(frame) else { return };
        let Some(index) = state.body.position(step.as_str()) else { return };
        if state.steps[index].phase.is_settled() {
            return;
        }
        state.steps[index].settled_at = at;
        state.steps[index].phase = match failure {
            None => Phase::Succeeded { output: Value::Null, port: None },
            Some(error) => Phase::Failed { error: error.clone() },
        };
        if state.end.is_none() {
            self.end_frame(frame, End::Stopped { step: step.clone(), failure: failure.clone() });
        }
        self.progress(frame);
    }

    /// From now on no step of the frame begins; what runs may finish, what pauses or waits is cancelled.
    fn end_frame(&mut self, frame: &Frame, end: End) {
        let Some(state) = self.frames.get_mut(frame) else { return };
        state.end = Some(end);
        let mut inner = Vec::new();
        for (index, step) in state.steps.iter_mut().enumerate() {
            match &mut step.phase {
                Phase::Retrying { .. } | Phase::Waiting(_) => step.phase = Phase::Cancelled,
                Phase::Looping(looping) => {
                    looping.closing = true;
                    inner.push(state.body.steps[index].id.clone());
                    self.loops.push((frame.clone(), index));
                }
                _ => {}
            }
        }
        for step in inner {
            let items: Vec<Frame> = self.item_frames(frame, &step);
            for item in items {
                if self.frames.get(&item).is_some_and(|state| state.end.is_none()) {
                    self.end_frame(&item, End::Closed);
                }
                self.check_ended(&item);
            }
        }
        self.check_ended(frame);
    }

    fn end_run(&mut self, halt: Halt) {
        if self.halt.is_some() {
            return;
        }
        self.halt = Some(halt);
        // A halted run finishes nothing: the work under way is dropped, and no item is recorded as done.
        self.frames.retain(|path, _| path.is_top());
        self.ready.clear();
        self.loops.clear();
        self.ended.clear();
        for state in self.frames.values_mut() {
            for step in &mut state.steps {
                if step.phase.is_under_way() {
                    step.phase = Phase::Cancelled;
                }
            }
        }
    }

    /// Finds what became ready or can no longer be reached in a frame, after something in it settled.
    fn progress(&mut self, frame: &Frame) {
        let Some(state) = self.frames.get_mut(frame) else { return };
        if self.halt.is_none() {
            let progress = state.progress();
            self.ready.extend(progress.ready.into_iter().map(|index| (frame.clone(), index)));
            for (step, reads) in progress.blocked {
                self.block(frame, step, reads);
            }
        }
        self.check_ended(frame);
    }

    fn check_ended(&mut self, frame: &Frame) {
        if !frame.is_top() && self.halt.is_none() && self.frames.get(frame).is_some_and(FrameState::is_done) {
            self.ended.push(frame.clone());
        }
    }

    fn item_frames(&self, parent: &Frame, step: &StepId) -> Vec<Frame> {
        self.frames
            .keys()
            .filter(|path| path.parent().is_some_and(|(of, name, _)| of == *parent && name == step.as_str()))
            .cloned()
            .collect()
    }

    fn loop_body(&self, (frame, step): &Place) -> Option<Arc<Body>> {
        match &self.frames.get(frame)?.body.steps.get(*step)?.action {
            Action::ForEach(for_each) => Some(Arc::clone(&for_each.body)),
            _ => None,
        }
    }

    /// The tallies of the loops under way, for a view or a commit.
    pub fn tally(&self, place: &Place) -> Option<&LoopTally> {
        match &self.step(place)?.phase {
            Phase::Looping(looping) => Some(&looping.tally),
            _ => None,
        }
    }
}
