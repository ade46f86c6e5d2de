//! What the pure part asked for: loops to begin, items to fetch, waits to begin, calls to prepare.

use std::sync::Arc;
use std::time::Duration;

use causeway_document::{Action, Body};
use causeway_model::{ErrorClass, Event, Outcome, StepError, Time, Value, text};

use futures::future::BoxFuture;

use super::core::Source;
use super::{Drive, Want, recover};
use crate::files::{RunFiles, keep_large};
use crate::machine::Place;
use crate::steps::suspend::Suspended;
use crate::steps::{approval, call_flow, for_each, wait};

/// Items fetched from a stream at once.
const FETCH: u64 = 256;

impl Drive {
    /// Does what the pure part asked for, up to the effect itself.
    pub(super) async fn satisfy(&mut self, want: Want) {
        let at = self.now();
        match want {
            Want::Call { place, input } if self.core.is_dry_run() => {
                self.rehearse_call(&place, input, at).await;
            }
            Want::Call { place, input } => {
                let step = self.core.step_id(&place);
                let edition = self.core.machine.edited_input(&step).map_or(0, |(_, edition)| *edition);
                self.core.record(
                    &place.0,
                    at,
                    Event::StepStarted { step, attempt: 1, input: Some(input), edition },
                );
                self.begun.push(place);
            }
            Want::Suspend { place, input } => self.suspend(&place, input, at).await,
            Want::Loop { place, items } => {
                let files = self.files();
                let items = patiently(|| Box::pin(for_each::items(&files, items.clone()))).await;
                match items {
                    Ok((items, count)) => {
                        let step = self.core.step_id(&place);
                        let (items, count) = match self.core.machine.scope().first_item_only(&step) {
                            true => for_each::first(items, count),
                            false => (items, count),
                        };
                        self.core.record(&place.0, at, Event::LoopStarted { step, items, count });
                    }
                    Err(error) => self.core.fail(&place, at, error),
                }
            }
            Want::Fetch { place, from } => {
                let services = &self.shared.services;
                let core = &self.core;
                let fetched =
                    patiently(|| Box::pin(recover::fetch(services, core, &place, from, FETCH))).await;
                match fetched {
                    Ok(records) if !records.is_empty() => {
                        self.core.sources.insert(place, Source::new(from, records));
                    }
                    Ok(_) => self.core.fail(&place, at, stream_gone(from)),
                    Err(error) => self.core.fail(&place, at, error),
                }
            }
            Want::Keep { place, output, took_us } => {
                let files = self.files();
                let kept = patiently(|| Box::pin(keep_large(&files, output.clone()))).await;
                let outcome = match kept {
                    Ok(output) => Outcome::Succeeded { output, port: None },
                    Err(error) => Outcome::Failed { error },
                };
                let step = self.core.step_id(&place);
                let at = self.core.machine.step(&place).map_or(at, |step| step.ready_at);
                self.core.record(&place.0, at, Event::StepSettled { step, outcome, took_us: Some(took_us) });
                // The output names something in the store now, so it is computed no second time.
                self.core.outbox.urgent = true;
            }
        }
    }

    async fn suspend(&mut self, place: &Place, input: Value, at: Time) {
        let Some((body, index)) = self.plan_of(place) else { return };
        let step = &body.steps[index];
        let ready_at = self.core.machine.step(place).map_or(at, |step| step.ready_at);
        let begun = match &step.action {
            Action::Wait => wait::begin(&input, ready_at),
            Action::Approval => approval::begin(&input, &place.0, &step.id, ready_at),
            _ => {
                let services = &self.shared.services;
                let (run, frame) = (&self.core.run, &place.0);
                patiently(|| {
                    let caller = call_flow::Caller { run, frame, step: &step.id, timeout: step.timeout };
                    Box::pin(call_flow::begin(services, caller, &input, at))
                })
                .await
            }
        };
        if self.core.is_dry_run() {
            // Nothing of it is kept: no question is asked, no run is made.
            return self.rehearse_wait(place, input, begun, at);
        }
        match begun {
            Ok(Suspended::Waits { wait, approval, child }) => {
                self.core.outbox.approvals.extend(approval);
                self.core.outbox.children.extend(child.map(|child| *child));
                self.core.record(&place.0, at, Event::StepWaiting { step: step.id.clone(), input, wait });
            }
            Ok(Suspended::Settled { outcome, child }) => {
                self.core.outbox.children.extend(child.map(|child| *child));
                self.core.settle(place, at, outcome);
            }
            Err(error) => self.core.fail(place, at, error),
        }
    }

    fn plan_of(&self, place: &Place) -> Option<(Arc<Body>, usize)> {
        Some((Arc::clone(&self.core.machine.frame(&place.0)?.body), place.1))
    }

    fn files(&self) -> RunFiles {
        RunFiles { store: self.shared.services.store.clone(), run: self.core.run.id }
    }
}

/// Tries again while the store does not answer, for up to a minute or so.
pub(super) async fn patiently<'a, T>(
    mut work: impl FnMut() -> BoxFuture<'a, Result<T, StepError>>,
) -> Result<T, StepError> {
    let mut pause = Duration::from_millis(50);
    for _ in 0..15 {
        match work().await {
            Err(error) if error.code == "store_unavailable" => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
            other => return other,
        }
    }
    work().await
}

fn stream_gone(from: u64) -> StepError {
    StepError::new(
        "stream_gone",
        ErrorClass::NotFound,
        text!(
            "The record stream has no record {from}: it was removed",
            "資料串流沒有第 {from} 筆資料：可能已被移除"
        ),
    )
}
