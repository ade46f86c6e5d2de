//! A connection as a rehearsal sees it: nothing of it reaches anybody, and nothing secret is in it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use causeway_model::{ConnectionSpec, StepError, Time, Value};

use crate::{Account, Limits, Observed, Obtain, Permit, Session};

pub struct RehearsedAccount {
    name: String,
    settings: Value,
    auth: Option<String>,
    credentials: BTreeMap<String, String>,
    now: Time,
}

impl RehearsedAccount {
    /// One of a connector's connections that signs in by `auth`, with every credential that this asks for.
    pub fn new(name: &str, spec: &ConnectionSpec, auth: Option<&str>, settings: Value) -> Self {
        let way = spec.auth.iter().find(|one| Some(one.name.as_str()) == auth);
        let fields = way.and_then(|way| way.credentials["properties"].as_object());
        Self {
            name: name.to_owned(),
            settings,
            auth: auth.map(str::to_owned),
            credentials: fields
                .into_iter()
                .flatten()
                .map(|(field, _)| (field.clone(), String::new()))
                .collect(),
            now: Time(0),
        }
    }

    /// As it would be at that time.
    pub fn at(self, now: Time) -> Self {
        Self { now, ..self }
    }

    /// With values that are no secrets, such as those of a vendor's public test account.
    pub fn knowing(self, credentials: BTreeMap<String, String>) -> Self {
        Self { credentials, ..self }
    }
}

#[async_trait]
impl Account for RehearsedAccount {
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
        self.now
    }

    fn credentials(&self) -> &BTreeMap<String, String> {
        &self.credentials
    }

    async fn permit(&self, _: &Limits) -> Result<Permit, StepError> {
        Ok(Permit::free())
    }

    fn observe(&self, _: Observed) {}

    /// An empty one: nobody signs in for a rehearsal.
    async fn session(&self, _: Option<&Session>, _: Obtain<'_>) -> Result<Session, StepError> {
        Ok(Session { values: BTreeMap::new(), obtained_at: self.now, expires_at: None })
    }
}
