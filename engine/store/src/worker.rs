//! `worker`: who is at work. A worker that is not heard of any more, or whose lock is free, is dead, and its runs are due again.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use causeway_model::{RunId, WorkerId, text};
use uuid::Uuid;

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::presence::{self, Part};
use crate::{Error, Result, Store, key, wake, web_node};

/// How often the dead are looked for.
const REAP_EVERY: Duration = Duration::from_secs(2);

/// The workers of this process.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    inner: Mutex<Own>,
}

#[derive(Debug, Default)]
struct Own {
    /// Each with the lock that dies with the process; SQLite's workers share that of the folder.
    locks: HashMap<WorkerId, Arc<File>>,
    watching: bool,
    closed: bool,
    /// Claims whose caller went away.
    unheard: Vec<(RunId, i64)>,
    /// Runs that were left to a newer binary, so that each is told of once.
    left: HashSet<RunId>,
}

/// Beyond so many, the log has been told enough.
const MOST_LEFT: usize = 10_000;

impl Roster {
    fn own(&self) -> std::sync::MutexGuard<'_, Own> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back_later(&self, runs: Vec<(RunId, i64)>) {
        self.own().unheard.extend(runs);
    }

    /// Whether this is news.
    pub(crate) fn note_left(&self, run: RunId) -> bool {
        let mut own = self.own();
        own.left.len() < MOST_LEFT && own.left.insert(run)
    }

    pub(crate) fn take_unheard(&self) -> Vec<(RunId, i64)> {
        std::mem::take(&mut self.own().unheard)
    }

    /// Lets go of the locks, as the end of the process would.
    pub(crate) fn release(&self) {
        let mut own = self.own();
        own.locks.clear();
        own.closed = true;
    }

    /// Whether no worker is in this process.
    pub(crate) fn is_empty(&self) -> bool {
        self.own().locks.is_empty()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.own().closed
    }

    fn has(&self, worker: WorkerId) -> bool {
        self.own().locks.contains_key(&worker)
    }
}

impl Core {
    /// Runs that are held, and that nobody works on: the next claim makes them due again, and comes at once.
    pub(crate) fn give_back_later(&self, runs: Vec<(RunId, i64)>) {
        if !runs.is_empty() {
            self.workers.give_back_later(runs);
            self.wake.now();
        }
    }
}

impl Store {
    /// Registers a worker; from now on it heartbeats by itself until dropped or `retire`d. On SQLite only one process may
    /// work in a data folder: `data_folder_in_use`.
    pub async fn enlist(&self) -> Result<WorkerId> {
        let core = &self.core;
        let worker = WorkerId::new();
        let lock = match core.db.dialect {
            Dialect::Sqlite => self.lock_folder().await?,
            Dialect::Postgres => Arc::new(lock_worker(&core.data, worker)?),
        };
        let node = node_id(&core.data)?;
        let part = Part::Worker { folder: node };
        presence::beat(core, worker.0, part).await?;
        // A rotation of the key lets no worker in while it is under way, and none with the old key afterwards.
        if let Err(error) = key::still_fits(&core.db.main, &core.key).await {
            bury(core, worker).await?;
            return Err(error);
        }
        bury_lockless(core, worker, node).await?;
        reap(core).await?;
        let first = {
            let mut own = core.workers.own();
            own.locks.insert(worker, lock);
            !std::mem::replace(&mut own.watching, true)
        };
        crate::bell::start(core, None);
        if first {
            tokio::spawn(wake::watch(Arc::downgrade(core)));
            tokio::spawn(bury_the_dead(Arc::downgrade(core)));
        }
        let is_over = move |core: &Core| !core.workers.has(worker);
        tokio::spawn(presence::keep_beating(Arc::downgrade(core), worker.0, part, is_over));
        core.wake.now();
        Ok(worker)
    }

    /// The worker leaves; what it still holds is due again at once.
    pub async fn retire(&self, worker: WorkerId) -> Result<()> {
        let lock = self.core.workers.own().locks.remove(&worker);
        bury(&self.core, worker).await?;
        if self.core.db.dialect == Dialect::Postgres {
            let _ = std::fs::remove_file(worker_lock(&self.core.data, worker));
        }
        drop(lock);
        Ok(())
    }

    /// Workers with a fresh heartbeat, whose process is alive as far as this one can see.
    pub async fn live_workers(&self) -> Result<Vec<WorkerId>> {
        let silence = presence::silence(self.core.db.dialect);
        let fresh = format!("SELECT id, node FROM worker WHERE heartbeat_at > {silence}");
        let rows = self.core.db.read.all(fresh, vec![]).await?;
        let mut live = Vec::new();
        for row in rows {
            live.push((WorkerId(row.try_get_by_index(0)?), row.try_get_by_index::<Uuid>(1)?));
        }
        if live.is_empty() {
            return Ok(Vec::new());
        }
        let node = node_id(&self.core.data)?;
        live.retain(|(worker, of)| {
            self.core.workers.has(*worker) || *of != node || !is_free(&lock_file(&self.core, *worker))
        });
        Ok(live.into_iter().map(|(worker, _)| worker).collect())
    }

