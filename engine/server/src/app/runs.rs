//! Looking at runs: the list, one run with its steps, and its timeline. Sealed tokens are shown as `{{ secret.x }}`.

use std::collections::HashMap;

use causeway_document::{Action, Body, Plan, StepView, step_views};
use causeway_model::{
    Entry, Event, Frame, LoopTally, Outcome, Rehearsal, RunId, RunStatus, StepError, StepId, TestPart,
    TestPlan, Text, Value, text,
};
use causeway_store::{JournalPage, JournalPlace, Page, RunFilter, RunRecord};
use serde::Serialize;

use super::{App, Error, Result};

/// A run as people look at it.
#[derive(Clone, Debug, Serialize)]
pub struct RunView {
    #[serde(flatten)]
    pub run: RunRecord,
    /// What the connector calls its trigger, where it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_title: Option<Text>,
    /// `trigger` as expressions saw it.
    #[serde(rename = "event")]
    pub trigger_event: Value,
    /// The top-level steps, in document order.
    pub steps: Vec<StepView>,
    /// What a test run of a draft was to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<TestView>,
}

/// What a test run is, and what it shows beside its steps.
#[derive(Clone, Debug, Serialize)]
pub struct TestView {
    #[serde(flatten)]
    pub part: TestPart,
    pub dry_run: bool,
    /// Absent where the document was no draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_revision: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_run: Option<RunId>,
    /// What a dry run would have done, in the order of the document; the steps of a loop before the loop itself.
    pub effects: Vec<Rehearsed>,
    /// The steps inside of loops whose first item is shown.
    pub inside: Vec<ItemSteps>,
}

/// A step that a dry run did not perform.
#[derive(Clone, Debug, Serialize)]
pub struct Rehearsed {
    /// The loop item that it stands in; empty at the top.
    #[serde(skip_serializing_if = "Frame::is_top")]
    pub frame: Frame,
    pub step: StepId,
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(flatten)]
    pub rehearsal: Rehearsal,
}

/// The steps of one item of a loop.
#[derive(Clone, Debug, Serialize)]
pub struct ItemSteps {
    pub frame: Frame,
    pub steps: Vec<StepView>,
}

impl App {
    /// Newest first.
    pub async fn runs(&self, filter: RunFilter) -> Result<Vec<RunRecord>> {
        Ok(self.list_runs(filter).await?.rows)
    }

    /// Newest first.
    pub async fn list_runs(&self, filter: RunFilter) -> Result<Page<RunRecord>> {
        Ok(self.store().list_runs(filter).await?.map(|run| self.shown_run(run)))
    }

    pub async fn run(&self, id: RunId) -> Result<RunView> {
        let run = self.store().run(id).await?;
        let plan = self.plan(run.flow, run.version).await?;
        let journal = self.store().journal(id, run.is_of_draft()).await?;
        let loops = self.store().loops(id).await?;
        let mut steps = step_views(&plan.body, &Frame::top(), run.status, &journal, &loops);
        steps.iter_mut().for_each(|step| self.show_step(step));
        let event = self.store().trigger_event(id).await?;
        let trigger_event = serde_json::from_str(&event).map_err(|_| Error::bug("trigger event"))?;
        let test = match self.store().test_plan(run.flow, run.version).await? {
            Some(test) => Some(self.test_view(&plan, test, run.status, &journal, &loops)),
            None => None,
        };
        let trigger_title = self.trigger_title(&run).await;
        Ok(RunView { run: self.shown_run(run), trigger_title, trigger_event, steps, test })
    }

    fn test_view(
        &self,
        plan: &Plan,
        test: TestPlan,
        status: RunStatus,
        journal: &[Entry],
        loops: &[(Frame, StepId, LoopTally)],
    ) -> TestView {
        /// The most items that are shown.
        const ITEMS: usize = 20;
        let mut effects = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        for entry in journal {
            if !entry.frame.is_top() && !frames.contains(&entry.frame) && frames.len() < ITEMS {
                frames.push(entry.frame.clone());
            }
            let Event::Rehearsed { step, rehearsal } = &entry.event else { continue };
            let mut rehearsal = rehearsal.clone();
            self.show(&mut rehearsal.input);
            self.show_option(&mut rehearsal.request);
            let use_ = plan.step(step.as_str()).map(|step| step.use_.clone()).unwrap_or_default();
            effects.push(Rehearsed { frame: entry.frame.clone(), step: step.clone(), use_, rehearsal });
        }
        let mut order = HashMap::new();
        places(&plan.body, &mut order);
        effects.sort_by_key(|effect| order.get(&effect.step).copied());
        let inside = frames.into_iter().filter_map(|frame| {
            let (_, step, _) = frame.parent()?;
            let Action::ForEach(each) = &plan.step(step)?.action else { return None };
            let mut steps = step_views(&each.body, &frame, status, journal, loops);
            steps.iter_mut().for_each(|step| self.show_step(step));
            Some(ItemSteps { frame, steps })
        });
        let inside = inside.collect();
        let TestPlan { part, dry_run, draft_revision, sample, from_run, .. } = test;
        TestView { part, dry_run, draft_revision, sample, from_run, effects, inside }
    }

