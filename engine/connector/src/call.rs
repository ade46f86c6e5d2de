//! The interface that every connector implements, and what one call of an operation is given.

use std::sync::Arc;

use async_trait::async_trait;
use causeway_model::{ConnectorSpec, OperationSpec, StepError, Value};
use causeway_script::{Sealer, Secrets};

use crate::{Account, Files, http};

/// A connector: a catalogue entry and what its operations do.
#[async_trait]
pub trait Connector: Send + Sync {
    fn spec(&self) -> &ConnectorSpec;

    /// The name under which it is found, without looking at the rest.
    fn name(&self) -> &str {
        &self.spec().name
    }

    /// An operation with its schemas, which may be made when they are first asked for.
    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>>;

    /// Runs one operation once. Retries, timeouts and cancelling are the engine's work: the future may be dropped at any point.
    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError>;

    /// What [`Connector::call`] would send, made by the same code up to the sending itself; `None` where it cannot be told.
    /// Reaches nothing and nobody. The secrets lent to it have names and no values: `{{ secret.x }}` stands in their place.
    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let _ = (operation, call);
        Ok(None)
    }
}

/// One attempt of an operation.
pub struct Call {
    /// The resolved input; secrets in it are sealed tokens.
    pub input: Value,
    /// Equal for every repeat of the same effect.
    pub idempotency_key: String,
    /// With whose account; `None` where the step names no connection.
    pub account: Option<Arc<dyn Account>>,
    pub services: Services,
}

/// What the engine lends to an operation.
#[derive(Clone)]
pub struct Services {
    pub http: http::Client,
    pub files: Arc<dyn Files>,
    pub sealer: Sealer,
    pub secrets: Arc<Secrets>,
}

impl Services {
    /// For what belongs to no run: there are no secrets, and nothing was ever sealed.
    pub fn alone(http: http::Client, files: Arc<dyn Files>) -> Self {
        Self { http, files, sealer: Sealer::new([0; 32]), secrets: Arc::default() }
    }
}
