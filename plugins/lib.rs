//! The registry of system connectors: one folder per system. Native ones are listed here; every folder with an `openapi.yaml` is
//! a declared one, and is found by itself.

use std::sync::Arc;

use causeway_connector::Connector;
use causeway_connector::declared::{Declared, Source};

mod graphql;
mod http;

type Folder = (&'static str, &'static [(&'static str, &'static [u8])]);

/// Made by `build.rs`.
const DECLARED: &[Folder] = include!(concat!(env!("OUT_DIR"), "/declared.rs"));

/// Every connector in the binary.
pub fn all() -> Vec<Arc<dyn Connector>> {
    let declared = declared().into_iter().map(|connector| Arc::new(connector) as Arc<dyn Connector>);
    native().into_iter().chain(declared).collect()
}

fn native() -> Vec<Arc<dyn Connector>> {
    vec![Arc::new(graphql::Graphql::new()), Arc::new(http::Http::new())]
}

/// The connectors that are documents.
pub fn declared() -> Vec<Declared> {
    let source = |(name, files): &Folder| {
        files.iter().fold(Source::new(*name), |source, (path, content)| source.with(*path, *content))
    };
    DECLARED.iter().map(|folder| Declared::new(source(folder))).collect()
}

#[cfg(test)]
mod tests {
    use causeway_connector::{Catalogue, Connector, schema};

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

    /// What their fixtures show is what they do; and every operation has one.
    #[test]
    fn declared_connectors_are_sound_and_their_fixtures_pass() {
        for connector in super::declared() {
            let name = connector.name().to_owned();
            let replayed = connector.replay();
            let findings: Vec<String> = connector
                .check()
                .into_iter()
                .chain(replayed.findings)
                .map(|finding| format!("{name} {}: {}", finding.at, finding.message.en))
                .collect();
            assert!(findings.is_empty(), "{}", findings.join("\n"));
            assert!(replayed.without.is_empty(), "{name}: no fixture for {}", replayed.without.join(", "));
            for file in ["README.md", "README.zh-TW.md", "icon.svg"] {
                let source = connector.source().expect("it was read");
                assert!(source.text(file).is_some(), "{name} has no {file}");
            }
        }
    }
}
