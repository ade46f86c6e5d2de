//! What a worker writes for a run: fenced by (run, epoch), all of it or nothing.

use std::collections::HashMap;

use causeway_model::{
    Entry, Event, FlowId, Frame, LoopTally, Outcome, RunFailure, RunId, RunMode, RunStatus, StepId, Text,
    Time, Value, WaitKind,
};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde::{Deserialize, Serialize};

use crate::accept::{NewRun, Origin};
use crate::active_run;
use crate::approval::{self, NewApproval};
use crate::batch::{Ahead, Effects, First};
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::news::News;
use crate::run::{self, History};
use crate::{
    Error, Result, Store, accept, blob, codes, concurrency_slot, handover, json, run_journal, run_loop,
    run_signal, taken_over,
};

/// What one grouped commit writes for one run. All of it or nothing.
#[derive(Clone, Debug)]
pub struct Commit {
    pub run: RunId,
    pub epoch: i64,
    pub entries: Vec<Entry>,
    pub loops: Vec<LoopWrite>,
    /// Frames whose journal is no longer needed, since their item is settled in a loop write.
    pub dropped: Vec<Frame>,
    pub children: Vec<NewRun>,
    pub approvals: Vec<NewApproval>,
    /// Signals that the entries stand for.
    pub consumed: Vec<i64>,
    pub next: Next,
}

#[derive(Clone, Debug)]
pub struct LoopWrite {
    pub frame: Frame,
    pub step: StepId,
    pub tally: LoopTally,
    /// The list, or the stream it is read from, of a loop inside of another: its journal goes with the outer item.
    pub items: Option<Value>,
    /// Appended to the tally's results stream (made with the first write).
    pub results: Vec<Value>,
}

#[derive(Clone, Debug)]
pub enum Next {
    /// The worker goes on with it.
    Go,
    /// It leaves memory until `due_at` (or a signal). `active_ms` is the active time used up in all.
    Wait {
        due_at: Option<Time>,
        hold_slot: bool,
        active_ms: i64,
    },
    /// Handed back, for any worker to take up now.
    Release {
        active_ms: i64,
    },
    Finish(Box<Finished>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub status: RunStatus,
    pub at: Time,
    pub failure: Option<RunFailure>,
    /// The output of the last top-level step in document order that succeeded and is no branch.
    pub output: Option<Value>,
    pub handled_errors: u32,
    pub reason: Option<Text>,
}

/// Why a commit was not made.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another worker has taken the run over (or it is finished): stop working on it.
    #[error("the lease on the run was lost")]
    Lost,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Store {
    /// Grouped: many runs' commits share one transaction, and one that fails, fails alone.
    pub async fn commit(&self, commit: Commit) -> std::result::Result<(), CommitError> {
        self.writer.commit(commit).await
    }
}

/// An active run that has just been deleted from its table.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Gone {
    pub(crate) id: Uuid,
    pub(crate) flow: Uuid,
    pub(crate) version: i32,
    pub(crate) trigger_kind: i16,
    pub(crate) mode: i16,
    pub(crate) epoch: i64,
    pub(crate) flags: i32,
    pub(crate) slot_key: Option<String>,
    pub(crate) slot_state: i16,
    pub(crate) keep_ms: Option<i64>,
    pub(crate) key_root: Option<Uuid>,
    pub(crate) origin: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) started_at: Option<i64>,
}

impl Gone {
    /// As if it had been: of a run that ends as it is made.
    pub(crate) fn never_active(new: &NewRun) -> Self {
        Self {
            id: new.id.0,
            flow: new.flow.0,
            version: new.version,
            trigger_kind: codes::trigger_code(new.trigger),
            mode: codes::mode_code(new.mode),
            epoch: 0,
            flags: 0,
            slot_key: None,
            slot_state: 0,
            keep_ms: new.keep.map(|keep| i64::try_from(keep.millis()).unwrap_or(i64::MAX)),
            key_root: (new.key_root != new.id).then_some(new.key_root.0),
            origin: new.origin.text(),
            created_at: new.received_at.millis(),
            started_at: None,
        }
    }
}

/// How a held run stands after the fence.
struct Held {
    /// The first number for the commit's journal rows.
    seq: i64,
    flow: Uuid,
    flags: i64,
    gone: Option<Gone>,
    /// The slot that it gives back.
    freed: Option<String>,
}

/// The commits of one batch that hold their lease.
pub(crate) struct Fenced<'a> {
    commits: Vec<(&'a Commit, Held)>,
}

/// How many journal numbers a commit takes; at least one, so that each commit can be told from the state before it.
fn numbers_taken(commit: &Commit) -> i64 {
    match commit.next {
        Next::Finish(_) => 1,
        _ => i64::try_from(run_journal::parts_of(&commit.entries, &commit.dropped).len().max(1)).unwrap_or(1),
    }
}

