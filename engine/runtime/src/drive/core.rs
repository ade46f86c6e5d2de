//! A run in memory: the machine, what its expressions see, and what the next commit is to hold.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_document::{Action, PlanStep};
use causeway_model::{
    BlobId, Entry, Environment, ErrorClass, Event, Frame, GivenOutput, KnownFrom, LoopTally, Outcome,
    Rehearsal, RunId, RunMode, StepError, StepId, StreamRef, TestPlan, Time, Value, Wait, WaitKind, text,
};
use causeway_script::{Context, Scope};
use causeway_store::{ActiveRun, LoopWrite, NewApproval, NewRun, Store};
use sha2::{Digest, Sha256};

use super::Shared;
use crate::links::RunLinks;
use crate::machine::{ItemDone, LoopDone, Machine, Place};
use crate::steps;
use crate::watch::{StepEnd, Watch};

/// A run in memory. Everything here is synchronous; it travels to a script thread and back.
pub struct Core {
    pub machine: Machine,
    pub run: ActiveRun,
    pub outbox: Outbox,
    pub sources: HashMap<Place, Source>,
    /// Called runs that steps wait for.
    pub awaited: HashMap<(Frame, StepId), RunId>,
    /// What a test run of a draft is to do.
    test: Option<Arc<TestPlan>>,
    contexts: HashMap<Frame, FrameContext>,
    store: Store,
    public_url: Arc<str>,
    pub watch: Arc<Watch>,
}

/// What the expressions of one frame see, and what makes its keys.
struct FrameContext {
    scope: Scope,
    /// Loop steps and item keys on the way here: part of idempotency keys and seeds.
    key_path: String,
    /// An item's key as its result shows it.
    item_key: Value,
    links: Arc<RunLinks>,
    /// Whether the frame's entries must be kept, since an effect rests on them. Those of items without effects are not:
    /// they can be computed again, and the item's result says what came of them.
    kept: bool,
}

/// The items of a loop that is read from a stream, as far as they are fetched.
#[derive(Default)]
pub struct Source {
    from: u64,
    records: Vec<Value>,
}

/// How far a loop is, what it goes through where that is to be kept, and the results since the last commit.
type LoopNews = (LoopTally, Option<Value>, Vec<Value>);

/// What the next commits are to hold.
#[derive(Default)]
pub struct Outbox {
    entries: BTreeMap<Frame, Vec<Entry>>,
    loops: BTreeMap<(Frame, StepId), LoopNews>,
    /// Item frames with journal rows that are done: droppable once their result is written.
    done: Vec<Frame>,
    pub children: Vec<NewRun>,
    pub approvals: Vec<NewApproval>,
    pub consumed: Vec<i64>,
    /// Something outside rests on these entries, so they must be durable before the run goes on.
    pub urgent: bool,
    /// When the oldest item result was put in.
    loops_since: Option<Instant>,
}

impl Outbox {
    /// Whether item results have gathered for long enough to be written.
    pub fn loops_due(&self) -> bool {
        let results: usize = self.loops.values().map(|(_, _, results)| results.len()).sum();
        results >= 500 || self.loops_since.is_some_and(|since| since.elapsed() >= LOOP_PAUSE)
    }

    /// When they will have.
    pub fn loops_due_at(&self) -> Option<Instant> {
        self.loops_since.map(|since| since + LOOP_PAUSE)
    }

    /// Takes the item results, and the frames that are not needed once those are written.
    pub fn take_loops(&mut self) -> (Vec<LoopWrite>, Vec<Frame>) {
        self.loops_since = None;
        let write =
            |((frame, step), (tally, items, results))| LoopWrite { frame, step, tally, items, results };
        let loops = std::mem::take(&mut self.loops).into_iter().map(write).collect();
        let dropped = std::mem::take(&mut self.done);
        for frame in &dropped {
            self.entries.remove(frame);
        }
        (loops, dropped)
    }
}

/// How long item results gather.
const LOOP_PAUSE: Duration = Duration::from_millis(250);

impl Source {
    pub fn new(from: u64, records: Vec<Value>) -> Self {
        Self { from, records }
    }

    /// The item, if it is fetched; what came before it is let go.
    fn take(&mut self, index: u64) -> Option<Value> {
        let at = usize::try_from(index.checked_sub(self.from)?).ok()?;
        self.records.get_mut(at).map(Value::take)
    }
}

impl Core {
    pub fn new(machine: Machine, run: ActiveRun, test: Option<TestPlan>, shared: &Shared) -> Self {
        Self {
            machine,
            run,
            outbox: Outbox::default(),
            sources: HashMap::new(),
            awaited: HashMap::new(),
            test: test.map(Arc::new),
            contexts: HashMap::new(),
            store: shared.services.store.clone(),
            public_url: Arc::clone(&shared.public_url),
            watch: Arc::clone(&shared.watch),
        }
    }

