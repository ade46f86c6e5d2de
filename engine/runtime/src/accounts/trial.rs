//! Trying a connection once, as the engine would use it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use causeway_connector::{Call, Trial};
use causeway_model::{Environment, ErrorClass, RunId, StepError, text};

use super::invalid;
use crate::files::{RunFiles, store_error};
use crate::services::Services;
use crate::steps::operation::connector_of;

/// How long a connection may take to show that it works.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct ConnectionTrial {
    services: Services,
}

impl ConnectionTrial {
    pub fn new(services: Services) -> Self {
        Self { services }
    }
}

#[async_trait]
impl Trial for ConnectionTrial {
    async fn attempt(&self, connection: &str, environment: Environment) -> Result<(), StepError> {
        let services = &self.services;
        // The store itself, since whoever tries has often just changed it.
        let record = services.store.connection(connection).await.map_err(store_error)?;
        let connector = connector_of(services, &record.connector)?;
        let test = connector.spec().connection.as_ref().and_then(|spec| spec.test.clone());
        let Some(operation) = test else {
            let name = &record.connector;
            return Err(invalid(
                "connection_untestable",
                text!(
                    "The connector `{name}` has no operation to try a connection with.",
                    "連接器 `{name}` 沒有可用來測試連線的操作。"
                ),
            ));
        };
        // This process may believe an older revision for a moment.
        services.store.forget_revision();
        let account = services.accounts.find(connection, connector.spec(), environment).await?;
        let lent = causeway_connector::Services {
            http: services.http.clone(),
            files: Arc::new(RunFiles { store: services.store.clone(), run: RunId::new() }),
            sealer: services.sealer().clone(),
            secrets: services.store.secrets().await.map_err(store_error)?,
        };
        let call = Call {
            input: serde_json::json!({}),
            idempotency_key: RunId::new().to_string(),
            account: account.clone().map(|account| account as _),
            services: lent,
        };
        let called = match tokio::time::timeout(PATIENCE, connector.call(&operation, call)).await {
            Ok(called) => called.map(drop),
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                let message = text!("No answer within {seconds} seconds", "在 {seconds} 秒內沒有回應");
                Err(StepError::new("timeout", ErrorClass::Timeout, message))
            }
        };
        if let Some(account) = account {
            account.note_health(called.as_ref().err());
        }
        called
    }
}
