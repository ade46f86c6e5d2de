//! The pure part of a run: everything that can be said of it without asking anybody.
//!
//! Scripts and branches are evaluated until only effects are left, which are handed back. What is quick is evaluated where
//! the run is driven; what is not, on a script thread.

use std::time::{Duration, Instant};

use causeway_document::Action;
use causeway_model::{ErrorClass, Event, Outcome, StepError, Time, Value, text};

use super::core::Core;
use crate::files::is_large;
use crate::machine::Place;
use crate::steps;

/// What a run wants done that is not a function of its record.
#[derive(Debug)]
pub enum Want {
    /// Call an operation: the first attempt.
    Call { place: Place, input: Value },
    /// Begin to wait: `wait`, `approval`, `call_flow`.
    Suspend { place: Place, input: Value },
    /// Begin a loop over what the expression gave.
    Loop { place: Place, items: Value },
    /// Fetch items of a loop from its stream.
    Fetch { place: Place, from: u64 },
    /// Keep an output that is too large to stand inline.
    Keep { place: Place, output: Value, took_us: u64 },
}

impl Want {
    /// Whether it takes no more than a note in the run's record.
    pub fn is_quick(&self) -> bool {
        matches!(self, Self::Call { .. })
    }
}

/// One turn on a script thread lasts about this long; then the run looks for signals and lets others have the thread.
const TURN: Duration = Duration::from_millis(20);

/// What is evaluated where the run is driven holds up whoever else is driven there, so it lasts no longer than this.
const MOMENT: Duration = Duration::from_micros(500);

/// What a turn came to.
pub struct Turn {
    pub wants: Vec<Want>,
    /// The turn's time was up before all was evaluated.
    pub unfinished: bool,
}

/// Evaluates what can be had in a moment. A step that cannot is left for [`evaluate`], as if it had not been begun.
pub fn evaluate_in_place(core: &mut Core, at: Time) -> Turn {
    // Each step has a moment of its own: one that begins late in the turn is no slower for that.
    let moment = |core: &mut Core, place: &Place| {
        causeway_script::hurried(Instant::now() + MOMENT, || resolve(core, place))
    };
    // A loop's key is a formula for each item.
    go_on(core, at, Instant::now() + MOMENT, moment, |core, place| !core.has_item_key(place))
}

/// Evaluates until only effects are left, or the turn is over. `at`: the time, for what rests on nothing but the clock.
pub fn evaluate(core: &mut Core, at: Time) -> Turn {
    go_on(core, at, Instant::now() + TURN, |core, place| Some(resolve(core, place)), |_, _| true)
}

type Resolution = Result<Resolved, StepError>;

fn go_on(
    core: &mut Core,
    at: Time,
    until: Instant,
    resolve: impl Fn(&mut Core, &Place) -> Option<Resolution>,
    may_open: impl Fn(&Core, &Place) -> bool,
) -> Turn {
    let mut wants = Vec::new();
    let mut fetching: Vec<Place> = Vec::new();
    loop {
        core.reap_items();
        core.settle_loops(at);
        // A loop that ends may end the item that it stands in, and that item's loop.
        while core.machine.has_ended() {
            core.reap_items();
            core.settle_loops(at);
        }
        if Instant::now() >= until || core.outbox.loops_due() {
            return Turn { wants, unfinished: true };
        }
        if let Some(place) = core.machine.next_ready() {
            let started = Instant::now();
            let Some(resolved) = resolve(core, &place) else {
                core.machine.put_back(place);
                return Turn { wants, unfinished: true };
            };
            wants.extend(settle(core, &place, resolved, started.elapsed()));
            continue;
        }
        let Some((place, index)) = core.machine.next_item(|place| fetching.contains(place)) else {
            return Turn { wants, unfinished: false };
        };
        if !may_open(core, &place) {
            return Turn { wants, unfinished: true };
        }
        match core.item(&place, index) {
            Some(item) => {
                if let Some(frame) = core.machine.open_item(&place, index) {
                    core.open_item(&place, index, &frame, &item, false);
                    core.keep_given(&frame, at);
                }
            }
            None => {
                fetching.push(place.clone());
                wants.push(Want::Fetch { place, from: index });
            }
        }
    }
}

/// A step was begun: a pure one is settled at once.
fn settle(core: &mut Core, place: &Place, result: Resolution, took: Duration) -> Option<Want> {
    let at = core.machine.step(place)?.ready_at;
    let step = core.step_id(place);
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if !matches!(result, Ok(Resolved::Want(_))) {
        core.tell_end(place, 1, took, result.as_ref().err());
    }
    let settled = |outcome| Event::StepSettled { step: step.clone(), outcome, took_us: Some(took_us) };
    match result {
        Ok(Resolved::Output { output, port }) => {
            if is_large(&output) {
                return Some(Want::Keep { place: place.clone(), output, took_us });
            }
            core.record(&place.0, at, settled(Outcome::Succeeded { output, port }));
        }
        Ok(Resolved::Reply(reply)) => {
            let output = reply.body.clone();
            core.record(&place.0, at, Event::Replied { reply });
            core.record(&place.0, at, settled(Outcome::Succeeded { output, port: None }));
        }
        Ok(Resolved::Stop(failure)) => core.record(&place.0, at, Event::Stopped { step, failure }),
        Ok(Resolved::Want(want)) => return Some(want),
        Err(error) => core.record(&place.0, at, settled(Outcome::Failed { error })),
    }
    None
}

/// What a step's input and code come to.
pub enum Resolved {
    Output { output: Value, port: Option<String> },
    Reply(causeway_model::Reply),
    Stop(Option<StepError>),
    Want(Want),
}

fn resolve(core: &mut Core, place: &Place) -> Resolution {
    let step = core.step_id(place);
    let edited = core.machine.edited_input(&step).map(|(input, _)| input.clone());
    let replied = core.machine.replied();
    let given_item = core.given_item(&step);
    core.with_scope(place, |step, scope, context| {
        let input = || -> Result<Value, StepError> {
            let input = match edited {
                Some(input) => input,
                None => step.input.resolve(scope, context)?,
            };
            match step.input_schema.check(&input).first() {
                None => Ok(input),
                Some((pointer, message)) => Err(refused(pointer, message)),
            }
        };
        match &step.action {
            Action::Script(script) => steps::script::evaluate(script, scope, context),
            Action::Branch { cases, otherwise } => {
                steps::branch::evaluate(cases, otherwise.as_deref(), scope, context)
            }
            Action::Respond => steps::respond::evaluate(input()?, replied),
            Action::Stop => steps::stop::evaluate(&input()?),
            Action::ForEach(for_each) => {
                let items = match given_item {
                    Some(item) => Value::Array(vec![item]),
                    None => for_each.items.resolve(scope, context)?,
                };
                Ok(Resolved::Want(Want::Loop { place: place.clone(), items }))
            }
            Action::Wait | Action::Approval | Action::CallFlow => {
                Ok(Resolved::Want(Want::Suspend { place: place.clone(), input: input()? }))
            }
            Action::Operation { .. } => {
                Ok(Resolved::Want(Want::Call { place: place.clone(), input: input()? }))
            }
        }
    })
}

fn refused(pointer: &str, message: &str) -> StepError {
    let at = if pointer.is_empty() { "/" } else { pointer };
    StepError::new(
        "input_refused",
        ErrorClass::Invalid,
        text!("The input does not fit at {at}: {message}", "輸入資料在 {at} 不符合要求：{message}"),
    )
}
