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
    /// The engine's clock.
    fn now(&self) -> Time;
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
    pub obtained_at: Time,
    /// When it ends, as the system says; whoever keeps it stops using it a little before. `None` where it does not say.
    pub expires_at: Option<Time>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("obtained_at", &self.obtained_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The code of an error that says that a consent is over: only another one helps.
pub const CONSENT_REVOKED: &str = "consent_revoked";
/// The same, where there is nothing to ask the system with.
pub(crate) const CONSENT_OVER: &str = "consent_over";
/// When a system was found to take a consent back, in milliseconds, beside what it gave before.
const REVOKED_AT: &str = "revoked_at";
/// A system that said so once is not asked again for so long: runs must not all hear it from there.
const REVOKED_FOR_MS: i64 = 600_000;

impl Session {
    /// Whether its system took the consent back, and said so lately.
    pub fn is_revoked(&self, now: Time) -> bool {
        let at = self.values.get(REVOKED_AT).and_then(|at| at.parse::<i64>().ok());
        at.is_some_and(|at| now.millis() - at < REVOKED_FOR_MS)
    }

    /// What is kept of it once its system took the consent back; it is not used any more. What it can be asked with again stays,
    /// since some systems say so by mistake.
    #[must_use]
    pub fn revoked(mut self, now: Time) -> Self {
        self.values.remove("access_token");
        self.values.insert(REVOKED_AT.to_owned(), now.millis().to_string());
        Self { values: self.values, obtained_at: now, expires_at: Some(now) }
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
