//! The worker: claims runs, drives each in a task of its own, and passes signals on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_model::{RunId, Span, WorkerId};
use causeway_store::{Birth, Claimed, Handed, Signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{Id, JoinSet};

use crate::drive::{self, Shared};

/// The most runs that one claim takes.
const CLAIM: usize = 256;
/// How often signals are looked for while runs are in memory.
const SIGNALS: Duration = Duration::from_millis(100);
/// How long to wait when the store does not answer.
const PAUSE: Duration = Duration::from_millis(500);

struct Worker {
    shared: Arc<Shared>,
    id: WorkerId,
    /// For how many more runs there is room in memory.
    room: Arc<Semaphore>,
    runs: JoinSet<()>,
    held: HashMap<RunId, Held>,
    tasks: HashMap<Id, RunId>,
    /// The last claim took all that it might: there may be more.
    more: bool,
}

/// A run in memory.
struct Held {
    epoch: i64,
    task: Id,
    inbox: mpsc::UnboundedSender<Signal>,
    _room: OwnedSemaphorePermit,
    /// Signals that were passed on already.
    passed: HashSet<i64>,
}

/// Works until the shutdown, then hands back what it holds.
pub async fn work(shared: Arc<Shared>, id: WorkerId, capacity: usize) {
    let store = shared.services.store.clone();
    let shutdown = shared.shutdown.clone();
    let mut worker = Worker {
        shared,
        id,
        room: Arc::new(Semaphore::new(capacity.clamp(1, Semaphore::MAX_PERMITS))),
        runs: JoinSet::new(),
        held: HashMap::new(),
        tasks: HashMap::new(),
        more: false,
    };
    let mut signals_at = Instant::now();
    let mut woken = Box::pin(store.woken());
    let mut handed = store.hand_to(id, Arc::clone(&worker.room));
    worker.claim().await;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = &mut woken => {
                woken = Box::pin(store.woken());
                worker.more = true;
            }
            Some(one) = handed.recv() => worker.take_handed(one),
            Some(ended) = worker.runs.join_next_with_id(), if !worker.runs.is_empty() => worker.ended(ended).await,
            () = tokio::time::sleep_until((signals_at + SIGNALS).into()), if !worker.held.is_empty() => {}
        }
        while let Ok(one) = handed.try_recv() {
            worker.take_handed(one);
        }
        while let Some(ended) = worker.runs.try_join_next_with_id() {
            worker.ended(ended).await;
        }
        if worker.more {
            worker.claim().await;
        }
        if signals_at.elapsed() >= SIGNALS && !worker.held.is_empty() {
            worker.pass_signals().await;
            signals_at = Instant::now();
        }
    }
    // What is handed over from now on is due again once the worker signs off.
    store.stop_handing();
    drop(handed);
    while let Some(ended) = worker.runs.join_next_with_id().await {
        worker.ended(ended).await;
    }
    worker.shared.pool.close();
    if let Err(error) = store.retire(id).await {
        tracing::warn!(%error, "the worker could not sign off; its lease runs out by itself");
    }
}

impl Worker {
    async fn claim(&mut self) {
        loop {
            let free = self.room.available_permits().min(CLAIM);
            let room = u32::try_from(free).ok().filter(|free| *free > 0);
            // Handing over takes room too, at any time: then the next turn tries again.
            let Some(mut room) =
                room.and_then(|free| Arc::clone(&self.room).try_acquire_many_owned(free).ok())
            else {
                return;
            };
            match self.shared.services.store.claim(self.id, free).await {
                Ok(claimed) => {
                    self.more = claimed.len() == free;
                    for claimed in claimed {
                        // One claim takes no more than there is room for.
                        let Some(one) = room.split(1) else { break };
                        self.take(claimed, one, None);
                    }
                    if !self.more {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "no runs can be claimed");
                    tokio::time::sleep(PAUSE).await;
                    return;
                }
            }
        }
    }

