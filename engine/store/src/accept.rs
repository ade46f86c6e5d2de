//! Making runs: a trigger event becomes a durable row, or an answer that it was there already.

use std::collections::{BTreeMap, HashMap};

use causeway_model::{
    Entry, FlowId, Frame, LoopTally, OnLimit, Priority, RunFailure, RunId, RunMode, RunStatus, Span, StepId,
    Text, Time, TriggerKind, WorkerId, text,
};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};

use crate::batch::{Ahead, Effects};
use crate::bulk::{Columns, Kind, Rows};
use crate::commit::Finished;
use crate::concurrency_slot::{self, Desk, Place};
use crate::db::Ask;
use crate::handover::{self, Handing};
use crate::run::History;
use crate::run_signal::{self, SignalKind};
use crate::{
    Error, RefusedClass, Result, Store, active_run, blob, codes, dedupe_key, json, news, run, run_journal,
    run_loop,
};

/// A run to be made, with its trigger event.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub id: RunId,
    pub flow: FlowId,
    pub version: i32,
    pub trigger: TriggerKind,
    /// `trigger` as expressions see it, as JSON text.
    pub event: String,
    pub received_at: Time,
    /// `(key, window)`: an equal key of the same flow inside the window gives the first run's id.
    pub dedupe: Option<(String, Span)>,
    pub concurrency: Option<Slot>,
    pub origin: Origin,
    pub mode: RunMode,
    /// Wall-clock end.
    pub deadline_at: Option<Time>,
    /// Journal entries that the run begins with (kept outcomes and edited inputs of a resumed run).
    pub journal: Vec<Entry>,
    /// Loop tallies that a resumed run begins with.
    pub loops: Vec<(Frame, StepId, LoopTally)>,
    pub priority: Priority,
    /// No worker takes it before this time: its flow's window is shut.
    pub not_before: Option<Time>,
    /// How long it is kept once finished.
    pub keep: Option<Span>,
    /// The root of its idempotency keys: its own id, or that of the run it resumes.
    pub key_root: RunId,
}

/// The concurrency slot that a run needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Unique within the flow: two flows never share a slot.
    pub key: String,
    pub limit: u32,
    pub on_limit: OnLimit,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<RunId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed_from: Option<RunId>,
    /// The step that called this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// How many calls deep.
    pub depth: i16,
    /// Who started it, where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl Origin {
    /// The column's text; most runs have none.
    pub(crate) fn text(&self) -> Option<String> {
        (*self != Self::default()).then(|| json::text(self))
    }

    pub(crate) fn read(text: Option<&str>) -> Result<Self> {
        Ok(json::parse_opt(text, "origin of a run")?.unwrap_or_default())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub run: RunId,
    pub frame: Frame,
    pub step: StepId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    New,
    Duplicate {
        first: RunId,
    },
    /// Kept as a cancelled run, since the limit was reached and `on_limit` is `skip`.
    Skipped,
}

impl NewRun {
    /// Leaves the window out: a deadline counts from now on.
    pub fn begin_now(&mut self, now: Time) {
        if let (Some(opens), Some(deadline)) = (self.not_before.take(), self.deadline_at) {
            self.deadline_at = Some(now + deadline.since(opens));
        }
    }
}

impl Store {
    /// Answers once the event is durable. Many callers share one transaction.
    pub async fn accept(&self, run: NewRun) -> Result<Accepted> {
        let accepted = self.writer.accept(run).await;
        if matches!(accepted, Err(Error::Refused { class: RefusedClass::Busy, .. })) {
            self.core.metrics.accepted_busy.increment();
        }
        accepted
    }
}

/// The slots that these runs ask for, by key, with the newest limit of each.
pub(crate) fn slots_wanted<'a>(runs: impl IntoIterator<Item = &'a NewRun>) -> BTreeMap<String, Option<i64>> {
    runs.into_iter()
        .filter_map(|run| {
            let slot = run.concurrency.as_ref()?;
            Some((concurrency_slot::key_of(run.flow, &slot.key), Some(i64::from(slot.limit.max(1)))))
        })
        .collect()
}

/// Where new runs may go.
pub(crate) struct Places<'p, 'a> {
    /// Holds the slots that they want.
    pub(crate) desk: &'p mut Desk,
    pub(crate) handing: &'p mut Handing<'a>,
    pub(crate) ahead: &'p mut Ahead<'a>,
}

