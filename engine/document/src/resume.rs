//! What a resumed run keeps of the failed one.

use std::collections::{BTreeMap, HashMap};

use causeway_model::{Entry, Event, Fault, Flow, Frame, LoopTally, Outcome, Step, StepId, Time, Value, text};

use crate::faults::suggest;
use crate::plan::{Action, Body, ERROR_PORT, Plan, PlanStep, Readiness, Settled};

/// What a resumed run begins with.
#[derive(Debug, Default)]
pub struct Resume {
    /// `Kept` and `InputEdited` entries; and `LoopStarted` of the loops in `loops`, since their items are counted by it.
    pub journal: Vec<Entry>,
    /// Of loops that were under way, as they stood. Which items failed only the results tell: [`reopen`] opens those again.
    pub loops: Vec<(Frame, StepId, LoopTally)>,
    /// Steps that will run.
    pub repeats: Vec<StepId>,
}

/// Decides what a resumed run keeps: finished outputs of the failed run whose step has the same id, `use` and `with` in `new`
/// (and whose ancestors are kept too). `edits`: inputs that a person replaced, each with its edition raised by one.
///
/// A failure that the flow handled (its `error` port is wired, before and now) is finished too. Refused are edits of steps that
/// are finished, unknown, without an input of their own, or whose new input does not fit.
pub fn resume(
    old: &Flow,
    new: &Plan,
    journal: &[Entry],
    loops: &[(Frame, StepId, LoopTally)],
    edits: &BTreeMap<StepId, Value>,
    by: &str,
    now: Time,
) -> Result<Resume, Vec<Fault>> {
    let past = Past::new(old, journal, loops, edits, now);
    let mut resume = Resume::default();
    let settled = past.keep(&new.body, &new.flow.steps, &Frame::top(), &mut resume);
    let mut faults = Vec::new();
    for (id, input) in edits {
        match edited(new, id, input, &settled, &past) {
            Ok(input) => {
                let edition = past.edition(id) + 1;
                let event = Event::InputEdited { step: id.clone(), input, edition, by: by.to_owned() };
                resume.journal.push(Entry { frame: Frame::top(), at: now, event });
            }
            Err(wrong) => faults.extend(wrong),
        }
    }
    for (step, settled) in new.body.steps.iter().zip(&settled) {
        if settled.is_none() {
            resume.repeats.push(step.id.clone());
            if let Some(entry) = past.edit_to_keep(step, &new.flow.steps) {
                resume.journal.push(entry);
            }
        }
    }
    if faults.is_empty() { Ok(resume) } else { Err(faults) }
}

/// Opens settled items again: those at `failed`. They no longer count as failed.
pub fn reopen(tally: &LoopTally, failed: &[u64]) -> LoopTally {
    let mut failed: Vec<u64> = failed.iter().copied().filter(|index| tally.is_settled(*index)).collect();
    failed.sort_unstable();
    failed.dedup();
    let settled = std::iter::once((0, tally.cursor)).chain(tally.beyond.iter().copied());
    let mut open = failed.iter().copied().peekable();
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for (mut from, to) in settled {
        while let Some(index) = open.next_if(|index| *index < to) {
            ranges.push((from, index));
            from = index + 1;
        }
        ranges.push((from, to));
    }
    ranges.retain(|(from, to)| from < to);
    let cursor = ranges.first().filter(|(from, _)| *from == 0).map_or(0, |(_, to)| *to);
    if cursor > 0 {
        ranges.remove(0);
    }
    LoopTally {
        cursor,
        beyond: ranges,
        failed: tally.failed.saturating_sub(failed.len() as u64),
        ..tally.clone()
    }
}

/// The failed run, by frame and step.
struct Past<'a> {
    old: HashMap<&'a str, &'a Step>,
    /// Steps whose failures the old document handled.
    handled: Vec<&'a str>,
    outcomes: HashMap<(&'a Frame, &'a str), &'a Outcome>,
    started_loops: HashMap<(&'a Frame, &'a str), &'a Entry>,
    tallies: HashMap<(&'a Frame, &'a str), &'a LoopTally>,
    frames: Vec<&'a Frame>,
    journal: &'a [Entry],
    edits: &'a BTreeMap<StepId, Value>,
    now: Time,
}

