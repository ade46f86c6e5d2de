//! What comes from outside of a run's steps: times that are up, signals, and the run's own limits.

use causeway_model::{ErrorClass, Event, Frame, StepError, WaitKind, text};
use causeway_store::SignalKind;

use super::Drive;
use crate::machine::Phase;
use crate::steps::{call_flow, suspend};

impl Drive {
    /// Begins the retries and ends the waits whose time has come.
    pub(super) fn fire_due(&mut self) {
        if self.core.machine.halt().is_some() {
            return;
        }
        let now = self.now();
        for place in self.core.machine.due_retries(now) {
            let Some(Phase::Retrying { attempt, .. }) =
                self.core.machine.step(&place).map(|step| step.phase.clone())
            else {
                continue;
            };
            let step = self.core.step_id(&place);
            self.core.record(&place.0, now, Event::StepStarted { step, attempt, input: None, edition: 0 });
            self.begun.push(place);
        }
        for place in self.core.machine.due_waits(now) {
            let Some(Phase::Waiting(wait)) = self.core.machine.step(&place).map(|step| step.phase.clone())
            else {
                continue;
            };
            let Some(step) = self.core.plan_step(&place) else { continue };
            let outcome = suspend::on_time(&step.action, &wait, now);
            if let WaitKind::Run { run } = wait.kind {
                let store = self.shared.services.store.clone();
                let by = format!("run:{}", self.core.run.id);
                tokio::spawn(async move { call_flow::cancel(&store, run, &by, "timeout").await });
            }
            self.core.settle(&place, now, outcome);
        }
    }

    /// Gives the signals to the steps that wait for them.
    pub(super) fn deliver(&mut self) {
        let at = self.now();
        for signal in std::mem::take(&mut self.signals) {
            let (frame, step) = match &signal.kind {
                SignalKind::Cancel { by, reason } => {
                    let event = Event::CancelRequested { by: by.clone(), reason: reason.clone() };
                    self.core.record(&Frame::top(), at, event);
                    self.core.outbox.consumed.push(signal.id);
                    self.drop_calls();
                    continue;
                }
                SignalKind::Callback { frame, step, .. }
                | SignalKind::Decision { frame, step, .. }
                | SignalKind::RunFinished { frame, step, .. } => (frame, step),
            };
            let place = self.core.machine.place(frame, step);
            let phase =
                place.as_ref().and_then(|place| self.core.machine.step(place)).map(|step| step.phase.clone());
            match (place, phase) {
                (Some(place), Some(Phase::Waiting(wait))) => {
                    if let Some(outcome) = suspend::on_signal(&wait, &signal.kind, at) {
                        self.core.settle(&place, at, outcome);
                    }
                    self.core.outbox.consumed.push(signal.id);
                }
                // It came too late: the step is done.
                (_, Some(phase)) if phase.is_settled() => self.core.outbox.consumed.push(signal.id),
                // It came before the step began to wait: it is kept until then.
                _ => self.signals.push(signal),
            }
        }
    }

    /// Ends a run that passed its limits.
    pub(super) fn check_limits(&mut self) {
        if self.core.machine.halt().is_some() {
            return;
        }
        let now = self.now();
        let timeout = self.core.machine.plan().settings.timeout;
        let error =
            if timeout.is_some_and(|span| u64::try_from(self.active_ms()).unwrap_or(0) >= span.millis()) {
                let span = timeout.unwrap_or_default();
                text!(
                    "The run was active for longer than its timeout of {span}",
                    "執行時間超過流程設定的逾時 {span}"
                )
            } else if self.core.run.deadline_at.is_some_and(|deadline| deadline <= now) {
                text!("The run did not end before its deadline", "這次執行未在截止時間前結束")
            } else {
                return;
            };
        let code = if timeout.is_some() && self.core.run.deadline_at.is_none_or(|deadline| deadline > now) {
            "run_timed_out"
        } else {
            "run_deadline_passed"
        };
        let error = StepError::new(code, ErrorClass::Timeout, error);
        self.core.record(&Frame::top(), now, Event::TimedOut { error });
        self.drop_calls();
    }

    /// Ends the calls under way by dropping them.
    fn drop_calls(&mut self) {
        self.begun.clear();
        self.under_way.clear();
    }
}