/// Writes the runs into the caller's transaction.
pub(crate) async fn accept_all(
    tx: &DatabaseTransaction,
    now: Time,
    runs: &[&NewRun],
    Places { desk, handing, ahead }: &mut Places<'_, '_>,
    effects: &mut Effects,
) -> Result<Vec<Accepted>> {
    let first = dedupe_key::take(tx, now, runs).await?;
    let mut answers = Vec::with_capacity(runs.len());
    let mut places = HashMap::new();
    let mut replacing = Vec::new();
    for run in runs {
        if let Some(first) = first.get(&run.id) {
            answers.push(Accepted::Duplicate { first: *first });
            continue;
        }
        let place = run.concurrency.as_ref().map(|slot| {
            let key = concurrency_slot::key_of(run.flow, &slot.key);
            let place = desk.admit(&key, i64::from(slot.limit.max(1)), slot.on_limit);
            if slot.on_limit == OnLimit::Replace {
                replacing.push((key.clone(), run.id));
            }
            (key, place)
        });
        match place {
            Some((_, Place::Skipped)) => answers.push(Accepted::Skipped),
            place => {
                answers.push(Accepted::New);
                places.insert(run.id, place);
            }
        }
    }
    let mut fresh: Vec<&NewRun> = Vec::with_capacity(runs.len());
    let mut made: Vec<&NewRun> = Vec::with_capacity(runs.len());
    for (run, answer) in runs.iter().zip(&answers) {
        match answer {
            Accepted::New => {
                fresh.push(run);
                made.push(run);
            }
            Accepted::Skipped => fresh.push(run),
            Accepted::Duplicate { .. } => {}
        }
    }
    insert_events(tx, &fresh).await?;
    let mut taken = HashMap::new();
    let mut active = Vec::with_capacity(made.len());
    for run in &made {
        if matches!(places.get(&run.id), Some(Some((_, Place::Blocked)))) {
            active.push(*run);
        } else if let Some(first) = ahead.of.get(&run.id) {
            ahead.begun.insert(run.id);
            // One that ends with its first commit is never active.
            if !first.finishes() {
                taken.insert(run.id, (first.worker, first.begun_at));
                active.push(*run);
            }
        } else {
            if let Some(handed) = handing.hand(tx, run).await? {
                taken.insert(run.id, (handed.worker, now));
                effects.handed.push(handed);
            }
            active.push(*run);
        }
    }
    insert_active(tx, &active, &places, &taken).await?;
    run_journal::insert_first(tx, &made).await?;
    run_loop::insert_first(tx, &made).await?;
    blob::inherit(tx, &fresh).await?;
    effects.wake |= active.len() > taken.len();
    effects.made.extend(made.iter().map(|run| run.id));
    fresh.iter().for_each(|run| effects.moves.run(run.id, run.flow));
    for (run, answer) in runs.iter().zip(&answers) {
        if *answer == Accepted::Skipped {
            skip(tx, now, run, effects).await?;
        }
    }
    for (key, newest) in replacing {
        replace_others(tx, now, &key, newest, desk).await?;
        effects.wake = true;
    }
    Ok(answers)
}

async fn insert_events(tx: &DatabaseTransaction, runs: &[&NewRun]) -> Result<()> {
    const COLUMNS: Columns = &[("run", Kind::Uuid), ("event", Kind::Text)];
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for run in runs {
        rows.uuid(run.id.0).text(&run.event);
    }
    if !rows.is_empty() {
        let insert = rows.statement(vec![], |source| {
            format!("INSERT INTO trigger_event (run, event) SELECT run, event FROM {source}")
        });
        sea_orm::ConnectionTrait::execute_raw(tx, insert).await?;
    }
    Ok(())
}

