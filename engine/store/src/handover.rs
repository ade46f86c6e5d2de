//! Handing new runs to the worker of the same process as they are accepted: the row is written as taken already, which
//! saves the claim. What finds no room, or comes while others stand in line, is left for a claim.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causeway_model::{RunStatus, WorkerId};
use sea_orm::DatabaseTransaction;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::accept::NewRun;
use crate::active_run::ActiveRun;
use crate::claim::Claimed;
use crate::core::Core;
use crate::worker::Roster;
use crate::{Result, Store};

/// A run that the worker has without having claimed it, with the room in memory that it takes.
#[derive(Debug)]
pub struct Handed {
    pub claimed: Claimed,
    pub room: OwnedSemaphorePermit,
    pub(crate) worker: WorkerId,
}

/// Where the writer finds the worker of its process.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    taker: Mutex<Option<Taker>>,
    /// Runs stand in line: those come first.
    line: AtomicBool,
}

#[derive(Clone, Debug)]
struct Taker {
    worker: WorkerId,
    room: Arc<Semaphore>,
    sender: mpsc::UnboundedSender<Handed>,
}

impl Handover {
    fn taker(&self) -> MutexGuard<'_, Option<Taker>> {
        self.taker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After the commit. Who does not take any more gives back.
    pub(crate) fn deliver(&self, handed: Vec<Handed>, workers: &Roster) {
        if handed.is_empty() {
            return;
        }
        let taker = self.taker().clone();
        for handed in handed {
            let run = (handed.claimed.run.id, handed.claimed.run.epoch);
            let same = taker.as_ref().filter(|taker| taker.worker == handed.worker);
            if !same.is_some_and(|taker| taker.sender.send(handed).is_ok()) {
                workers.give_back_later(vec![run]);
            }
        }
    }

    pub(crate) fn set_line(&self, line: bool) {
        self.line.store(line, Ordering::Relaxed);
    }
}

/// Finds room for the new runs of one batch.
pub(crate) struct Handing<'a> {
    core: &'a Core,
    taker: Option<Taker>,
}

impl<'a> Handing<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        let line = core.handover.line.load(Ordering::Relaxed);
        let taker = if line { None } else { core.handover.taker().clone() };
        Self { core, taker }
    }

    /// Every run is left for a claim.
    pub(crate) fn off(core: &'a Core) -> Self {
        Self { core, taker: None }
    }

    /// The run as the worker gets it, if it has room for one more.
    pub(crate) async fn hand(&mut self, tx: &DatabaseTransaction, run: &NewRun) -> Result<Option<Handed>> {
        let Some(taker) = &self.taker else { return Ok(None) };
        // What a resumed run begins with is read by a claim; what waits for its window is not due.
        if !run.journal.is_empty() || !run.loops.is_empty() || run.not_before.is_some() {
            return Ok(None);
        }
        let Ok(room) = Arc::clone(&taker.room).try_acquire_owned() else {
            self.core.handover.set_line(true);
            self.taker = None;
            return Ok(None);
        };
        let worker = taker.worker;
        let active = ActiveRun {
            id: run.id,
            flow: run.flow,
            slug: self.core.slug_by(tx, run.flow).await?,
            version: run.version,
            status: RunStatus::Queued,
            // As after a first claim.
            epoch: 1,
            trigger: run.trigger,
            mode: run.mode,
            key_root: run.key_root,
            origin: run.origin.clone(),
            created_at: run.received_at,
            deadline_at: run.deadline_at,
            active_ms: 0,
            keep: run.keep,
            recovered: false,
        };
        let event = run.event.clone();
        let claimed =
            Claimed { run: active, event, journal: Vec::new(), loops: Vec::new(), signals: Vec::new() };
        Ok(Some(Handed { claimed, room, worker }))
    }
}

impl Store {
    /// From now on new runs come to this worker of the process as long as there is room, until `stop_handing`.
    pub fn hand_to(&self, worker: WorkerId, room: Arc<Semaphore>) -> mpsc::UnboundedReceiver<Handed> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.core.handover.taker() = Some(Taker { worker, room, sender });
        receiver
    }

    /// New runs are left for claims again.
    pub fn stop_handing(&self) {
        *self.core.handover.taker() = None;
    }
}