    /// Makes what the top frame's expressions see. The machine must have its `Started` entry.
    pub fn open_top(&mut self, trigger: &str) -> Result<(), StepError> {
        let vars = Value::Object(
            self.machine.vars().iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        );
        let run = serde_json::json!({
            "id": self.run.id,
            "flow": self.run.slug,
            // A draft has no version yet.
            "version": self.run.version.max(0),
            "started_at": self.machine.started_at(),
        });
        let scope = Scope::from_event_text(trigger, &vars, &run)?;
        let context = FrameContext {
            scope,
            key_path: String::new(),
            item_key: Value::Null,
            links: self.links(Frame::top()),
            kept: true,
        };
        self.contexts.insert(Frame::top(), context);
        Ok(())
    }

    fn links(&self, frame: Frame) -> Arc<RunLinks> {
        let (store, public_url) = (self.store.clone(), self.public_url.to_string());
        Arc::new(RunLinks { store, public_url, run: self.run.id, frame })
    }

    /// Makes what an item's expressions see. `kept`: the store has entries of the frame already.
    pub fn open_item(&mut self, place: &Place, index: u64, frame: &Frame, item: &Value, kept: bool) {
        let Some(parent) = self.contexts.get(&place.0) else { return };
        let mut scope = parent.scope.item(item, index);
        let mut path = parent.key_path.clone();
        let Some(step) = self.plan_step(place) else { return };
        let id = step.id.clone();
        let key = match &step.action {
            causeway_document::Action::ForEach(for_each) => for_each.key.as_ref().map(|key| {
                let context = self.context(place);
                key.eval(&mut scope, &context).unwrap_or_else(|error| Value::String(error.code))
            }),
            _ => None,
        };
        let item_key = key.unwrap_or_else(|| Value::from(index));
        path.push_str(&format!("{id}[{item_key}]/"));
        let context =
            FrameContext { scope, key_path: path, item_key, links: self.links(frame.clone()), kept };
        self.contexts.insert(frame.clone(), context);
    }

    /// Which values of connections are meant.
    pub fn environment(&self) -> Environment {
        match self.run.mode {
            RunMode::Normal => Environment::Production,
            RunMode::Test => Environment::Test,
        }
    }

    /// Whether nothing may go out.
    pub fn is_dry_run(&self) -> bool {
        self.machine.scope().dry_run
    }

    /// What is given of a step.
    pub fn given(&self, step: &StepId) -> Option<&GivenOutput> {
        self.test.as_ref()?.outputs.get(step)
    }

    /// The only item that a test gives to a loop.
    pub fn given_item(&self, step: &StepId) -> Option<Value> {
        if !self.machine.scope().gives_item(step) {
            return None;
        }
        self.test.as_ref()?.item.clone()
    }

    /// Lets what is given of steps that a test does not run stand, in a frame that has just been opened.
    pub fn keep_given(&mut self, frame: &Frame, at: Time) {
        let Some(test) = self.test.clone().filter(|test| !test.kept.is_empty()) else { return };
        let Some(body) = self.machine.frame(frame).map(|state| Arc::clone(&state.body)) else { return };
        for step in body.steps.iter().map(|step| &step.id).filter(|step| test.kept.contains(*step)) {
            let GivenOutput { output, port } = test.outputs.get(step).cloned().unwrap_or_default();
            let outcome = Outcome::Succeeded { output, port };
            self.record(frame, at, Event::Kept { step: step.clone(), outcome });
        }
    }

    pub fn has_context(&self, frame: &Frame) -> bool {
        self.contexts.contains_key(frame)
    }

    pub fn plan_step(&self, (frame, step): &Place) -> Option<&PlanStep> {
        self.machine.frame(frame)?.body.steps.get(*step)
    }

    pub fn step_id(&self, place: &Place) -> StepId {
        // A place is made from the frame's own body.
        self.plan_step(place).expect("a place stands in its frame's body").id.clone()
    }

    /// Tells operators of a pure evaluation, or of an attempt, that has ended.
    pub fn tell_end(&self, place: &Place, attempt: u32, took: Duration, error: Option<&StepError>) {
        let Some(step) = self.plan_step(place) else { return };
        self.watch.step_ended(&StepEnd {
            run: self.run.id,
            flow: &self.run.slug,
            frame: &place.0,
            step: &step.id,
            use_: &step.use_,
            attempt,
            took,
            error,
        });
    }

