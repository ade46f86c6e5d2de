//! Trying a connection once, as the engine would use it.

use async_trait::async_trait;
use causeway_connector::{Connector, Files, Trial};
use causeway_model::{Environment, RunId, Span, StepError, StreamRef, Value, text};
use serde_json::json;

use super::invalid;
use crate::files::{RunFiles, store_error};
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

fn attempt(
    (connection, environment): (&str, Environment),
    connector: &dyn Connector,
    operation: String,
    input: Value,
) -> Attempt {
    Attempt {
        run: RunId::new(),
        connector: connector.name().to_owned(),
        version: Some(connector.spec().version.clone()),
        operation,
        connection: Some(connection.to_owned()),
        environment,
        input,
        idempotency_key: RunId::new().to_string(),
        timeout: Some(PATIENCE),
    }
}

/// The records of an answer: itself, its `items`, or the first list in it. One that was long is in a record stream of the call.
async fn records(files: &RunFiles, output: Value, most: u64) -> Result<Vec<Value>, StepError> {
    let is_list = |value: &Value| value.is_array() || value.get("$stream").is_some();
    let list = match output {
        Value::Object(mut fields) if !fields.contains_key("$stream") => {
            let items = fields.remove("items").filter(is_list);
            items.or_else(|| fields.into_iter().map(|(_, value)| value).find(is_list)).unwrap_or_default()
        }
        output => output,
    };
    if let Value::Array(mut items) = list {
        items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        return Ok(items);
    }
    match serde_json::from_value::<StreamRef>(list["$stream"].clone()) {
        Ok(stream) => files.read_stream(&stream, 0, most).await,
        Err(_) => Ok(Vec::new()),
    }
}

impl ConnectionTrial {
    async fn call(&self, attempt: Attempt) -> Result<Value, StepError> {
        // This process may believe an older revision for a moment.
        self.services.store.forget_revision();
        operation::call(&self.services, attempt).await
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
        let input = json!({});
        let trial = attempt((connection, environment), &*connector, operation, input);
        self.call(trial).await.map(drop)
    }

    async fn look(
        &self,
        connection: &str,
        operation: &str,
        input: Value,
        most: u64,
    ) -> Result<Vec<Value>, StepError> {
        let services = &self.services;
        let record = services.store.connection(connection).await.map_err(store_error)?;
        services.catalogue().renew(true).await?;
        let connector = connector_of_connection(services, &record.connector).await?;
        if !connector.operation(operation).is_some_and(|operation| operation.summary.read_only) {
            let name = &record.connector;
            return Err(invalid(
                "operation_changes",
                text!(
                    "`{name}.{operation}` is no operation that only reads.",
                    "`{name}.{operation}` 不是唯讀操作。"
                ),
            ));
        }
        let at = (connection, Environment::Production);
        let look = attempt(at, &*connector, operation.to_owned(), input);
        let files = RunFiles { store: services.store.clone(), run: look.run };
        records(&files, self.call(look).await?, most).await
    }
}
