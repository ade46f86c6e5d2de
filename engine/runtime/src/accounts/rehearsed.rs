//! A connection as a rehearsal sees it: nothing of it reaches anybody, and nothing secret is in it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use causeway_connector::{Account, Limits, Observed, Obtain, Permit, Session};
use causeway_model::{ConnectionSpec, Environment, StepError, Time, Value};
use causeway_store::KeptConnection;

pub struct RehearsedAccount {
    name: String,
    settings: Value,
    auth: Option<String>,
    credentials: BTreeMap<String, String>,
}

impl RehearsedAccount {
    pub fn new(name: &str, spec: &ConnectionSpec, kept: &KeptConnection, environment: Environment) -> Self {
        let auth = spec.auth.iter().find(|one| Some(&one.name) == kept.auth.as_ref());
        let fields = auth.and_then(|auth| auth.credentials["properties"].as_object());
        let settings = kept.values(environment).map(|(_, values)| values.settings.clone());
        Self {
            name: name.to_owned(),
            settings: settings.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            auth: kept.auth.clone(),
            credentials: fields
                .into_iter()
                .flatten()
                .map(|(field, _)| (field.clone(), String::new()))
                .collect(),
        }
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

    /// No session is kept, so that no time matters.
    fn now(&self) -> Time {
        Time(0)
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
        Ok(Session { values: BTreeMap::new(), expires_at: None })
    }
}
