//! A connection in use, as an operation holds it during one call.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use causeway_connector::{Account, Limits, Observed, Obtain, Permit, Session};
use causeway_model::{StepError, Time, Value};

use super::desk::Desk;
use super::slots::Slots;

/// No `Debug`: it holds credentials.
pub struct LiveAccount {
    pub(super) name: String,
    pub(super) settings: Value,
    pub(super) auth: Option<String>,
    pub(super) credentials: BTreeMap<String, String>,
    /// Another after each change of the connection.
    pub(super) revision: i64,
    pub(super) desk: Arc<Desk>,
    pub(super) slots: Arc<Slots>,
}

impl LiveAccount {
    /// Says, now and then, how the connection fares.
    pub fn note_health(&self, failed: Option<&StepError>) {
        self.desk.note_health(failed);
    }
}

#[async_trait]
impl Account for LiveAccount {
    fn name(&self) -> &str {
        &self.name
    }

    fn settings(&self) -> &Value {
        &self.settings
    }

    fn auth(&self) -> Option<&str> {
        self.auth.as_deref()
    }

    fn now(&self) -> Time {
        self.desk.now()
    }

    fn credentials(&self) -> &BTreeMap<String, String> {
        &self.credentials
    }

    async fn permit(&self, limits: &Limits) -> Result<Permit, StepError> {
        let came = Instant::now();
        self.desk.pass(&self.name, came).await?;
        let slot = match limits.concurrency {
            Some(most) => Some(self.slots.take(&self.desk, &self.name, most, came).await?),
            None => None,
        };
        if let Some(rate) = limits.rate {
            self.desk.take_turn(&self.name, rate, came).await?;
        }
        Ok(slot.map_or_else(Permit::free, Permit::holding))
    }

    fn observe(&self, observed: Observed) {
        self.desk.observe(observed);
    }

    async fn session(&self, stale: Option<&Session>, obtain: Obtain<'_>) -> Result<Session, StepError> {
        self.desk.session(&self.name, self.revision, stale, obtain).await
    }
}
