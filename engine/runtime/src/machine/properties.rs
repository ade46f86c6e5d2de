//! Property tests of the machine: whatever order results, failures, pauses, crashes and cancels come in, a run comes to one
//! legal end, and the journal alone gives the same machine again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::{Call, Catalogue, Connector};
use causeway_document::{Action, Compiler, Plan};
use causeway_model::{
    ConnectorCategory, ConnectorSpec, Entry, ErrorClass, Event, Frame, Idempotency, OperationSpec,
    OperationSummary, Outcome, RunStatus, StepError, Text, Time, Value, Wait,
};
use causeway_script::{Engine, Limits, Sealer};
use proptest::prelude::*;
use serde_json::json;

use super::{Machine, Phase, Place, Verdict};

/// A connector whose calls the tests play themselves.
struct Played(ConnectorSpec, Arc<OperationSpec>);

#[async_trait]
impl Connector for Played {
    fn spec(&self) -> &ConnectorSpec {
        &self.0
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        (name == self.1.summary.name).then(|| self.1.clone())
    }

    async fn call(&self, _: &str, _: Call) -> Result<Value, StepError> {
        unreachable!("the tests of the machine call nothing")
    }
}

pub(super) fn compiler() -> Compiler {
    let summary = OperationSummary {
        name: "act".into(),
        title: Text::default(),
        description: Text::default(),
        idempotency: Idempotency::Header,
        read_only: false,
    };
    let spec = ConnectorSpec {
        name: "played".into(),
        version: "1.0.0".into(),
        title: Text::default(),
        description: Text::default(),
        category: ConnectorCategory::General,
        connection: None,
        operations: vec![summary.clone()],
        triggers: Vec::new(),
        records: Vec::new(),
    };
    let act = OperationSpec { summary, input: json!({ "type": "object" }), output: json!({}) };
    let catalogue = Catalogue::new(vec![Arc::new(Played(spec, Arc::new(act)))]).expect("one connector");
    Compiler { engine: Engine::new(Limits::default(), Sealer::new([7; 32])), catalogue }
}

/// What a generated step is, and which earlier steps it follows.
#[derive(Clone, Debug)]
struct Made {
    kind: u8,
    after: Vec<(u8, u8)>,
    all: bool,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let step = (0..6u8, prop::collection::vec((any::<u8>(), any::<u8>()), 0..3), any::<bool>())
        .prop_map(|(kind, after, all)| Made { kind, after, all });
    prop::collection::vec(step, 1..9)
}

/// A document of those steps: each follows earlier ones only, with an explicit join, by ports that there are.
fn document(steps: &[Made]) -> Value {
    let ports = |kind: u8| -> &[&str] {
        match kind {
            2 => &[".left", ".right"],
            0 | 5 => &["", "", ".error"],
            _ => &[""],
        }
    };
    let mut documents = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let mut after = BTreeSet::new();
        for (source, port) in step.after.iter().filter(|_| index > 0) {
            let source = usize::from(*source) % index;
            let ports = ports(steps[source].kind);
            after.insert(format!("s{source}{}", ports[usize::from(*port) % ports.len()]));
        }
        let (kind, with) = match step.kind {
            0 | 5 => ("played.act", json!({})),
            1 => ("script", json!({ "code": "1" })),
            2 => ("branch", json!({ "cases": [{ "port": "left", "when": "1 == 1" }], "otherwise": "right" })),
            3 => ("wait", json!({ "for": "1s" })),
            _ => (
                "for_each",
                json!({ "items": [1, 2, 3], "concurrency": 2, "on_item_error": "continue",
                        "body": [{ "id": format!("b{index}"), "use": "played.act" }] }),
            ),
        };
        let join = (after.len() > 1).then_some(if step.all { "all" } else { "any" });
        let mut document = json!({ "id": format!("s{index}"), "use": kind, "with": with, "after": after });
        if let Some(join) = join {
            document["join"] = json!(join);
        }
        documents.push(document);
    }
    json!({ "causeway": 1, "kind": "flow", "slug": "made", "name": "made", "trigger": { "use": "manual" }, "steps": documents })
}

