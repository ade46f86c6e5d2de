//! One transaction for many accepts and commits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use causeway_model::{FlowId, RunId, RunStatus, Time, WorkerId};
use sea_orm::DatabaseTransaction;

use crate::accept::{self, Accepted, NewRun, Places};
use crate::commit::{self, Commit, Next, Witness};
use crate::concurrency_slot::Desk;
use crate::core::Core;
use crate::handover::{Handed, Handing, Handover};
use crate::live::Moves;
use crate::news::News;
use crate::{Result, active_run};

/// One thing given to the writer.
#[derive(Debug)]
pub(crate) enum Work {
    Accept(Box<NewRun>),
    Commit(Box<Commit>),
    First(Box<First>),
}

/// A run that was begun ahead, with its first commit.
#[derive(Debug)]
pub(crate) struct First {
    pub(crate) run: Arc<NewRun>,
    pub(crate) begun_at: Time,
    pub(crate) worker: WorkerId,
    pub(crate) commit: Commit,
}

impl First {
    pub(crate) fn finishes(&self) -> bool {
        matches!(self.commit.next, Next::Finish(_))
    }
}

impl Work {
    pub(crate) fn run(&self) -> RunId {
        match self {
            Self::Accept(run) => run.id,
            Self::Commit(commit) => commit.run,
            Self::First(first) => first.run.id,
        }
    }
}

/// The runs of a batch that were begun ahead.
#[derive(Default)]
pub(crate) struct Ahead<'a> {
    pub(crate) of: HashMap<RunId, &'a First>,
    /// Those that found a place: their first commit counts.
    pub(crate) begun: HashSet<RunId>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Accepted(Accepted),
    Committed,
    Lost,
    /// And whether the run goes on, or has ended, as its first commit says.
    First(Accepted, bool),
}

/// What follows once the transaction is committed.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// Runs may have become due.
    pub(crate) wake: bool,
    pub(crate) news: Vec<(RunId, News)>,
    pub(crate) made: Vec<RunId>,
    /// New runs that the worker of this process has already.
    pub(crate) handed: Vec<Handed>,
    /// How which flow's runs ended, for the counters.
    pub(crate) finished: Vec<(FlowId, RunStatus)>,
    /// For those who look on.
    pub(crate) moves: Moves,
    next_due: Option<Time>,
}

impl Effects {
    pub(crate) fn sooner(&mut self, due_at: Option<Time>) {
        if let Some(due_at) = due_at {
            self.next_due = Some(self.next_due.map_or(due_at, |known| known.min(due_at)));
        }
    }

    /// The batch may have been applied, but nobody will hear of it.
    pub(crate) fn abandon(self, core: &Core) {
        let taken = self.handed.iter().map(|handed| (handed.claimed.run.id, handed.claimed.run.epoch));
        core.give_back_later(taken.collect());
    }

    pub(crate) fn publish(self, core: &Core) {
        core.bell.ring(self.wake && core.workers.is_empty(), self.news.iter().map(|(run, _)| *run));
        for (flow, status) in self.finished {
            core.metrics.run_finished(flow, status);
        }
        core.metrics.handed_over.add(self.handed.len() as u64);
        core.live.moved(&self.moves);
        core.news.made(&self.made);
        core.news.publish(self.news);
        Handover::deliver(core, self.handed);
        if self.wake || self.next_due.is_some_and(|due_at| due_at <= core.clock.now()) {
            core.wake.now();
        }
    }
}

/// A batch written into an open transaction.
pub(crate) struct Written {
    pub(crate) answers: Vec<Answer>,
    pub(crate) effects: Effects,
    pub(crate) witnesses: Vec<Witness>,
}