async fn insert_active(
    tx: &DatabaseTransaction,
    runs: &[&NewRun],
    places: &HashMap<RunId, Option<(String, Place)>>,
    taken: &HashMap<RunId, (WorkerId, Time)>,
) -> Result<()> {
    const COLUMNS: Columns = &[
        ("id", Kind::Uuid),
        ("flow", Kind::Uuid),
        ("version", Kind::Int),
        ("trigger_kind", Kind::Int),
        ("mode", Kind::Int),
        ("status", Kind::Int),
        ("worker", Kind::Uuid),
        ("epoch", Kind::Int),
        ("started_at", Kind::Int),
        ("due_at", Kind::Int),
        ("seq", Kind::Int),
        ("flags", Kind::Int),
        ("slot_key", Kind::Text),
        ("slot_state", Kind::Int),
        ("keep_ms", Kind::Int),
        ("key_root", Kind::Uuid),
        ("origin", Kind::Text),
        ("created_at", Kind::Int),
        ("deadline_at", Kind::Int),
        ("priority", Kind::Int),
        ("not_before", Kind::Int),
    ];
    if runs.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for run in runs {
        let place = places.get(&run.id).and_then(Option::as_ref);
        let blocked = matches!(place, Some((_, Place::Blocked)));
        let taken = taken.get(&run.id);
        let state = match place {
            None => active_run::SLOT_NONE,
            Some((_, Place::Blocked)) => active_run::SLOT_BLOCKED,
            Some(_) => active_run::SLOT_HELD,
        };
        rows.uuid(run.id.0)
            .uuid(run.flow.0)
            .int(run.version.into())
            .int(codes::trigger_code(run.trigger).into())
            .int(codes::mode_code(run.mode).into())
            .int(if taken.is_some() { RunStatus::Running } else { RunStatus::Queued }.code().into())
            .opt_uuid(taken.map(|(worker, _)| worker.0))
            .int(if taken.is_some() { handover::EPOCH } else { 0 })
            .opt_int(taken.map(|(_, at)| at.millis()))
            .opt_int((!blocked && taken.is_none()).then(|| active_run::due_at(run)))
            .int(i64::try_from(run_journal::parts_of(&run.journal, &[]).len()).unwrap_or(0))
            .int(if run.loops.is_empty() { 0 } else { active_run::HAS_LOOPS })
            .opt_text(place.map(|(key, _)| key.as_str()))
            .int(state)
            .opt_int(run.keep.map(|keep| i64::try_from(keep.millis()).unwrap_or(i64::MAX)))
            .opt_uuid((run.key_root != run.id).then_some(run.key_root.0))
            .opt_text(run.origin.text().as_deref())
            .int(run.received_at.millis())
            .opt_int(run.deadline_at.map(Time::millis))
            .int(active_run::rank(run.priority))
            .opt_int(run.not_before.map(|_| active_run::due_at(run)));
    }
    let insert = rows.statement(vec![], |source| {
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        format!("INSERT INTO active_run ({names}) SELECT {names} FROM {source}")
    });
    sea_orm::ConnectionTrait::execute_raw(tx, insert).await?;
    Ok(())
}

/// Leaves a run that found no slot as a cancelled one, with the reason, and tells the step that called it.
async fn skip(tx: &DatabaseTransaction, now: Time, new: &NewRun, effects: &mut Effects) -> Result<()> {
    let limit = new.concurrency.as_ref().map_or(1, |slot| slot.limit);
    let finished = Finished {
        status: RunStatus::Cancelled,
        at: now,
        failure: None,
        output: None,
        handled_errors: 0,
        reason: Some(text!(
            "Skipped: {limit} runs of this key were under way, which is the flow's limit.",
            "已略過：相同鍵值的執行已有 {limit} 個，達到流程的上限。"
        )),
    };
    run::insert(tx, vec![History::skipped(new, &finished)]).await?;
    if let Some(parent) = &new.origin.parent {
        let kind = finished_signal(parent, new.id, finished.status, None, None);
        run_signal::post(tx, now, parent.run, &kind).await?;
    }
    if new.mode == RunMode::Normal {
        effects.finished.push((new.flow, finished.status));
    }
    effects.news.push((new.id, news::News::Finished(Box::new(finished))));
    Ok(())
}

pub(crate) fn finished_signal(
    parent: &Parent,
    run: RunId,
    status: RunStatus,
    output: Option<causeway_model::Value>,
    failure: Option<RunFailure>,
) -> SignalKind {
    SignalKind::RunFinished {
        frame: parent.frame.clone(),
        step: parent.step.clone(),
        run,
        status,
        output,
        failure,
    }
}

/// Cancels every other run of the slot that came before `newest`.
async fn replace_others(
    tx: &DatabaseTransaction,
    now: Time,
    key: &str,
    newest: RunId,
    desk: &mut Desk,
) -> Result<()> {
    let before = tx
        .all(
            "SELECT id FROM active_run WHERE slot_key = $1 AND slot_state IN (1, 2, 3) AND id < $2",
            vec![key.into(), newest.0.into()],
        )
        .await?;
    let Text { en, zh_tw } = text!("replaced by the newer run {newest}", "已由較新的執行 {newest} 取代");
    for row in before {
        let run = RunId(row.try_get_by_index(0)?);
        let cancel =
            SignalKind::Cancel { by: "concurrency".to_owned(), reason: Some(format!("{en} / {zh_tw}")) };
        run_signal::post_cancel(tx, now, run, &cancel, desk).await?;
    }
    Ok(())
}