/// A plan of those steps. Where publishing would refuse a join that can never be, it is `any`.
fn plan(steps: &[Made]) -> Arc<Plan> {
    static COMPILER: std::sync::LazyLock<Compiler> = std::sync::LazyLock::new(compiler);
    let compiled = |steps: &[Made]| {
        let flow = causeway_document::parse(&document(steps).to_string()).expect("a legal document");
        COMPILER.compile(&flow)
    };
    let lenient: Vec<Made> = steps.iter().map(|step| Made { all: false, ..step.clone() }).collect();
    let plan = compiled(steps).or_else(|_| compiled(&lenient));
    Arc::new(plan.unwrap_or_else(|faults| panic!("{faults:?}\n{}", document(steps))))
}

/// Plays everything outside of the machine: the clock, the calls, the crashes.
struct World {
    machine: Machine,
    plan: Arc<Plan>,
    /// What survives a crash.
    committed: Vec<Entry>,
    /// What does not.
    pending: Vec<Entry>,
    under_way: Vec<Place>,
    now: i64,
    /// How often each effect was called.
    calls: BTreeMap<String, u32>,
    crashes: u32,
    /// Which steps fail, by the hash of their name: the same in every interleaving.
    fails: u64,
}

impl World {
    fn new(plan: &Arc<Plan>, fails: u64) -> Self {
        let mut world = Self {
            machine: Machine::new(Arc::clone(plan)),
            plan: Arc::clone(plan),
            committed: Vec::new(),
            pending: Vec::new(),
            under_way: Vec::new(),
            now: 1_000,
            calls: BTreeMap::new(),
            crashes: 0,
            fails,
        };
        world.record(Frame::top(), Event::Started { vars: BTreeMap::new() });
        world
    }

    fn record(&mut self, frame: Frame, event: Event) {
        let entry = Entry { frame, at: Time(self.now), event };
        self.machine.apply(&entry);
        self.pending.push(entry);
    }

    fn commit(&mut self) {
        self.committed.append(&mut self.pending);
    }

    fn name(&self, place: &Place) -> String {
        let step = &self.machine.frame(&place.0).expect("an open frame").body.steps[place.1].id;
        format!("{}/{step}", place.0)
    }

