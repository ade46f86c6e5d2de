//! `graphql`: queries and mutations at any GraphQL endpoint, with a connection that says where it is and how to sign in.

mod answer;
mod document;
mod input;
mod list;
mod spec;

use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::http::{Auth, Body, Request, Response};
use causeway_connector::{
    Account, Call, Connector, Limits, Observed, Services, sealed_credential, with_credentials,
};
use causeway_model::{ConnectorSpec, ErrorClass, OperationSpec, StepError, Value, text};
use serde_json::json;

use answer::Answer;
use input::Input;

pub(crate) struct Graphql {
    spec: ConnectorSpec,
    operations: Vec<Arc<OperationSpec>>,
}

impl Graphql {
    pub(crate) fn new() -> Self {
        let operations: Vec<_> = spec::operations().into_iter().map(Arc::new).collect();
        Self { spec: spec::connector(&operations), operations }
    }
}

#[async_trait]
impl Connector for Graphql {
    fn spec(&self) -> &ConnectorSpec {
        &self.spec
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        self.operations.iter().find(|operation| operation.summary.name == name).cloned()
    }

    async fn call(&self, operation: &str, call: Call) -> Result<Value, StepError> {
        let (input, caller) = prepare(operation, call)?;
        match &input.list {
            Some(list) => list::all(&input, list, &caller).await,
            None => {
                let answer = caller.ask(&input, input.variables.clone()).await?;
                Ok(answer.into_value())
            }
        }
    }

    fn rehearse(&self, operation: &str, call: Call) -> Result<Option<Value>, StepError> {
        let (input, caller) = prepare(operation, call)?;
        let request = caller.request(&input, input.variables.clone())?;
        caller.services.http.rehearse(request, &caller.services).map(|shown| Some(shown.into_value()))
    }
}

fn prepare(operation: &str, call: Call) -> Result<(Input, Caller), StepError> {
    let input = Input::read(operation, call.input)?;
    let account = call.account.ok_or_else(|| {
        StepError::new(
            "connection_missing",
            ErrorClass::Invalid,
            text!(
                "GraphQL needs a connection, which says where the endpoint is: name one in the step",
                "GraphQL 需要連線才知道端點位置：請在步驟中指定連線"
            ),
        )
    })?;
    let services = with_credentials(&call.services, account.as_ref(), None);
    Ok((input, Caller { account, services }))
}

/// Whoever asks: an account, and what it is lent.
struct Caller {
    account: Arc<dyn Account>,
    services: Services,
}

impl Caller {
    fn request(&self, input: &Input, variables: Value) -> Result<Request, StepError> {
        let setting = |name: &str| self.account.settings()[name].as_str().filter(|said| !said.is_empty());
        let Some(url) = setting("url") else {
            return Err(StepError::new(
                "address_missing",
                ErrorClass::Invalid,
                text!(
                    "It is not said where the endpoint is: set `url` in the connection",
                    "未設定端點網址：請在連線中設定 `url`"
                ),
            ));
        };
        let mut request = Request::new("POST", url);
        let accepts = "application/graphql-response+json, application/json;q=0.9";
        request.headers.push(("Accept".to_owned(), accepts.to_owned()));
        request.auth = self.auth(setting("header"));
        let mut body = json!({ "query": input.query });
        if let Some(name) = &input.operation_name {
            body["operationName"] = json!(name);
        }
        if variables.as_object().is_some_and(|variables| !variables.is_empty()) {
            body["variables"] = variables;
        }
        request.body = Body::Json(body);
        Ok(request)
    }

    fn auth(&self, header: Option<&str>) -> Option<Auth> {
        let sealed = |field: &str| sealed_credential(&self.services, field);
        match self.account.auth()? {
            "bearer" => Some(Auth::Bearer { token: sealed("token") }),
            "header" => {
                let name = header.unwrap_or(spec::USUAL_HEADER).to_owned();
                Some(Auth::Header { name, value: sealed("api_key") })
            }
            "basic" => Some(Auth::Basic {
                username: self.account.credentials().get("username").cloned().unwrap_or_default(),
                password: sealed("password"),
            }),
            _ => None,
        }
    }

    /// One request, as the connection.
    async fn ask(&self, input: &Input, variables: Value) -> Result<Answer, StepError> {
        let request = self.request(input, variables)?;
        let permit = self.account.permit(&Limits::default()).await?;
        let outcome = self.services.http.send(request, &self.services).await;
        drop(permit);
        let read = outcome.map(|Response { body, .. }| body).map_err(answer::refused);
        let read = read.and_then(|body| answer::read(body, input.accepts_partial));
        self.account.observe(match &read {
            Ok(_) => Observed::Succeeded,
            Err(error) => Observed::Failed { class: error.class, retry_after_ms: error.retry_after_ms },
        });
        read
    }
}
