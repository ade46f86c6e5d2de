//! Telling those who wait for a run: at once in this process, by looking at the store where it went on in another.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causeway_model::{Event, Reply, RunId, RunStatus};
use tokio::sync::mpsc;

use crate::active_run;
use crate::commit::Finished;
use crate::db::Ask;
use crate::{Error, Result, Store};

/// What those who wait for a run hear.
#[derive(Clone, Debug)]
pub enum News {
    Replied(Reply),
    /// It began to wait for a time, a person or a call.
    Waiting,
    Finished(Box<Finished>),
}

/// Who listens to which run.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    listening: Arc<Mutex<Ears>>,
}

#[derive(Debug, Default)]
struct Ears {
    next: u64,
    runs: HashMap<RunId, Vec<Ear>>,
}

#[derive(Debug)]
struct Ear {
    id: u64,
    /// Nothing means: look at the store.
    sender: mpsc::UnboundedSender<Option<News>>,
    /// The run was made here after the listener: nothing can have been missed.
    from_the_start: Arc<AtomicBool>,
}

impl Desk {
    pub(crate) fn publish(&self, news: Vec<(RunId, News)>) {
        if news.is_empty() {
            return;
        }
        let ears = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        for (run, news) in news {
            for ear in ears.runs.get(&run).into_iter().flatten() {
                // Whoever stopped listening is taken off by its own drop.
                let _ = ear.sender.send(Some(news.clone()));
            }
        }
    }

    /// Another process has done something for these runs.
    pub(crate) fn look_at(&self, runs: impl Iterator<Item = RunId>) {
        let ears = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        for ear in runs.filter_map(|run| ears.runs.get(&run)).flatten() {
            let _ = ear.sender.send(None);
        }
    }

    /// What others said is not known.
    pub(crate) fn look_at_all(&self) {
        let ears = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        for ear in ears.runs.values().flatten() {
            let _ = ear.sender.send(None);
        }
    }

    /// This process has just made these runs.
    pub(crate) fn made(&self, runs: &[RunId]) {
        let ears = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if !ears.runs.is_empty() {
            for ear in runs.iter().filter_map(|run| ears.runs.get(run)).flatten() {
                ear.from_the_start.store(true, Ordering::Relaxed);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn listening_to(&self) -> usize {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner).runs.len()
    }
}

/// Hears of one run, once it is asked for. Made before the run is.
pub struct Listener {
    store: Store,
    run: RunId,
    id: u64,
    ear: mpsc::UnboundedReceiver<Option<News>>,
    from_the_start: Arc<AtomicBool>,
    /// How long to listen before the store is looked at; at first not at all where something may have been missed.
    pub(crate) patience: Option<Duration>,
    replied: bool,
    waiting: bool,
    finished: Option<Box<Finished>>,
    /// Found by the same look as the news before it.
    found: Option<News>,
}

const FIRST_LOOK: Duration = Duration::from_millis(100);
const SLOWEST_LOOK: Duration = Duration::from_secs(1);

impl Listener {
    /// The next news of the run, from this process or another: each reply, each begin of waiting once, then the end
    /// (again and again). Safe to drop at any time.
    pub async fn next(&mut self) -> Result<News> {
        loop {
            if let Some(news) = self.found.take() {
                return Ok(news);
            }
            if let Some(finished) = &self.finished {
                return Ok(News::Finished(finished.clone()));
            }
            let missed = !self.from_the_start.load(Ordering::Relaxed);
            let patience = self.patience.unwrap_or(if missed { Duration::ZERO } else { FIRST_LOOK });
            let news = match tokio::time::timeout(patience, self.ear.recv()).await {
                Ok(Some(Some(news))) => Some(news),
                Ok(Some(None)) => self.look().await?,
                Ok(None) => return Err(Error::Unavailable("the store is closed".to_owned())),
                Err(_) => {
                    let news = self.look().await?;
                    self.patience = Some((patience * 2).clamp(FIRST_LOOK, SLOWEST_LOOK));
                    news
                }
            };
            if let Some(news) = news.and_then(|news| self.first_time(news)) {
                return Ok(news);
            }
        }
    }

    /// Drops what was told before.
    fn first_time(&mut self, news: News) -> Option<News> {
        match &news {
            News::Replied(_) if std::mem::replace(&mut self.replied, true) => None,
            News::Waiting if std::mem::replace(&mut self.waiting, true) => None,
            News::Finished(finished) => {
                self.finished = Some(finished.clone());
                Some(news)
            }
            _ => Some(news),
        }
    }

    /// What the store says by now that was not told yet.
    async fn look(&mut self) -> Result<Option<News>> {
        let (finished, parked) = match self.store.run(self.run).await {
            Ok(record) if record.status.is_terminal() => {
                let finished = Finished {
                    status: record.status,
                    at: record.finished_at.unwrap_or(record.created_at),
                    failure: record.failure,
                    output: record.output,
                    handled_errors: record.handled_errors,
                    reason: record.reason,
                };
                (Some(News::Finished(Box::new(finished))), false)
            }
            Ok(record) => (None, record.status == RunStatus::Waiting && self.is_parked().await?),
            Err(error) if error.code() == Some("run_not_found") => return Ok(None),
            Err(error) => return Err(error),
        };
        if !self.replied
            && let Some(reply) = self.reply().await?
        {
            self.found = finished.and_then(|news| self.first_time(news));
            return Ok(Some(News::Replied(reply)));
        }
        Ok(finished.or_else(|| (parked && !self.waiting).then_some(News::Waiting)))
    }

    async fn reply(&self) -> Result<Option<Reply>> {
        let journal = self.store.journal(self.run, true).await?;
        Ok(journal.into_iter().find_map(|entry| match entry.event {
            Event::Replied { reply } => Some(reply),
            _ => None,
        }))
    }

    async fn is_parked(&self) -> Result<bool> {
        let ask = "SELECT flags FROM active_run WHERE id = $1 AND worker IS NULL";
        let row = self.store.core.db.read.one(ask, vec![self.run.0.into()]).await?;
        let flags: i32 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(i64::from(flags) & active_run::PARKED != 0)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut ears = self.store.core.news.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = ears.runs.get_mut(&self.run) {
            all.retain(|ear| ear.id != self.id);
            if all.is_empty() {
                ears.runs.remove(&self.run);
            }
        }
    }
}

impl Store {
    /// News of the run from now on, and what happened before as far as the store still says so.
    pub fn listen(&self, run: RunId) -> Listener {
        let (sender, ear) = mpsc::unbounded_channel();
        let from_the_start = Arc::new(AtomicBool::new(false));
        let mut ears = self.core.news.listening.lock().unwrap_or_else(PoisonError::into_inner);
        ears.next += 1;
        let id = ears.next;
        let entry = Ear { id, sender, from_the_start: from_the_start.clone() };
        ears.runs.entry(run).or_default().push(entry);
        drop(ears);
        Listener {
            store: self.clone(),
            run,
            id,
            ear,
            from_the_start,
            patience: None,
            replied: false,
            waiting: false,
            finished: None,
            found: None,
        }
    }
}
