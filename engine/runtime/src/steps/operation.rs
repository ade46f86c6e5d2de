//! A connector's operation: one attempt.

use std::sync::Arc;

use causeway_connector::{Call, Catalogue, Connector, Files};
use causeway_model::{Environment, ErrorClass, RunId, Span, StepError, Value, text};
use causeway_script::Secrets;

use crate::files::{RunFiles, keep_large, store_error};
use crate::services::Services;

#[derive(Clone)]
pub struct Attempt {
    pub run: RunId,
    pub connector: String,
    /// The version that the flow was published with; `None` means what there is.
    pub version: Option<String>,
    pub operation: String,
    /// With whose account.
    pub connection: Option<String>,
    /// Which of the connection's values are meant.
    pub environment: Environment,
    pub input: Value,
    pub idempotency_key: String,
    pub timeout: Option<Span>,
}

/// Calls the operation once, and keeps what is large of its output as a file. Dropping the future ends the call.
pub async fn attempt(services: Services, attempt: Attempt) -> Result<Value, StepError> {
    let files = RunFiles { store: services.store.clone(), run: attempt.run };
    let output = call(&services, attempt).await?;
    keep_large(&files, output).await
}

/// Calls the operation once, and notes how its connection fares.
pub async fn call(services: &Services, attempt: Attempt) -> Result<Value, StepError> {
    let files = Arc::new(RunFiles { store: services.store.clone(), run: attempt.run });
    call_with(services, attempt, files).await
}

/// The same, for a caller who takes the files and streams that the operation makes.
pub async fn call_with(
    services: &Services,
    attempt: Attempt,
    files: Arc<dyn Files>,
) -> Result<Value, StepError> {
    let Attempt {
        connector,
        version,
        operation,
        connection,
        environment,
        input,
        idempotency_key,
        timeout,
        ..
    } = attempt;
    let found = connector_of(services, &connector, version.as_deref()).await?;
    let account = match &connection {
        Some(name) => services.accounts.find(name, found.spec(), environment).await?,
        None => None,
    };
    let secrets = services.store.secrets().await.map_err(store_error)?;
    let lent_account = account.clone().map(|account| account as _);
    let lent = lend(services, files, secrets);
    let call = found.call(&operation, Call { input, idempotency_key, account: lent_account, services: lent });
    let called = match timeout {
        None => call.await,
        Some(span) => match tokio::time::timeout(span.to_std(), call).await {
            Ok(called) => called,
            Err(_) => Err(too_long(span)),
        },
    };
    if let Some(account) = account {
        account.note_health(called.as_ref().err());
    }
    called
}

/// What the operation would send, where it can tell. It is given the names of the secrets and credentials, and no value of any.
pub async fn rehearse(services: Services, attempt: Attempt) -> Result<Option<Value>, StepError> {
    let Attempt {
        run, connector, version, operation, connection, environment, input, idempotency_key, ..
    } = attempt;
    let found = connector_of(&services, &connector, version.as_deref()).await?;
    let account = match &connection {
        Some(name) => services.accounts.rehearse(name, found.spec(), environment).await?,
        None => None,
    };
    let names = services.store.secret_names().await.map_err(store_error)?;
    let names = names.into_iter().map(|name| (name, String::new())).collect();
    let files = Arc::new(RunFiles { store: services.store.clone(), run });
    let lent = lend(&services, files, Arc::new(names));
    let call = Call { input, idempotency_key, account, services: lent };
    // A connector's own functions may take their time.
    let rehearsed = tokio::task::spawn_blocking(move || found.rehearse(&operation, call)).await;
    rehearsed.unwrap_or_else(|_| {
        Err(StepError::new(
            "rehearsal_failed",
            ErrorClass::Bug,
            text!("The request could not be made", "無法產生請求"),
        ))
    })
}

pub fn lend(
    services: &Services,
    files: Arc<dyn Files>,
    secrets: Arc<Secrets>,
) -> causeway_connector::Services {
    causeway_connector::Services {
        http: services.http.clone(),
        files,
        sealer: services.sealer().clone(),
        secrets,
    }
}

/// A connector in the version that is meant. One that is not known here may have been installed a moment ago.
pub async fn connector_of(
    services: &Services,
    name: &str,
    version: Option<&str>,
) -> Result<Arc<dyn Connector>, StepError> {
    let find = |catalogue: &Catalogue| match version {
        Some(version) => catalogue.connector_at(name, version),
        None => catalogue.connector(name),
    };
    found_by_now(services, name, version, find).await
}

/// The connector of a connection, which goes on where nothing is published with it any more.
pub async fn connector_of_connection(
    services: &Services,
    name: &str,
) -> Result<Arc<dyn Connector>, StepError> {
    found_by_now(services, name, None, |catalogue| catalogue.known(name)).await
}

async fn found_by_now(
    services: &Services,
    name: &str,
    version: Option<&str>,
    find: impl Fn(&Catalogue) -> Option<Arc<dyn Connector>>,
) -> Result<Arc<dyn Connector>, StepError> {
    let catalogue = services.catalogue();
    if let Some(found) = find(catalogue) {
        return Ok(found);
    }
    catalogue.renew(true).await?;
    find(catalogue).ok_or_else(|| {
        let shown = version.map(|version| format!(" {version}")).unwrap_or_default();
        StepError::new(
            "connector_unknown",
            ErrorClass::Invalid,
            text!("The connector `{name}`{shown} is not installed", "連接器 `{name}`{shown} 尚未安裝"),
        )
    })
}

fn too_long(span: Span) -> StepError {
    StepError::new("timeout", ErrorClass::Timeout, text!("No answer within {span}", "在 {span} 內沒有回應"))
}