/// Whether a step began to wait for a time, a person or a call.
fn parks(commit: &Commit) -> bool {
    let parked = |entry: &Entry| match &entry.event {
        Event::StepWaiting { wait, .. } => !matches!(wait.kind, WaitKind::Run { .. }),
        _ => false,
    };
    commit.entries.iter().any(parked)
}

/// Moves the rows of `active_run` on (or away) where (run, epoch) is still held; gives those.
pub(crate) async fn fence<'a>(tx: &DatabaseTransaction, commits: &[&'a Commit]) -> Result<Fenced<'a>> {
    let mut held = HashMap::with_capacity(commits.len());
    go_on(tx, commits, &mut held).await?;
    go_away(tx, commits, &mut held).await?;
    let commits = commits.iter().filter_map(|commit| Some((*commit, held.remove(&commit.run.0)?))).collect();
    Ok(Fenced { commits })
}

/// The first commits of runs that were begun ahead and have just been written.
pub(crate) async fn begin<'a>(tx: &DatabaseTransaction, ahead: &Ahead<'a>) -> Result<Fenced<'a>> {
    let begun = ahead.begun.iter().filter_map(|run| ahead.of.get(run).copied());
    let (ended, under_way): (Vec<&First>, Vec<&First>) = begun.partition(|first| first.finishes());
    let under_way: Vec<&Commit> = under_way.into_iter().map(|first| &first.commit).collect();
    let mut fenced = fence(tx, &under_way).await?;
    fenced.commits.extend(ended.into_iter().map(|first| {
        let started_at = Some(first.begun_at.millis());
        let gone = Gone { epoch: handover::EPOCH, started_at, ..Gone::never_active(&first.run) };
        let slot = first.run.concurrency.as_ref();
        let freed = slot.map(|slot| concurrency_slot::key_of(first.run.flow, &slot.key));
        (&first.commit, Held { seq: 0, flow: gone.flow, flags: 0, gone: Some(gone), freed })
    }));
    Ok(fenced)
}

async fn go_on(tx: &DatabaseTransaction, commits: &[&Commit], held: &mut HashMap<Uuid, Held>) -> Result<()> {
    const COLUMNS: Columns = &[
        ("own", Kind::Uuid),
        ("ep", Kind::Int),
        ("n", Kind::Int),
        ("nxt", Kind::Int),
        ("act", Kind::Int),
        ("due", Kind::Int),
        ("hold", Kind::Int),
        ("fl", Kind::Int),
    ];
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    let mut taken = HashMap::new();
    for commit in commits {
        let (code, active_ms, due_at, hold_slot) = match &commit.next {
            Next::Go => (0, 0, None, true),
            Next::Wait { due_at, hold_slot, active_ms } => (1, *active_ms, *due_at, *hold_slot),
            Next::Release { active_ms } => (2, *active_ms, None, true),
            Next::Finish(_) => continue,
        };
        let mut flags = 0;
        for (flag, set) in [
            (active_run::HAS_LOOPS, !commit.loops.is_empty()),
            (active_run::HAS_APPROVALS, !commit.approvals.is_empty()),
            (active_run::PARKED, parks(commit)),
        ] {
            flags |= if set { flag } else { 0 };
        }
        let numbers = numbers_taken(commit);
        taken.insert(commit.run.0, (numbers, code));
        rows.uuid(commit.run.0)
            .int(commit.epoch)
            .int(numbers)
            .int(code)
            .int(active_ms)
            .opt_int(due_at.map(Time::millis))
            .int(hold_slot.into())
            .int(flags);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let update = rows.statement(vec![], |source| {
        const GIVES_BACK: &str = "nxt = 1 AND hold = 0 AND slot_state = 1";
        format!(
            "UPDATE active_run SET seq = seq + n, flags = flags | fl, \
             status = CASE nxt WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 0 END, \
             worker = CASE nxt WHEN 0 THEN worker END, \
             active_ms = CASE WHEN act > active_ms THEN act ELSE active_ms END, \
             due_at = CASE nxt WHEN 0 THEN NULL WHEN 1 THEN CASE WHEN {GIVES_BACK} THEN NULL ELSE due END ELSE priority END, \
             want_at = CASE WHEN {GIVES_BACK} THEN due END, \
             slot_state = CASE WHEN {GIVES_BACK} THEN 3 ELSE slot_state END \
             FROM {source} WHERE id = own AND epoch = ep AND worker IS NOT NULL \
             RETURNING id, seq, flags, slot_key, slot_state, flow"
        )
    });
    for row in tx.query_all_raw(update).await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let (seq, flags): (i64, i32) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (key, state): (Option<String>, i16) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
        let Some((numbers, code)) = taken.get(&id) else { continue };
        let gives_back = *code == 1 && i64::from(state) == active_run::SLOT_GIVEN_BACK;
        let freed = key.filter(|_| gives_back);
        let flow = row.try_get_by_index(5)?;
        held.insert(id, Held { seq: seq - numbers, flow, flags: flags.into(), gone: None, freed });
    }
    Ok(())
}

