//! Loops: which items are open, which come next, and what the loop comes to.

use std::collections::BTreeSet;
use std::sync::Arc;

use causeway_document::Action;
use causeway_model::{Entry, Frame, LoopTally, StepError, StepId, Time, Value};

use super::{Blocked, FrameState, Machine, Phase, Place};

/// A loop under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Looping {
    /// The list, or the stream it is read from.
    pub items: Value,
    pub tally: LoopTally,
    /// Items whose frames are open.
    pub open: BTreeSet<u64>,
    /// The lowest index that may not have been opened.
    next: u64,
    started_at: Time,
    /// Opens no more items, since one failed: index and error.
    pub failing: Option<(u64, StepError)>,
    /// The frame around it ended.
    pub closing: bool,
    /// Something in its items was not begun, since it reads what is not known.
    blocked: bool,
}

/// An item with nothing left to do; its frame is gone from the machine.
#[derive(Debug)]
pub struct ItemDone {
    pub frame: Frame,
    pub place: Place,
    pub index: u64,
    pub result: Result<Value, StepError>,
}

/// A loop with nothing left to do.
#[derive(Debug)]
pub struct LoopDone {
    pub place: Place,
    /// The item that made it give up.
    pub failing: Option<(u64, StepError)>,
}

impl Looping {
    fn next_index(&mut self, concurrency: usize) -> Option<u64> {
        if self.closing || self.failing.is_some() || self.open.len() >= concurrency {
            return None;
        }
        while self.next < self.tally.count
            && (self.tally.is_settled(self.next) || self.open.contains(&self.next))
        {
            self.next += 1;
        }
        (self.next < self.tally.count).then_some(self.next)
    }
}

impl Machine {
    pub(super) fn loop_started(&mut self, entry: &Entry, step: &StepId, items: &Value, count: u64) {
        let at = entry.at;
        self.change(&entry.frame, step, |state, ended| {
            state.phase = if ended {
                Phase::Cancelled
            } else {
                Phase::Looping(Box::new(Looping {
                    items: items.clone(),
                    tally: LoopTally { count, ..LoopTally::default() },
                    open: BTreeSet::new(),
                    next: 0,
                    started_at: at,
                    failing: None,
                    closing: false,
                    blocked: false,
                }))
            };
        });
        self.loops.extend(self.place(&entry.frame, step));
    }

    /// Restores how far a loop was; after the journal, before anything is opened.
    pub fn restore_tally(&mut self, frame: &Frame, step: &StepId, tally: LoopTally) {
        let Some((_, index)) = self.place(frame, step) else { return };
        if let Some(Phase::Looping(looping)) = self.phase_mut(frame, index) {
            looping.tally = LoopTally { count: looping.tally.count, ..tally };
            looping.next = looping.tally.cursor;
            self.judge_loop(&(frame.clone(), index), None);
        }
    }

