//! JSON to the interpreter's values.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Value, text};
use rhai::{Array, Dynamic, Engine, ImmutableString, Map};

use super::from_json_number;
use crate::fault::Fault;

/// A copy of a JSON value. JSON readers bound its depth, so this may recurse.
pub(crate) fn to_script(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(flag) => Dynamic::from_bool(*flag),
        Value::Number(number) => from_json_number(number),
        Value::String(text) => Dynamic::from(ImmutableString::from(text.as_str())),
        Value::Array(items) => Dynamic::from_array(items.iter().map(to_script).collect::<Array>()),
        Value::Object(fields) => {
            let mut map = Map::new();
            for (key, value) in fields {
                map.insert(key.as_str().into(), to_script(value));
            }
            Dynamic::from_map(map)
        }
    }
}

/// A copy of named values, such as all of `steps`.
pub(crate) fn from_map(values: &BTreeMap<Box<str>, Arc<Value>>) -> Dynamic {
    let mut map = Map::new();
    for (key, value) in values {
        map.insert(key.as_ref().into(), to_script(value));
    }
    Dynamic::from_map(map)
}

/// What one value may hold inside the interpreter, checked before a copy is made.
pub(crate) struct Room {
    items: usize,
    keys: usize,
    bytes: usize,
}

impl Room {
    pub fn of(engine: &Engine) -> Self {
        let limit = |limit| if limit == 0 { usize::MAX } else { limit };
        Self {
            items: limit(engine.max_array_size()),
            keys: limit(engine.max_map_size()),
            bytes: limit(engine.max_string_size()),
        }
    }

    /// Takes the place of one more value out of this room.
    pub fn take(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::String(text) => less(&mut self.bytes, text.len(), "text", "文字"),
            Value::Array(items) => {
                less(&mut self.items, items.len(), "lists", "陣列")?;
                items.iter().try_for_each(|item| self.take(item))
            }
            Value::Object(fields) => {
                less(&mut self.keys, fields.len(), "maps", "物件")?;
                fields.values().try_for_each(|value| self.take(value))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
}

fn less(left: &mut usize, by: usize, en: &str, zh: &str) -> Result<(), Fault> {
    match left.checked_sub(by) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => Err(Fault::too_large(text!(
            "The value has too much in its {en} for a script; name the part that is needed, or keep it in a file or record stream",
            "值的{zh}內容太多，指令碼無法處理；請只取需要的部分，或放在檔案或資料流"
        ))),
    }
}

/// Whether a value nests more than `most` levels deep.
pub(crate) fn is_deeper(value: &Value, most: usize) -> bool {
    match value {
        Value::Array(items) => most == 0 || items.iter().any(|item| is_deeper(item, most - 1)),
        Value::Object(fields) => most == 0 || fields.values().any(|value| is_deeper(value, most - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
