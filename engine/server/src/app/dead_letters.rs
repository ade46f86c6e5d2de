//! Dead letters: runs that gave up and wait for a person. What is done with one is the same as with any run: resume with a
//! corrected input, replay, or dismiss with a reason.

use std::collections::HashMap;

use causeway_document::StepView;
use causeway_model::{RunId, RunMode, RunStatus, Value, text};
use causeway_store::{Dismissal, Page, RunFilter, RunRecord};
use serde::Serialize;

use super::{App, Error, RepeatedEffect, Result, ResumeRequest, Resumed};

/// What became of dead letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LetterState {
    /// They wait for a person.
    #[default]
    Open,
    /// Another run took over: a resume, or a replay that succeeded.
    Replayed,
    /// Somebody took them off the list.
    Dismissed,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeadLetter {
    #[serde(flatten)]
    pub run: RunRecord,
    /// The call that failed may have happened: look in the system that was called before it is repeated.
    pub may_have_happened: bool,
    /// Why, by whom and when it was taken off the list; of dismissed ones only.
    pub dismissal: Option<Dismissal>,
}

/// A dead letter with what a person needs to decide.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetterView {
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// The step that failed, with its input as it was sent; absent where the run failed outside of a step.
    pub step: Option<StepView>,
    /// The step's input, which may be edited and sent to `resume`; absent where there is nothing to edit.
    pub input: Option<Value>,
    /// What a replay would do again.
    pub effects: Vec<RepeatedEffect>,
}

impl DeadLetter {
    fn of(run: RunRecord, dismissal: Option<Dismissal>) -> Self {
        Self { may_have_happened: run.may_have_happened(), run, dismissal }
    }
}

impl App {
    /// Newest first.
    pub async fn dead_letters(&self, state: LetterState, filter: RunFilter) -> Result<Page<DeadLetter>> {
        let filter = RunFilter {
            dead_letters: state == LetterState::Open,
            taken_over: state == LetterState::Replayed,
            dismissed: state == LetterState::Dismissed,
            ..filter
        };
        let page = self.list_runs(filter).await?;
        let ids: Vec<RunId> = page.rows.iter().map(|run| run.id).collect();
        let mut dismissals: HashMap<_, _> = self.store().dismissals(&ids).await?.into_iter().collect();
        Ok(page.map(|run| {
            let dismissal = dismissals.remove(&run.id);
            DeadLetter::of(run, dismissal)
        }))
    }

    /// Whatever became of it. `not_a_dead_letter` where the run did not fail.
    pub async fn dead_letter(&self, id: RunId) -> Result<DeadLetterView> {
        let view = self.run(id).await?;
        if view.run.mode == RunMode::Test || view.run.status != RunStatus::Failed {
            return Err(not_a_dead_letter(id));
        }
        let failed = view.run.failure.as_ref().and_then(|failure| failure.step.clone());
        let step = view.steps.into_iter().find(|step| Some(&step.id) == failed.as_ref());
        let dismissal = self.store().dismissals(&[id]).await?.pop().map(|(_, dismissal)| dismissal);
        Ok(DeadLetterView {
            input: step.as_ref().and_then(|step| step.input.clone()),
            step,
            effects: self.effects_of(&view.run).await?,
            letter: DeadLetter::of(view.run, dismissal),
        })
    }

    /// Resumes with the failed step's input replaced, where one is given.
    pub async fn resume_dead_letter(
        &self,
        id: RunId,
        input: Option<Value>,
        mut request: ResumeRequest,
    ) -> Result<Resumed> {
        if let Some(input) = input {
            let run = self.store().run(id).await?;
            let Some(step) = run.failure.and_then(|failure| failure.step) else {
                return Err(Error::invalid(
                    "no_input_to_edit",
                    text!(
                        "Run {id} did not fail in a step, so it has no input to replace; resume it without one",
                        "執行 {id} 不是在步驟中失敗，沒有可修改的輸入；請不帶輸入繼續"
                    ),
                ));
            };
            request.edits.insert(step, input);
        }
        self.resume(id, request).await
    }

    /// Puts a dismissed one back onto the list.
    pub async fn undismiss(&self, id: RunId, by: &str) -> Result<()> {
        self.store().undismiss(id, by).await?;
        tracing::info!(run = %id, by, "dismissed dead letter put back");
        Ok(())
    }
}

fn not_a_dead_letter(id: RunId) -> Error {
    Error::not_found(
        "not_a_dead_letter",
        text!(
            "Run {id} is no dead letter: it did not fail, or was a test",
            "執行 {id} 不是待處理的失敗：它沒有失敗，或只是測試"
        ),
    )
}