pub(crate) async fn write(
    tx: &DatabaseTransaction,
    now: Time,
    works: &[&Work],
    mut handing: Handing<'_>,
) -> Result<Written> {
    let mut effects = Effects::default();
    let (mut commits, mut new, mut ahead) = (Vec::<&Commit>::new(), Vec::<&NewRun>::new(), Ahead::default());
    for work in works {
        match work {
            Work::Commit(commit) => commits.push(commit),
            Work::Accept(run) => new.push(run),
            Work::First(first) => {
                new.push(&first.run);
                ahead.of.insert(first.run.id, first);
            }
        }
    }
    let mut fenced = commit::fence(tx, &commits).await?;
    let mut runs: Vec<&NewRun> = fenced.children().chain(new).collect();
    let later = ahead.of.values().flat_map(|first| &first.commit.children);
    let mut keys = accept::slots_wanted(runs.iter().copied().chain(later));
    for freed in fenced.freed() {
        keys.entry(freed.to_owned()).or_insert(None);
    }
    let mut desk = Desk::lock(tx, keys).await?;
    for freed in fenced.freed() {
        desk.release(freed);
    }
    let places = &mut Places { desk: &mut desk, handing: &mut handing, ahead: &mut ahead };
    let mut accepted = accept::accept_all(tx, now, &runs, places, &mut effects).await?;
    if !ahead.begun.is_empty() {
        let begun = commit::begin(tx, &ahead).await?;
        for freed in begun.freed() {
            desk.release(freed);
        }
        let children: Vec<&NewRun> = begun.children().collect();
        let places = &mut Places { desk: &mut desk, handing: &mut handing, ahead: &mut Ahead::default() };
        accepted.extend(accept::accept_all(tx, now, &children, places, &mut effects).await?);
        runs.extend(children);
        fenced.join(begun);
    }
    fenced.write(tx, now, &mut effects).await?;
    effects.wake |= desk.settle(tx).await?;
    let mut witnesses = fenced.witnesses();
    let mut by_run = HashMap::with_capacity(runs.len());
    for (run, accepted) in runs.iter().zip(accepted) {
        if !matches!(accepted, Accepted::Duplicate { .. }) {
            witnesses.push(Witness::Accepted(run.id));
        }
        by_run.insert(run.id, accepted);
    }
    let holds = fenced.holds();
    let answers = works
        .iter()
        .map(|work| match work {
            Work::Accept(run) => Answer::Accepted(by_run.remove(&run.id).unwrap_or(Accepted::New)),
            Work::Commit(commit) if holds.contains(&commit.run) => Answer::Committed,
            Work::Commit(_) => Answer::Lost,
            Work::First(first) => {
                let accepted = by_run.remove(&first.run.id).unwrap_or(Accepted::New);
                Answer::First(accepted, holds.contains(&first.run.id))
            }
        })
        .collect();
    Ok(Written { answers, effects, witnesses })
}

/// Accepts one run in a transaction that has more to do.
pub(crate) async fn accept_in(tx: &DatabaseTransaction, core: &Core, run: &NewRun) -> Result<Effects> {
    let now = core.clock.now();
    let mut effects = Effects::default();
    let mut desk = Desk::lock(tx, accept::slots_wanted([run])).await?;
    let (handing, ahead) = (&mut Handing::off(core), &mut Ahead::default());
    let places = &mut Places { desk: &mut desk, handing, ahead };
    accept::accept_all(tx, now, &[run], places, &mut effects).await?;
    effects.wake |= desk.settle(tx).await?;
    Ok(effects)
}

/// Lets runs whose wait is over stand in line again for the slots that they gave back. How many became due or blocked.
pub(crate) async fn want_slots(core: &Core) -> Result<u64> {
    use crate::db::Ask;
    const MOST: i64 = 256;
    let now = core.clock.now().millis();
    let some = core
        .db
        .hot
        .one("SELECT 1 FROM active_run WHERE want_at <= $1 ORDER BY want_at LIMIT 1", vec![now.into()])
        .await?;
    if some.is_none() {
        return Ok(0);
    }
    let tx = core.db.begin_hot().await?;
    let lock = if tx.dialect() == crate::db::Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let rows = tx
        .all(
            format!("SELECT id, slot_key FROM active_run WHERE want_at <= $1 ORDER BY want_at, id LIMIT {MOST}{lock}"),
            vec![now.into()],
        )
        .await?;
    let mut wanting: Vec<(uuid::Uuid, String)> = Vec::with_capacity(rows.len());
    for row in rows {
        wanting.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    }
    let mut desk = Desk::lock(&tx, wanting.iter().map(|(_, key)| (key.clone(), None)).collect()).await?;
    for (id, key) in &wanting {
        desk.block(key);
        tx.run(
            "UPDATE active_run SET slot_state = $2, want_at = NULL, due_at = NULL WHERE id = $1",
            vec![(*id).into(), active_run::SLOT_BLOCKED.into()],
        )
        .await?;
    }
    desk.settle(&tx).await?;
    tx.commit().await?;
    Ok(u64::try_from(wanting.len()).unwrap_or(0))
}
