//! The registry of system connectors: one folder per system, each native one listed here.

use std::sync::Arc;

use causeway_connector::Connector;

mod http;

/// Every native connector, by name.
pub fn all() -> Vec<Arc<dyn Connector>> {
    vec![
        Arc::new(http::Http::new()), //
    ]
}

#[cfg(test)]
mod tests {
    use causeway_connector::{Catalogue, schema};

    #[test]
    fn every_operation_speaks_both_languages() {
        let catalogue = Catalogue::new(super::all()).expect("names differ");
        for connector in catalogue.connectors() {
            for summary in &connector.spec().operations {
                let operation = connector.operation(&summary.name).expect("what is listed is there");
                assert!(!summary.title.zh_tw.is_empty() && !summary.description.zh_tw.is_empty());
                for (name, property) in operation.input["properties"].as_object().expect("an object schema") {
                    for text in [schema::title(property), schema::description(property)] {
                        assert!(!text.en.is_empty() && !text.zh_tw.is_empty(), "{}: {name}", summary.name);
                    }
                }
            }
        }
    }
}
