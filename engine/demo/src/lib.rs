//! Sample systems for a first try and for tests: small real servers that show what they receive.
//!
//! [`Sample`] stands for a trading company's ERP and its messages. [`Simulators`] are the systems of a whole company: a CRM, an
//! ERP, accounting and LINE, each with an API of its own. All keep everything in memory, and only the latest of it.

pub mod company;
mod danlee;
mod dinkoko;
mod faults;
#[cfg(test)]
mod fixtures;
mod line;
mod record;
mod sales;
mod simulator;
mod simulators;
mod state;
mod story;
mod tanjee;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Json;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use state::State;

pub use company::Company;
pub use line::LineSimulator;
pub use simulator::{CHANNEL_SECRET, Config, Delivery, Faults, SECRET, Simulator, Subscription, USER};
pub use simulators::{Kept, Ports, Simulators};
pub use state::Received;
pub use story::Confirmable;

/// A running sample system. Dropping it stops it.
pub struct Sample {
    addr: SocketAddr,
    state: Arc<State>,
    task: AbortHandle,
}

impl Sample {
    /// Listens on `addr`; port 0 takes a free one.
    pub async fn start(addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let state = Arc::new(State::default());
        let router = router(state.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { addr, state, task })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What came in, oldest first; the latest 1,000.
    pub fn requests(&self) -> Vec<Received> {
        self.state.requests()
    }

    /// How often each idempotency key came in with a method that may change something.
    pub fn effects(&self) -> BTreeMap<String, u64> {
        self.state.effects()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.state.clear();
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(state: Arc<State>) -> Router {
    let recorded = Router::new()
        .merge(sales::routes())
        .merge(faults::routes())
        .fallback(anything)
        .layer(from_fn_with_state(state.clone(), record::record))
        .with_state(state.clone());
    let views = Router::new()
        .route("/", get(view::page))
        .route("/requests", get(view::requests).delete(view::clear))
        .route("/effects", get(view::effects))
        .with_state(state);
    recorded.merge(views)
}

/// Whatever is not known is received all the same.
async fn anything() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "received": true }))
}
