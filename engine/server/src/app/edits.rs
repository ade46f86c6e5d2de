//! Inputs that a person edits before a resume. People see `{{ secret.x }}` where a sealed token stands; what they left
//! as they saw it becomes that token again.

use std::collections::BTreeMap;

use causeway_model::{Entry, Event, StepId, Value};
use causeway_script::Sealer;

/// The input that a step of the run was last attempted with.
fn last_input<'a>(journal: &'a [Entry], step: &StepId) -> Option<&'a Value> {
    journal.iter().rev().find_map(|entry| match &entry.event {
        Event::StepStarted { step: id, input: Some(input), .. }
        | Event::StepWaiting { step: id, input, .. }
        | Event::InputEdited { step: id, input, .. }
            if id == step =>
        {
            Some(input)
        }
        _ => None,
    })
}

pub(super) fn resealed(
    edits: BTreeMap<StepId, Value>,
    journal: &[Entry],
    sealer: &Sealer,
) -> BTreeMap<StepId, Value> {
    edits
        .into_iter()
        .map(|(step, mut edited)| {
            if let Some(before) = last_input(journal, &step) {
                restore(&mut edited, before, &|text| sealer.is_sealed(text).then(|| sealer.shown(text)));
            }
            (step, edited)
        })
        .collect()
}

/// `shown` gives how a sealed text is shown, and nothing for plain text.
fn restore(edited: &mut Value, before: &Value, shown: &impl Fn(&str) -> Option<String>) {
    match (edited, before) {
        (Value::String(edited), Value::String(before))
            if shown(before).is_some_and(|shown| shown == *edited) =>
        {
            edited.clone_from(before);
        }
        (Value::Array(edited), Value::Array(before)) => {
            edited.iter_mut().zip(before).for_each(|(edited, before)| restore(edited, before, shown));
        }
        (Value::Object(edited), Value::Object(before)) => {
            for (key, edited) in edited.iter_mut() {
                if let Some(before) = before.get(key) {
                    restore(edited, before, shown);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_left_as_shown_is_sealed_again() {
        let shown = |text: &str| text.strip_prefix("sealed:").map(|name| format!("{{{{ secret.{name} }}}}"));
        let before =
            json!({"headers": {"auth": "sealed:erp"}, "json": {"qty": -1}, "list": ["sealed:a", "b"]});
        let mut edited = json!({"headers": {"auth": "{{ secret.erp }}", "other": "{{ secret.erp }}"}, "json": {"qty": 1}, "list": ["{{ secret.a }}", "{{ secret.a }}"]});
        restore(&mut edited, &before, &shown);
        let wanted = json!({"headers": {"auth": "sealed:erp", "other": "{{ secret.erp }}"}, "json": {"qty": 1}, "list": ["sealed:a", "{{ secret.a }}"]});
        assert_eq!(edited, wanted);
    }
}
