//! A running simulator, as tests and the binary hold it.

use std::net::SocketAddr;
use std::sync::Arc;

use causeway_model::Value;
use tokio::task::AbortHandle;

use super::{Delivery, Faults, Subscription, System};
use crate::state::Received;

/// Dropping it stops it.
pub struct Simulator {
    pub(super) addr: SocketAddr,
    pub(crate) system: Arc<dyn System>,
    pub(super) task: AbortHandle,
}

impl Simulator {
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:4711`
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What came in, oldest first; the latest 1,000. Credentials are left out.
    pub fn requests(&self) -> Vec<Received> {
        self.system.core().received.requests()
    }

    /// All records of a kind, such as `customers`.
    pub fn records(&self, kind: &str) -> Vec<Value> {
        self.system.records(kind)
    }

    pub fn faults(&self) -> Faults {
        self.system.core().switches.get()
    }

    pub fn set_faults(&self, faults: Faults) {
        self.system.core().switches.set(faults);
    }

    /// Ends every token and session.
    pub fn expire_tokens(&self) {
        self.system.expire();
    }

    /// As registering a webhook over HTTP does. No events means all; a refusal is that there are too many.
    pub fn subscribe(&self, subscription: Subscription) -> Result<String, String> {
        self.system.core().webhooks.subscribe(subscription).map_err(|refusal| refusal.message)
    }

    /// Webhooks that arrived or were given up, oldest first; the latest 500.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.system.core().webhooks.deliveries()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}
