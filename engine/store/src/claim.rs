//! Taking due runs: one statement for a batch, then what they need in as many queries as there are tables.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use causeway_model::{
    Entry, ErrorClass, FlowId, RunFailure, RunId, RunStatus, Slug, Span, StepError, Time, WorkerId, text,
};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use tokio::sync::oneshot;

use crate::active_run::{self, ActiveRun, LOW};
use crate::batch::Work;
use crate::bulk::Rows;
use crate::commit::{Commit, Finished, Next};
use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::handover::Handing;
use crate::listing::columns;
use crate::run_loop::Loop;
use crate::run_signal::Signal;
use crate::{Error, Result, Store, batch, presence, run_journal, run_loop, run_signal};

/// A run with all that is needed to go on with it.
#[derive(Debug)]
pub struct Claimed {
    pub run: ActiveRun,
    /// `trigger` as JSON text.
    pub event: String,
    pub journal: Vec<Entry>,
    pub loops: Vec<Loop>,
    pub signals: Vec<Signal>,
}

/// Which runs a claim looks at.
#[derive(Clone, Copy)]
enum Which {
    /// Those with a time that has come, before those that are due without one.
    Timed,
    /// Those of one priority that are due without a time.
    Rank(i64),
    /// In the order of their priorities, then of their times.
    Due,
    One(RunId),
}

impl Store {
    /// Takes up to `limit` runs that are due: queued, waiting with `due_at` past, or held by a dead worker.
    /// What is claimed while the caller goes away is given back.
    pub async fn claim(&self, worker: WorkerId, limit: usize) -> Result<Vec<Claimed>> {
        static TURN: AtomicU64 = AtomicU64::new(0);
        // The urgent ones come first at most times. Now and then the others do, so that no line of runs, however long, keeps
        // those behind it waiting for ever.
        let which = match TURN.fetch_add(1, Ordering::Relaxed) % 8 {
            0 | 4 => vec![Which::Timed, Which::Due],
            2 => vec![Which::Rank(LOW), Which::Due],
            6 => vec![Which::Rank(0), Which::Due],
            _ => vec![Which::Due],
        };
        self.claim_kept(worker, limit, which).await
    }

    /// Takes one run if it is due (`run start --wait` without a server).
    pub async fn claim_run(&self, worker: WorkerId, run: RunId) -> Result<Option<Claimed>> {
        Ok(self.claim_kept(worker, 1, vec![Which::One(run)]).await?.pop())
    }

    /// The claim goes on in a task of its own, so that it is whole even when the caller stops waiting.
    async fn claim_kept(&self, worker: WorkerId, limit: usize, which: Vec<Which>) -> Result<Vec<Claimed>> {
        let (answer, claimed) = oneshot::channel();
        let store = self.clone();
        tokio::spawn(async move {
            if let Err(Ok(unheard)) = answer.send(store.claim_now(worker, limit, &which).await) {
                let runs = unheard.iter().map(|claimed| (claimed.run.id, claimed.run.epoch)).collect();
                store.core.give_back_later(runs);
            }
        });
        claimed.await.map_err(|_| Error::Unavailable("the store is closed".to_owned()))?
    }

    async fn claim_now(&self, worker: WorkerId, limit: usize, which: &[Which]) -> Result<Vec<Claimed>> {
        self.give_back().await?;
        batch::want_slots(&self.core).await?;
        let mut claimed = Vec::new();
        for which in which {
            let left = limit.saturating_sub(claimed.len());
            if left > 0 {
                claimed.extend(self.claim_some(worker, left, *which).await?);
            }
        }
        self.core.handover.set_line(claimed.len() == limit);
        let recovered = claimed.iter().filter(|claimed| claimed.run.recovered).count();
        self.core.metrics.claimed.add(claimed.len() as u64);
        self.core.metrics.recovered.add(recovered as u64);
        Ok(claimed)
    }

