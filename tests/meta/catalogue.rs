//! Completeness: each step kind, trigger kind and operation is described in both languages and used by a test or a shipped flow.

use causeway_connector::Connector;
use causeway_document::specs::{KindSpec, step_specs, trigger_specs};
use causeway_model::{Text, TriggerKind, Value};

use super::source::{files, read};

/// What tests and shipped flows say.
fn uses() -> String {
    let ours = |path: &std::path::PathBuf| path.starts_with("tests") || path.starts_with("workflows");
    files(&["rs", "json"])
        .iter()
        .filter(|path| ours(path) && !path.starts_with("tests/meta"))
        .map(|path| read(path))
        .collect()
}

fn described(what: &str, title: &Text, description: &Text, faults: &mut Vec<String>) {
    for (name, text) in [("title", title), ("description", description)] {
        if text.en.trim().is_empty() || text.zh_tw.trim().is_empty() {
            faults.push(format!("{what} has no {name} in both languages"));
        }
        if name == "description" && !text.zh_tw.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            faults.push(format!("{what}: its zh-TW {name} is not Chinese: {}", text.zh_tw));
        }
    }
}

#[test]
fn every_kind_is_described_and_used() {
    let used = uses();
    let mut faults = Vec::new();
    let kinds: Vec<(&str, KindSpec)> = step_specs()
        .into_iter()
        .map(|spec| ("step kind", spec))
        .chain(trigger_specs().into_iter().map(|spec| ("trigger kind", spec)))
        .collect();
    // Events of connectors are described by these.
    let triggers = TriggerKind::ALL.iter().filter(|kind| **kind != TriggerKind::Connector).count();
    assert_eq!(kinds.len(), 8 + triggers);
    for (sort, spec) in kinds {
        let what = format!("{sort} `{}`", spec.name);
        described(&what, &spec.title, &spec.description, &mut faults);
        if !used.contains(&format!("\"{}\"", spec.name)) {
            faults.push(format!("{what} is used by no test and no shipped flow"));
        }
        if spec.input["type"] != "object" {
            faults.push(format!("{what}: its input's schema is no object's: {}", spec.input));
        }
        fields(&what, &spec.input, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_operation_is_described_and_used() {
    let used = uses();
    let mut faults = Vec::new();
    let declared: Vec<String> =
        causeway_plugins::declared().iter().map(|connector| connector.spec().name.clone()).collect();
    for connector in causeway_plugins::all() {
        let spec = connector.spec();
        described(&format!("connector `{}`", spec.name), &spec.title, &spec.description, &mut faults);
        for operation in &spec.operations {
            let what = format!("{}.{}", spec.name, operation.name);
            described(&what, &operation.title, &operation.description, &mut faults);
            // Declared ones have a fixture for each operation: a test of the plugins asks for it.
            if !declared.contains(&spec.name) && !used.contains(&format!("\"{what}\"")) {
                faults.push(format!("{what} is used by no test and no shipped flow"));
            }
            let whole = connector.operation(&operation.name).expect("what is listed is there");
            fields(&what, &whole.input, &mut faults);
            if !whole.output.is_object() {
                faults.push(format!("{what} does not say what it gives"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Forms are made of the schemas, so each field needs a title.
fn fields(what: &str, schema: &Value, faults: &mut Vec<String>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let has_text = field.get("title").is_some() || field.get("x-causeway-title").is_some();
        if !has_text {
            faults.push(format!("{what}: the field `{name}` has no title"));
        }
    }
}
