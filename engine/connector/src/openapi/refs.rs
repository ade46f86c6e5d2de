//! References within a document.

use causeway_model::Value;

/// A chain of references longer than this leads nowhere.
const LONGEST_CHAIN: usize = 32;

/// The JSON pointer of a reference into the same document.
pub fn pointer_of(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#')?;
    Some(percent_encoding::percent_decode_str(pointer).decode_utf8_lossy().into_owned())
}

pub fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    static NOWHERE: Value = Value::Null;
    let mut current = value;
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = current.get("$ref").and_then(Value::as_str) else { return current };
        let target = pointer_of(reference).and_then(|pointer| root.pointer(&pointer));
        match target {
            Some(target) => current = target,
            None => return &NOWHERE,
        }
    }
    &NOWHERE
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_followed_within_the_document_and_end() {
        let root = json!({
            "a": { "$ref": "#/b" }, "b": { "$ref": "#/paths/~1x~1{id}" }, "paths": { "/x/{id}": 7 },
            "loop": { "$ref": "#/loop" }, "out": { "$ref": "other.yaml#/a" }, "gone": { "$ref": "#/nothing" },
            "coded": { "$ref": "#/paths/~1x~1%7Bid%7D" },
        });
        assert_eq!(resolve(&root, &root["a"]), &json!(7));
        assert_eq!(resolve(&root, &root["coded"]), &json!(7));
        for nowhere in ["loop", "out", "gone"] {
            assert_eq!(resolve(&root, &root[nowhere]), &Value::Null, "{nowhere}");
        }
    }
}
