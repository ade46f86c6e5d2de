//! `http`: any request to any address. All that it does is read its input; sending is the connector crate's HTTP runtime.

mod input;
mod spec;

use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::http::Request;
use causeway_connector::{Call, Connector, Services};
use causeway_model::{ConnectorSpec, ErrorClass, OperationSpec, StepError, Value, text};

/// The header in which the engine's key goes out, unless the user set it.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

pub(crate) struct Http {
    spec: ConnectorSpec,
    request: Arc<OperationSpec>,
}

impl Http {
    pub(crate) fn new() -> Self {
        let request = Arc::new(spec::request());
        Self { spec: spec::connector(&request), request }
    }
}

#[async_trait]
impl Connector for Http {
    fn spec(&self) -> &ConnectorSpec {
        &self.spec
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        (name == self.request.summary.name).then(|| self.request.clone())
    }

    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError> {
        let (request, services) = prepare(operation, call)?;
        let http = services.http.clone();
        http.send(request, &services).await.map(|response| response.into_value())
    }

    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let (request, services) = prepare(operation, call)?;
        services.http.rehearse(request, &services).map(|shown| Some(shown.into_value()))
    }
}

/// The request of a call, whether it goes out or is only shown.
fn prepare(operation: &str, call: Call) -> Result<(Request, Services), StepError> {
    if operation != "request" {
        return Err(StepError::new(
            "operation_unknown",
            ErrorClass::Bug,
            text!("The connector http has no operation `{operation}`", "連接器 http 沒有操作 `{operation}`"),
        ));
    }
    let mut request = input::request(call.input)?;
    if !request.has_header(IDEMPOTENCY_KEY) {
        request.headers.push((IDEMPOTENCY_KEY.to_owned(), call.idempotency_key));
    }
    Ok((request, call.services))
}
