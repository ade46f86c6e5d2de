//! Which lists change, counted in ticks: one watch for all who listen, and what they may have missed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use causeway_store::{ChangeWatch, Changed, Flows, ListKind, Store};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::Result;

/// However much happens, nobody is told more often.
const GAP: Duration = Duration::from_millis(500);
/// Whoever comes again within this time is told only what they missed.
const LINGER: Duration = Duration::from_secs(60);
/// So many ticks are kept.
const KEPT: usize = 256;
/// How long a newcomer waits for the first look.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);

/// What changed, newest last.
#[derive(Clone, Debug)]
pub(super) struct Ticks {
    /// Between two lives nobody looked, so anything may have changed.
    life: Uuid,
    begun: bool,
    last: u64,
    kept: VecDeque<Arc<Changed>>,
}

impl Ticks {
    fn new() -> Self {
        Self { life: Uuid::new_v4(), begun: false, last: 0, kept: VecDeque::new() }
    }

    fn add(&mut self, changed: Changed) {
        self.last += 1;
        self.kept.push_back(Arc::new(changed));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// The id of what was told at a tick.
    pub(super) fn id(&self, tick: u64) -> String {
        format!("{}.{tick}", self.life.simple())
    }

    /// The tick of an id of this life.
    pub(super) fn tick_of(&self, id: &str) -> Option<u64> {
        let (life, tick) = id.trim().split_once('.')?;
        let tick = tick.parse().ok()?;
        (life.parse() == Ok(self.life) && tick <= self.last).then_some(tick)
    }

    /// What changed after a tick; all of it where that is not known any more.
    pub(super) fn since(&self, tick: u64) -> Changed {
        let missed = usize::try_from(self.last.saturating_sub(tick)).unwrap_or(usize::MAX);
        if missed > self.kept.len() {
            return everything();
        }
        let mut all = Changed::new();
        for changed in self.kept.range(self.kept.len() - missed..) {
            for (kind, flows) in &**changed {
                match all.get_mut(kind) {
                    Some(known) => known.add(flows),
                    None => drop(all.insert(*kind, flows.clone())),
                }
            }
        }
        all
    }
}

pub(super) fn everything() -> Changed {
    ListKind::ALL.into_iter().map(|kind| (kind, Flows::Any)).collect()
}

pub(super) struct Lists {
    store: Store,
    stop: CancellationToken,
    ticks: watch::Sender<Ticks>,
    running: Mutex<bool>,
}

impl Lists {
    pub(super) fn new(store: Store, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { store, stop, ticks: watch::Sender::new(Ticks::new()), running: Mutex::new(false) })
    }

    /// A listener's end: what changes from now on is in it.
    pub(super) async fn enter(self: &Arc<Self>) -> Result<watch::Receiver<Ticks>> {
        let mut ticks = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let ticks = self.ticks.subscribe();
            if !std::mem::replace(&mut *running, true) {
                tokio::spawn(Arc::clone(self).watch());
            }
            ticks
        };
        let begun = tokio::time::timeout(PATIENCE, ticks.wait_for(|ticks| ticks.begun)).await;
        match begun.is_ok_and(|begun| begun.is_ok()) {
            true => Ok(ticks),
            false => Err(causeway_store::Error::Unavailable("the lists had no first look".to_owned()).into()),
        }
    }

    async fn watch(self: Arc<Self>) {
        let Some(watch) = self.begin().await else { return };
        self.ticks.send_modify(|ticks| ticks.begun = true);
        let mut next = Box::pin(next(watch));
        let mut alone_since: Option<Instant> = None;
        loop {
            tokio::select! {
                (watch, changed) = &mut next => {
                    self.ticks.send_modify(|ticks| ticks.add(changed));
                    tokio::select! {
                        () = tokio::time::sleep(GAP) => {}
                        () = self.stop.cancelled() => return,
                    }
                    next = Box::pin(self::next(watch));
                }
                () = tokio::time::sleep(PAUSE) => {}
                () = self.stop.cancelled() => return,
            }
            if self.ticks.receiver_count() > 0 {
                alone_since = None;
            } else if alone_since.get_or_insert_with(Instant::now).elapsed() > LINGER && self.leave() {
                return;
            }
        }
    }

    /// Nothing where nobody waits any more.
    async fn begin(&self) -> Option<ChangeWatch> {
        loop {
            match self.store.watch_lists().await {
                Ok(watch) => return Some(watch),
                Err(error) => tracing::debug!(%error, "lists cannot be watched yet"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = self.stop.cancelled() => return None,
            }
            if self.ticks.receiver_count() == 0 && self.leave() {
                return None;
            }
        }
    }

    /// Whether nobody came at the last moment.
    fn leave(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if self.ticks.receiver_count() > 0 {
            return false;
        }
        *running = false;
        self.ticks.send_replace(Ticks::new());
        true
    }
}

async fn next(mut watch: ChangeWatch) -> (ChangeWatch, Changed) {
    let changed = watch.next().await;
    (watch, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(slug: &str) -> Changed {
        let flows = Flows::Of([slug.parse().expect("a slug")].into());
        [(ListKind::Runs, flows)].into()
    }

    #[test]
    fn whoever_was_away_is_told_all_that_may_have_changed() {
        let mut ticks = Ticks::new();
        assert!(ticks.since(0).is_empty());
        ticks.add(runs("a"));
        ticks.add(runs("b"));
        ticks.add([(ListKind::Users, Flows::Any)].into());
        let missed = ticks.since(1);
        assert_eq!(missed.keys().copied().collect::<Vec<_>>(), [ListKind::Runs, ListKind::Users]);
        assert_eq!(missed[&ListKind::Runs], runs("b")[&ListKind::Runs]);
        assert_eq!(ticks.since(3), Changed::new());
        assert_eq!(ticks.tick_of(&ticks.id(2)), Some(2));
        assert_eq!(ticks.tick_of(&ticks.id(4)), None, "not told yet: another life's");
        assert_eq!(ticks.tick_of(&Ticks::new().id(0)), None);
        assert_eq!(ticks.tick_of("nonsense"), None);
        for _ in 0..KEPT {
            ticks.add(runs("c"));
        }
        assert_eq!(ticks.kept.len(), KEPT);
        assert_eq!(ticks.since(2), everything());
        assert_eq!(ticks.since(3).len(), 1);
    }
}
