//! What every request or run asks for, kept in memory: slugs for ever, the rest until the revision moves.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use causeway_model::{FlowId, Slug, Value};
use sea_orm::ConnectionTrait;

use crate::core::Core;
use crate::{Result, Store, flow};

/// How long a revision is believed without asking again.
const BELIEVED: Duration = Duration::from_millis(150);

/// A value that holds as long as the revision does.
#[derive(Debug)]
pub(crate) struct ByRevision<T> {
    revision: i64,
    value: Arc<T>,
}

pub(crate) struct Caches {
    slugs: RwLock<HashMap<FlowId, Slug>>,
    revision: Mutex<Option<(Instant, i64)>>,
    pub(crate) secrets: Mutex<Option<ByRevision<BTreeMap<String, String>>>>,
    pub(crate) connections: Mutex<Option<ByRevision<crate::connection::Kept>>>,
    pub(crate) connectors: Mutex<Option<ByRevision<Vec<crate::ConnectorVersion>>>>,
    pub(crate) variables: Mutex<Option<ByRevision<BTreeMap<String, Value>>>>,
    pub(crate) minutes_saved: Mutex<Option<ByRevision<BTreeMap<FlowId, f64>>>>,
    pub(crate) tokens: Mutex<crate::token::Known>,
}

impl Caches {
    pub(crate) fn new() -> Self {
        Self {
            slugs: RwLock::default(),
            revision: Mutex::default(),
            secrets: Mutex::default(),
            connections: Mutex::default(),
            connectors: Mutex::default(),
            variables: Mutex::default(),
            minutes_saved: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    /// This process has just changed something.
    pub(crate) fn forget(&self) {
        *lock(&self.revision) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    /// A flow's slug never changes.
    pub(crate) async fn slug_by<C: ConnectionTrait>(&self, db: &C, id: FlowId) -> Result<Slug> {
        if let Some(slug) = self.caches.slugs.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(slug.clone());
        }
        let row = flow::row(db, id).await?;
        let slug = flow::FlowRecord::read(row)?.slug;
        let mut slugs = self.caches.slugs.write().unwrap_or_else(PoisonError::into_inner);
        Ok(slugs.entry(id).or_insert(slug).clone())
    }
}

impl Store {
    pub(crate) async fn slug_of(&self, id: FlowId) -> Result<Slug> {
        self.core.slug_by(&self.core.db.read, id).await
    }

    /// Makes the next look at something that is cached one at the store itself.
    pub fn forget_revision(&self) {
        self.core.caches.forget();
    }

    /// The revision, at most 150 ms old.
    pub(crate) async fn recent_revision(&self) -> Result<i64> {
        if let Some((at, revision)) = *lock(&self.core.caches.revision)
            && at.elapsed() < BELIEVED
        {
            return Ok(revision);
        }
        let revision = self.revision().await?;
        *lock(&self.core.caches.revision) = Some((Instant::now(), revision));
        Ok(revision)
    }

    /// What `cache` holds for this revision, else what `load` gives.
    pub(crate) async fn by_revision<T>(
        &self,
        cache: impl Fn(&Caches) -> &Mutex<Option<ByRevision<T>>>,
        load: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        let revision = self.recent_revision().await?;
        if let Some(known) = &*lock(cache(&self.core.caches))
            && known.revision == revision
        {
            return Ok(known.value.clone());
        }
        let value = Arc::new(load.await?);
        *lock(cache(&self.core.caches)) = Some(ByRevision { revision, value: value.clone() });
        Ok(value)
    }
}
