//! Hearing that one run moved: at once from this process, by one look for all watched runs from others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use causeway_model::RunId;
use sea_orm::ConnectionTrait;
use tokio::sync::Notify;

use crate::bulk::Rows;
use crate::core::Core;
use crate::{Result, Store};

/// How soon at the latest it is noticed that a run moved in another process.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// As many runs are looked at by one statement.
const BATCH: usize = 500;

/// The runs that somebody watches.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    runs: Mutex<HashMap<RunId, Vec<Arc<Notify>>>>,
    /// Whether there are any, without the lock.
    some: AtomicBool,
    looking: AtomicBool,
}

/// Where a run stood: epoch, journal number and status; nothing once it is finished.
type Mark = Option<(i64, i64, i16)>;

impl Watched {
    fn all(&self) -> MutexGuard<'_, HashMap<RunId, Vec<Arc<Notify>>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn moved(&self, runs: impl Iterator<Item = RunId>) {
        if self.some.load(Ordering::Acquire) {
            let all = self.all();
            for bell in runs.filter_map(|run| all.get(&run)).flatten() {
                bell.notify_one();
            }
        }
    }

    pub(crate) fn all_moved(&self) {
        self.all().values().flatten().for_each(|bell| bell.notify_one());
    }

    fn add(&self, run: RunId, bell: Arc<Notify>) {
        let mut all = self.all();
        all.entry(run).or_default().push(bell);
        self.some.store(true, Ordering::Release);
    }

    fn remove(&self, run: RunId, bell: &Arc<Notify>) {
        let mut all = self.all();
        if let Some(bells) = all.get_mut(&run) {
            bells.retain(|other| !Arc::ptr_eq(other, bell));
            if bells.is_empty() {
                all.remove(&run);
            }
        }
        self.some.store(!all.is_empty(), Ordering::Release);
    }
}

/// Hears of one run, until dropped.
pub struct RunWatch {
    store: Store,
    run: RunId,
    bell: Arc<Notify>,
}

impl RunWatch {
    pub fn run(&self) -> RunId {
        self.run
    }

    /// Resolves when the run may have moved since it did so last; at times without a cause. Safe to drop at any time.
    pub async fn moved(&self) {
        self.bell.notified().await;
    }
}

impl Drop for RunWatch {
    fn drop(&mut self) {
        self.store.core.live.runs.remove(self.run, &self.bell);
    }
}

impl Store {
    /// From now on the run's moves are heard of, whichever process makes them.
    pub fn watch_run(&self, run: RunId) -> RunWatch {
        let bell = Arc::new(Notify::new());
        let watched = &self.core.live.runs;
        watched.add(run, Arc::clone(&bell));
        if !watched.looking.swap(true, Ordering::AcqRel) {
            tokio::spawn(look_again(Arc::downgrade(&self.core)));
        }
        RunWatch { store: self.clone(), run, bell }
    }
}

/// Looks while there is a watched run.
async fn look_again(core: Weak<Core>) {
    let mut marks: HashMap<RunId, Mark> = HashMap::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(core) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        let watched = &core.live.runs;
        let runs: Vec<RunId> = watched.all().keys().copied().collect();
        if runs.is_empty() {
            watched.looking.store(false, Ordering::Release);
            // Somebody may have come just before this was said, and left the looking to this task.
            if watched.all().is_empty() || watched.looking.swap(true, Ordering::AcqRel) {
                return;
            }
            continue;
        }
        match look(&core, &runs).await {
            Ok(found) => {
                let moved = runs.iter().filter(|run| marks.get(run) != found.get(run));
                watched.moved(moved.copied());
                marks = found;
            }
            Err(error) => tracing::debug!(%error, "watched runs could not be looked at"),
        }
    }
}

async fn look(core: &Core, runs: &[RunId]) -> Result<HashMap<RunId, Mark>> {
    let mut marks: HashMap<RunId, Mark> = runs.iter().map(|run| (*run, None)).collect();
    for runs in runs.chunks(BATCH) {
        let ids = Rows::ids(core.db.dialect, runs.iter().map(|run| run.0));
        let find = ids.statement(vec![], |source| {
            format!("SELECT a.id, a.epoch, a.seq, a.status FROM {source} JOIN active_run a ON a.id = r.id")
        });
        for row in core.db.read.query_all_raw(find).await? {
            let mark = (row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            marks.insert(RunId(row.try_get_by_index(0)?), Some(mark));
        }
    }
    Ok(marks)
}
