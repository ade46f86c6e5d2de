//! The HTTP server: the API, inbound webhooks and one-time links; and the application services ([`app`]) behind the API
//! and the command line.
//!
//! The only crate that names axum. It sees no runtime: both share the store.

mod api;
pub mod app;
mod auth;
mod client;
mod connection;
mod cookie;
mod door;
mod extract;
#[cfg(test)]
mod front_tests;
mod headers;
mod health;
mod hooks;
mod idempotency;
mod links;
mod live;
mod metrics;
mod origin;
mod pages;
mod problem;
mod readiness;
mod router;
mod scope;
mod serve;
mod state;
#[cfg(test)]
mod testing;
mod throttle;

pub use api::openapi;
pub use door::setup_code;
pub use live::LiveLimits;
pub use metrics::MetricsAccess;
pub use readiness::Readiness;
pub use serve::{Config, Handle, Server, Serves};