impl<'a> Past<'a> {
    fn new(
        old: &'a Flow,
        journal: &'a [Entry],
        loops: &'a [(Frame, StepId, LoopTally)],
        edits: &'a BTreeMap<StepId, Value>,
        now: Time,
    ) -> Self {
        let mut past = Self {
            old: old.steps.iter().map(|step| (step.id.as_str(), step)).collect(),
            handled: Vec::new(),
            outcomes: HashMap::new(),
            started_loops: HashMap::new(),
            tallies: HashMap::new(),
            frames: Vec::new(),
            journal,
            edits,
            now,
        };
        let sources = old.steps.iter().flat_map(|step| &step.after);
        past.handled = sources
            .filter_map(|source| source.split_once('.'))
            .filter(|(_, port)| *port == ERROR_PORT)
            .map(|(step, _)| step)
            .collect();
        for entry in journal {
            match &entry.event {
                Event::StepSettled { step, outcome, .. } | Event::Kept { step, outcome } => {
                    past.outcomes.insert((&entry.frame, step.as_str()), outcome);
                }
                Event::LoopStarted { step, .. } => {
                    past.started_loops.insert((&entry.frame, step.as_str()), entry);
                }
                _ => {}
            }
            if !past.frames.contains(&&entry.frame) && !entry.frame.is_top() {
                past.frames.push(&entry.frame);
            }
        }
        for (frame, step, tally) in loops {
            past.tallies.insert((frame, step.as_str()), tally);
        }
        past
    }

    /// Adds what is kept in one frame, and says how each step of its body stands.
    fn keep(
        &self,
        body: &Body,
        steps: &[Step],
        frame: &Frame,
        resume: &mut Resume,
    ) -> Vec<Option<Settled<'a>>> {
        let mut settled: Vec<Option<Settled<'a>>> = vec![None; body.steps.len()];
        for &at in body.order() {
            let step = &body.steps[at];
            match body.readiness(at, |source| settled[source]) {
                Readiness::Pending => continue,
                Readiness::Skipped => {
                    settled[at] = Some(Settled::Skipped);
                    continue;
                }
                Readiness::Ready => {}
            }
            if frame.is_top() && (!self.unchanged(step, steps) || self.edits.contains_key(&step.id)) {
                continue;
            }
            match self.finished(frame, step) {
                Some(outcome) => {
                    settled[at] = Some(match outcome {
                        Outcome::Succeeded { port, .. } => Settled::Succeeded { port: port.as_deref() },
                        _ => Settled::Failed,
                    });
                    let event = Event::Kept { step: step.id.clone(), outcome: outcome.clone() };
                    resume.journal.push(Entry { frame: frame.clone(), at: self.now, event });
                }
                None => self.keep_loop(step, frame, resume),
            }
        }
        settled
    }

    /// The outcome of a finished step, if it is kept.
    fn finished(&self, frame: &Frame, step: &PlanStep) -> Option<&'a Outcome> {
        let outcome = *self.outcomes.get(&(frame, step.id.as_str()))?;
        let kept = match outcome {
            Outcome::Succeeded { .. } => !matches!(step.action, Action::Stop),
            Outcome::Failed { .. } => step.error_wired && self.handled(frame, step),
            Outcome::Cancelled => false,
        };
        kept.then_some(outcome)
    }

    fn handled(&self, frame: &Frame, step: &PlanStep) -> bool {
        // Inside a loop that is kept nothing has changed.
        !frame.is_top() || self.handled.contains(&step.id.as_str())
    }

    /// A loop that was under way goes on where it was: it counts the items that it began with.
    fn keep_loop(&self, step: &PlanStep, frame: &Frame, resume: &mut Resume) {
        let Action::ForEach(each) = &step.action else { return };
        let id = step.id.as_str();
        let Some(started) = self.started_loops.get(&(frame, id)) else { return };
        let started = Entry { at: self.now, ..(*started).clone() };
        resume.journal.push(started);
        let tally = self.tallies.get(&(frame, id)).copied();
        if let Some(tally) = tally {
            resume.loops.push((frame.clone(), step.id.clone(), tally.clone()));
        }
        for item in &self.frames {
            let Some((parent, of, index)) = item.parent() else { continue };
            if parent == *frame && of == id && !tally.is_some_and(|tally| tally.is_settled(index)) {
                self.keep(&each.body, &[], item, resume);
            }
        }
    }

    fn unchanged(&self, step: &PlanStep, steps: &[Step]) -> bool {
        let new = steps.iter().find(|new| new.id == step.id);
        match (self.old.get(step.id.as_str()), new) {
            (Some(old), Some(new)) => old.use_ == new.use_ && old.with == new.with,
            _ => false,
        }
    }

    fn top_events(&self, step: &StepId) -> impl Iterator<Item = &'a Entry> {
        let step = step.clone();
        self.journal.iter().filter(move |entry| {
            entry.frame.is_top()
                && match &entry.event {
                    Event::StepStarted { step: of, .. }
                    | Event::StepWaiting { step: of, .. }
                    | Event::InputEdited { step: of, .. } => *of == step,
                    _ => false,
                }
        })
    }

    /// The newest edition of a step's input.
    fn edition(&self, step: &StepId) -> u32 {
        let editions = self.top_events(step).map(|entry| match &entry.event {
            Event::StepStarted { edition, .. } | Event::InputEdited { edition, .. } => *edition,
            _ => 0,
        });
        editions.max().unwrap_or_default()
    }

    /// The newest input of a step, sealed as it was sent.
    fn input(&self, step: &StepId) -> Option<&'a Value> {
        let inputs = self.top_events(step).filter_map(|entry| match &entry.event {
            Event::StepStarted { input, .. } => input.as_ref(),
            Event::StepWaiting { input, .. } | Event::InputEdited { input, .. } => Some(input),
            _ => None,
        });
        inputs.last()
    }

    /// An earlier edit of a step that runs again, unless there is a new one or the step has changed.
    fn edit_to_keep(&self, step: &PlanStep, steps: &[Step]) -> Option<Entry> {
        if self.edits.contains_key(&step.id) || !self.unchanged(step, steps) {
            return None;
        }
        let edit =
            self.top_events(&step.id).filter(|entry| matches!(entry.event, Event::InputEdited { .. })).last();
        edit.map(|edit| Entry { at: self.now, ..edit.clone() })
    }
}

