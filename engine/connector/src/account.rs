//! A connection, as an operation reaches it: whose account a call is made with, and what all calls with it share.
//!
//! What is shared is shared by every process of an installation: the permits of a rate limit, the session in use, the breaker.
//! Where that is kept is the engine's business.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use causeway_model::{ErrorClass, StepError, Time, Value};
use futures::future::BoxFuture;

/// A connection in use. Its credentials are for sending only: what shows requests or keeps them never sees one.
#[async_trait]
pub trait Account: Send + Sync {
    /// The connection's name.
    fn name(&self) -> &str;
    /// An object, by the schema of [`causeway_model::ConnectionSpec::settings`].
    fn settings(&self) -> &Value;
    /// Which of the connector's ways to sign in it uses; `None` where it signs in in no way.
    fn auth(&self) -> Option<&str>;
    /// By field; empty texts in a rehearsal.
    fn credentials(&self) -> &BTreeMap<String, String>;

    /// Waits until a call may go out. Where that is farther away than waiting makes sense, or the breaker is open, an error
    /// that says when (`retry_after_ms`). The permit is given back when it is dropped.
    async fn permit(&self, limits: &Limits) -> Result<Permit, StepError>;
    /// What came of a call, for the breaker and for what people are shown of the connection's health.
    fn observe(&self, observed: Observed);

    /// The session in use. Where there is none, or it is `stale`, one caller of all processes runs `obtain`, and everybody gets
    /// what that one got.
    async fn session(&self, stale: Option<&Session>, obtain: Obtain<'_>) -> Result<Session, StepError>;
}

/// Given the session before, which may be refreshed, makes a new one.
pub type Obtain<'a> =
    Box<dyn FnOnce(Option<Session>) -> BoxFuture<'a, Result<Session, StepError>> + Send + 'a>;

/// What signing in gave: an access token, or a session's id.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// By name, such as `access_token`, `refresh_token`, `session_id`.
    pub values: BTreeMap<String, String>,
    /// After this it is not used any more; `None` where the system does not say.
    pub expires_at: Option<Time>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// How fast an account's system may be called, by everybody together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls in each period.
    pub rate: Option<Rate>,
    /// Calls at once.
    pub concurrency: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub calls: u32,
    pub per: Duration,
}

/// That a call may go out; whatever it holds is given back when it is dropped.
#[must_use = "a call goes out while its permit is held"]
pub struct Permit(#[expect(dead_code, reason = "held for its drop")] Option<Box<dyn Send>>);

impl Permit {
    pub fn free() -> Self {
        Self(None)
    }

    pub fn holding(held: impl Send + 'static) -> Self {
        Self(Some(Box::new(held)))
    }
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    Succeeded,
    /// With the wait that the system asked for.
    Failed {
        class: ErrorClass,
        retry_after_ms: Option<u64>,
    },
}
