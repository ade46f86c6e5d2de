//! The steps of a run that is followed: taken entry by entry, without what is large.

use std::hash::{DefaultHasher, Hash, Hasher};

use causeway_document::{Body, StepFold};
use causeway_model::{Event, LoopTally, Outcome, StepError, Time, Value};

use super::event::{LiveStep, Shared, is_large};
use crate::app::App;

/// Which fields of a step were too large.
#[derive(Clone, Copy, Debug, Default)]
struct LeftOut {
    input: bool,
    output: bool,
    error: bool,
    attempts: bool,
}

pub(super) struct LiveSteps {
    fold: StepFold,
    left_out: Vec<LeftOut>,
    /// What each step was when it was told last.
    told: Vec<u64>,
}

impl LiveSteps {
    pub(super) fn new(body: &Body) -> Self {
        let fold = StepFold::new(body);
        let count = fold.views().len();
        let mut steps = Self { fold, left_out: vec![LeftOut::default(); count], told: Vec::new() };
        steps.told = (0..count).map(|at| steps.print(at)).collect();
        steps
    }

    /// The places of the steps that the entry changed.
    pub(super) fn take(&mut self, body: &Body, mut event: Event, at: Time) -> Vec<usize> {
        let place = self.fold.place_of(&event);
        if let Some(place) = place {
            shrink(&mut event, &mut self.left_out[place]);
        }
        let mut changed = self.fold.take(body, &event, at);
        if let Some(place) = place {
            let (left_out, view) = (self.left_out[place], self.fold.view_mut(place));
            if left_out.input {
                view.input = None;
            }
            if left_out.output {
                view.output = None;
            }
        }
        changed.retain(|at| self.is_news(*at));
        changed
    }

    /// The run is over; the places of the steps that changed by it.
    pub(super) fn end(&mut self) -> Vec<usize> {
        let mut changed = self.fold.end();
        changed.retain(|at| self.is_news(*at));
        changed
    }

    /// Whether the step is one that is not settled.
    pub(super) fn is_open(&self, at: usize) -> bool {
        let view = &self.fold.views()[at];
        view.started_at.is_some() && view.finished_at.is_none()
    }

    /// As people see it.
    pub(super) fn shown(
        &self,
        app: &App,
        at: usize,
        items: Option<&LoopTally>,
    ) -> std::sync::Arc<Shared<LiveStep>> {
        let mut step = self.fold.views()[at].clone();
        if let Some(items) = items.filter(|_| step.started_at.is_some()) {
            step.set_items(items.clone());
        }
        app.show_step(&mut step);
        let LeftOut { input, output, error, attempts } = self.left_out[at];
        let names = [(input, "input"), (output, "output"), (error, "error"), (attempts, "attempts")];
        let left_out = names.into_iter().filter_map(|(out, name)| out.then_some(name)).collect();
        Shared::new(LiveStep { step, left_out })
    }

    fn is_news(&mut self, at: usize) -> bool {
        let print = self.print(at);
        std::mem::replace(&mut self.told[at], print) != print
    }

    fn print(&self, at: usize) -> u64 {
        let mut hasher = DefaultHasher::new();
        serde_json::to_string(&self.fold.views()[at]).unwrap_or_default().hash(&mut hasher);
        hasher.finish()
    }
}

/// Takes what is large out of an entry before it is kept.
fn shrink(event: &mut Event, left_out: &mut LeftOut) {
    match event {
        Event::StepStarted { input, .. } => {
            if let Some(given) = input {
                left_out.input = is_large(given);
                if left_out.input {
                    *input = None;
                }
            }
        }
        Event::StepWaiting { input, .. } | Event::InputEdited { input, .. } => {
            left_out.input = empty(input);
        }
        Event::Rehearsed { rehearsal, .. } => left_out.input = empty(&mut rehearsal.input),
        Event::LoopStarted { items, .. } => *items = Value::Null,
        Event::StepSettled { outcome, .. } | Event::Kept { outcome, .. } => match outcome {
            Outcome::Succeeded { output, .. } => left_out.output = empty(output),
            Outcome::Failed { error } => left_out.error = without_body(error),
            Outcome::Cancelled => {}
        },
        Event::AttemptFailed { error, .. } => left_out.attempts |= without_body(error),
        Event::Stopped { failure: Some(error), .. } => left_out.error = without_body(error),
        _ => {}
    }
}

fn empty(value: &mut Value) -> bool {
    let large = is_large(value);
    if large {
        *value = Value::Null;
    }
    large
}

pub(super) fn without_body(error: &mut StepError) -> bool {
    let large = error.body.as_ref().is_some_and(is_large);
    if large {
        error.body = None;
    }
    large
}
