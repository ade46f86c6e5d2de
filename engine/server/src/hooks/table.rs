//! The table of webhooks: read from the store, kept while its revision stays, looked up again on a miss.
//!
//! What another process published is seen within [`STALE`]; what this process published, at once; and a path that is
//! not found is looked for in the store before it is answered 404.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use causeway_model::FlowId;
use tokio::sync::{Mutex, OnceCell};

use super::prepared::Prepared;
use super::routes::{Found, Routes};
use crate::app::{App, Result};
use crate::problem::Problem;

/// A table older than this is not used without asking the store.
const STALE: Duration = Duration::from_millis(200);
/// From this age on it is refreshed behind a call that uses it.
const AGING: Duration = Duration::from_millis(100);

/// One webhook of a published version.
pub(super) struct Hook {
    pub flow: FlowId,
    pub version: i32,
    prepared: OnceCell<Arc<Prepared>>,
}

impl Hook {
    /// What failed is tried anew with the next call.
    pub(super) async fn prepared(&self, app: &App) -> std::result::Result<Arc<Prepared>, Problem> {
        let load = || async { Prepared::load(app, self.flow, self.version).await.map(Arc::new) };
        self.prepared.get_or_try_init(load).await.cloned()
    }
}

struct Table {
    revision: i64,
    /// Of the changes made by this process.
    generation: u64,
    /// When the store was last asked whether this is the newest.
    checked: RwLock<Instant>,
    routes: Routes<Arc<Hook>>,
    /// The webhooks of flows that are switched off; read at the first miss.
    disabled: OnceCell<Routes<()>>,
}

pub(super) enum Lookup {
    Hook { hook: Arc<Hook>, params: Vec<(String, String)> },
    OtherMethods(Vec<String>),
    Disabled,
    Nothing,
}

/// The table in use. One per server.
pub(crate) struct Tables {
    current: RwLock<Option<Arc<Table>>>,
    /// Held while the store is asked, so that many misses ask once.
    asking: Mutex<()>,
}

impl Tables {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { current: RwLock::new(None), asking: Mutex::new(()) })
    }

    pub(super) async fn find(self: &Arc<Self>, app: &App, path: &str, method: &str) -> Result<Lookup> {
        let arrived = Instant::now();
        let table = match self.fresh(app) {
            Some((table, age)) => {
                if age > AGING {
                    self.refresh_behind(app);
                }
                table
            }
            None => self.ask(app, arrived).await?,
        };
        if let Found::Route { target, params } = table.routes.find(path, method) {
            return Ok(Lookup::Hook { hook: target, params });
        }
        let table = self.ask(app, arrived).await?;
        match table.routes.find(path, method) {
            Found::Route { target, params } => Ok(Lookup::Hook { hook: target, params }),
            Found::OtherMethods(methods) => Ok(Lookup::OtherMethods(methods)),
            Found::Nothing => {
                let disabled = table.disabled.get_or_try_init(|| disabled(app)).await?;
                Ok(match disabled.find(path, method) {
                    Found::Nothing => Lookup::Nothing,
                    _ => Lookup::Disabled,
                })
            }
        }
    }

    fn current(&self) -> Option<Arc<Table>> {
        self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The table, if it may be used without asking, and its age.
    fn fresh(&self, app: &App) -> Option<(Arc<Table>, Duration)> {
        let table = self.current().filter(|table| table.generation == app.generation())?;
        let age = table.age();
        (age <= STALE).then_some((table, age))
    }

    fn refresh_behind(self: &Arc<Self>, app: &App) {
        if self.asking.try_lock().is_err() {
            return;
        }
        let (tables, app) = (Arc::clone(self), app.clone());
        tokio::spawn(async move {
            if let Err(error) = tables.ask(&app, Instant::now()).await {
                tracing::warn!(code = %error.code, "the table of webhooks was not refreshed");
            }
        });
    }

    /// A table that was found to be the newest after `since`.
    async fn ask(&self, app: &App, since: Instant) -> Result<Arc<Table>> {
        let _asking = self.asking.lock().await;
        let current = self.current();
        let generation = app.generation();
        if let Some(table) = &current
            && table.generation == generation
            && table.checked() > since
        {
            return Ok(Arc::clone(table));
        }
        let asked = Instant::now();
        let revision = app.store().revision().await?;
        if let Some(table) = current
            && table.generation == generation
            && table.revision == revision
        {
            *table.checked.write().unwrap_or_else(std::sync::PoisonError::into_inner) = asked;
            return Ok(table);
        }
        let table = Arc::new(Table::load(app, revision, generation, asked).await?);
        *self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::clone(&table));
        Ok(table)
    }
}

impl Table {
    /// `revision` was read before the routes, so that a change between the two is seen at the next look.
    async fn load(app: &App, revision: i64, generation: u64, asked: Instant) -> Result<Self> {
        let mut hooks: HashMap<(FlowId, i32), Arc<Hook>> = HashMap::new();
        let mut routes = Routes::default();
        for route in app.store().webhook_routes().await? {
            let hook = hooks.entry((route.flow, route.version)).or_insert_with(|| {
                Arc::new(Hook { flow: route.flow, version: route.version, prepared: OnceCell::new() })
            });
            routes.insert(&route.path, &route.method, Arc::clone(hook));
        }
        tracing::debug!(revision, flows = hooks.len(), "table of webhooks read");
        Ok(Self { revision, generation, checked: RwLock::new(asked), routes, disabled: OnceCell::new() })
    }

    fn checked(&self) -> Instant {
        *self.checked.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn age(&self) -> Duration {
        self.checked().elapsed()
    }
}

async fn disabled(app: &App) -> Result<Routes<()>> {
    let mut routes = Routes::default();
    for route in app.store().disabled_webhook_routes().await? {
        routes.insert(&route.path, &route.method, ());
    }
    Ok(routes)
}
