//! The steps of a run as people see them: derived from its journal.

use std::collections::HashMap;

use causeway_model::{
    Entry, Event, Frame, KnownFrom, LoopTally, Outcome, RunStatus, StepError, StepId, StepStatus, Time,
    Value, Wait,
};
use serde::Serialize;

use crate::plan::{Action, Body, Readiness, Settled};

/// One step of a run, as the API and the command line show it: derived from the journal.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    pub id: StepId,
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub status: StepStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// In a dry run: where the output of a step that was not performed comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_from: Option<KnownFrom>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    pub attempts: Vec<AttemptView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// How far a `for_each` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<LoopTally>,
    /// Taken over from the run that this one resumes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct AttemptView {
    pub attempt: u32,
    pub started_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
}

/// The steps of a body in document order, as the journal's entries of `frame` leave them.
///
/// `status` is that of the run, or of the item for the frame of a loop's item. A step that waits between two attempts is
/// `waiting` until the next one.
pub fn step_views(
    body: &Body,
    frame: &Frame,
    status: RunStatus,
    journal: &[Entry],
    loops: &[(Frame, StepId, LoopTally)],
) -> Vec<StepView> {
    let mut fold = StepFold::new(body);
    for entry in journal.iter().filter(|entry| entry.frame == *frame) {
        fold.apply(&entry.event, entry.at);
    }
    for (_, step, tally) in loops.iter().filter(|(of, _, _)| of == frame) {
        if let Some(view) = fold.positions.get(step.as_str()) {
            fold.views[*view].items = Some(tally.clone());
        }
    }
    fold.skip(body);
    for (view, step) in fold.views.iter_mut().zip(&body.steps) {
        if let Action::ForEach(_) = step.action {
            view.tally();
        }
    }
    if status.is_terminal() {
        fold.end();
    }
    fold.views
}

/// The steps of a body as its journal leaves them so far, entry by entry: the same as [`step_views`] over what was taken.
pub struct StepFold {
    views: Vec<StepView>,
    positions: HashMap<String, usize>,
}

impl StepFold {
    pub fn new(body: &Body) -> Self {
        let positions = body.steps.iter().enumerate().map(|(at, step)| (step.id.to_string(), at)).collect();
        Self { views: body.steps.iter().map(StepView::pending).collect(), positions }
    }

    /// In document order.
    pub fn views(&self) -> &[StepView] {
        &self.views
    }

    pub fn view_mut(&mut self, at: usize) -> &mut StepView {
        &mut self.views[at]
    }

    /// The place of the step that an event is about, where it is about one of this body.
    pub fn place_of(&self, event: &Event) -> Option<usize> {
        self.positions.get(step_of(event)?.as_str()).copied()
    }

    /// Takes the next entry of the body's own frame; the places of the steps that may have changed by it.
    pub fn take(&mut self, body: &Body, event: &Event, at: Time) -> Vec<usize> {
        let Some(place) = self.apply(event, at) else { return Vec::new() };
        if matches!(body.steps[place].action, Action::ForEach(_)) {
            self.views[place].tally();
        }
        let mut changed = vec![place];
        if self.views[place].settled().is_some() {
            changed.extend(self.skip(body));
        }
        changed
    }

    /// The run is over; the places of the steps that changed by it.
    pub fn end(&mut self) -> Vec<usize> {
        let mut changed = Vec::new();
        for (at, view) in self.views.iter_mut().enumerate() {
            let before = view.status;
            view.end();
            if view.status != before {
                changed.push(at);
            }
        }
        changed
    }

    fn apply(&mut self, event: &Event, at: Time) -> Option<usize> {
        let place = self.place_of(event)?;
        self.views[place].take(event, at);
        Some(place)
    }

    /// Marks the steps whose edges cannot be taken any more.
    fn skip(&mut self, body: &Body) -> Vec<usize> {
        let mut skipped = Vec::new();
        for &step in body.order() {
            if self.views[step].status != StepStatus::Pending {
                continue;
            }
            if body.readiness(step, |at| self.views[at].settled()) == Readiness::Skipped {
                self.views[step].status = StepStatus::Skipped;
                skipped.push(step);
            }
        }
        skipped
    }
}

fn step_of(event: &Event) -> Option<&StepId> {
    match event {
        Event::StepStarted { step, .. }
        | Event::AttemptFailed { step, .. }
        | Event::StepWaiting { step, .. }
        | Event::LoopStarted { step, .. }
        | Event::StepSettled { step, .. }
        | Event::Stopped { step, .. }
        | Event::Kept { step, .. }
        | Event::Rehearsed { step, .. }
        | Event::InputEdited { step, .. } => Some(step),
        Event::Started { .. }
        | Event::Replied { .. }
        | Event::CancelRequested { .. }
        | Event::TimedOut { .. }
        | Event::Recovered => None,
    }
}

impl StepView {
    fn pending(step: &crate::PlanStep) -> Self {
        Self { name: step.name.clone(), ..Self::new(step.id.clone(), step.use_.clone()) }
    }