    pub(crate) async fn lock_folder(&self) -> Result<Arc<File>> {
        if let Some(lock) = self.core.workers.own().locks.values().next() {
            return Ok(lock.clone());
        }
        let path = folder_lock(&self.core.data);
        let file = open_lock(&path)?;
        // Another process may be looking whether the lock is free just now.
        for _ in 0..20 {
            if file.try_lock().is_ok() {
                return Ok(Arc::new(file));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let shown = self.core.data.display();
        Err(Error::conflict(
            "data_folder_in_use",
            text!(
                "Another causeway is already at work in {shown}. With SQLite only one process may run flows; stop it, choose another data folder, or use Postgres.",
                "另一個 causeway 已在 {shown} 中執行。使用 SQLite 時只能有一個行程執行流程；請先停止它、改用其他資料夾，或使用 Postgres。"
            ),
        ))
    }
}

/// Whether workers of other processes are at work, as far as their heartbeats say.
pub(crate) async fn others(core: &Core) -> Result<bool> {
    let fresh = format!("SELECT id FROM worker WHERE heartbeat_at > {}", presence::silence(core.db.dialect));
    for row in core.db.read.all(fresh, vec![]).await? {
        if !core.workers.has(WorkerId(row.try_get_by_index(0)?)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn folder_lock(data: &Path) -> PathBuf {
    data.join("worker.lock")
}

fn worker_lock(data: &Path, worker: WorkerId) -> PathBuf {
    data.join("workers").join(format!("{worker}.lock"))
}

fn lock_file(core: &Core, worker: WorkerId) -> PathBuf {
    match core.db.dialect {
        Dialect::Sqlite => folder_lock(&core.data),
        Dialect::Postgres => worker_lock(&core.data, worker),
    }
}

fn file_fault(path: &Path, error: &std::io::Error) -> Error {
    let (shown, why) = (path.display(), error.to_string());
    Error::invalid(
        "data_folder_unusable",
        text!("The file {shown} cannot be used: {why}", "無法使用檔案 {shown}：{why}"),
    )
}

fn open_lock(path: &Path) -> Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| file_fault(path, &error))
}

fn lock_worker(data: &Path, worker: WorkerId) -> Result<File> {
    let path = worker_lock(data, worker);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| file_fault(folder, &error))?;
    }
    let file = open_lock(&path)?;
    file.try_lock().map_err(|error| file_fault(&path, &error.into()))?;
    Ok(file)
}

/// Whether nobody holds the lock; a missing file is free.
fn is_free(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock().is_ok(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The data folder's own id, in its file `node`.
fn node_id(data: &Path) -> Result<Uuid> {
    let path = data.join("node");
    for _ in 0..2 {
        if let Ok(text) = std::fs::read_to_string(&path) {
            return text.trim().parse().map_err(|_| Error::corrupt(path.display()));
        }
        let draft = data.join(format!("node.{}.new", std::process::id()));
        std::fs::write(&draft, Uuid::new_v4().to_string()).map_err(|error| file_fault(&draft, &error))?;
        let _ = std::fs::hard_link(&draft, &path);
        let _ = std::fs::remove_file(&draft);
    }
    Err(file_fault(&path, &std::io::Error::other("it does not stay")))
}

async fn bury_the_dead(core: Weak<Core>) {
    loop {
        tokio::time::sleep(REAP_EVERY).await;
        let Some(core) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        if let Err(error) = web_node::bury_silent(&core).await {
            tracing::warn!(%error, "silent web nodes could not be taken off the list");
        }
        match reap(&core).await {
            Ok(0) => {}
            Ok(runs) => {
                tracing::info!(runs, "runs of dead workers are due again");
                core.wake.now();
            }
            Err(error) => tracing::warn!(%error, "dead workers could not be looked for"),
        }
    }
}

/// Workers of this folder whose lock is free are dead whatever their heartbeat; on SQLite every other worker is, since
/// this process has the folder's lock now.
async fn bury_lockless(core: &Core, own: WorkerId, node: Uuid) -> Result<()> {
    let rows = core.db.main.all("SELECT id, node FROM worker WHERE id <> $1", vec![own.0.into()]).await?;
    for row in rows {
        let (worker, of): (WorkerId, Uuid) = (WorkerId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
        let dead = match core.db.dialect {
            Dialect::Sqlite => true,
            Dialect::Postgres => of == node && is_free(&worker_lock(&core.data, worker)),
        };
        if dead && !core.workers.has(worker) {
            bury(core, worker).await?;
            if core.db.dialect == Dialect::Postgres {
                let _ = std::fs::remove_file(worker_lock(&core.data, worker));
            }
        }
    }
    Ok(())
}

/// Buries who has not been heard of, and frees runs whose worker is on no list. How many runs are due again.
async fn reap(core: &Core) -> Result<u64> {
    let mut freed = 0;
    let silent = format!("SELECT id FROM worker WHERE heartbeat_at < {}", presence::silence(core.db.dialect));
    for row in core.db.main.all(silent, vec![]).await? {
        let worker = WorkerId(row.try_get_by_index(0)?);
        if !core.workers.has(worker) {
            freed += bury(core, worker).await?;
        }
    }
    let unknown = "SELECT DISTINCT worker FROM active_run WHERE worker IS NOT NULL AND worker NOT IN (SELECT id FROM worker)";
    for row in core.db.main.all(unknown, vec![]).await? {
        let worker = WorkerId(row.try_get_by_index(0)?);
        if !core.workers.has(worker) {
            freed += bury(core, worker).await?;
        }
    }
    Ok(freed)
}

/// Takes the worker off the list; its runs are due at once, under a new epoch, so that it cannot write for them any more.
async fn bury(core: &Core, worker: WorkerId) -> Result<u64> {
    let tx = core.db.begin().await?;
    tx.run("DELETE FROM worker WHERE id = $1", vec![worker.0.into()]).await?;
    let freed = tx
        .run(
            "UPDATE active_run SET worker = NULL, due_at = priority, epoch = epoch + 1 WHERE worker = $1",
            vec![worker.0.into()],
        )
        .await?;
    tx.commit().await?;
    Ok(freed)
}
