//! The table of webhooks: read from the store, kept while its revision stays, looked up again on a miss.
//!
//! What another process published is seen within [`STALE`]; what this process published, at once; and a path that is
//! not found is looked for in the store before it is answered 404.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use causeway_model::FlowId;
use causeway_store::WebhookRoute;
use tokio::sync::{Mutex, OnceCell};

use super::listener::{Listener, Listeners};
use super::prepared::Prepared;
use super::routes::{Found, Routes};
use crate::app::{App, Result, connection_of};
use crate::problem::Problem;

/// A table older than this is not used without asking the store.
const STALE: Duration = Duration::from_millis(200);
/// From this age on it is refreshed behind a call that uses it.
const AGING: Duration = Duration::from_millis(100);

/// A published flow that a connector's event starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subscriber {
    pub trigger: String,
    pub flow: FlowId,
    pub version: i32,
}

/// Flows by the name of the connection that they listen to.
type Subscribers = HashMap<String, Vec<Subscriber>>;

/// The flows that events of a connection are for.
pub(super) struct Subscribed {
    pub on: Vec<Subscriber>,
    /// Those that are switched off; only where an event has no other taker.
    pub off: Vec<Subscriber>,
}

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
    subscribers: Subscribers,
    /// Who waits for a call.
    listeners: Listeners,
    /// The webhooks of flows that are switched off; read at the first miss.
    disabled: OnceCell<(Routes<()>, Subscribers)>,
}

pub(super) enum Lookup {
    Hook {
        hook: Arc<Hook>,
        params: Vec<(String, String)>,
        /// Who waits for a call of it.
        listener: Option<Arc<Listener>>,
    },
    /// Nothing that is published and switched on takes the call, but somebody waits for it.
    Listener {
        listener: Arc<Listener>,
        params: Vec<(String, String)>,
    },
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
        let table = self.recent(app, arrived).await?;
        if let found @ Lookup::Hook { .. } = table.find(app, path, method) {
            return Ok(found);
        }
        let table = self.ask(app, arrived).await?;
        let found = table.find(app, path, method);
        if !matches!(found, Lookup::Nothing) {
            return Ok(found);
        }
        let disabled = table.disabled.get_or_try_init(|| disabled(app)).await?;
        Ok(match disabled.0.find(path, method) {
            Found::Nothing => Lookup::Nothing,
            _ => Lookup::Disabled,
        })
    }

    /// The flows that take events of these triggers.
    pub(super) async fn subscribers(
        self: &Arc<Self>,
        app: &App,
        connection: &str,
        triggers: &BTreeSet<String>,
    ) -> Result<Subscribed> {
        let arrived = Instant::now();
        let on = listening(&self.recent(app, arrived).await?.subscribers, connection, triggers);
        if is_whole(&on, triggers) {
            return Ok(Subscribed { on, off: Vec::new() });
        }
        let table = self.ask(app, arrived).await?;
        let on = listening(&table.subscribers, connection, triggers);
        if is_whole(&on, triggers) {
            return Ok(Subscribed { on, off: Vec::new() });
        }
        let disabled = table.disabled.get_or_try_init(|| disabled(app)).await?;
        Ok(Subscribed { on, off: listening(&disabled.1, connection, triggers) })
    }

    /// A table that may be used.
    async fn recent(self: &Arc<Self>, app: &App, arrived: Instant) -> Result<Arc<Table>> {
        match self.fresh(app) {
            Some((table, age)) => {
                if age > AGING {
                    self.refresh_behind(app);
                }
                Ok(table)
            }
            None => self.ask(app, arrived).await,
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
        let (mut routes, mut subscribers) = (Routes::default(), Subscribers::new());
        for route in app.store().webhook_routes().await? {
            if subscribe(&mut subscribers, &route) {
                continue;
            }
            let hook = hooks.entry((route.flow, route.version)).or_insert_with(|| {
                Arc::new(Hook { flow: route.flow, version: route.version, prepared: OnceCell::new() })
            });
            routes.insert(&route.path, &route.method, Arc::clone(hook));
        }
        let listeners = Listeners::load(app).await?;
        tracing::debug!(revision, flows = hooks.len(), "table of webhooks read");
        let (checked, disabled) = (RwLock::new(asked), OnceCell::new());
        Ok(Self { revision, generation, checked, routes, subscribers, listeners, disabled })
    }

    /// What is published and switched on comes first, then who waits for a call.
    fn find(&self, app: &App, path: &str, method: &str) -> Lookup {
        let found = self.routes.find(path, method);
        if let Found::Route { target, params } = found {
            let listener = self.listeners.of(target.flow, path, method, app.now());
            return Lookup::Hook { hook: target, params, listener };
        }
        if let Some((listener, params)) = self.listeners.find(path, method, app.now()) {
            return Lookup::Listener { listener, params };
        }
        match found {
            Found::OtherMethods(methods) => Lookup::OtherMethods(methods),
            Found::Route { .. } | Found::Nothing => Lookup::Nothing,
        }
    }

    fn checked(&self) -> Instant {
        *self.checked.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn age(&self) -> Duration {
        self.checked().elapsed()
    }
}

async fn disabled(app: &App) -> Result<(Routes<()>, Subscribers)> {
    let (mut routes, mut subscribers) = (Routes::default(), Subscribers::new());
    for route in app.store().disabled_webhook_routes().await? {
        if !subscribe(&mut subscribers, &route) {
            routes.insert(&route.path, &route.method, ());
        }
    }
    Ok((routes, subscribers))
}

/// Notes a flow that listens to a connection; false for any other route.
fn subscribe(subscribers: &mut Subscribers, route: &WebhookRoute) -> bool {
    let Some((connection, trigger)) = connection_of(&route.path) else { return false };
    let (trigger, flow, version) = (trigger.to_owned(), route.flow, route.version);
    subscribers.entry(connection.to_owned()).or_default().push(Subscriber { trigger, flow, version });
    true
}

/// The flows that listen to these triggers of a connection.
fn listening(all: &Subscribers, connection: &str, triggers: &BTreeSet<String>) -> Vec<Subscriber> {
    let all = all.get(connection).into_iter().flatten();
    all.filter(|one| triggers.contains(&one.trigger)).cloned().collect()
}

/// Whether somebody listens to each.
fn is_whole(on: &[Subscriber], triggers: &BTreeSet<String>) -> bool {
    triggers.iter().all(|trigger| on.iter().any(|one| one.trigger == *trigger))
}
