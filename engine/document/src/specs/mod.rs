//! What the step kinds and the trigger kinds are: names, texts, inputs and ports. One file each; palette, forms, checks and the
//! published schema follow from them.

pub(crate) mod parts;
pub mod steps;
pub mod triggers;

use causeway_model::{Text, TriggerKind, Value};
use serde::Serialize;

pub use steps::{StepKind, step_kind, step_kinds};
pub use triggers::{Trigger, connector_with, trigger_kind, trigger_kinds};

/// A kind as the catalogue shows it.
#[derive(Clone, Debug, Serialize)]
pub struct KindSpec {
    pub name: &'static str,
    pub title: Text,
    pub description: Text,
    /// JSON Schema (2020-12) of `with`.
    pub input: Value,
    /// The named exits, `error` aside; empty for steps with one exit, and for triggers.
    pub ports: Vec<String>,
    /// Whether the input names further exits (the cases of a branch).
    pub named_by_input: bool,
    /// Whether it is a function of the run's record, without any effect.
    pub pure: bool,
}

/// The step kinds in alphabetical order.
pub fn step_specs() -> Vec<KindSpec> {
    let spec = |kind: &&'static dyn StepKind| KindSpec {
        name: kind.name(),
        title: kind.title(),
        description: kind.description(),
        input: kind.schema(),
        ports: kind.ports(&Value::Null).unwrap_or_default(),
        named_by_input: kind.ports_follow_input(),
        pure: kind.is_pure(),
    };
    step_kinds().iter().map(spec).collect()
}

/// The trigger kinds in alphabetical order.
pub fn trigger_specs() -> Vec<KindSpec> {
    let spec = |kind: &&'static dyn Trigger| KindSpec {
        name: kind.kind().name(),
        title: kind.title(),
        description: kind.description(),
        input: kind.schema(),
        ports: Vec::new(),
        named_by_input: false,
        pure: true,
    };
    trigger_kinds().iter().map(spec).collect()
}

/// The fields of `trigger` that expressions may read.
pub fn trigger_fields(kind: TriggerKind) -> &'static [&'static str] {
    match kind {
        TriggerKind::Connector => triggers::CONNECTOR_FIELDS,
        kind => trigger_kind(kind.name()).map_or(&[], |spec| spec.fields()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_speaks_both_languages_and_stands_in_order() {
        for specs in [step_specs(), trigger_specs()] {
            assert!(specs.is_sorted_by_key(|spec| spec.name));
            for spec in specs {
                assert!(!spec.title.en.is_empty() && !spec.title.zh_tw.is_empty(), "{}", spec.name);
                assert!(
                    spec.description.en.len() > 20 && !spec.description.zh_tw.is_empty(),
                    "{}",
                    spec.name
                );
                let fields = spec.input["properties"].as_object().expect("an object schema");
                for (name, field) in fields {
                    assert!(field["title"].is_string(), "{}.{name} has no title", spec.name);
                    assert!(field[parts::ZH_TW]["title"].is_string(), "{}.{name}: zh-TW", spec.name);
                }
                assert_eq!(spec.input["additionalProperties"], false, "{}", spec.name);
                crate::InputSchema::new(&spec.input).expect("a valid schema");
            }
        }
    }
}