    fn take_handed(&mut self, handed: Handed) {
        let Handed { claimed, room, birth, .. } = handed;
        self.take(claimed, room, birth);
    }

    fn take(&mut self, claimed: Claimed, room: OwnedSemaphorePermit, birth: Option<Birth>) {
        let (inbox, receiver) = mpsc::unbounded_channel();
        let (run, epoch) = (claimed.run.id, claimed.run.epoch);
        let passed = claimed.signals.iter().map(|signal| signal.id).collect();
        let task = self.runs.spawn(drive::drive(Arc::clone(&self.shared), claimed, birth, receiver)).id();
        self.tasks.insert(task, run);
        self.held.insert(run, Held { epoch, task, inbox, _room: room, passed });
    }

    async fn ended(&mut self, ended: Result<(Id, ()), tokio::task::JoinError>) {
        let (task, panicked) = match &ended {
            Ok((task, ())) => (*task, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some(run) = self.tasks.remove(&task) else { return };
        // A run that left memory may have been claimed again already; then the newer task holds it.
        let held = self.held.get(&run).filter(|held| held.task == task).map(|held| held.epoch);
        if held.is_some() {
            self.held.remove(&run);
        }
        if let Some(epoch) = held.filter(|_| panicked) {
            tracing::error!(%run, "the engine panicked in a run");
            drive::give_up(&self.shared, run, epoch).await;
        }
    }

    async fn pass_signals(&mut self) {
        let signals = match self.shared.services.store.signals(self.id).await {
            Ok(signals) => signals,
            Err(error) => {
                tracing::warn!(%error, "signals could not be looked for");
                return;
            }
        };
        for signal in signals {
            let Some(held) = self.held.get_mut(&signal.run) else { continue };
            if held.passed.insert(signal.id) {
                // A run whose task is ending takes its signals up when it is claimed next.
                let _ = held.inbox.send(signal);
            }
        }
    }
}

/// How long something is kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub span: Span,
    /// Set when the process was started: nothing that is set while it runs counts.
    pub fixed: bool,
}

impl Keep {
    fn unless(self, stored: Option<Span>) -> Span {
        stored.filter(|_| !self.fixed).unwrap_or(self.span)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Keeps {
    pub runs: Keep,
    pub audit: Keep,
}

/// Removes finished runs and audit entries whose time is over, from time to time.
pub async fn sweep(shared: Arc<Shared>, keeps: Keeps, every: Span) {
    let store = &shared.services.store;
    let mut noted = None;
    let mut first = true;
    loop {
        // What may be set while everything runs counts from the next sweep on; nothing is removed by a rule that is not known.
        match store.tunables().await {
            Ok(stored) => {
                let (keep, audit_keep) =
                    (keeps.runs.unless(stored.keep), keeps.audit.unless(stored.audit_keep));
                if noted != Some(keep) {
                    match store.note_retention(keep, every).await {
                        Ok(()) => noted = Some(keep),
                        Err(error) => tracing::warn!(%error, "how long runs are kept could not be noted"),
                    }
                }
                roll_up(&shared).await;
                if !std::mem::take(&mut first) {
                    remove(store, keep, audit_keep).await;
                }
            }
            Err(error) => tracing::warn!(%error, "how long things are kept could not be read"),
        }
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            () = tokio::time::sleep(every.to_std()) => {}
        }
    }
}

/// Counts the runs of hours that are over, before any of them goes.
async fn roll_up(shared: &Shared) {
    while !shared.shutdown.is_cancelled() {
        match shared.services.store.roll_up_hour().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "the runs of an hour could not be counted");
                return;
            }
        }
    }
}

async fn remove(store: &causeway_store::Store, keep: Span, audit_keep: Span) {
    match store.sweep(keep).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "finished runs were removed"),
        Err(error) => tracing::warn!(%error, "finished runs could not be removed"),
    }
    match store.sweep_audit(audit_keep).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "audit entries were removed"),
        Err(error) => tracing::warn!(%error, "audit entries could not be removed"),
    }
}
