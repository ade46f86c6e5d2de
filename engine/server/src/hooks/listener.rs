//! Who waits for the next call of a webhook while writing its flow. What is published works on as ever; a path that nothing
//! published takes is theirs alone.

use std::sync::Arc;

use causeway_document::Plan;
use causeway_model::{FlowId, Time};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::prepared::Prepared;
use super::routes::{Found, Routes};
use crate::app::{App, Result, webhook_routes};
use crate::problem::Problem;

/// One who waits.
pub(super) struct Listener {
    id: Uuid,
    flow: FlowId,
    expires_at: Time,
    plan: Arc<Plan>,
    prepared: OnceCell<Arc<Prepared>>,
}

impl Listener {
    /// What failed is tried anew with the next call.
    pub(super) async fn prepared(&self, app: &App) -> std::result::Result<Arc<Prepared>, Problem> {
        let load = || async { Prepared::of(app, (self.flow, 0), Arc::clone(&self.plan)).await.map(Arc::new) };
        self.prepared.get_or_try_init(load).await.cloned()
    }

    /// False where another call was first.
    pub(super) async fn hear(&self, app: &App, event: &str, at: Time) -> std::result::Result<bool, Problem> {
        Ok(app.hear(self.id, event, at).await?)
    }
}

/// Who waits for a call, and the parameters of its path.
type Taken = (Arc<Listener>, Vec<(String, String)>);

/// All who wait; mostly nobody.
#[derive(Default)]
pub(super) struct Listeners {
    count: usize,
    routes: Routes<Arc<Listener>>,
}

impl Listeners {
    /// Each hears what its own trigger takes.
    pub(super) async fn load(app: &App) -> Result<Self> {
        let mut listeners = Self::default();
        for one in app.store().listenings().await? {
            let Ok(plan) = app.listened(&one.document) else { continue };
            let (id, flow, expires_at) = (one.id, one.flow, one.expires_at);
            let plan = Arc::new(plan);
            let listener = Arc::new(Listener {
                id,
                flow,
                expires_at,
                plan: Arc::clone(&plan),
                prepared: OnceCell::new(),
            });
            for (path, method) in webhook_routes(&plan, flow) {
                listeners.routes.insert(&path, &method, Arc::clone(&listener));
            }
            listeners.count += 1;
        }
        Ok(listeners)
    }

    /// Who waits for this call.
    pub(super) fn find(&self, path: &str, method: &str, now: Time) -> Option<Taken> {
        if self.count == 0 {
            return None;
        }
        match self.routes.find(path, method) {
            Found::Route { target, params } if target.expires_at > now => Some((target, params)),
            _ => None,
        }
    }

    /// Who waits for this call of a flow that is published.
    pub(super) fn of(&self, flow: FlowId, path: &str, method: &str, now: Time) -> Option<Arc<Listener>> {
        self.find(path, method, now).map(|(listener, _)| listener).filter(|listener| listener.flow == flow)
    }
}
