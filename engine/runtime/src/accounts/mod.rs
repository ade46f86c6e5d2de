//! Connections in use: whose account an operation is called with. The store keeps what all processes share; here is what one
//! process knows of it, so that a call costs no more than it must.

mod account;
mod consents;
mod desk;
mod session;
mod slots;
#[cfg(test)]
mod tests;
mod trial;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causeway_connector::{Account, RehearsedAccount};
use causeway_document::lacks;
use causeway_model::{ConnectorSpec, Environment, ErrorClass, StepError, text};
use causeway_store::{ConnectionAt, KeptConnection, Store};

use crate::files::store_error;
use account::LiveAccount;
use desk::Desk;
use slots::Slots;

pub use consents::ConnectionConsents;
pub use trial::ConnectionTrial;

/// The accounts of a process. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    slots: Arc<Slots>,
    /// What is shared by all calls of this process with one connection.
    desks: Mutex<HashMap<ConnectionAt, Arc<Desk>>>,
}

/// How long another process may not know yet of a connection that was just made or changed.
const NEWS_TAKE: Duration = Duration::from_millis(200);

impl Accounts {
    pub fn new(store: Store) -> Self {
        let slots = Arc::new(Slots::new(store.clone()));
        Self { shared: Arc::new(Shared { store, slots, desks: Mutex::default() }) }
    }

    /// The account to call an operation of this connector with; `None` where the connector needs none.
    pub async fn find(
        &self,
        name: &str,
        connector: &ConnectorSpec,
        environment: Environment,
    ) -> Result<Option<Arc<LiveAccount>>, StepError> {
        if connector.connection.is_none() {
            return Ok(None);
        }
        match self.look_up(name, connector, environment).await {
            Err(error) if error.class == ErrorClass::Invalid => {
                tokio::time::sleep(NEWS_TAKE).await;
                self.look_up(name, connector, environment).await.map(Some)
            }
            found => found.map(Some),
        }
    }

    /// The account with the environment's own values, as they are now.
    async fn own(
        &self,
        name: &str,
        connector: &ConnectorSpec,
        environment: Environment,
    ) -> Result<Arc<LiveAccount>, StepError> {
        self.shared.store.forget_revision();
        if !self.kept(name, connector).await?.environments.contains_key(&environment) {
            return Err(invalid(
                "connection_incomplete",
                text!(
                    "The connection `{name}` has no values for {environment} yet. Fill them in, then authorise it.",
                    "連線「{name}」尚無 {environment} 的內容。請先填寫，再進行授權。"
                ),
            ));
        }
        self.look_up(name, connector, environment).await
    }

    async fn look_up(
        &self,
        name: &str,
        connector: &ConnectorSpec,
        environment: Environment,
    ) -> Result<Arc<LiveAccount>, StepError> {
        let kept = self.kept(name, connector).await?;
        let empty = serde_json::Value::Object(serde_json::Map::new());
        let none = BTreeMap::new();
        let (environment, settings, credentials) = match kept.values(environment) {
            Some((environment, values)) => (environment, &values.settings, &values.credentials),
            None => (Environment::Production, &empty, &none),
        };
        if let Some(spec) = &connector.connection
            && let Some(missing) = lacks(spec, kept.auth.as_deref(), settings, credentials)
        {
            let (en, zh) = (missing.en, missing.zh_tw);
            return Err(invalid(
                "connection_incomplete",
                text!(
                    "The connection `{name}` lacks {en} ({environment}). Fill it in, then resume the run.",
                    "連線「{name}」缺少{zh}（{environment}）。請補齊後再接續執行。"
                ),
            ));
        }
        let at = ConnectionAt::new(kept.id, environment);
        Ok(Arc::new(LiveAccount {
            name: name.to_owned(),
            settings: settings.clone(),
            auth: kept.auth.clone(),
            credentials: credentials.clone(),
            revision: kept.revision,
            desk: self.desk(at),
            slots: Arc::clone(&self.shared.slots),
        }))
    }

    /// The account as a rehearsal sees it: with the names of its credentials and no value, and nothing that reaches out.
    pub async fn rehearse(
        &self,
        name: &str,
        connector: &ConnectorSpec,
        environment: Environment,
    ) -> Result<Option<Arc<dyn Account>>, StepError> {
        let Some(spec) = &connector.connection else { return Ok(None) };
        let kept = self.kept(name, connector).await?;
        let settings = kept.values(environment).map(|(_, values)| values.settings.clone());
        let settings = settings.unwrap_or_else(|| serde_json::Value::Object(serde_json::Map::new()));
        let account = RehearsedAccount::new(name, spec, kept.auth.as_deref(), settings);
        Ok(Some(Arc::new(account.at(self.shared.store.clock().now()))))
    }

    async fn kept(&self, name: &str, connector: &ConnectorSpec) -> Result<Arc<KeptConnection>, StepError> {
        let connections = self.shared.store.connections().await.map_err(store_error)?;
        let Some(kept) = connections.get(name) else {
            return Err(invalid(
                "connection_missing",
                text!(
                    "There is no connection `{name}`. Make it, or name another one in the step.",
                    "沒有連線「{name}」。請建立它，或在步驟中改用其他連線。"
                ),
            ));
        };
        if kept.connector != connector.name {
            let (theirs, wanted) = (&kept.connector, &connector.name);
            return Err(invalid(
                "connection_wrong_connector",
                text!(
                    "The connection `{name}` is one of `{theirs}`, and the step calls `{wanted}`. Name one of `{wanted}`.",
                    "連線「{name}」屬於 `{theirs}`，但步驟呼叫的是 `{wanted}`。請改用 `{wanted}` 的連線。"
                ),
            ));
        }
        Ok(Arc::clone(kept))
    }

    fn desk(&self, at: ConnectionAt) -> Arc<Desk> {
        let mut desks = self.shared.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Desk::new(self.shared.store.clone(), at));
        Arc::clone(desks.entry(at).or_insert_with(made))
    }
}

fn invalid(code: &str, message: causeway_model::Text) -> StepError {
    StepError::new(code, ErrorClass::Invalid, message)
}