    /// A step that nothing has happened to yet.
    pub fn new(id: StepId, use_: String) -> Self {
        Self {
            id,
            use_,
            name: None,
            status: StepStatus::Pending,
            port: None,
            started_at: None,
            finished_at: None,
            took_us: None,
            input: None,
            output: None,
            output_from: None,
            error: None,
            attempts: Vec::new(),
            wait: None,
            items: None,
            kept: false,
        }
    }

    fn take(&mut self, event: &Event, at: Time) {
        match event {
            Event::StepStarted { attempt, input, .. } => {
                self.status = StepStatus::Running;
                self.started_at.get_or_insert(at);
                self.wait = None;
                if let Some(input) = input {
                    self.input = Some(input.clone());
                }
                // After a crash the same attempt starts again.
                match self.attempts.iter_mut().find(|known| known.attempt == *attempt) {
                    Some(known) => known.finished_at = None,
                    None => self.attempts.push(AttemptView {
                        attempt: *attempt,
                        started_at: at,
                        finished_at: None,
                        error: None,
                    }),
                }
            }
            Event::AttemptFailed { attempt, error, retry_at, .. } => {
                self.status = StepStatus::Waiting;
                self.wait = Some(Wait::time(*retry_at));
                self.finish_attempt(Some(*attempt), at, Some(error));
            }
            Event::StepWaiting { input, wait, .. } => {
                self.status = StepStatus::Waiting;
                self.started_at.get_or_insert(at);
                self.input = Some(input.clone());
                self.wait = Some(wait.clone());
            }
            Event::LoopStarted { count, .. } => {
                self.status = StepStatus::Running;
                self.started_at.get_or_insert(at);
                self.items = Some(LoopTally { count: *count, ..LoopTally::default() });
            }
            Event::StepSettled { outcome, took_us, .. } => {
                self.settle(outcome, at);
                self.took_us = *took_us;
            }
            Event::Kept { outcome, .. } => {
                self.settle(outcome, at);
                self.kept = true;
            }
            Event::Stopped { failure, .. } if self.settled().is_none() => {
                self.finished_at = Some(at);
                self.error = failure.clone();
                self.status = if failure.is_some() { StepStatus::Failed } else { StepStatus::Succeeded };
            }
            Event::InputEdited { input, .. } => self.input = Some(input.clone()),
            Event::Rehearsed { rehearsal, .. } => {
                self.started_at.get_or_insert(at);
                self.input = Some(rehearsal.input.clone());
                self.output_from = Some(rehearsal.output_from);
            }
            _ => {}
        }
    }

    fn settle(&mut self, outcome: &Outcome, at: Time) {
        self.wait = None;
        self.finished_at = Some(at);
        match outcome {
            Outcome::Succeeded { output, port } => {
                self.status = StepStatus::Succeeded;
                // What stands for an output that is not known is none.
                self.output = Some(output.clone()).filter(|_| self.output_from != Some(KnownFrom::Unknown));
                self.port = port.clone();
                self.finish_attempt(None, at, None);
            }
            Outcome::Failed { error } => {
                self.status = StepStatus::Failed;
                self.error = Some(error.clone());
                self.finish_attempt(None, at, Some(error));
            }
            Outcome::Cancelled => {
                self.status = StepStatus::Cancelled;
                self.finish_attempt(None, at, None);
            }
        }
    }

    fn finish_attempt(&mut self, attempt: Option<u32>, at: Time, error: Option<&StepError>) {
        let open = self.attempts.iter_mut().rfind(|known| match attempt {
            Some(attempt) => known.attempt == attempt,
            None => known.finished_at.is_none(),
        });
        if let Some(open) = open {
            open.finished_at = Some(at);
            open.error = error.cloned();
        }
    }

    fn settled(&self) -> Option<Settled<'_>> {
        match self.status {
            StepStatus::Succeeded => Some(Settled::Succeeded { port: self.port.as_deref() }),
            StepStatus::Failed => Some(Settled::Failed),
            StepStatus::Skipped => Some(Settled::Skipped),
            StepStatus::Cancelled => Some(Settled::Cancelled),
            StepStatus::Pending | StepStatus::Running | StepStatus::Waiting => None,
        }
    }

    /// How far the loop is, where it has not ended.
    pub fn set_items(&mut self, items: LoopTally) {
        self.items = Some(items);
        self.tally();
    }

    /// A loop that ended tells its numbers by its output.
    fn tally(&mut self) {
        let Some(output) = self.output.as_ref().filter(|_| self.status == StepStatus::Succeeded) else {
            return;
        };
        let number = |name: &str| output[name].as_u64();
        if let (Some(count), Some(succeeded), Some(failed)) =
            (number("count"), number("succeeded"), number("failed"))
        {
            let tally = self.items.get_or_insert_default();
            (tally.count, tally.succeeded, tally.failed) = (count, succeeded, failed);
            (tally.cursor, tally.beyond) = (succeeded + failed, Vec::new());
            if tally.results.is_none() {
                tally.results = causeway_model::StreamRef::from_value(&output["results"]);
            }
        }
    }

    /// The run is over: what was under way was cancelled, what had not begun is skipped.
    fn end(&mut self) {
        self.status = match self.status {
            StepStatus::Running | StepStatus::Waiting => StepStatus::Cancelled,
            StepStatus::Pending => StepStatus::Skipped,
            settled => settled,
        };
        self.wait = None;
    }
}
