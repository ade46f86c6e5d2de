//! JSON to the interpreter's values.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::Value;
use rhai::{Array, Dynamic, ImmutableString, Map};

use super::from_json_number;

/// A copy of a JSON value. JSON readers bound its depth, so this may recurse.
pub(crate) fn to_script(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(flag) => Dynamic::from_bool(*flag),
        Value::Number(number) => from_json_number(number),
        Value::String(text) => Dynamic::from(ImmutableString::from(text.as_str())),
        Value::Array(items) => Dynamic::from_array(items.iter().map(to_script).collect::<Array>()),
        Value::Object(fields) => {
            let map: Map =
                fields.iter().map(|(key, value)| (key.as_str().into(), to_script(value))).collect();
            Dynamic::from_map(map)
        }
    }
}

/// A copy of named values, such as all of `steps`.
pub(crate) fn from_map(values: &BTreeMap<Box<str>, Arc<Value>>) -> Dynamic {
    let map: Map = values.iter().map(|(key, value)| (key.as_ref().into(), to_script(value))).collect();
    Dynamic::from_map(map)
}