async fn go_away(
    tx: &DatabaseTransaction,
    commits: &[&Commit],
    held: &mut HashMap<Uuid, Held>,
) -> Result<()> {
    const COLUMNS: Columns = &[("own", Kind::Uuid), ("ep", Kind::Int)];
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for commit in commits.iter().filter(|commit| matches!(commit.next, Next::Finish(_))) {
        rows.uuid(commit.run.0).int(commit.epoch);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let delete = rows.statement(vec![], |source| {
        format!(
            "DELETE FROM active_run WHERE (id, epoch) IN (SELECT own, ep FROM {source}) AND worker IS NOT NULL RETURNING \
             id, flow, version, trigger_kind, mode, epoch, flags, slot_key, slot_state, keep_ms, key_root, origin, created_at, started_at"
        )
    });
    for row in tx.query_all_raw(delete).await? {
        let gone = Gone::from_query_result(&row, "")?;
        let freed = gone.slot_key.clone().filter(|_| i64::from(gone.slot_state) == active_run::SLOT_HELD);
        let flags = gone.flags.into();
        held.insert(gone.id, Held { seq: 0, flow: gone.flow, flags, gone: Some(gone), freed });
    }
    Ok(())
}

impl<'a> Fenced<'a> {
    pub(crate) fn join(&mut self, others: Fenced<'a>) {
        self.commits.extend(others.commits);
    }

    pub(crate) fn holds(&self) -> std::collections::HashSet<RunId> {
        self.commits.iter().map(|(commit, _)| commit.run).collect()
    }

    /// Runs that the held commits start.
    pub(crate) fn children(&self) -> impl Iterator<Item = &'a NewRun> + use<'a, '_> {
        self.commits.iter().flat_map(|(commit, _)| &commit.children)
    }

    /// The slots that are given back, one by one.
    pub(crate) fn freed(&self) -> impl Iterator<Item = &str> {
        self.commits.iter().filter_map(|(_, held)| held.freed.as_deref())
    }

    /// Writes everything else that the commits hold.
    pub(crate) async fn write(
        &self,
        tx: &DatabaseTransaction,
        now: Time,
        effects: &mut Effects,
    ) -> Result<()> {
        self.write_journal(tx).await?;
        let mut loops: Vec<(RunId, &LoopWrite)> = Vec::new();
        for (commit, _) in &self.commits {
            loops.extend(commit.loops.iter().map(|write| (commit.run, write)));
        }
        run_loop::write(tx, now, &loops).await?;
        for (commit, held) in &self.commits {
            approval::insert(tx, now, commit, held.gone.as_ref()).await?;
            if held.flags & active_run::HAS_APPROVALS != 0 {
                self.settle_approvals(tx, now, commit).await?;
            }
            run_signal::consume(tx, &commit.consumed).await?;
            effects.note(commit, held);
        }
        self.write_history(tx, now, effects).await?;
        let waiting = self.commits.iter().filter(|(commit, held)| {
            matches!(commit.next, Next::Wait { .. }) && held.flags & active_run::HAS_SIGNALS != 0
        });
        let waiting = waiting.map(|(commit, _)| commit.run.0).collect();
        effects.wake |= run_signal::wake_signalled(tx, waiting).await?;
        Ok(())
    }

    async fn write_journal(&self, tx: &DatabaseTransaction) -> Result<()> {
        let mut journal = run_journal::Writing::new(tx);
        for (commit, held) in self.commits.iter().filter(|(_, held)| held.gone.is_none()) {
            journal.add(commit.run, held.seq, &run_journal::parts_of(&commit.entries, &commit.dropped));
        }
        let mut dropped: Vec<(RunId, &Frame)> = Vec::new();
        for (commit, _) in &self.commits {
            dropped.extend(commit.dropped.iter().map(|frame| (commit.run, frame)));
        }
        run_journal::drop_frames(tx, &dropped).await?;
        journal.write(tx).await
    }

    async fn settle_approvals(&self, tx: &DatabaseTransaction, now: Time, commit: &Commit) -> Result<()> {
        for entry in &commit.entries {
            if let Event::StepSettled { step, outcome, .. } = &entry.event {
                let timed_out =
                    matches!(outcome, Outcome::Succeeded { port: Some(port), .. } if port == "timed_out");
                approval::close_one(tx, now, commit.run, &entry.frame, step, timed_out).await?;
            }
        }
        Ok(())
    }

    async fn write_history(&self, tx: &DatabaseTransaction, now: Time, effects: &mut Effects) -> Result<()> {
        let mut history = Vec::new();
        let (mut signalled, mut asked) = (Vec::new(), Vec::new());
        let (mut told, mut good) = (Vec::new(), Vec::new());
        for (commit, held) in &self.commits {
            let (Some(gone), Next::Finish(finished)) = (&held.gone, &commit.next) else { continue };
            let parts = run_journal::parts_of(&commit.entries, &commit.dropped);
            let entries = (!parts.is_empty()).then(|| json::text(&parts.concat()));
            let mut gone = gone.clone();
            let origin = Origin::read(gone.origin.as_deref()).unwrap_or_else(|error| {
                tracing::error!(run = %commit.run, %error, "the origin of a run does not read and is dropped");
                gone.origin = None;
                Origin::default()
            });
            if held.flags & active_run::HAS_SIGNALS != 0 {
                signalled.push(gone.id);
            }
            if held.flags & active_run::HAS_APPROVALS != 0 {
                asked.push(gone.id);
            }
            let normal = gone.mode == codes::mode_code(RunMode::Normal);
            if normal && finished.status == RunStatus::Succeeded {
                let old = origin.replayed_from.or(origin.resumed_from);
                good.extend(old.map(|old| (commit.run, old)));
            }
            if let Some(parent) = origin.parent {
                told.push((parent, commit.run, finished));
            }
            // How tests end says nothing of how the flow fares, and makes no dead letter.
            if normal {
                if finished.status == RunStatus::Failed {
                    effects.moves.letters(FlowId(gone.flow));
                }
                effects.finished.push((FlowId(gone.flow), finished.status));
            }
            history.push(History { gone, finished, entries });
        }
        run::insert(tx, history).await?;
        taken_over::settle(tx, good, effects).await?;
        run_signal::delete_of(tx, signalled).await?;
        approval::close_all(tx, now, asked).await?;
        for (parent, run, finished) in told {
            let (output, failure) = (finished.output.clone(), finished.failure.clone());
            if let Some(output) = &output {
                blob::grant(tx, parent.run, output).await?;
            }
            let signal = accept::finished_signal(&parent, run, finished.status, output, failure);
            effects.wake |= run_signal::post(tx, now, parent.run, &signal).await? == run_signal::Posted::Yes;
        }
        Ok(())
    }

    /// What shows afterwards, beyond doubt, that the batch was applied.
    pub(crate) fn witnesses(&self) -> Vec<Witness> {
        let of = |(commit, held): &(&Commit, Held)| {
            if held.gone.is_some() {
                Witness::Finished { run: commit.run, epoch: commit.epoch }
            } else {
                Witness::Moved { run: commit.run, epoch: commit.epoch, seq: held.seq + numbers_taken(commit) }
            }
        };
        self.commits.iter().map(of).collect()
    }
}

