//! How a run that is followed stands, and what anybody who stood somewhere else has missed.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use causeway_model::RunStatus;

use super::event::{LiveRun, LiveStep, LoopProgress, RunEnd, RunEvent, RunSnapshot, Shared, Told};
use super::position::{Place, Position, Standing};

/// The newest events of steps. Whoever needs older ones gets everything as it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    events: VecDeque<Logged>,
    bytes: usize,
    /// Events up to here are not kept.
    forgotten: Place,
}

#[derive(Clone, Debug)]
struct Logged {
    /// Where one stands after it.
    place: Place,
    step: Arc<Shared<LiveStep>>,
}

const MOST_EVENTS: usize = 1024;
const MOST_BYTES: usize = 512 * 1024;

impl Log {
    pub(super) fn add(&mut self, place: Place, step: Arc<Shared<LiveStep>>) {
        self.bytes += step.json().len();
        self.events.push_back(Logged { place, step });
        while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= oldest.step.json().len();
            self.forgotten = oldest.place;
        }
    }
}

/// How far a top-level loop is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LiveLoop {
    pub(super) progress: LoopProgress,
    /// It has begun and not ended.
    pub(super) open: bool,
}

/// Everything that is told of a run, at one moment.
#[derive(Debug)]
pub struct RunState {
    pub(super) run: Arc<Shared<LiveRun>>,
    pub(super) steps: Vec<Arc<Shared<LiveStep>>>,
    /// Of the top-level loops, in document order.
    pub(super) loops: Vec<LiveLoop>,
    pub(super) log: Log,
    pub(super) place: Place,
    /// When each entry was written, in its last digits.
    pub(super) times: Arc<Vec<u32>>,
    pub(super) snapshot: OnceLock<Arc<Shared<RunSnapshot>>>,
}

impl RunState {
    pub fn status(&self) -> RunStatus {
        self.run.value.run.status
    }

    /// The run as it stands, and its end where it has one.
    pub fn whole(&self) -> Vec<Told> {
        let snapshot = self
            .snapshot
            .get_or_init(|| Shared::<RunSnapshot>::of(self.run.clone(), self.steps.clone()))
            .clone();
        let settled = self.loops.iter().map(|one| if one.open { one.progress.settled } else { 0 }).collect();
        let standing = Standing::Is(self.status());
        let mut position = Position { place: self.place, check: self.check(self.place), standing, settled };
        let mut told = vec![Told { event: RunEvent::Snapshot(snapshot), position: position.clone() }];
        self.end(&mut position, &mut told);
        told
    }

    /// What follows for somebody who stands there; nothing where that place is not known, or too long ago.
    pub fn since(&self, position: &Position) -> Option<Vec<Told>> {
        if !self.knows(position) {
            return None;
        }
        let (mut position, mut told) = (position.clone(), Vec::new());
        let status = self.status();
        if position.is_end() {
            return Some(told);
        }
        // That it began is told before what it does, all else after what led to it.
        if matches!(status, RunStatus::Queued | RunStatus::Running) {
            self.tell_status(&mut position, &mut told);
        }
        let first = self.log.events.partition_point(|logged| logged.place <= position.place);
        for logged in self.log.events.range(first..) {
            (position.place, position.check) = (logged.place, self.check(logged.place));
            told.push(Told { event: RunEvent::Step(logged.step.clone()), position: position.clone() });
        }
        (position.place, position.check) = (self.place, self.check(self.place));
        for (at, one) in self.loops.iter().enumerate().filter(|(_, one)| one.open) {
            if position.settled[at] != one.progress.settled {
                position.settled[at] = one.progress.settled;
                told.push(Told {
                    event: RunEvent::Progress(one.progress.clone()),
                    position: position.clone(),
                });
            }
        }
        self.tell_status(&mut position, &mut told);
        self.end(&mut position, &mut told);
        Some(told)
    }

    fn tell_status(&self, position: &mut Position, told: &mut Vec<Told>) {
        let standing = Standing::Is(self.status());
        if position.standing != standing {
            position.standing = standing;
            told.push(Told { event: RunEvent::Run(self.run.clone()), position: position.clone() });
        }
    }

    fn end(&self, position: &mut Position, told: &mut Vec<Told>) {
        if self.status().is_terminal() {
            position.standing = Standing::Ended;
            let end = RunEnd { status: self.status(), finished_at: self.run.value.run.finished_at };
            told.push(Told { event: RunEvent::End(end), position: position.clone() });
        }
    }