    async fn claim_some(&self, worker: WorkerId, limit: usize, which: Which) -> Result<Vec<Claimed>> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin_hot().await?;
        let mut rows = take(&tx, now, worker, limit, which).await?;
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(Vec::new());
        }
        rows.sort_unstable_by_key(|row| row.id);
        let taken = rows.iter().map(|row| (RunId(row.id), row.epoch)).collect();
        let mut needs = Needs::load(&tx, &rows).await?;
        let (mut claimed, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
        let mut newer = Vec::new();
        for row in &rows {
            let slug = self.core.slug_by(&tx, FlowId(row.flow)).await?;
            match needs.claimed(row, slug) {
                Ok(one) => claimed.push(one),
                Err(error) if error.is_newer() => newer.push((RunId(row.id), row.epoch, error)),
                Err(error) => unreadable.push(give_up(now, row, &error)),
            }
        }
        for (run, epoch, error) in newer {
            leave(&self.core, &tx, (run, epoch), &error).await?;
        }
        let works: Vec<&Work> = unreadable.iter().collect();
        let mut written = batch::write(&tx, now, &works, Handing::off(&self.core)).await?;
        rows.iter().for_each(|row| written.effects.moves.run(RunId(row.id), FlowId(row.flow)));
        if let Err(error) = tx.commit().await {
            // It may have been made all the same: then nobody would work on these.
            self.core.give_back_later(taken);
            return Err(error.into());
        }
        written.effects.publish(&self.core);
        Ok(claimed)
    }

    /// Leaves a run alone that this worker took and cannot go on with, where a newer binary is about; whether it did.
    pub async fn leave_to_newer(&self, run: RunId, epoch: i64, why: &str) -> Result<bool> {
        if !presence::is_newer_about(&self.core).await? {
            return Ok(false);
        }
        leave(&self.core, &self.core.db.hot, (run, epoch), &why).await?;
        Ok(true)
    }

    /// Makes claims due again that nobody heard of.
    async fn give_back(&self) -> Result<()> {
        let core: &Core = &self.core;
        let runs = core.workers.take_unheard();
        for (at, (run, epoch)) in runs.iter().enumerate() {
            if let Err(error) = hand_back(&core.db.hot, (*run, *epoch), None).await {
                core.give_back_later(runs[at..].to_vec());
                return Err(error);
            }
        }
        Ok(())
    }

    /// When the next waiting run is due.
    pub async fn next_due(&self) -> Result<Option<Time>> {
        let ask = "SELECT MIN(at) FROM (SELECT MIN(due_at) AS at FROM active_run WHERE due_at > 1 \
                   UNION ALL SELECT MIN(want_at) FROM active_run WHERE want_at > 0) AS both_kinds";
        let row = self.core.db.read.one(ask, vec![]).await?;
        let at: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        Ok(at.map(Time))
    }
}

/// How soon a run that was left to a newer binary is looked at again, be it by the same worker.
const LEFT_FOR: Span = Span::from_secs(2);

/// A run that was taken is as it was before; due at once in its turn, or at a time. Whether it was still held.
async fn hand_back<C: ConnectionTrait>(
    db: &C,
    (run, epoch): (RunId, i64),
    due_at: Option<Time>,
) -> Result<bool> {
    let due = if due_at.is_some() { "$3" } else { "priority" };
    let back = format!(
        "UPDATE active_run SET status = prior, worker = NULL, due_at = {due}, epoch = epoch + 1 \
         WHERE id = $1 AND epoch = $2 AND worker IS NOT NULL"
    );
    let mut values = vec![run.0.into(), epoch.into()];
    values.extend(due_at.map(|at| at.millis().into()));
    Ok(db.run(back, values).await? > 0)
}

/// Gives back a run that a newer binary wrote: one of its workers takes it before long, since this one only looks now and then.
async fn leave<C: ConnectionTrait>(
    core: &Core,
    db: &C,
    (run, epoch): (RunId, i64),
    why: &impl std::fmt::Display,
) -> Result<()> {
    let again = core.clock.now() + LEFT_FOR;
    let left = hand_back(db, (run, epoch), Some(again)).await?;
    if left && core.workers.note_left(run) {
        tracing::warn!(%run, %why, "this run is left to a worker of a newer version");
    }
    Ok(())
}

/// Those of the table, written out once.
static COLUMNS: LazyLock<String> = LazyLock::new(|| columns::<active_run::Entity>(&[]));

