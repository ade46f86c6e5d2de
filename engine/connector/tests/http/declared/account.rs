//! A connection in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use causeway_connector::{Account, Limits, Observed, Obtain, Permit, Session};
use causeway_model::{StepError, Time, Value};
use serde_json::json;

#[derive(Clone)]
pub struct TestAccount {
    settings: Value,
    auth: Option<String>,
    credentials: BTreeMap<String, String>,
    session: Arc<tokio::sync::Mutex<Option<Session>>>,
    now: Arc<AtomicI64>,
    pub observed: Arc<Mutex<Vec<Observed>>>,
}

impl TestAccount {
    pub fn new(base_url: &str) -> Self {
        Self {
            settings: json!({ "base_url": base_url }),
            auth: None,
            credentials: BTreeMap::new(),
            session: Arc::default(),
            now: Arc::new(AtomicI64::new(1_000_000)),
            observed: Arc::default(),
        }
    }

    pub fn signed_in(mut self, auth: &str, credentials: &[(&str, &str)]) -> Self {
        self.auth = Some(auth.to_owned());
        self.credentials =
            credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self
    }

    pub fn with_setting(mut self, name: &str, value: Value) -> Self {
        self.settings[name] = value;
        self
    }

    /// Goes on with a session that was got otherwise.
    pub async fn keeps(&self, session: Session) {
        *self.session.lock().await = Some(session);
    }

    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }
}

#[async_trait]
impl Account for TestAccount {
    fn name(&self) -> &str {
        "shop-1"
    }
    fn settings(&self) -> &Value {
        &self.settings
    }
    fn auth(&self) -> Option<&str> {
        self.auth.as_deref()
    }
    fn now(&self) -> Time {
        Time(self.now.load(Ordering::Relaxed))
    }
    fn credentials(&self) -> &BTreeMap<String, String> {
        &self.credentials
    }
    async fn permit(&self, _: &Limits) -> Result<Permit, StepError> {
        Ok(Permit::free())
    }
    fn observe(&self, observed: Observed) {
        self.observed.lock().expect("no test died with it").push(observed);
    }
    async fn session(&self, stale: Option<&Session>, obtain: Obtain<'_>) -> Result<Session, StepError> {
        let mut kept = self.session.lock().await;
        if let Some(session) = kept.as_ref()
            && Some(session) != stale
            && session.expires_at.is_none_or(|end| end > self.now())
        {
            return Ok(session.clone());
        }
        let session = obtain(kept.clone()).await?;
        *kept = Some(session.clone());
        Ok(session)
    }
}
