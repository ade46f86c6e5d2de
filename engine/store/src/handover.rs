//! Handing new runs to the worker of the same process: as they are accepted, the row being written as taken already, which
//! saves the claim; or ahead of that, where the caller waits for what the run gives anyway: then the run's first commit
//! keeps the trigger event too. What finds no room, or comes while others stand in line, is left for a claim.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use causeway_model::{RunStatus, Time, WorkerId};
use sea_orm::ConnectionTrait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::accept::{Accepted, NewRun};
use crate::active_run::ActiveRun;
use crate::batch::First;
use crate::claim::Claimed;
use crate::commit::{Commit, CommitError};
use crate::core::Core;
use crate::{Result, Store};

/// A run that the worker has without having claimed it, with the room in memory that it takes.
#[derive(Debug)]
pub struct Handed {
    pub claimed: Claimed,
    pub room: OwnedSemaphorePermit,
    /// The run is not written yet: its first commit goes by `commit_first`.
    pub birth: Option<Birth>,
    pub(crate) worker: WorkerId,
}

/// A run that is begun ahead of its being kept. Dropped without a first commit, it is accepted in the usual way.
#[derive(Debug)]
pub struct Birth {
    pub(crate) run: Arc<NewRun>,
    pub(crate) begun_at: Time,
    pub(crate) worker: WorkerId,
    pub(crate) answer: oneshot::Sender<Result<Accepted>>,
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
    pub(crate) fn deliver(core: &Core, handed: Vec<Handed>) {
        if handed.is_empty() {
            return;
        }
        let taker = core.handover.taker().clone();
        for handed in handed {
            let run = (handed.claimed.run.id, handed.claimed.run.epoch);
            let same = taker.as_ref().filter(|taker| taker.worker == handed.worker);
            if same.is_none_or(|taker| taker.sender.send(handed).is_err()) {
                core.give_back_later(vec![run]);
            }
        }
    }

    pub(crate) fn set_line(&self, line: bool) {
        self.line.store(line, Ordering::Relaxed);
    }
}

/// The epoch of a run that was handed over: as after a first claim.
pub(crate) const EPOCH: i64 = 1;

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
    pub(crate) async fn hand(&mut self, db: &impl ConnectionTrait, run: &NewRun) -> Result<Option<Handed>> {
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
            slug: self.core.slug_by(db, run.flow).await?,
            version: run.version,
            status: RunStatus::Queued,
            epoch: EPOCH,
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
        Ok(Some(Handed { claimed, room, birth: None, worker }))
    }

    /// To whom the room for it was asked of. It is gone from here whether or not they take it: who waits for it must hear.
    fn give(self, handed: Handed) -> bool {
        self.taker.is_some_and(move |taker| taker.sender.send(handed).is_ok())
    }
}

impl Store {
    /// As `accept`, for callers that wait for what the run gives: a worker of this process that has room begins at once,
    /// and the event becomes durable with the run's first commit. Answers once it is.
    pub async fn accept_ahead(&self, run: NewRun) -> Result<Accepted> {
        let mut handing = Handing::new(&self.core);
        let Some(mut handed) = handing.hand(&self.core.db.read, &run).await? else {
            return self.accept(run).await;
        };
        let run = Arc::new(run);
        let (answer, heard) = oneshot::channel();
        let (worker, begun_at) = (handed.worker, self.core.clock.now());
        handed.birth = Some(Birth { run: Arc::clone(&run), begun_at, worker, answer });
        // A worker that has just left drops it, and so it is accepted below.
        if handing.give(handed) {
            self.core.metrics.begun_ahead.increment();
        }
        match heard.await {
            Ok(accepted) => accepted,
            Err(_) => self.accept(Arc::unwrap_or_clone(run)).await,
        }
    }

    /// The first commit of a run that was begun ahead: keeps its trigger event with it. `Lost` when the run does not go
    /// on here: an equal one was there already, its slot is taken, or the store failed.
    pub async fn commit_first(&self, birth: Birth, commit: Commit) -> std::result::Result<(), CommitError> {
        let Birth { run, begun_at, worker, answer } = birth;
        let id = run.id;
        let written = self.writer.first(First { run, begun_at, worker, commit }).await;
        let (accepted, held) = match written {
            Ok((accepted, held)) => (Ok(accepted), held),
            Err(error) => {
                // Should it have been written all the same, it is taken up by a claim.
                self.core.give_back_later(vec![(id, EPOCH)]);
                (Err(error), false)
            }
        };
        // A caller that went away finds the run in the store.
        drop(answer.send(accepted));
        if held { Ok(()) } else { Err(CommitError::Lost) }
    }

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