async fn take(
    tx: &DatabaseTransaction,
    now: Time,
    worker: WorkerId,
    limit: usize,
    which: Which,
) -> Result<Vec<active_run::Model>> {
    let (condition, last) = match which {
        Which::Timed => ("due_at > 1 AND due_at <= $2", limit_of(limit)),
        Which::Rank(LOW) => ("due_at = 1 AND due_at <= $2", limit_of(limit)),
        Which::Rank(_) => ("due_at = 0 AND due_at <= $2", limit_of(limit)),
        Which::Due => ("due_at <= $2", limit_of(limit)),
        Which::One(run) => ("due_at <= $2 AND id = $3", run.0.into()),
    };
    let limit = if matches!(which, Which::One(_)) { "" } else { " ORDER BY due_at, id LIMIT $3" };
    let chosen = match tx.dialect() {
        Dialect::Postgres => {
            format!("= ANY(ARRAY(SELECT id FROM active_run WHERE {condition}{limit} FOR UPDATE SKIP LOCKED))")
        }
        Dialect::Sqlite => format!("IN (SELECT id FROM active_run WHERE {condition}{limit})"),
    };
    let update = format!(
        "UPDATE active_run SET prior = status, status = 1, worker = $1, epoch = epoch + 1, due_at = NULL, \
         started_at = COALESCE(started_at, $2), flags = flags & ~8 WHERE id {chosen} RETURNING {}",
        *COLUMNS
    );
    let rows = tx.all(update, vec![worker.0.into(), now.millis().into(), last]).await?;
    Ok(rows
        .iter()
        .map(|row| active_run::Model::from_query_result(row, ""))
        .collect::<Result<_, sea_orm::DbErr>>()?)
}

fn limit_of(limit: usize) -> sea_orm::Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}

/// What the claimed runs need, by run.
#[derive(Default)]
struct Needs {
    events: HashMap<RunId, String>,
    journals: HashMap<RunId, Vec<Result<Vec<Entry>>>>,
    loops: HashMap<RunId, Vec<Result<Loop>>>,
    signals: HashMap<RunId, Vec<Result<Signal>>>,
}

impl Needs {
    async fn load(tx: &DatabaseTransaction, rows: &[active_run::Model]) -> Result<Self> {
        let ids = |wanted: fn(&active_run::Model) -> bool| -> Vec<Uuid> {
            rows.iter().filter(|row| wanted(row)).map(|row| row.id).collect()
        };
        let mut needs = Self { events: events(tx, ids(|_| true)).await?, ..Self::default() };
        for (run, part) in run_journal::of_active(tx, ids(|row| row.seq > 0)).await? {
            needs.journals.entry(run).or_default().push(part);
        }
        for (run, one) in run_loop::of_active(tx, ids(|row| row.has(active_run::HAS_LOOPS))).await? {
            needs.loops.entry(run).or_default().push(one);
        }
        for (run, one) in run_signal::of_active(tx, ids(|row| row.has(active_run::HAS_SIGNALS))).await? {
            needs.signals.entry(run).or_default().push(one);
        }
        Ok(needs)
    }

    fn claimed(&mut self, row: &active_run::Model, slug: Slug) -> Result<Claimed> {
        let id = RunId(row.id);
        let journal: Result<Vec<Vec<Entry>>> =
            self.journals.remove(&id).unwrap_or_default().into_iter().collect();
        Ok(Claimed {
            run: ActiveRun::read(row, slug)?,
            event: self.events.remove(&id).ok_or_else(|| Error::corrupt("the trigger event is missing"))?,
            journal: journal?.concat(),
            loops: self.loops.remove(&id).unwrap_or_default().into_iter().collect::<Result<_>>()?,
            signals: self.signals.remove(&id).unwrap_or_default().into_iter().collect::<Result<_>>()?,
        })
    }
}

/// A run that cannot be read ends as failed, so that it neither stays for ever nor holds up others.
fn give_up(now: Time, row: &active_run::Model, error: &Error) -> Work {
    let why = error.to_string();
    tracing::error!(run = %row.id, why, "a run cannot be read and ends as failed");
    let message = text!(
        "What was stored of this run does not read ({why}). Replay it, or restore the database from a backup.",
        "此執行儲存的資料無法讀取（{why}）。請重播，或從備份還原資料庫。"
    );
    let error = StepError::new("run_unreadable", ErrorClass::Bug, message);
    let finished = Finished {
        status: RunStatus::Failed,
        at: now,
        failure: Some(RunFailure { step: None, error }),
        output: None,
        handled_errors: 0,
        reason: None,
    };
    Work::Commit(Box::new(Commit {
        run: RunId(row.id),
        epoch: row.epoch,
        entries: vec![],
        loops: vec![],
        dropped: vec![],
        children: vec![],
        approvals: vec![],
        consumed: vec![],
        next: Next::Finish(Box::new(finished)),
    }))
}

async fn events(tx: &DatabaseTransaction, runs: Vec<Uuid>) -> Result<HashMap<RunId, String>> {
    let find = Rows::ids(tx.dialect(), runs).statement(vec![], |source| {
        format!("SELECT e.run, e.event FROM {source} JOIN trigger_event e ON e.run = r.id")
    });
    let mut events = HashMap::new();
    for row in tx.query_all_raw(find).await? {
        events.insert(RunId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
    }
    Ok(events)
}