    /// The next item that may be opened, by a loop that is not in `skip`: the loop's place and the item's index.
    pub fn next_item(&mut self, skip: impl Fn(&Place) -> bool) -> Option<(Place, u64)> {
        let places = self.loops.clone();
        for place in places.into_iter().filter(|place| !skip(place)) {
            let Some(concurrency) = self.concurrency(&place) else { continue };
            let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) else { continue };
            if let Some(index) = looping.next_index(concurrency) {
                return Some((place, index));
            }
        }
        None
    }

    /// Opens the frame of an item: the next one, or one whose journal tells that it was under way.
    pub fn open_item(&mut self, place: &Place, index: u64) -> Option<Frame> {
        let body = self.loop_body(place)?;
        let step = self.frames.get(&place.0)?.body.steps.get(place.1)?.id.clone();
        let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) else { return None };
        if looping.tally.is_settled(index) || index >= looping.tally.count {
            return None;
        }
        looping.open.insert(index);
        let (at, closing) = (looping.started_at, looping.closing);
        let frame = place.0.item(&step, index);
        let mut state = FrameState::open(body, at, Arc::clone(&self.scope));
        state.unknown = self.frames.get(&place.0).map(|outer| outer.unknown.clone()).unwrap_or_default();
        state.end = closing.then_some(super::End::Closed);
        self.frames.insert(frame.clone(), state);
        self.progress(&frame);
        Some(frame)
    }

    /// Whether items may be done that were not taken yet.
    pub fn has_ended(&self) -> bool {
        !self.ended.is_empty()
    }

    /// Takes the items that are done, and counts them.
    pub fn done_items(&mut self) -> Vec<ItemDone> {
        let mut done = Vec::new();
        while let Some(frame) = self.ended.pop() {
            let Some(state) = self.frames.get(&frame).filter(|state| state.is_done()) else { continue };
            let result = state.result();
            self.frames.remove(&frame);
            let Some((parent, step, index)) = frame.parent() else { continue };
            let Some(place) =
                self.frames.get(&parent).and_then(|state| state.body.position(step)).map(|at| (parent, at))
            else {
                continue;
            };
            let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) else { continue };
            looping.open.remove(&index);
            if let Some(result) = result {
                looping.tally.settle(index);
                match &result {
                    Ok(_) => looping.tally.succeeded += 1,
                    Err(_) => looping.tally.failed += 1,
                }
                self.judge_loop(&place, result.as_ref().err().map(|error| (index, error.clone())));
                done.push(ItemDone { frame, place, index, result });
            }
        }
        done
    }

    /// Decides whether a loop gives up.
    fn judge_loop(&mut self, place: &Place, failed: Option<(u64, StepError)>) {
        let Some((stop_on_error, max_errors)) = self.loop_rules(place) else { return };
        let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) else { return };
        if looping.failing.is_some() || looping.tally.failed == 0 {
            return;
        }
        let beyond = max_errors.is_some_and(|most| looping.tally.failed > most);
        if stop_on_error || beyond {
            let unknown = || {
                let text = causeway_model::text!(
                    "An item failed before the worker died",
                    "工作者中斷前已有一筆項目失敗"
                );
                (
                    looping.tally.cursor,
                    StepError::new("item_failed", causeway_model::ErrorClass::Invalid, text),
                )
            };
            looping.failing = Some(failed.unwrap_or_else(unknown));
        }
    }

    /// Loops with nothing left to do. A loop that its frame closed is cancelled here and not given.
    pub fn done_loops(&mut self) -> Vec<LoopDone> {
        let mut done = Vec::new();
        for place in std::mem::take(&mut self.loops) {
            let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) else { continue };
            let all = looping.tally.settled() >= looping.tally.count;
            if !looping.open.is_empty() || !(all || looping.closing || looping.failing.is_some()) {
                self.loops.push(place);
            } else if looping.closing {
                self.frames
                    .entry(place.0.clone())
                    .and_modify(|state| state.steps[place.1].phase = Phase::Cancelled);
                self.check_ended(&place.0);
            } else {
                let failing = looping.failing.clone();
                done.push(LoopDone { place, failing });
            }
        }
        done
    }

    pub fn looping(&self, place: &Place) -> Option<&Looping> {
        match &self.step(place)?.phase {
            Phase::Looping(looping) => Some(looping),
            _ => None,
        }
    }

    /// Names the stream that a loop's results go to.
    pub fn set_results(&mut self, place: &Place, results: causeway_model::StreamRef) {
        if let Some(Phase::Looping(looping)) = self.phase_mut(&place.0, place.1) {
            looping.tally.results = Some(results);
        }
    }

    /// Whether something in the loop's items was not begun, since it reads what is not known.
    pub fn is_blocked_inside(&self, place: &Place) -> bool {
        self.looping(place).is_some_and(|looping| looping.blocked)
    }

    /// Notes that a dry run does not begin a step, at the loops around it too.
    pub(super) fn block(&mut self, frame: &Frame, step: StepId, reads: String) {
        let mut at = frame.clone();
        while let Some((parent, name, _)) = at.parent() {
            let index = self.frames.get(&parent).and_then(|state| state.body.position(name));
            if let Some(Phase::Looping(looping)) = index.and_then(|index| self.phase_mut(&parent, index)) {
                looping.blocked = true;
            }
            at = parent;
        }
        match self.blocked.iter_mut().find(|one| one.step == step && one.reads == reads) {
            Some(one) => one.times += 1,
            None => self.blocked.push(Blocked { step, reads, times: 1 }),
        }
    }

    fn phase_mut(&mut self, frame: &Frame, step: usize) -> Option<&mut Phase> {
        self.frames.get_mut(frame)?.steps.get_mut(step).map(|step| &mut step.phase)
    }

    fn concurrency(&self, (frame, step): &Place) -> Option<usize> {
        match &self.frames.get(frame)?.body.steps.get(*step)?.action {
            Action::ForEach(for_each) => Some(for_each.concurrency.max(1)),
            _ => None,
        }
    }

    fn loop_rules(&self, (frame, step): &Place) -> Option<(bool, Option<u64>)> {
        match &self.frames.get(frame)?.body.steps.get(*step)?.action {
            Action::ForEach(for_each) => Some((for_each.stop_on_error, for_each.max_errors)),
            _ => None,
        }
    }
}
