//! Commits: what a run has done becomes durable, and the run goes on, leaves memory, or ends.

use std::time::Duration;

use causeway_model::{ErrorClass, RunFailure, RunId, RunStatus, StepError, Time, text};
use causeway_store::{Commit, CommitError, Finished, NewRun, Next};

use super::{Drive, Lost, Shared, watchers};
use crate::files::store_error;
use crate::machine::Halt;
use crate::services::VERSION_UNUSABLE;
use crate::steps::call_flow;

impl Drive {
    /// Leaves memory until `until`, or until a signal comes.
    pub(super) async fn leave(&mut self, until: Option<Time>) -> Result<(), Lost> {
        let due_at = [until, self.core.run.deadline_at].into_iter().flatten().min();
        let settings = &self.core.machine.plan().settings;
        let hold_slot = settings.concurrency.as_ref().is_some_and(|concurrency| concurrency.hold_slot);
        let active_ms = self.active_ms();
        self.commit(Next::Wait { due_at, hold_slot, active_ms }, Vec::new()).await
    }

    pub(super) async fn finish(&mut self, finished: Finished) -> Result<(), Lost> {
        let store = &self.shared.services.store;
        let by = format!("run:{}", self.core.run.id);
        let why = match self.core.machine.halt() {
            Some(Halt::Cancelled { .. }) => "the calling run was cancelled",
            _ => "the calling run ended",
        };
        for run in self.core.awaited.values() {
            call_flow::cancel(store, *run, &by, why).await;
        }
        let followers = watchers::followers(&self.shared.services, &self.core, &finished).await;
        let told = self.shared.watch.wants_runs().then(|| finished.clone());
        self.commit(Next::Finish(Box::new(finished)), followers).await?;
        if let Some(finished) = told {
            self.shared.watch.run_ended(&self.core.run, &finished);
        }
        Ok(())
    }

    /// Keeps a run that was begun ahead, before it does anything that takes long or can be seen from outside.
    pub(super) async fn keep_first(&mut self) -> Result<(), Lost> {
        let Some(birth) = self.birth.take() else { return Ok(()) };
        let commit = bare(self.run, self.epoch, Next::Go);
        self.shared.services.store.commit_first(birth, commit).await.map_err(|_| Lost)
    }

    /// Writes what the outbox holds. A store that does not answer is waited for: what a run has done is not given up.
    pub(super) async fn commit(&mut self, next: Next, followers: Vec<NewRun>) -> Result<(), Lost> {
        let outbox_due = !matches!(next, Next::Go) || self.core.outbox.loops_due();
        let (loops, dropped) =
            if outbox_due { self.core.outbox.take_loops() } else { (Vec::new(), Vec::new()) };
        let entries = self.core.take_entries();
        let outbox = &mut self.core.outbox;
        let mut children = std::mem::take(&mut outbox.children);
        children.extend(followers);
        let commit = Commit {
            run: self.run,
            epoch: self.epoch,
            entries,
            loops,
            dropped,
            children,
            approvals: std::mem::take(&mut outbox.approvals),
            consumed: std::mem::take(&mut outbox.consumed),
            next,
        };
        if let Some(birth) = self.birth.take() {
            // Who waits for the run hears of a store that fails; nothing was promised yet.
            return self.shared.services.store.commit_first(birth, commit).await.map_err(|_| Lost);
        }
        let mut pause = Duration::from_millis(50);
        loop {
            match self.shared.services.store.commit(commit.clone()).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Lost) => return Err(Lost),
                Err(CommitError::Store(error)) => {
                    tracing::warn!(run = %commit.run, %error, "a commit failed and is tried again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
            }
        }
    }
}

/// A commit that says nothing but how the run goes on.
fn bare(run: RunId, epoch: i64, next: Next) -> Commit {
    Commit {
        run,
        epoch,
        entries: Vec::new(),
        loops: Vec::new(),
        dropped: Vec::new(),
        children: Vec::new(),
        approvals: Vec::new(),
        consumed: Vec::new(),
        next,
    }
}

/// Ends a run in which the engine itself failed.
pub async fn give_up(shared: &Shared, run: RunId, epoch: i64) {
    let error = StepError::new(
        "engine_panicked",
        ErrorClass::Bug,
        text!(
            "The engine failed while it worked on the run. This is a fault of Causeway: please report it.",
            "引擎處理這次執行時發生錯誤。這是 Causeway 的問題，請回報。"
        ),
    );
    refuse(shared, run, epoch, error).await;
}

/// Leaves a run whose version does not read or compile here to a newer binary, where one is about; whether it did.
pub(super) async fn leave(shared: &Shared, run: RunId, epoch: i64, error: &StepError) -> bool {
    if ![VERSION_UNUSABLE, causeway_store::WRITTEN_BY_NEWER].contains(&error.code.as_ref()) {
        return false;
    }
    match shared.services.store.leave_to_newer(run, epoch, &error.message.en).await {
        Ok(left) => left,
        Err(unheard) => {
            // It is not known whether anybody newer is about: the run is looked at again.
            refuse(shared, run, epoch, store_error(unheard)).await;
            true
        }
    }
}

/// Ends a run that cannot even be taken up. A store that does not answer is waited for: another claim follows.
pub(super) async fn refuse(shared: &Shared, run: RunId, epoch: i64, error: StepError) {
    let next = if error.class == ErrorClass::Connect {
        Next::Release { active_ms: 0 }
    } else {
        let at = shared.services.store.clock().now();
        let failure = Some(RunFailure { step: None, error });
        let status = RunStatus::Failed;
        Next::Finish(Box::new(Finished {
            status,
            at,
            failure,
            output: None,
            handled_errors: 0,
            reason: None,
        }))
    };
    let commit = bare(run, epoch, next);
    if let Err(error) = shared.services.store.commit(commit).await {
        tracing::warn!(%run, %error, "the run could not be handed back");
    }
}
