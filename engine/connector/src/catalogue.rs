//! The connectors there are, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::OperationSpec;

use crate::Connector;

/// Every connector by name.
#[derive(Clone, Default)]
pub struct Catalogue {
    connectors: Arc<BTreeMap<String, Arc<dyn Connector>>>,
}

impl Catalogue {
    /// Refuses two of one name.
    pub fn new(connectors: Vec<Arc<dyn Connector>>) -> Result<Self, String> {
        let mut by_name = BTreeMap::new();
        for connector in connectors {
            let name = connector.name().to_owned();
            if by_name.insert(name.clone(), connector).is_some() {
                return Err(format!("two connectors are named `{name}`"));
            }
        }
        Ok(Self { connectors: Arc::new(by_name) })
    }

    pub fn connector(&self, name: &str) -> Option<&Arc<dyn Connector>> {
        self.connectors.get(name)
    }

    pub fn operation(&self, connector: &str, operation: &str) -> Option<Arc<OperationSpec>> {
        self.connector(connector)?.operation(operation)
    }

    pub fn connectors(&self) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.connectors.values()
    }
}