    /// The journal in order; `frames` brings what happened inside of loops too. `limit`: 1 to 1,000.
    pub async fn timeline(
        &self,
        id: RunId,
        frames: bool,
        from: Option<JournalPlace>,
        limit: u64,
    ) -> Result<JournalPage> {
        let limit = limit.clamp(1, 1000) as usize;
        let JournalPage { entries, next } = self.store().journal_page(id, frames, from, limit).await?;
        let entries = entries.into_iter().map(|entry| self.shown_entry(entry)).collect();
        Ok(JournalPage { entries, next })
    }

    pub async fn cancel(&self, id: RunId, by: &str, reason: Option<String>) -> Result<()> {
        self.store().cancel_run(id, by, reason).await?;
        tracing::info!(run = %id, by, "cancel asked for");
        Ok(())
    }

    /// Takes a failed run off the dead letters: somebody looked at it and nothing more is to be done.
    pub async fn dismiss(&self, id: RunId, by: &str, reason: Option<String>) -> Result<()> {
        self.store().dismiss(id, by, reason).await?;
        tracing::info!(run = %id, by, "dead letter dismissed");
        Ok(())
    }

    pub(super) fn shown_run(&self, mut run: RunRecord) -> RunRecord {
        self.show_option(&mut run.output);
        if let Some(failure) = &mut run.failure {
            self.show_error(&mut failure.error);
        }
        run
    }

    pub(super) fn show_step(&self, step: &mut StepView) {
        self.show_option(&mut step.input);
        self.show_option(&mut step.output);
        step.error.iter_mut().for_each(|error| self.show_error(error));
        let attempts = step.attempts.iter_mut().filter_map(|attempt| attempt.error.as_mut());
        attempts.for_each(|error| self.show_error(error));
    }

    fn shown_entry(&self, mut entry: Entry) -> Entry {
        match &mut entry.event {
            Event::StepStarted { input, .. } => self.show_option(input),
            Event::StepWaiting { input, .. } | Event::InputEdited { input, .. } => self.show(input),
            Event::LoopStarted { items, .. } => self.show(items),
            Event::AttemptFailed { error, .. } | Event::TimedOut { error } => self.show_error(error),
            Event::StepSettled { outcome, .. } | Event::Kept { outcome, .. } => match outcome {
                Outcome::Succeeded { output, .. } => self.show(output),
                Outcome::Failed { error } => self.show_error(error),
                Outcome::Cancelled => {}
            },
            Event::Rehearsed { rehearsal, .. } => {
                self.show(&mut rehearsal.input);
                self.show_option(&mut rehearsal.request);
            }
            Event::Replied { reply } => self.show(&mut reply.body),
            Event::Stopped { failure, .. } => failure.iter_mut().for_each(|error| self.show_error(error)),
            Event::Started { .. } | Event::CancelRequested { .. } | Event::Recovered => {}
        }
        entry
    }

    pub(super) fn show(&self, value: &mut Value) {
        *value = self.sealer().shown_value(value);
    }

    fn show_option(&self, value: &mut Option<Value>) {
        value.iter_mut().for_each(|value| self.show(value));
    }

    fn show_error(&self, error: &mut StepError) {
        for text in [&mut error.message.en, &mut error.message.zh_tw] {
            if self.sealer().is_sealed(text) {
                *text = self.sealer().shown(text);
            }
        }
        self.show_option(&mut error.body);
    }
}

/// Where each step stands: those of a loop's body before the loop.
fn places(body: &Body, order: &mut HashMap<StepId, usize>) {
    for step in &body.steps {
        if let Action::ForEach(each) = &step.action {
            places(&each.body, order);
        }
        order.insert(step.id.clone(), order.len());
    }
}

/// A step of a plan, loop bodies included; refused where the plan has none of that name.
pub(super) fn known_step<'a>(
    plan: &'a Plan,
    step: &causeway_model::StepId,
) -> Result<&'a causeway_document::PlanStep> {
    plan.step(step.as_str()).ok_or_else(|| {
        Error::not_found(
            "step_not_found",
            text!("The run's flow has no step `{step}`", "此執行的流程沒有步驟「{step}」"),
        )
    })
}
