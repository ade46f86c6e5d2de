//! Dry runs: what a step of effect would do is found out and written down, and nothing of it is done.
//!
//! What follows sees the output that was given, the operation's own example, or what would most likely come; where there is
//! none of these, what reads it is not begun.

use causeway_document::Action;
use causeway_model::{
    Event, GivenOutput, KnownFrom, Outcome, Rehearsal, StepError, Text, Time, Value, WaitKind, text,
};
use serde_json::json;

use super::Drive;
use super::satisfy::patiently;
use crate::machine::Place;
use crate::steps::operation;
use crate::steps::suspend::Suspended;

impl Drive {
    /// In the place of an attempt.
    pub(super) async fn rehearse_call(&mut self, place: &Place, input: Value, at: Time) {
        let Some(step) = self.core.plan_step(place) else { return };
        let Action::Operation { connector, operation, connection, .. } = &step.action else { return };
        let attempt = operation::Attempt {
            run: self.core.run.id,
            connector: connector.clone(),
            version: self.core.machine.plan().connectors.get(connector).cloned(),
            operation: operation.clone(),
            connection: connection.clone(),
            environment: self.core.environment(),
            input: input.clone(),
            idempotency_key: self.core.idempotency_key(place),
            timeout: None,
        };
        let spec = match &attempt.version {
            Some(version) => self.shared.services.catalogue().connector_at(connector, version),
            None => self.shared.services.catalogue().connector(connector),
        };
        let spec = spec.and_then(|connector| connector.operation(operation));
        let example = spec.and_then(|spec| example_of(&spec.output));
        let services = self.shared.services.clone();
        let shown = patiently(|| Box::pin(operation::rehearse(services.clone(), attempt.clone()))).await;
        match shown {
            Ok(request) => {
                let note = request.is_none().then(|| {
                    text!(
                        "It would be called with this input. The operation cannot show its request.",
                        "會以此輸入呼叫。此操作無法顯示送出的請求。"
                    )
                });
                let likely = example.map(|output| (KnownFrom::Example, GivenOutput { output, port: None }));
                self.rehearsed(place, at, Shown { input, request, note }, likely);
            }
            // As the attempt itself would fail before anything is sent.
            Err(error) => self.refused(place, at, input, error),
        }
    }

    /// In the place of beginning to wait.
    pub(super) fn rehearse_wait(
        &mut self,
        place: &Place,
        input: Value,
        begun: Result<Suspended, StepError>,
        at: Time,
    ) {
        let begun = match begun {
            Ok(begun) => begun,
            Err(error) => return self.refused(place, at, input, error),
        };
        let (note, likely) = match begun {
            Suspended::Waits { wait, .. } => {
                let until = wait.until;
                match wait.kind {
                    WaitKind::Time => {
                        let until = until.unwrap_or(at);
                        let note = text!("It would wait until {until}.", "會等到 {until}。");
                        (note, Some((json!({ "until": until }), None)))
                    }
                    WaitKind::Callback => {
                        let note = match until {
                            Some(until) => text!(
                                "It would wait until its one-time URL is called, or {until}.",
                                "會等到一次性網址被呼叫，或到 {until}。"
                            ),
                            None => {
                                text!(
                                    "It would wait until its one-time URL is called.",
                                    "會等到一次性網址被呼叫。"
                                )
                            }
                        };
                        (note, None)
                    }
                    WaitKind::Approval => {
                        let note = text!(
                            "It would ask for a decision; it is taken as approved.",
                            "會請人簽核；此處視為核准。"
                        );
                        let decided = json!({ "approved": true, "by": "dry-run", "comment": null, "at": at });
                        (note, Some((decided, Some("approved"))))
                    }
                    WaitKind::Run { .. } => (
                        text!("It would call the flow and wait for its end.", "會呼叫流程並等候結束。"),
                        None,
                    ),
                }
            }
            Suspended::Settled { .. } => {
                (text!("It would call the flow and go on.", "會呼叫流程並繼續執行。"), None)
            }
        };
        let likely = likely.map(|(output, port)| {
            (KnownFrom::Assumed, GivenOutput { output, port: port.map(str::to_owned) })
        });
        self.rehearsed(place, at, Shown { input, request: None, note: Some(note) }, likely);
    }

    fn rehearsed(&mut self, place: &Place, at: Time, shown: Shown, likely: Option<(KnownFrom, GivenOutput)>) {
        let step = self.core.step_id(place);
        let given = self.core.given(&step).cloned().map(|mut given| {
            // A port that was not given is the likely one.
            let likely_port = likely.as_ref().and_then(|(_, likely)| likely.port.clone());
            given.port = given.port.or(likely_port);
            (KnownFrom::Given, given)
        });
        let (output_from, known) = given.or(likely).unwrap_or((KnownFrom::Unknown, GivenOutput::default()));
        let Shown { input, request, note } = shown;
        let rehearsal = Rehearsal { input, request, note, output_from };
        self.core.record(&place.0, at, Event::Rehearsed { step, rehearsal });
        self.core.settle(place, at, Outcome::Succeeded { output: known.output, port: known.port });
    }

    fn refused(&mut self, place: &Place, at: Time, input: Value, error: StepError) {
        let step = self.core.step_id(place);
        let rehearsal = Rehearsal { input, request: None, note: None, output_from: KnownFrom::Unknown };
        self.core.record(&place.0, at, Event::Rehearsed { step, rehearsal });
        self.core.fail(place, at, error);
    }
}

struct Shown {
    input: Value,
    request: Option<Value>,
    note: Option<Text>,
}

fn example_of(schema: &Value) -> Option<Value> {
    schema.get("examples").and_then(|examples| examples.get(0)).or_else(|| schema.get("example")).cloned()
}