    /// What expressions of a step see, for the time of `with`.
    pub fn with_scope<T>(
        &mut self,
        place: &Place,
        with: impl FnOnce(&PlanStep, &mut Scope, &Context) -> Result<T, StepError>,
    ) -> Result<T, StepError> {
        let context = self.context(place);
        let body = Arc::clone(&self.machine.frame(&place.0).ok_or_else(|| lost(place))?.body);
        let step = body.steps.get(place.1).ok_or_else(|| lost(place))?;
        let frame = self.contexts.get_mut(&place.0).ok_or_else(|| lost(place))?;
        with(step, &mut frame.scope, &context)
    }

    /// What makes an evaluation of a step a function of the run's record.
    fn context(&self, place: &Place) -> Context {
        let now = self.machine.step(place).map_or(self.run.created_at, |step| step.ready_at);
        let seed = self.digest(place, "seed");
        let links = self.contexts.get(&place.0).map(|context| Arc::clone(&context.links) as _);
        Context { now, seed, links }
    }

    /// Equal for every repeat of the same effect: hash(key root, step path with item keys, input edition).
    pub fn idempotency_key(&self, place: &Place) -> String {
        let edition = self.machine.step(place).map_or(0, |step| step.edition);
        let digest = self.digest(place, &format!("key {edition}"));
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Varies retry pauses between runs.
    pub fn spread(&self, place: &Place, attempt: u32) -> u8 {
        self.digest(place, &format!("spread {attempt}"))[0]
    }

    fn digest(&self, place: &Place, purpose: &str) -> [u8; 32] {
        let path = self.contexts.get(&place.0).map_or("", |context| context.key_path.as_str());
        let step = self.plan_step(place).map_or("", |step| step.id.as_str());
        let mut hash = Sha256::new();
        for part in [purpose, "\0", path, step, "\0"] {
            hash.update(part.as_bytes());
        }
        hash.update(self.run.key_root.0.as_bytes());
        hash.finalize().into()
    }

    /// The one way by which something happens in a run: the machine takes notice, expressions see it, the journal gets it.
    pub fn record(&mut self, frame: &Frame, at: Time, event: Event) {
        let entry = Entry { frame: frame.clone(), at, event };
        self.take_notice(&entry);
        let urgent =
            !matches!(entry.event, Event::StepSettled { took_us: Some(_), .. } | Event::Started { .. });
        if let Some(context) = self.contexts.get_mut(frame) {
            context.kept |= urgent;
        }
        self.outbox.urgent |= urgent;
        self.outbox.entries.entry(frame.clone()).or_default().push(entry);
    }

    /// Lets the machine and the expressions know of an entry.
    pub fn take_notice(&mut self, entry: &Entry) {
        self.machine.apply(entry);
        match &entry.event {
            Event::StepWaiting { step, wait: Wait { kind: WaitKind::Run { run }, .. }, .. } => {
                self.awaited.insert((entry.frame.clone(), step.clone()), *run);
            }
            Event::StepSettled { step, .. } if !self.awaited.is_empty() => {
                self.awaited.remove(&(entry.frame.clone(), step.clone()));
            }
            _ => {}
        }
        if let Event::StepSettled { step, outcome, .. } | Event::Kept { step, outcome } = &entry.event
            && let Some(context) = self.contexts.get_mut(&entry.frame)
        {
            match outcome {
                Outcome::Succeeded { output, .. } => context.scope.set_output(step.as_str(), output),
                Outcome::Failed { error } => context.scope.set_error(step.as_str(), &error.to_value()),
                Outcome::Cancelled => {}
            }
        }
    }

    pub fn settle(&mut self, place: &Place, at: Time, outcome: Outcome) {
        let step = self.step_id(place);
        self.record(&place.0, at, Event::StepSettled { step, outcome, took_us: None });
    }

    pub fn fail(&mut self, place: &Place, at: Time, error: StepError) {
        self.settle(place, at, Outcome::Failed { error });
    }

    /// Puts the results of items that are done into the outbox and forgets their frames.
    pub fn reap_items(&mut self) {
        for ItemDone { frame, place, index, result } in self.machine.done_items() {
            let Some(context) = self.contexts.remove(&frame) else { continue };
            // What happened in the one item that a test goes over stays to be looked at.
            match (self.machine.scope().first_item_only(&self.step_id(&place)), context.kept) {
                (true, _) => {}
                (false, true) => self.outbox.done.push(frame.clone()),
                (false, false) => {
                    self.outbox.entries.remove(&frame);
                }
            }
            let key = context.item_key;
            let record = match result {
                Ok(output) => {
                    serde_json::json!({"index": index, "key": key, "status": "succeeded", "output": output})
                }
                Err(error) => {
                    serde_json::json!({"index": index, "key": key, "status": "failed", "error": error})
                }
            };
            self.push_result(&place, Some(record));
        }
    }

    /// A loop's tally as it stands, with the stream that its results go to.
    fn tally(&mut self, place: &Place) -> LoopTally {
        let mut tally = self.machine.tally(place).cloned().unwrap_or_default();
        let count = tally.settled();
        let id = tally.results.map_or_else(BlobId::new, |results| results.id);
        let results = StreamRef { id, count };
        self.machine.set_results(place, results.clone());
        tally.results = Some(results);
        tally
    }

    /// Adds the result of an item, or none at the loop's end.
    fn push_result(&mut self, place: &Place, record: Option<Value>) {
        let looping = self.machine.looping(place);
        let first = looping.is_some_and(|looping| looping.tally.results.is_none());
        // The journal of the top stays. A resumed loop has results before its first write here, so the last one tells too.
        let told = !place.0.is_top() && (first || record.is_none());
        let items = looping.filter(|_| told).map(|looping| looping.items.clone());
        let tally = self.tally(place);
        let at = (place.0.clone(), self.step_id(place));
        self.outbox.loops_since.get_or_insert_with(Instant::now);
        let write = self.outbox.loops.entry(at).or_default();
        write.0 = tally;
        write.1 = items.or(write.1.take());
        write.2.extend(record);
    }

    /// Settles the loops that are done.
    pub fn settle_loops(&mut self, at: Time) {
        for LoopDone { place, failing } in self.machine.done_loops() {
            // The results stream is there even where a loop had no items.
            self.push_result(&place, None);
            let tally = self.tally(&place);
            self.sources.remove(&place);
            if failing.is_none() && self.is_partial(&place) {
                self.settle_partial(&place, at);
                continue;
            }
            let outcome = match failing {
                None => Outcome::Succeeded { output: steps::for_each::summary(&tally), port: None },
                Some((index, error)) => {
                    Outcome::Failed { error: steps::for_each::gave_up(index, &error, &tally) }
                }
            };
            self.settle(&place, at, outcome);
        }
    }

    /// Whether a dry run does not know what the loop would give.
    fn is_partial(&self, place: &Place) -> bool {
        let scope = self.machine.scope();
        scope.dry_run
            && (self.machine.is_blocked_inside(place) || scope.first_item_only(&self.step_id(place)))
    }

    fn settle_partial(&mut self, place: &Place, at: Time) {
        let step = self.step_id(place);
        let items = self.machine.looping(place).map(|looping| looping.items.clone()).unwrap_or_default();
        let given = self.given(&step).cloned();
        let rehearsal = Rehearsal {
            input: serde_json::json!({ "items": items }),
            request: None,
            note: Some(match self.machine.scope().first_item_only(&step) {
                true => {
                    text!("Its steps are shown for the first item only.", "僅以第一筆項目顯示其中的步驟。")
                }
                false => text!("Some of its steps read what is not known.", "部分步驟需要無從得知的輸出。"),
            }),
            output_from: if given.is_some() { KnownFrom::Given } else { KnownFrom::Unknown },
        };
        self.record(&place.0, at, Event::Rehearsed { step, rehearsal });
        let GivenOutput { output, port } = given.unwrap_or_default();
        self.settle(place, at, Outcome::Succeeded { output, port });
    }

    /// Whether a formula names the items of the loop.
    pub fn has_item_key(&self, place: &Place) -> bool {
        let step = self.plan_step(place);
        step.is_some_and(|step| matches!(&step.action, Action::ForEach(each) if each.key.is_some()))
    }

    /// An item of a loop, if it is at hand; `None` where it must be fetched from its stream.
    pub fn item(&mut self, place: &Place, index: u64) -> Option<Value> {
        let looping = self.machine.looping(place)?;
        match &looping.items {
            Value::Array(items) => items.get(usize::try_from(index).ok()?).cloned(),
            _ => self.sources.get_mut(place)?.take(index),
        }
    }

    /// Takes the entries that a commit must hold, in an order in which they can be applied again: a frame's after those of
    /// the frames around it.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        let mut taken = Vec::new();
        let Outbox { entries, done, .. } = &mut self.outbox;
        entries.retain(|frame, entries| {
            let kept = self.contexts.get(frame).is_none_or(|context| context.kept) || done.contains(frame);
            if kept {
                taken.append(entries);
            }
            !kept
        });
        self.outbox.urgent = false;
        taken
    }
}

/// A place whose frame is gone: only a fault of the engine makes one.
fn lost(place: &Place) -> StepError {
    let frame = place.0.to_string();
    StepError::new(
        "frame_lost",
        ErrorClass::Bug,
        text!("The frame `{frame}` is gone", "找不到執行框架 `{frame}`"),
    )
}
