//! A connector with connections, for tests that call nothing.

use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::{Call, Connector, ConsentAsk, ConsentGrant, ConsentPlace, Consents, Trial};
use causeway_model::{
    AuthKind, AuthSpec, ConnectionSpec, ConnectorCategory, ConnectorSpec, Environment, ErrorClass,
    Idempotency, OperationSpec, OperationSummary, StepError, Value, text,
};
use serde_json::json;

pub(crate) struct Erp {
    spec: ConnectorSpec,
    operations: Vec<Arc<OperationSpec>>,
}

impl Erp {
    pub fn new() -> Self {
        let create = OperationSummary {
            name: "create".to_owned(),
            title: text!("Create", "建立"),
            description: text!("Creates.", "建立。"),
            idempotency: Idempotency::None,
            read_only: false,
        };
        let list = OperationSummary {
            name: "list".to_owned(),
            title: text!("List", "列出"),
            description: text!("Lists.", "列出。"),
            read_only: true,
            ..create.clone()
        };
        let auth = |name: &str, kind, fields: &[&str]| AuthSpec {
            name: name.to_owned(),
            kind,
            title: text!("A key", "金鑰"),
            description: text!("Of the ERP.", "ERP 的金鑰。"),
            credentials: json!({
                "type": "object",
                "required": fields,
                "properties": fields
                    .iter()
                    .map(|field| ((*field).to_owned(), json!({ "type": "string", "minLength": 4 })))
                    .collect::<serde_json::Map<_, _>>(),
            }),
        };
        let connection = ConnectionSpec {
            settings: json!({
                "type": "object",
                "required": ["base_url"],
                "additionalProperties": false,
                "properties": { "base_url": { "type": "string", "pattern": "^https://" }, "company": { "type": "integer" } },
            }),
            auth: vec![
                auth("key", AuthKind::ApiKey, &["api_key"]),
                auth("oauth", AuthKind::OauthClient, &["client_id", "client_secret"]),
                auth("consent", AuthKind::OauthCode, &["client_id", "client_secret"]),
            ],
            test: Some("create".to_owned()),
        };
        let spec = ConnectorSpec {
            name: "erp".to_owned(),
            version: "1.0.0".to_owned(),
            title: text!("ERP", "ERP"),
            description: text!("An ERP.", "ERP 系統。"),
            category: ConnectorCategory::General,
            connection: Some(connection),
            operations: vec![create.clone(), list.clone()],
            triggers: Vec::new(),
            records: Vec::new(),
        };
        let whole = |summary| {
            Arc::new(OperationSpec { summary, input: json!({ "type": "object" }), output: json!({}) })
        };
        Self { spec, operations: [create, list].map(whole).into() }
    }
}

#[async_trait]
impl Connector for Erp {
    fn spec(&self) -> &ConnectorSpec {
        &self.spec
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        self.operations.iter().find(|operation| operation.summary.name == name).cloned()
    }

    async fn call(&self, _: &str, _: Call) -> Result<Value, StepError> {
        Ok(Value::Null)
    }
}

/// Works in production, and is not let in for tests.
pub(crate) struct Tried;

#[async_trait]
impl Trial for Tried {
    async fn attempt(&self, _: &str, environment: Environment) -> Result<(), StepError> {
        match environment {
            Environment::Production => Ok(()),
            Environment::Test => Err(StepError {
                status: Some(401),
                ..StepError::new("http_status", ErrorClass::Auth, text!("It answered 401", "系統回應 401"))
            }),
        }
    }

    async fn look(&self, _: &str, _: &str, _: Value, _: u64) -> Result<Vec<Value>, StepError> {
        Ok(vec![json!({ "code": "A", "name": "Main" }), json!({ "code": 7 }), json!({ "name": "Nameless" })])
    }
}

/// Everybody consents at one place, and every code is a good one.
#[async_trait]
impl Consents for Tried {
    async fn place(
        &self,
        connection: &str,
        _: Environment,
        ask: &ConsentAsk,
    ) -> Result<ConsentPlace, StepError> {
        let origin = "https://id.example".to_owned();
        let url = format!("{origin}/{connection}?state={}", ask.state);
        Ok(ConsentPlace { url, origin, issuer: None })
    }

    async fn finish(&self, _: ConsentGrant) -> Result<(), StepError> {
        Ok(())
    }
}
