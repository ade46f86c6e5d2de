//! The interface that every connector implements, and what one call of an operation is given.

use std::sync::Arc;

use async_trait::async_trait;
use causeway_model::{
    ConnectorSpec, ConnectorTriggerSpec, ErrorClass, OperationSpec, StepError, Text, Value, text,
};
use causeway_script::{Sealer, Secrets};

use crate::declared::Source;
use crate::{Account, ConsentAsk, ConsentCode, ConsentPlace, Files, Incoming, Poll, Session, http};

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

    /// A trigger with its schemas, which may be made when they are first asked for.
    fn trigger(&self, name: &str) -> Option<Arc<ConnectorTriggerSpec>> {
        let _ = name;
        None
    }

    /// What its webhook triggers take of the calls that come in.
    fn incoming(&self) -> &[Incoming] {
        &[]
    }

    /// What a poll trigger asks.
    fn poll(&self, trigger: &str) -> Option<&Poll> {
        let _ = trigger;
        None
    }

    /// The files that it is made of; `None` where it is compiled.
    fn source(&self) -> Option<Result<&Source, Text>> {
        None
    }

    /// Runs one operation once. Retries, timeouts and cancelling are the engine's work: the future may be dropped at any point.
    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError>;

    /// What [`Connector::call`] would send, made by the same code up to the sending itself; `None` where it cannot be told.
    /// Reaches nothing and nobody. The secrets lent to it have names and no values: `{{ secret.x }}` stands in their place.
    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let _ = (operation, call);
        Ok(None)
    }

    /// Where somebody consents to what a connection asks for; `consent_not_taken` where it signs in otherwise. Reaches nobody.
    fn consent(&self, account: &dyn Account, ask: &ConsentAsk) -> Result<ConsentPlace, StepError> {
        let _ = ask;
        Err(not_taken(account))
    }

    /// Exchanges what a consent gave for tokens, once.
    async fn redeem(
        &self,
        account: Arc<dyn Account>,
        services: &Services,
        code: ConsentCode,
    ) -> Result<Session, StepError> {
        let _ = (services, code);
        Err(not_taken(&*account))
    }
}

pub(crate) fn not_taken(account: &dyn Account) -> StepError {
    let name = account.name();
    StepError::new(
        "consent_not_taken",
        ErrorClass::Invalid,
        text!(
            "The connection `{name}` does not sign in by consent: nobody has to authorise it",
            "連線「{name}」的登入方式不需授權"
        ),
    )
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
