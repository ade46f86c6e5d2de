//! Schemas that stand by themselves.

use std::collections::{BTreeMap, HashMap, VecDeque};

use causeway_model::Value;
use serde_json::{Map, json};

use super::refs::{pointer_of, resolve};

/// How many values the definitions of one schema may have together. What lies farther away is left open: a vendor's document
/// may tie every schema to every other.
const MOST_VALUES: usize = 20_000;

/// Copies a schema with what it refers to. References become `#/$defs/<name>`; one that leads nowhere, or beyond what is
/// brought along, allows anything.
pub fn whole(root: &Value, schema: &Value) -> Value {
    let mut gather = Gather { names: HashMap::new(), taken: BTreeMap::new(), waiting: VecDeque::new() };
    let mut own = gather.copy(schema);
    let mut definitions = Map::new();
    let mut values = count(&own);
    while let Some((name, pointer)) = gather.waiting.pop_front() {
        let found =
            root.pointer(&pointer).map(|target| resolve(root, target)).filter(|found| !found.is_null());
        let size = found.map_or(1, count);
        values += size;
        let definition = match found {
            Some(found) if values <= MOST_VALUES => gather.copy(found),
            // Named, so that a reader sees what it was.
            _ => json!({ "title": name }),
        };
        definitions.insert(name, definition);
    }
    if let (Some(object), false) = (own.as_object_mut(), definitions.is_empty()) {
        object.insert("$defs".to_owned(), Value::Object(definitions));
    }
    own
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

struct Gather {
    /// The name of each pointer under `$defs`.
    names: HashMap<String, String>,
    taken: BTreeMap<String, usize>,
    waiting: VecDeque<(String, String)>,
}

impl Gather {
    fn copy(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    return self.reference(reference, fields);
                }
                let kept = fields.iter().filter(|(name, _)| !is_beside_the_point(name));
                Value::Object(
                    kept.map(|(name, field)| (name.clone(), self.copy_field(name, field))).collect(),
                )
            }
            Value::Array(items) => items.iter().map(|item| self.copy(item)).collect(),
            other => other.clone(),
        }
    }

    /// What is an example or an enumeration is data and no schema: a `$ref` in it means nothing.
    fn copy_field(&mut self, name: &str, field: &Value) -> Value {
        match name {
            "example" | "examples" | "enum" | "const" | "default" => field.clone(),
            _ => self.copy(field),
        }
    }

    fn reference(&mut self, reference: &str, fields: &Map<String, Value>) -> Value {
        let Some(pointer) = pointer_of(reference) else { return json!({}) };
        let name = match self.names.get(&pointer) {
            Some(name) => name.clone(),
            None => {
                let name = self.name(&pointer);
                self.names.insert(pointer.clone(), name.clone());
                self.waiting.push_back((name.clone(), pointer));
                name
            }
        };
        let mut copied = Map::new();
        copied.insert("$ref".to_owned(), json!(format!("#/$defs/{name}")));
        // Texts beside a reference are for people.
        for beside in ["title", "description", crate::schema::ZH_TW] {
            if let Some(text) = fields.get(beside) {
                copied.insert(beside.to_owned(), text.clone());
            }
        }
        Value::Object(copied)
    }

    fn name(&mut self, pointer: &str) -> String {
        let last = pointer.rsplit('/').next().unwrap_or_default();
        let plain: String = last
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' })
            .take(80)
            .collect();
        let times = self.taken.entry(plain.clone()).or_default();
        *times += 1;
        if *times == 1 { plain } else { format!("{plain}_{times}") }
    }
}

/// Parts of OpenAPI's schemas that JSON Schema does not know, and that tell nothing about a value.
fn is_beside_the_point(name: &str) -> bool {
    matches!(
        name,
        "xml" | "externalDocs" | "discriminator" | "$schema" | "$id" | "$anchor" | "$dynamicAnchor"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_brings_along_what_it_names() {
        let root = json!({ "components": { "schemas": {
            "Tree": { "type": "object", "properties": { "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
                "kind": { "$ref": "#/components/schemas/a~1b" } } },
            "a/b": { "enum": [{ "$ref": "not a reference" }] },
            "Alias": { "$ref": "#/components/schemas/Tree" },
        } } });
        let whole =
            whole(&root, &json!({ "$ref": "#/components/schemas/Alias", "title": "T", "nothing": 1 }));
        assert_eq!(whole["$ref"], "#/$defs/Alias");
        assert_eq!(whole["title"], "T");
        assert_eq!(whole["$defs"]["Alias"]["properties"]["children"]["items"]["$ref"], "#/$defs/Tree");
        assert_eq!(whole["$defs"]["a_1b"]["enum"][0]["$ref"], "not a reference");
        assert!(jsonlike(&whole));
        let nowhere = super::whole(&root, &json!({ "items": { "$ref": "#/gone" } }));
        assert_eq!(nowhere["$defs"]["gone"], json!({ "title": "gone" }));
    }

    fn jsonlike(value: &Value) -> bool {
        value.to_string().parse::<Value>().is_ok()
    }

    #[test]
    fn what_is_tied_to_everything_is_cut() {
        let schemas: Map<String, Value> = (0..3000)
            .map(|n| {
                let next = format!("#/components/schemas/S{}", n + 1);
                (format!("S{n}"), json!({ "properties": { "a": { "type": "string" }, "b": { "$ref": next }, "c": { "enum": [1, 2, 3] } } }))
            })
            .collect();
        let root = json!({ "components": { "schemas": schemas } });
        let whole = whole(&root, &json!({ "$ref": "#/components/schemas/S0" }));
        assert!(count(&whole) < 2 * MOST_VALUES);
        let definitions = whole["$defs"].as_object().expect("definitions");
        assert!(definitions.values().any(|one| one.get("properties").is_none()), "something was cut");
        assert!(definitions["S5"]["properties"].is_object());
    }
}
