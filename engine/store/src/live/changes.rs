//! Hearing that something in a list changed, without what.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use causeway_model::FlowId;
use tokio::sync::Notify;

use super::kind::{Changed, Dirt, Flows, ListKind};
use super::marks::Marks;
use super::trail::Trail;
use crate::db::Dialect;
use crate::{Result, Store, worker};

/// How soon at the latest a change of another process is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What one watcher has not heard of yet.
#[derive(Debug, Default)]
struct Inbox {
    dirt: Mutex<Dirt>,
    bell: Notify,
    /// Somebody told of runs since the last look.
    told: AtomicBool,
}

impl Inbox {
    fn dirt(&self) -> MutexGuard<'_, Dirt> {
        self.dirt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those who watch lists in this process.
#[derive(Debug, Default)]
pub(crate) struct Inboxes {
    all: Mutex<Vec<Weak<Inbox>>>,
    /// Whether there are any, without the lock.
    some: AtomicBool,
}

impl Inboxes {
    /// Puts the same into every inbox.
    pub(crate) fn soil(&self, how: impl Fn(&mut Dirt)) {
        if !self.some.load(Ordering::Acquire) {
            return;
        }
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|inbox| {
            let Some(inbox) = inbox.upgrade() else { return false };
            how(&mut inbox.dirt());
            inbox.told.store(true, Ordering::Release);
            inbox.bell.notify_one();
            true
        });
        self.some.store(!all.is_empty(), Ordering::Release);
    }

    fn open(&self) -> Arc<Inbox> {
        let inbox = Arc::new(Inbox::default());
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&inbox));
        self.some.store(true, Ordering::Release);
        inbox
    }
}

/// Hears of changed lists, until dropped.
pub struct ChangeWatch {
    store: Store,
    inbox: Arc<Inbox>,
    marks: Marks,
    trail: Trail,
}

impl ChangeWatch {
    /// Resolves when lists changed since it did so last. What could not be read for a while is told afterwards.
    pub async fn next(&mut self) -> Changed {
        loop {
            let _ = tokio::time::timeout(LOOK_EVERY, self.inbox.bell.notified()).await;
            if let Err(error) = self.look().await {
                tracing::debug!(%error, "changed lists could not be looked for");
            }
            let dirt = std::mem::take(&mut *self.inbox.dirt());
            if !dirt.is_empty() {
                return self.by_slug(dirt).await;
            }
        }
    }

    /// What nobody told.
    async fn look(&mut self) -> Result<()> {
        let core = &self.store.core;
        let told = self.inbox.told.swap(false, Ordering::AcqRel);
        // Of what others do, word comes only once they know of this process.
        let hears =
            core.db.dialect == Dialect::Sqlite || core.bell.is_known() || !worker::others(core).await?;
        let told = told && hears;
        let dirt = self.trail.look(core).await?;
        let marks = Marks::take(core).await?;
        let mut found = self.marks.compare(marks, told);
        found.add(dirt);
        self.inbox.dirt().add(found);
        Ok(())
    }

    async fn by_slug(&self, dirt: Dirt) -> Changed {
        let mut changed: Changed = BTreeMap::new();
        let mut add = |kind: ListKind, flows: Flows| match changed.get_mut(&kind) {
            Some(known) => known.add(&flows),
            None => drop(changed.insert(kind, flows)),
        };
        for (kind, flows) in dirt.by_id {
            add(kind, self.slugs(flows.map(|flows| flows.into_iter().collect())).await);
        }
        if !dirt.flows.is_empty() {
            add(ListKind::Flows, Flows::Of(dirt.flows));
        }
        changed
    }

    /// Where one is not known, any flow may be meant.
    async fn slugs(&self, flows: Option<Vec<FlowId>>) -> Flows {
        let Some(flows) = flows else { return Flows::Any };
        let mut slugs = std::collections::BTreeSet::new();
        for flow in flows {
            match self.store.slug_of(flow).await {
                Ok(slug) => drop(slugs.insert(slug)),
                Err(_) => return Flows::Any,
            }
        }
        Flows::Of(slugs)
    }
}

impl Store {
    /// From now on changes of lists are heard of, whichever process makes them.
    pub async fn watch_lists(&self) -> Result<ChangeWatch> {
        let inbox = self.core.live.lists.open();
        let trail = Trail::begin(&self.core).await?;
        let marks = Marks::take(&self.core).await?;
        Ok(ChangeWatch { store: self.clone(), inbox, marks, trail })
    }
}