    fn does_fail(&self, name: &str) -> bool {
        let hash = name.bytes().fold(17u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        self.fails >> (hash % 64) & 1 == 1
    }

    fn settle(&mut self, place: &Place, outcome: Outcome) {
        let step = self.machine.frame(&place.0).expect("an open frame").body.steps[place.1].id.clone();
        self.record(place.0.clone(), Event::StepSettled { step, outcome, took_us: None });
    }

    fn begin(&mut self, place: Place) {
        let body = Arc::clone(&self.machine.frame(&place.0).expect("an open frame").body);
        let step = &body.steps[place.1];
        let id = step.id.clone();
        match &step.action {
            Action::Script(_) => self.settle(&place, succeeded(json!(1), None)),
            Action::Branch { .. } => {
                let port = if self.does_fail(&format!("port {id}")) { "left" } else { "right" };
                self.settle(&place, succeeded(Value::Null, Some(port)));
            }
            Action::Wait => {
                let wait = Wait::time(Time(self.now + 1_000));
                self.record(place.0, Event::StepWaiting { step: id, input: json!({}), wait });
                self.commit();
            }
            Action::ForEach(_) => {
                self.record(place.0, Event::LoopStarted { step: id, items: json!([1, 2, 3]), count: 3 });
                self.commit();
            }
            _ => {
                self.record(
                    place.0.clone(),
                    Event::StepStarted { step: id, attempt: 1, input: Some(json!({})), edition: 0 },
                );
                self.commit();
                self.call(place);
            }
        }
    }

    fn call(&mut self, place: Place) {
        *self.calls.entry(self.name(&place)).or_default() += 1;
        self.under_way.push(place);
    }

    /// Does all that needs no choice.
    fn advance(&mut self) {
        loop {
            for item in self.machine.done_items() {
                // What the engine keeps as the loop's tally and results.
                self.pending.retain(|entry| entry.frame != item.frame);
                self.committed.retain(|entry| entry.frame != item.frame);
            }
            for done in self.machine.done_loops() {
                self.settle(&done.place, succeeded(json!({}), None));
                self.commit();
            }
            if let Some(place) = self.machine.next_ready() {
                self.begin(place);
            } else if let Some((place, index)) = self.machine.next_item(|_| false) {
                self.machine.open_item(&place, index).expect("an item that may be opened");
            } else {
                return;
            }
        }
    }

    /// One thing happens; `choice` says which.
    fn happen(&mut self, choice: u8) {
        let due: Vec<Place> = self.machine.places(|phase| matches!(phase, Phase::Waiting(_)));
        match choice % 8 {
            0 if self.crashes < 5 => self.crash(),
            1 if !due.is_empty() => {
                self.now += 1_000;
                for place in self.machine.due_waits(Time(self.now)) {
                    self.settle(&place, succeeded(json!({}), None));
                }
                self.commit();
            }
            _ if !self.under_way.is_empty() => {
                self.now += 1;
                let place = self.under_way.remove(usize::from(choice) % self.under_way.len());
                if self.machine.step(&place).is_some_and(|step| matches!(step.phase, Phase::Running { .. })) {
                    let outcome = if self.does_fail(&self.name(&place)) {
                        Outcome::Failed {
                            error: StepError::new("played", ErrorClass::Server, Text::default()),
                        }
                    } else {
                        succeeded(json!({ "n": 1 }), None)
                    };
                    self.settle(&place, outcome);
                    if choice.is_multiple_of(2) {
                        self.commit();
                    }
                }
            }
            _ => self.now += 1_000,
        }
        for place in self.machine.due_waits(Time(self.now)) {
            self.settle(&place, succeeded(json!({}), None));
            self.commit();
        }
    }

    /// Everything that is not committed is gone; another worker takes up what is.
    fn crash(&mut self) {
        self.crashes += 1;
        let tallies: Vec<_> = self
            .machine
            .places(|phase| matches!(phase, Phase::Looping(_)))
            .into_iter()
            .map(|place| {
                let step =
                    self.machine.frame(&place.0).expect("an open frame").body.steps[place.1].id.clone();
                (place.0.clone(), step, self.machine.tally(&place).cloned().expect("a loop's tally"))
            })
            .collect();
        self.pending.clear();
        self.under_way.clear();
        let mut journal = self.committed.clone();
        if journal.is_empty() {
            self.machine = Machine::new(Arc::clone(&self.plan));
            self.record(Frame::top(), Event::Started { vars: BTreeMap::new() });
            return;
        }
        journal.sort_by_key(|entry| !entry.frame.is_top());
        self.machine = rebuilt(&self.plan, &journal, &tallies);
        for place in self.machine.in_doubt() {
            let Some(Phase::Running { attempt }) = self.machine.step(&place).map(|step| step.phase.clone())
            else {
                continue;
            };
            let step = self.machine.frame(&place.0).expect("an open frame").body.steps[place.1].id.clone();
            self.record(
                place.0.clone(),
                Event::StepStarted { step, attempt: attempt + 1, input: None, edition: 0 },
            );
            self.commit();
            self.call(place);
        }
    }

    fn statuses(&self) -> Vec<(String, &'static str)> {
        let top = self.machine.frame(&Frame::top()).expect("the top frame");
        let name = |phase: &Phase| match phase {
            Phase::Succeeded { .. } => "succeeded",
            Phase::Failed { .. } => "failed",
            Phase::Skipped => "skipped",
            Phase::Cancelled => "cancelled",
            _ => "open",
        };
        top.steps
            .iter()
            .zip(&top.body.steps)
            .map(|(state, step)| (step.id.to_string(), name(&state.phase)))
            .collect()
    }

    /// Plays to the end. Panics where the run does not come to one.
    fn play(&mut self, choices: &[u8]) -> Verdict {
        let mut choices = choices.iter().copied().cycle();
        for _ in 0..2_000 {
            self.advance();
            let verdict = self.machine.verdict();
            if matches!(verdict, Verdict::Done(_)) {
                self.commit();
                return verdict;
            }
            self.happen(choices.next().expect("choices without end"));
        }
        panic!("the run is stuck: {:?}", self.statuses());
    }
}

fn rebuilt(
    plan: &Arc<Plan>,
    journal: &[Entry],
    tallies: &[(Frame, causeway_model::StepId, causeway_model::LoopTally)],
) -> Machine {
    let mut machine = Machine::new(Arc::clone(plan));
    let mut restored = false;
    for entry in journal {
        if !entry.frame.is_top() {
            if !restored {
                restored = true;
                for (frame, step, tally) in tallies {
                    machine.restore_tally(frame, step, tally.clone());
                }
            }
            if machine.frame(&entry.frame).is_none() {
                let (parent, step, index) = entry.frame.parent().expect("an item's frame");
                let place = machine.place(&parent, &step.parse().expect("a step id")).expect("a loop");
                machine.open_item(&place, index);
            }
        }
        machine.apply(entry);
    }
    if !restored {
        for (frame, step, tally) in tallies {
            machine.restore_tally(frame, step, tally.clone());
        }
    }
    machine
}

fn succeeded(output: Value, port: Option<&str>) -> Outcome {
    Outcome::Succeeded { output, port: port.map(str::to_owned) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the order and the crashes, a run ends; without failures, it ends the same.
    #[test]
    fn every_interleaving_comes_to_the_same_end(steps in made(), one: Vec<u8>, two in prop::collection::vec(any::<u8>(), 1..60)) {
        let plan = plan(&steps);
        let mut first = World::new(&plan, 0);
        let mut one = one;
        one.push(3);
        let verdict = first.play(&one);
        let succeeded = matches!(&verdict, Verdict::Done(ending) if ending.status == RunStatus::Succeeded);
        prop_assert!(succeeded, "{verdict:?}");
        let mut second = World::new(&plan, 0);
        second.play(&two);
        prop_assert_eq!(first.statuses(), second.statuses());
        let called = |world: &World| world.calls.keys().cloned().collect::<Vec<_>>();
        prop_assert_eq!(called(&first), called(&second));
    }

    /// Failures end a run as failed unless they are handled; no effect is called more than once but for crashes.
    #[test]
    fn failures_and_crashes_leave_nothing_open(steps in made(), fails: u64, choices in prop::collection::vec(any::<u8>(), 1..60)) {
        let plan = plan(&steps);
        let mut world = World::new(&plan, fails);
        let verdict = world.play(&choices);
        let statuses = world.statuses();
        let Verdict::Done(ending) = &verdict else { unreachable!("play ends with a verdict") };
        let status = ending.status;
        prop_assert_eq!(status == RunStatus::Failed, ending.failure.is_some());
        if status == RunStatus::Succeeded {
            prop_assert!(statuses.iter().all(|(_, status)| *status != "open"), "{statuses:?}");
        }
        for (name, calls) in &world.calls {
            prop_assert!(*calls <= 1 + world.crashes, "{name} was called {calls} times, with {} crashes", world.crashes);
        }
        // The journal alone says the same.
        let mut journal = world.committed.clone();
        journal.sort_by_key(|entry| !entry.frame.is_top());
        let mut again = rebuilt(&plan, &journal, &[]);
        again.done_items();
        again.done_loops();
        prop_assert_eq!(again.verdict(), verdict);
    }

    /// A cancel at any moment ends the run as cancelled, and nothing that comes later changes that.
    #[test]
    fn a_cancel_always_works(steps in made(), fails: u64, before in prop::collection::vec(any::<u8>(), 0..20), after in prop::collection::vec(any::<u8>(), 1..9)) {
        let plan = plan(&steps);
        let mut world = World::new(&plan, fails);
        for choice in &before {
            world.advance();
            if !matches!(world.machine.verdict(), Verdict::Done(_)) {
                world.happen(*choice);
            }
        }
        world.advance();
        if matches!(world.machine.verdict(), Verdict::Done(_)) {
            return Ok(());
        }
        let late = world.under_way.clone();
        world.record(Frame::top(), Event::CancelRequested { by: "test".into(), reason: None });
        let cancelled =
            matches!(world.machine.verdict(), Verdict::Done(ending) if ending.status == RunStatus::Cancelled);
        prop_assert!(cancelled);
        let statuses: Vec<_> = world.statuses();
        for place in late.iter().filter(|place| place.0.is_top()) {
            world.settle(place, succeeded(json!({}), None));
        }
        world.play(&after);
        prop_assert_eq!(world.statuses(), statuses);
        prop_assert!(world.machine.next_ready().is_none());
    }
}