/// The edited input, with secrets put back where they stood.
fn edited(
    plan: &Plan,
    id: &StepId,
    input: &Value,
    settled: &[Option<Settled>],
    past: &Past,
) -> Result<Value, Vec<Fault>> {
    let at = format!("/edits/{id}");
    let fault =
        |code: &str, message, fix| vec![Fault::error(code, at.clone(), message).with_fix(fix).at_step(id)];
    let Some(position) = plan.body.position(id.as_str()) else {
        let names: Vec<&str> = plan.body.steps.iter().map(|step| step.id.as_str()).collect();
        let message = text!("There is no step `{id}` at the top of the flow.", "流程最上層沒有步驟 `{id}`。");
        let mut fault = Fault::error("unknown_step", at.clone(), message);
        fault.fix = suggest(id.as_str(), names);
        return Err(vec![fault]);
    };
    let step = &plan.body.steps[position];
    if settled[position] == Some(Settled::Skipped) {
        let message = text!("The step `{id}` will be skipped.", "步驟 `{id}` 會被略過。");
        return Err(fault(
            "step_skipped",
            message,
            text!("Edit a step that will run.", "請修改會執行的步驟。"),
        ));
    }
    if past.finished(&Frame::top(), step).is_some() {
        let message =
            text!("The step `{id}` is finished; it does not run again.", "步驟 `{id}` 已完成，不會再執行。");
        let fix = text!(
            "Edit a step that has not finished, or replay the run.",
            "請修改尚未完成的步驟，或重播此執行。"
        );
        return Err(fault("step_finished", message, fix));
    }
    if matches!(step.action, Action::Script(_) | Action::Branch { .. } | Action::ForEach(_)) {
        let use_ = &step.use_;
        let message =
            text!("A `{use_}` step has no input that could be edited.", "`{use_}` 步驟沒有可修改的輸入。");
        let fix = text!(
            "Edit the step that uses its output, or change the flow.",
            "請修改使用其輸出的步驟，或修改流程。"
        );
        return Err(fault("input_not_editable", message, fix));
    }
    let input = resealed(input, past.input(id), plan);
    let misfits = step.input_schema.check_in_words(&input);
    if misfits.is_empty() {
        return Ok(input);
    }
    let faults = misfits.into_iter().map(|(pointer, message)| {
        let fix = text!("Correct the input.", "請修正輸入。");
        Fault::error("input_invalid", format!("{at}{pointer}"), message).with_fix(fix).at_step(id)
    });
    Err(faults.collect())
}

/// People see `{{ secret.x }}` where a sealed text stands; where they left it as it was, the sealed text comes back.
fn resealed(edited: &Value, sent: Option<&Value>, plan: &Plan) -> Value {
    match (edited, sent) {
        (Value::String(text), Some(Value::String(sent)))
            if plan.sealer.is_sealed(sent) && plan.sealer.shown(sent) == *text =>
        {
            Value::String(sent.clone())
        }
        (Value::Object(members), _) => {
            let inner = members.iter().map(|(name, member)| {
                (name.clone(), resealed(member, sent.and_then(|sent| sent.get(name)), plan))
            });
            Value::Object(inner.collect())
        }
        (Value::Array(items), _) => {
            let inner = items
                .iter()
                .enumerate()
                .map(|(index, item)| resealed(item, sent.and_then(|sent| sent.get(index)), plan));
            Value::Array(inner.collect())
        }
        (other, _) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_items_are_open_again() {
        let mut tally = LoopTally { count: 8, succeeded: 4, failed: 2, ..LoopTally::default() };
        for index in [0, 1, 2, 3, 5, 6] {
            tally.settle(index);
        }
        let again = reopen(&tally, &[6, 1]);
        assert_eq!((again.cursor, again.beyond.as_slice()), (1, [(2, 4), (5, 6)].as_slice()));
        assert_eq!((again.succeeded, again.failed, again.settled()), (4, 0, 4));
        assert!(!again.is_settled(1) && !again.is_settled(6) && again.is_settled(3));
        assert_eq!(reopen(&tally, &[]), tally);
        assert_eq!(reopen(&tally, &[0]).cursor, 0);
    }
}
