//! Trying a connection once, as the engine would use it.

use async_trait::async_trait;
use causeway_connector::Trial;
use causeway_model::{Environment, RunId, Span, StepError, text};

use super::invalid;
use crate::files::store_error;
use crate::services::Services;
use crate::steps::operation::{self, Attempt, connector_of_connection};

/// How long a connection may take to show that it works.
const PATIENCE: Span = Span::from_millis(30_000);

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
        services.catalogue().renew(true).await?;
        let connector = connector_of_connection(services, &record.connector).await?;
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
        let trial = Attempt {
            run: RunId::new(),
            connector: record.connector,
            version: Some(connector.spec().version.clone()),
            operation,
            connection: Some(connection.to_owned()),
            environment,
            input: serde_json::json!({}),
            idempotency_key: RunId::new().to_string(),
            timeout: Some(PATIENCE),
        };
        operation::call(services, trial).await.map(drop)
    }
}
