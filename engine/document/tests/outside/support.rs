//! A small catalogue, and documents to start from.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use causeway_connector::{Call, Catalogue, Connector};
use causeway_document::{Compiler, Plan, parse};
use causeway_model::{
    ConnectionSpec, ConnectorCategory, ConnectorSpec, Fault, Flow, Idempotency, OperationSpec,
    OperationSummary, Severity, StepError, Value, text,
};
use causeway_script::{Engine, Limits, Sealer};
use serde_json::json;

/// `http.request` in small, a `shop` whose writes cannot be repeated, and an `erp` that is called with a connection.
struct Fake(ConnectorSpec, Vec<Arc<OperationSpec>>);

#[async_trait]
impl Connector for Fake {
    fn spec(&self) -> &ConnectorSpec {
        &self.0
    }

    fn operation(&self, name: &str) -> Option<Arc<OperationSpec>> {
        self.1.iter().find(|operation| operation.summary.name == name).cloned()
    }

    async fn call(&self, _operation: &str, _call: Call) -> Result<Value, StepError> {
        Ok(Value::Null)
    }
}

fn operation(name: &str, input: Value, idempotency: Idempotency, read_only: bool) -> OperationSpec {
    let summary = OperationSummary {
        name: name.to_owned(),
        title: text!("Do it", "執行"),
        description: text!("Does it.", "執行它。"),
        idempotency,
        read_only,
    };
    OperationSpec { summary, input, output: json!({}) }
}

fn connector(name: &str, operations: Vec<OperationSpec>) -> Arc<dyn Connector> {
    connector_with(name, None, operations)
}

fn connector_with(
    name: &str,
    connection: Option<ConnectionSpec>,
    operations: Vec<OperationSpec>,
) -> Arc<dyn Connector> {
    let spec = ConnectorSpec {
        name: name.to_owned(),
        version: "1.2.0".to_owned(),
        title: text!("Fake", "假的"),
        description: text!("For tests.", "測試用。"),
        category: ConnectorCategory::General,
        connection,
        operations: operations.iter().map(|operation| operation.summary.clone()).collect(),
        triggers: Vec::new(),
        records: Vec::new(),
    };
    Arc::new(Fake(spec, operations.into_iter().map(Arc::new).collect()))
}

fn account() -> ConnectionSpec {
    let settings = json!({ "type": "object", "required": ["base_url"], "properties": { "base_url": { "type": "string" } } });
    ConnectionSpec { settings, auth: Vec::new(), test: None }
}

fn request() -> Value {
    json!({
        "type": "object",
        "required": ["method", "url"],
        "additionalProperties": false,
        "properties": {
            "method": { "enum": ["GET", "POST"] },
            "url": { "type": "string", "minLength": 1 },
            "headers": { "type": "object", "additionalProperties": { "type": "string" }, "x-causeway-secret": true },
            "json": { "x-causeway-secret": true },
            "form": { "type": "object" },
            "auth": {
                "x-causeway-secret": true,
                "oneOf": [
                    { "required": ["type", "token"], "properties": { "type": { "const": "bearer" } } },
                    { "required": ["type", "username"], "properties": { "type": { "const": "basic" } } }
                ]
            },
            "retries": { "type": "integer", "minimum": 0, "maximum": 5 },
            "timeout": { "type": "string", "format": "duration" }
        },
        "dependentSchemas": { "json": { "properties": { "form": false } } }
    })
}

/// One for all tests.
pub fn compiler() -> Compiler {
    static COMPILER: LazyLock<Compiler> = LazyLock::new(made);
    COMPILER.clone()
}

fn made() -> Compiler {
    let order = json!({ "type": "object", "required": ["no"], "properties": { "no": { "type": "string" } } });
    let catalogue = Catalogue::new(vec![
        connector("http", vec![operation("request", request(), Idempotency::Header, false)]),
        connector(
            "shop",
            vec![
                operation("create_order", order.clone(), Idempotency::None, false),
                operation("find_order", order.clone(), Idempotency::None, true),
            ],
        ),
        connector_with("erp", Some(account()), vec![operation("create", order, Idempotency::None, false)]),
    ]);
    Compiler { engine: Engine::new(Limits::default(), Sealer::new([7; 32])), catalogue: catalogue.unwrap() }
}

/// A flow started by hand with these steps.
pub fn document(steps: Value) -> Value {
    with_trigger(json!({ "use": "manual" }), steps)
}

pub fn with_trigger(trigger: Value, steps: Value) -> Value {
    json!({ "causeway": 1, "kind": "flow", "slug": "orders", "name": "Orders", "trigger": trigger, "steps": steps })
}

pub fn webhook(with: Value) -> Value {
    with_trigger(json!({ "use": "webhook", "with": with }), json!([script("a", "1", json!([]))]))
}

pub fn script(id: &str, code: &str, after: Value) -> Value {
    json!({ "id": id, "use": "script", "with": { "code": code }, "after": after })
}

/// `id` after `after`, doing nothing.
pub fn step(id: &str, after: Value) -> Value {
    script(id, "1", after)
}

pub fn branch(id: &str, after: Value) -> Value {
    json!({ "id": id, "use": "branch", "after": after, "with": { "cases": [{ "port": "large", "when": "1 > 0" }], "otherwise": "small" } })
}

pub fn approval(id: &str, after: Value) -> Value {
    json!({ "id": id, "use": "approval", "after": after, "with": { "message": "?", "approvers": ["role:operator"] } })
}

pub fn each(id: &str, body: Value, after: Value) -> Value {
    json!({ "id": id, "use": "for_each", "after": after, "with": { "items": [1, 2], "body": body } })
}

pub fn request_step(id: &str, with: Value) -> Value {
    json!({ "id": id, "use": "http.request", "with": with })
}

#[track_caller]
pub fn flow(document: &Value) -> Flow {
    parse(&document.to_string()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[track_caller]
pub fn plan(document: &Value) -> Plan {
    compiler().compile(&flow(document)).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// What reading and checking say of a document.
pub fn faults(document: &Value) -> Vec<Fault> {
    match parse(&document.to_string()) {
        Err(faults) => faults,
        Ok(flow) => compiler().check(&flow),
    }
}

/// `code pointer`, warnings with a `?` in front.
pub fn told(faults: &[Fault]) -> Vec<String> {
    let mut told: Vec<String> = faults
        .iter()
        .map(|fault| {
            let mark = if fault.severity == Severity::Warning { "?" } else { "" };
            format!("{mark}{} {}", fault.code, fault.pointer)
        })
        .collect();
    told.sort();
    told
}
