//! Attempts of operations: begun only once their beginning is committed; what came of them; and those left in doubt.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use causeway_document::Action;
use causeway_model::{ErrorClass, Event, OnDoubt, Outcome, StepError, text};
use tokio::task::JoinHandle;

use super::{CallResult, Drive};
use crate::machine::Phase;
use crate::retry;
use crate::steps::operation;

impl Drive {
    /// Decides upon the attempts that another worker, or this one before a restart, had begun.
    pub(super) fn decide_doubts(&mut self) {
        let at = self.now();
        for place in self.core.machine.in_doubt() {
            let Some(step) = self.core.plan_step(&place) else { continue };
            let id = step.id.clone();
            let repeats = matches!(step.action, Action::Operation { on_doubt: OnDoubt::Repeat, .. });
            let attempt = match self.core.machine.step(&place).map(|step| &step.phase) {
                Some(Phase::Running { attempt }) => *attempt,
                _ => continue,
            };
            if repeats {
                let event = Event::StepStarted { step: id, attempt: attempt + 1, input: None, edition: 0 };
                self.core.record(&place.0, at, event);
                self.begun.push(place);
            } else {
                self.core.fail(&place, at, doubt());
            }
        }
    }

    /// Makes the attempts whose beginning is committed.
    pub(super) fn launch(&mut self) {
        if self.core.is_dry_run() {
            // Nothing was begun; and were there anything, it would not go out.
            self.begun.clear();
            return;
        }
        for place in std::mem::take(&mut self.begun) {
            let Some(step) = self.core.plan_step(&place) else { continue };
            let Action::Operation { connector, operation, connection, .. } = &step.action else { continue };
            let input =
                self.core.machine.step(&place).and_then(|step| step.input.clone()).unwrap_or_default();
            let attempt = operation::Attempt {
                run: self.core.run.id,
                connector: connector.clone(),
                version: self.core.machine.plan().connectors.get(connector).cloned(),
                operation: operation.clone(),
                connection: connection.clone(),
                environment: self.core.environment(),
                input,
                idempotency_key: self.core.idempotency_key(&place),
                timeout: step.timeout,
            };
            let services = self.shared.services.clone();
            self.under_way.push(Box::pin(async move {
                let began = Instant::now();
                let result = Task::of(operation::attempt(services, attempt)).await;
                (place, result, began.elapsed())
            }));
        }
    }

    /// Takes notice of an attempt's end.
    pub(super) fn attempted(&mut self, (place, result, took): CallResult) {
        let at = self.now();
        let Some(Phase::Running { attempt }) = self.core.machine.step(&place).map(|step| step.phase.clone())
        else {
            return;
        };
        self.core.tell_end(&place, attempt, took, result.as_ref().err());
        let error = match result {
            Ok(output) => return self.core.settle(&place, at, Outcome::Succeeded { output, port: None }),
            Err(error) => error,
        };
        let failed = self.core.machine.step(&place).map_or(0, |step| step.failed_attempts) + 1;
        let spread = self.core.spread(&place, attempt);
        let retry = self.core.plan_step(&place).and_then(|step| step.retry.as_ref());
        match retry::pause(retry, &error, failed, spread) {
            Some(pause) => {
                if let Some(step) = self.core.plan_step(&place) {
                    self.core.watch.retried(&step.use_);
                }
                let step = self.core.step_id(&place);
                let retry_at = at + pause;
                self.core.record(&place.0, at, Event::AttemptFailed { step, attempt, error, retry_at });
            }
            None => self.core.fail(&place, at, error),
        }
    }
}

/// A call that goes on by itself while its run commits: it may hold the store's connection on the way to a permit, and would
/// never let go of it if it waited for this run to be looked at again. Dropping it ends it.
struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    fn of(call: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(call))
    }
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match Pin::new(&mut self.0).poll(cx) {
            Poll::Ready(Ok(result)) => Poll::Ready(result),
            Poll::Ready(Err(ended)) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            // The process ends.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn doubt() -> StepError {
    StepError::new(
        "may_have_happened",
        ErrorClass::Doubt,
        text!(
            "The process ended while the call was under way, so it may have happened. Look in the system that was called; \
             then resume the run, with the step's input or with its outcome.",
            "呼叫進行中時程序中斷，因此這個動作可能已經發生。請先到被呼叫的系統確認，再繼續這次執行。"
        ),
    )
}
