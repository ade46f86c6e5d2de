//! What a schema says of the places of a value: which hold formulas, may hold secrets, hold no expressions.

use std::collections::BTreeSet;

use causeway_model::Value;

use crate::faults::child;
use crate::specs::parts::{DURATION, EXPRESSION, FIXED, SCRIPT, SECRET};

/// Pointers into one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// Bare formulas.
    expressions: BTreeSet<String>,
    scripts: BTreeSet<String>,
    secrets: BTreeSet<String>,
    fixed: BTreeSet<String>,
    durations: BTreeSet<String>,
}

/// References may go round in circles; a value is no deeper than this.
const DEEPEST: usize = 200;

impl Marks {
    pub fn of(schema: &Value, value: &Value) -> Self {
        let mut marks = Self::default();
        Walk { root: schema, marks: &mut marks }.visit(schema, value, String::new(), 0);
        marks
    }

    pub fn is_formula(&self, pointer: &str) -> bool {
        self.expressions.contains(pointer)
    }

    /// A formula or a script: `{{` means nothing in it.
    pub fn is_code(&self, pointer: &str) -> bool {
        self.expressions.contains(pointer) || self.scripts.contains(pointer)
    }

    /// Also inside what may hold secrets.
    pub fn takes_secrets(&self, pointer: &str) -> bool {
        is_in(&self.secrets, pointer)
    }

    /// Also inside what is fixed.
    pub fn is_fixed(&self, pointer: &str) -> bool {
        is_in(&self.fixed, pointer)
    }

    pub fn is_duration(&self, pointer: &str) -> bool {
        self.durations.contains(pointer)
    }

    pub fn durations(&self) -> impl Iterator<Item = &str> {
        self.durations.iter().map(String::as_str)
    }
}

fn is_in(marked: &BTreeSet<String>, pointer: &str) -> bool {
    let mut at = pointer;
    loop {
        if marked.contains(at) {
            return true;
        }
        match at.rfind('/') {
            Some(cut) => at = &at[..cut],
            None => return false,
        }
    }
}

struct Walk<'a, 'm> {
    root: &'a Value,
    marks: &'m mut Marks,
}

impl<'a> Walk<'a, '_> {
    fn visit(&mut self, schema: &'a Value, value: &Value, at: String, depth: usize) {
        let Some(map) = schema.as_object() else { return };
        if depth > DEEPEST {
            return;
        }
        let flag = |name: &str| map.get(name).and_then(Value::as_bool) == Some(true);
        if flag(SECRET) {
            self.marks.secrets.insert(at.clone());
        }
        if flag(FIXED) {
            self.marks.fixed.insert(at.clone());
        }
        match map.get("format").and_then(Value::as_str) {
            Some(EXPRESSION) => self.marks.expressions.insert(at.clone()),
            Some(SCRIPT) => self.marks.scripts.insert(at.clone()),
            Some(DURATION) => self.marks.durations.insert(at.clone()),
            _ => false,
        };
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'))
            && let Some(target) = self.root.pointer(target)
        {
            self.visit(target, value, at.clone(), depth + 1);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for form in map.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.visit(form, value, at.clone(), depth + 1);
            }
        }
        for keyword in ["if", "then", "else"] {
            if let Some(form) = map.get(keyword) {
                self.visit(form, value, at.clone(), depth + 1);
            }
        }
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let known = map.get("properties").and_then(|properties| properties.get(name));
                    if let Some(inner) = known.or_else(|| map.get("additionalProperties")) {
                        self.visit(inner, member, child(&at, name), depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                let prefix =
                    map.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                for (index, item) in items.iter().enumerate() {
                    if let Some(inner) = prefix.get(index).or_else(|| map.get("items")) {
                        self.visit(inner, item, child(&at, index), depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marks_follow_references_forms_and_lists() {
        let schema = json!({
            "$defs": { "auth": { "x-causeway-secret": true }, "loop": { "anyOf": [{ "$ref": "#/$defs/loop" }] } },
            "properties": {
                "auth": { "oneOf": [{ "$ref": "#/$defs/auth" }] },
                "cases": { "items": { "properties": { "when": { "format": "expression" } } } },
                "path": { "x-causeway-fixed": true },
                "round": { "$ref": "#/$defs/loop" }
            }
        });
        let value = json!({ "auth": { "user": "a" }, "cases": [{ "when": "x" }], "path": "p", "round": 1, "other": "" });
        let marks = Marks::of(&schema, &value);
        assert!(marks.takes_secrets("/auth/user") && marks.takes_secrets("/auth"));
        assert!(!marks.takes_secrets("/authority") && !marks.takes_secrets("/other"));
        assert!(marks.is_formula("/cases/0/when") && marks.is_code("/cases/0/when"));
        assert!(marks.is_fixed("/path") && !marks.is_fixed("/other"));
    }
}
