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
    let mut views: Vec<StepView> = body.steps.iter().map(StepView::pending).collect();
    let positions: HashMap<&str, usize> =
        body.steps.iter().enumerate().map(|(at, step)| (step.id.as_str(), at)).collect();
    for entry in journal.iter().filter(|entry| entry.frame == *frame) {
        if let Some(view) = step_of(&entry.event).and_then(|step| positions.get(step.as_str())) {
            views[*view].take(&entry.event, entry.at);
        }
    }
    for (_, step, tally) in loops.iter().filter(|(of, _, _)| of == frame) {
        if let Some(view) = positions.get(step.as_str()) {
            views[*view].items = Some(tally.clone());
        }
    }
    skip(body, &mut views);
    for (view, step) in views.iter_mut().zip(&body.steps) {
        if let Action::ForEach(_) = step.action {
            view.tally();
        }
        if status.is_terminal() {
            view.end();
        }
    }
    views
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

/// Marks the steps whose edges cannot be taken any more.
fn skip(body: &Body, views: &mut [StepView]) {
    for &step in body.order() {
        if views[step].status != StepStatus::Pending {
            continue;
        }
        let readiness = body.readiness(step, |at| views[at].settled());
        if readiness == Readiness::Skipped {
            views[step].status = StepStatus::Skipped;
        }
    }
}

impl StepView {
    fn pending(step: &crate::PlanStep) -> Self {
        Self {
            id: step.id.clone(),
            use_: step.use_.clone(),
            name: step.name.clone(),
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
