//! Declared connectors against real servers on this machine.

mod account;
mod calls;
mod certificates;
mod consents;
mod isolation;
mod lists;
mod round_trip;
mod sessions;
mod shaping;

use causeway_connector::declared::{Declared, Source};
use causeway_connector::{Account, Call, Connector};
use causeway_model::{StepError, Value};
use serde_json::{Map, json};

use crate::world::World;
use account::TestAccount;

/// A document with these paths and parts beside them.
fn document(paths: Value, parts: Value) -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "x-causeway": { "name": "shop", "version": "1.0.0", "title": { "en": "Shop", "zh-TW": "商店" },
            "description": { "en": "A shop.", "zh-TW": "商店。" } },
        "info": { "title": "Shop", "version": "1" },
        "paths": paths,
    });
    let object = document.as_object_mut().expect("an object");
    for (name, part) in parts.as_object().cloned().unwrap_or_default() {
        match (object.get_mut(&name), part) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (_, part) => {
                object.insert(name, part);
            }
        }
    }
    document
}

fn connector(document: &Value) -> Declared {
    let connector =
        Declared::new(Source::new("shop").with("openapi.json", document.to_string().into_bytes()));
    let errors: Vec<_> = connector
        .check()
        .into_iter()
        .filter(|finding| finding.severity == causeway_model::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    connector
}

async fn call(
    connector: &Declared,
    operation: &str,
    input: Value,
    account: &TestAccount,
    world: &World,
) -> Result<Value, StepError> {
    let account: std::sync::Arc<dyn Account> = std::sync::Arc::new(account.clone());
    let services = world.services.clone();
    let call = Call { input, idempotency_key: "key-1".to_owned(), account: Some(account), services };
    connector.call(operation, call).await
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