/// A fact in the database that only this batch can have made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Witness {
    Accepted(RunId),
    Finished { run: RunId, epoch: i64 },
    Moved { run: RunId, epoch: i64, seq: i64 },
}

impl Witness {
    pub(crate) async fn stands(self, db: &DatabaseConnection) -> Result<bool> {
        let found = match self {
            Self::Accepted(run) => {
                db.one("SELECT 1 FROM trigger_event WHERE run = $1", vec![run.0.into()]).await?
            }
            Self::Finished { run, epoch } => {
                db.one("SELECT 1 FROM run WHERE id = $1 AND epoch = $2", vec![run.0.into(), epoch.into()])
                    .await?
            }
            Self::Moved { run, epoch, seq } => {
                db.one(
                    "SELECT 1 FROM active_run WHERE id = $1 AND epoch = $2 AND seq >= $3",
                    vec![run.0.into(), epoch.into(), seq.into()],
                )
                .await?
            }
        };
        Ok(found.is_some())
    }
}

impl Effects {
    /// What those who listen hear of this commit.
    fn note(&mut self, commit: &Commit, held: &Held) {
        let flow = FlowId(held.flow);
        self.moves.run(commit.run, flow);
        if !commit.approvals.is_empty() || held.flags & active_run::HAS_APPROVALS != 0 {
            self.moves.approvals();
        }
        for entry in &commit.entries {
            if let Event::Replied { reply } = &entry.event {
                self.news.push((commit.run, News::Replied(reply.clone())));
            }
        }
        match &commit.next {
            Next::Go => {}
            Next::Wait { due_at, .. } => {
                if held.flags & active_run::PARKED != 0 {
                    self.news.push((commit.run, News::Waiting));
                }
                self.sooner(*due_at);
            }
            Next::Release { .. } => self.wake = true,
            Next::Finish(finished) => self.news.push((commit.run, News::Finished(finished.clone()))),
        }
    }
}