    fn knows(&self, position: &Position) -> bool {
        let Position { place, check, standing, settled } = position;
        let over = match standing {
            Standing::Ended => true,
            Standing::Is(status) => status.is_terminal(),
        };
        let fits = match standing {
            Standing::Is(status) if over => *status == self.status(),
            _ => !over || self.status().is_terminal(),
        };
        fits && (!over || *place == self.place)
            && *place >= self.log.forgotten
            && *place <= self.place
            && settled.len() == self.loops.len()
            && *check == self.check(*place)
    }

    fn check(&self, place: Place) -> u32 {
        place.entry.checked_sub(1).and_then(|at| self.times.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use causeway_document::StepView;
    use causeway_model::{FlowId, RunId, RunMode, StepStatus, Time, TriggerKind};
    use causeway_store::{Origin, RunRecord};

    use super::*;

    fn step(name: Option<String>) -> Arc<Shared<LiveStep>> {
        let step = StepView {
            name,
            status: StepStatus::Running,
            started_at: Some(Time(1)),
            ..StepView::new("a".parse().expect("an id"), "script".to_owned())
        };
        Shared::new(LiveStep { step, left_out: Vec::new() })
    }

    fn place(entry: usize) -> Place {
        Place { entry, part: 0 }
    }

    /// A run under way with so many entries, each of which gave an event.
    fn state(entries: usize, status: RunStatus, name: Option<&str>) -> RunState {
        let id = RunId::new();
        let run = RunRecord {
            id,
            flow: FlowId::new(),
            slug: "a".parse().expect("a slug"),
            version: 1,
            status,
            trigger: TriggerKind::Manual,
            mode: RunMode::Normal,
            created_at: Time(1),
            started_at: Some(Time(1)),
            finished_at: None,
            failure: None,
            handled_errors: 0,
            output: None,
            reason: None,
            key_root: id,
            origin: Origin::default(),
            resumed_by: None,
            dismissed: false,
        };
        let mut log = Log::default();
        (1..=entries).for_each(|entry| log.add(place(entry), step(name.map(str::to_owned))));
        let times = Arc::new((0..entries).map(|entry| 1000 + u32::try_from(entry).expect("few")).collect());
        RunState {
            run: Shared::new(LiveRun { run, left_out: Vec::new() }),
            steps: vec![step(None)],
            loops: Vec::new(),
            log,
            place: place(entries),
            times,
            snapshot: OnceLock::new(),
        }
    }

    fn names(told: Option<Vec<Told>>) -> Option<Vec<&'static str>> {
        told.map(|told| told.iter().map(|told| told.event.name()).collect())
    }

    #[test]
    fn what_was_missed_is_told_from_each_place() {
        let before = state(1, RunStatus::Queued, None).whole().pop().expect("a snapshot").position;
        let now = state(3, RunStatus::Running, None);
        let told = now.since(&before).expect("its place is known");
        assert_eq!(told.iter().map(|told| told.event.name()).collect::<Vec<_>>(), ["run", "step", "step"]);
        for (at, one) in told.iter().enumerate() {
            let rest = now.since(&one.position).expect("its place is known");
            assert_eq!(rest.len(), told.len() - at - 1, "after {}", one.position);
        }
        let ended = state(3, RunStatus::Failed, None);
        assert_eq!(names(ended.since(&told[2].position)), Some(vec!["run", "end"]));
        let end = ended.whole().pop().expect("an end").position;
        assert!(end.is_end());
        assert_eq!(names(ended.since(&end)), Some(vec![]));
        assert_eq!(names(now.since(&end)), None, "it has not ended");
        let other = Position { check: 7, ..told[1].position.clone() };
        assert_eq!(names(now.since(&other)), None, "another run's");
        let far = Position { place: place(4), ..told[1].position.clone() };
        assert_eq!(names(now.since(&far)), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let many = state(MOST_EVENTS + 5, RunStatus::Running, None);
        assert_eq!(many.log.events.len(), MOST_EVENTS);
        let whole = many.whole().pop().expect("a snapshot").position;
        let at =
            |entry: usize| Position { place: place(entry), check: many.check(place(entry)), ..whole.clone() };
        assert!(many.since(&at(4)).is_none());
        assert_eq!(many.since(&at(5)).map(|told| told.len()), Some(MOST_EVENTS));
        let large = state(100, RunStatus::Running, Some(&"x".repeat(10_000)));
        assert!(large.log.bytes <= MOST_BYTES && large.log.events.len() < 60, "{}", large.log.bytes);
    }
}
