//! A connector's operation: one attempt.

use std::sync::Arc;

use causeway_connector::Call;
use causeway_model::{ErrorClass, RunId, Span, StepError, Value, text};

use crate::files::{RunFiles, keep_large, store_error};
use crate::services::Services;

pub struct Attempt {
    pub run: RunId,
    pub connector: String,
    pub operation: String,
    pub input: Value,
    pub idempotency_key: String,
    pub timeout: Option<Span>,
}

/// Calls the operation once. Dropping the future ends the call.
pub async fn attempt(services: Services, attempt: Attempt) -> Result<Value, StepError> {
    let Attempt { run, connector, operation, input, idempotency_key, timeout } = attempt;
    let unknown = || {
        StepError::new(
            "connector_unknown",
            ErrorClass::Invalid,
            text!("The connector `{connector}` is not installed", "連接器 `{connector}` 尚未安裝"),
        )
    };
    let found = services.catalogue().connector(&connector).cloned().ok_or_else(unknown)?;
    let secrets = services.store.secrets().await.map_err(store_error)?;
    let files = Arc::new(RunFiles { store: services.store.clone(), run });
    let lent = causeway_connector::Services {
        http: services.http.clone(),
        files: Arc::clone(&files) as _,
        sealer: services.sealer().clone(),
        secrets,
    };
    let call = found.call(&operation, Call { input, idempotency_key, services: lent });
    let output = match timeout {
        None => call.await?,
        Some(span) => tokio::time::timeout(span.to_std(), call).await.map_err(|_| too_long(span))??,
    };
    keep_large(&*files, output).await
}

fn too_long(span: Span) -> StepError {
    StepError::new("timeout", ErrorClass::Timeout, text!("No answer within {span}", "在 {span} 內沒有回應"))
}
