//! Telling other processes on the same Postgres, once per commit batch: that runs may be due, where no worker is in this
//! process; and which runs moved on and which lists changed, where others answer requests. Nothing rests on it: polling finds the same, later.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::RunId;
use sea_orm::sqlx::postgres::PgListener;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::live::abroad;
use crate::web_node;

const CHANNEL: &str = "causeway";
/// A payload of Postgres holds 8,000 bytes; an id takes 23.
const IDS: usize = 300;
/// What comes within this time shares a notification.
const GATHER: Duration = Duration::from_millis(2);
/// How often to look whether others answer requests.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// By then others know of this process.
const KNOWN_AFTER: Duration = Duration::from_secs(8);
/// Before a broken connection is made again.
const PAUSE: Duration = Duration::from_secs(1);
/// Beyond this many waiting notes others find out by polling.
const WAITING: usize = 1024;

/// What others are told.
#[derive(Debug, Default)]
struct Note {
    wake: bool,
    runs: Vec<RunId>,
}

#[derive(Debug, Default)]
pub(crate) struct Bell {
    notes: OnceLock<mpsc::Sender<Note>>,
    /// This process's entry among the web nodes.
    own: OnceLock<Uuid>,
    /// Others answer requests.
    others: AtomicBool,
    /// Since when others are told and listened to.
    since: OnceLock<Instant>,
}

impl Bell {
    #[cfg(test)]
    pub(crate) fn tells_others(&self) -> bool {
        self.others.load(Ordering::Relaxed)
    }

    /// Whether others are sure to tell this process.
    pub(crate) fn is_known(&self) -> bool {
        self.since.get().is_some_and(|since| since.elapsed() > KNOWN_AFTER)
    }

    /// After a commit.
    pub(crate) fn ring(&self, wake: bool, runs: impl Iterator<Item = RunId>) {
        let Some(notes) = self.notes.get() else { return };
        let runs: Vec<RunId> = if self.others.load(Ordering::Relaxed) { runs.collect() } else { Vec::new() };
        if wake || !runs.is_empty() {
            let _ = notes.try_send(Note { wake, runs });
        }
    }
}

/// Begins to tell others and to listen to them; once per process. `own`: its entry among the web nodes.
pub(crate) fn start(core: &Arc<Core>, own: Option<Uuid>) {
    if core.db.dialect != Dialect::Postgres {
        return;
    }
    if let Some(own) = own {
        let _ = core.bell.own.set(own);
    }
    let (sender, notes) = mpsc::channel(WAITING);
    if core.bell.notes.set(sender).is_ok() {
        let _ = core.bell.since.set(Instant::now());
        tokio::spawn(tell(Arc::downgrade(core), notes));
        tokio::spawn(abroad::tell(Arc::downgrade(core), CHANNEL));
        tokio::spawn(hear(Arc::downgrade(core)));
        tokio::spawn(look(Arc::downgrade(core)));
    }
}

async fn look(core: Weak<Core>) {
    loop {
        let Some(core) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        match web_node::others(&core, core.bell.own.get().copied()).await {
            Ok(others) => {
                core.bell.others.store(others, Ordering::Relaxed);
                core.live.abroad.turn(others);
            }
            Err(error) => tracing::debug!(%error, "other web nodes could not be looked for"),
        }
        drop(core);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn tell(core: Weak<Core>, mut notes: mpsc::Receiver<Note>) {
    while let Some(mut note) = notes.recv().await {
        tokio::time::sleep(GATHER).await;
        while let Ok(more) = notes.try_recv() {
            note.wake |= more.wake;
            note.runs.extend(more.runs);
        }
        let Some(core) = core.upgrade() else { return };
        for payload in payloads(&note) {
            let ring = core.db.main.run("SELECT pg_notify($1, $2)", vec![CHANNEL.into(), payload.into()]);
            if let Err(error) = ring.await {
                tracing::debug!(%error, "other processes were not told; they find out by polling");
            }
        }
    }
}

fn payloads(note: &Note) -> Vec<String> {
    let mut payloads: Vec<String> = note
        .runs
        .chunks(IDS)
        .map(|runs| {
            let ids: Vec<String> = runs.iter().map(|run| URL_SAFE_NO_PAD.encode(run.0)).collect();
            ids.join(",")
        })
        .collect();
    if note.wake {
        payloads.push("wake".to_owned());
    }
    payloads
}

fn runs_of(payload: &str) -> impl Iterator<Item = RunId> {
    payload.split(',').filter_map(|id| {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        Some(RunId(Uuid::from_slice(&bytes).ok()?))
    })
}

async fn hear(core: Weak<Core>) {
    loop {
        let Some(strong) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        let listener = PgListener::connect_with(strong.db.main.get_postgres_connection_pool()).await;
        drop(strong);
        if let Ok(mut listener) = listener
            && listener.listen(CHANNEL).await.is_ok()
        {
            listen(&core, &mut listener).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Until the connection breaks or the store is gone.
async fn listen(core: &Weak<Core>, listener: &mut PgListener) {
    loop {
        let heard = tokio::time::timeout(PAUSE, listener.try_recv()).await;
        let Some(core) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        match heard {
            Ok(Ok(Some(note))) if note.payload() == "wake" => core.wake.now(),
            Ok(Ok(Some(note))) => match abroad::read(note.payload()) {
                Some(dirt) => core.live.lists.soil(|lists| lists.add(dirt.clone())),
                None => {
                    let runs: Vec<RunId> = runs_of(note.payload()).collect();
                    core.news.look_at(runs.iter().copied());
                    core.live.runs.moved(runs.into_iter());
                }
            },
            // What was said meanwhile is not known.
            Ok(Ok(None) | Err(_)) => {
                core.news.look_at_all();
                core.live.everything();
                core.wake.now();
                return;
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_fit_and_read_back() {
        let runs: Vec<RunId> = (0..700).map(|_| RunId::new()).collect();
        let payloads = payloads(&Note { wake: true, runs: runs.clone() });
        assert_eq!(payloads.len(), 4);
        assert!(payloads.iter().all(|payload| payload.len() < 8000));
        let read: Vec<RunId> = payloads[..3].iter().flat_map(|payload| runs_of(payload)).collect();
        assert_eq!(read, runs);
        assert_eq!(runs_of("wake").count(), 0);
    }
}
