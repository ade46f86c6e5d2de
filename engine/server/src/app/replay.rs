//! Replay: a new run from an old run's trigger event, with idempotency keys of its own. It says first what it repeats.

use causeway_document::{Action, Body, Plan};
use causeway_model::{Entry, Event, Frame, LoopTally, RunId, StepId};
use causeway_store::{Accepted, Change, RunRecord};
use serde::Serialize;
use serde_json::json;

use super::{
    App, Error, Result, Started,
    start::{KEY_WINDOW, admit},
};

/// An effect that the old run had begun at least once, and that a replay brings about again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepeatedEffect {
    pub step: StepId,
    /// The operation, such as `http.request`.
    #[serde(rename = "use")]
    pub use_: String,
    /// How often it was begun, attempts not counted.
    pub times: u64,
}

#[derive(Clone, Debug, Default)]
pub struct ReplayRequest {
    /// On the newest published version instead of the run's own.
    pub newest: bool,
    /// An equal key within 7 days gives the first replay of the run.
    pub key: Option<String>,
    pub by: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReplayPreview {
    pub version: i32,
    pub effects: Vec<RepeatedEffect>,
}

impl App {
    /// What a replay would do again.
    pub async fn preview_replay(&self, id: RunId, newest: bool) -> Result<ReplayPreview> {
        let run = self.store().run(id).await?;
        run.refuse_test()?;
        let version = self.version_for(&run, newest).await?;
        Ok(ReplayPreview { version, effects: self.effects_of(&run).await? })
    }

    /// The effects that the run had begun.
    pub(super) async fn effects_of(&self, run: &RunRecord) -> Result<Vec<RepeatedEffect>> {
        let plan = self.plan(run.flow, run.version).await?;
        let journal = self.store().journal(run.id, true).await?;
        let loops = self.store().loops(run.id).await?;
        let read_only = |connector: &str, operation: &str| {
            let catalogue = &self.compiler().catalogue;
            let known = match plan.connectors.get(connector) {
                Some(version) => catalogue.connector_at(connector, version),
                None => catalogue.connector(connector),
            };
            known.and_then(|known| known.operation(operation)).is_some_and(|spec| spec.summary.read_only)
        };
        Ok(effects(&plan, &journal, &loops, &read_only))
    }

    /// With an equal key within 7 days, it gives the first replay.
    pub async fn replay(&self, id: RunId, request: ReplayRequest) -> Result<Started> {
        let ReplayRequest { newest, key, by } = request;
        let run = self.store().run(id).await?;
        run.refuse_test()?;
        let version = self.version_for(&run, newest).await?;
        let plan = self.plan(run.flow, version).await?;
        let event = self.store().trigger_event(id).await?;
        let trigger = serde_json::from_str(&event).map_err(|_| Error::bug("trigger event"))?;
        let mut new = admit(&plan, (run.flow, version), &trigger, self.now())?;
        new.trigger = run.trigger;
        new.event = event;
        new.mode = run.mode;
        new.origin.replayed_from = Some(id);
        new.origin.by = Some(by.clone());
        new.dedupe = key.map(|key| (format!("replay:{id}:{key}"), KEY_WINDOW));
        let replayed = new.id;
        let accepted = self.store().accept(new).await?;
        if let Accepted::Duplicate { first } = accepted {
            return Ok(Started { run: first, duplicate: true, skipped: false });
        }
        let (subject, after) = (id.to_string(), json!({ "run": replayed, "version": version }));
        self.store().note(Change::new(&by, "run.replayed", &subject).to(after)).await?;
        tracing::info!(run = %replayed, replayed_from = %id, version, by, "run replayed");
        Ok(Started { run: replayed, duplicate: false, skipped: accepted == Accepted::Skipped })
    }
}

fn effects(
    plan: &Plan,
    journal: &[Entry],
    loops: &[(Frame, StepId, LoopTally)],
    read_only: &dyn Fn(&str, &str) -> bool,
) -> Vec<RepeatedEffect> {
    let mut found = Vec::new();
    collect(&plan.body, journal, 0, loops, read_only, &mut found);
    found
}

/// `settled`: how many items of the loop that `body` belongs to are settled. Their journal is gone, so each step of
/// effect counts as begun once in each of them.
fn collect(
    body: &Body,
    journal: &[Entry],
    settled: u64,
    loops: &[(Frame, StepId, LoopTally)],
    read_only: &dyn Fn(&str, &str) -> bool,
    found: &mut Vec<RepeatedEffect>,
) {
    for step in &body.steps {
        let begun = journal.iter().filter(
            |entry| matches!(&entry.event, Event::StepStarted { step: id, attempt: 1, .. } if *id == step.id),
        );
        let times = begun.count() as u64 + settled;
        match &step.action {
            Action::Operation { connector, operation, .. }
                if times > 0 && !read_only(connector, operation) =>
            {
                found.push(RepeatedEffect { step: step.id.clone(), use_: step.use_.clone(), times });
            }
            Action::CallFlow if times > 0 => {
                found.push(RepeatedEffect { step: step.id.clone(), use_: step.use_.clone(), times });
            }
            Action::ForEach(each) => {
                let tallies = loops.iter().filter(|(_, id, _)| *id == step.id);
                let settled = tallies.map(|(_, _, tally)| tally.settled()).sum();
                collect(&each.body, journal, settled, loops, read_only, found);
            }
            _ => {}
        }
    }
}
