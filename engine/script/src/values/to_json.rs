//! The interpreter's values to JSON.

use causeway_model::{ErrorClass, Value, text};
use rhai::{Array, Dynamic, Map};
use serde_json::Number;

use super::number::{BigNumber, json_number};
use crate::fault::Fault;
use crate::limits::VALUE_DEPTH;
use crate::secrets::{Opaque, Sealer};

/// What becomes of secrets in a value.
#[derive(Clone, Copy)]
pub(crate) enum Opaques<'a> {
    /// They become sealed tokens.
    Seal(&'a Sealer),
    Refuse,
}

pub(crate) fn to_json(value: Dynamic, opaques: Opaques<'_>) -> Result<Value, Fault> {
    convert(value, opaques, 0)
}

fn convert(value: Dynamic, opaques: Opaques<'_>, depth: usize) -> Result<Value, Fault> {
    if depth > VALUE_DEPTH {
        return Err(too_deep());
    }
    let value = value.flatten();
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(Value::Bool(flag));
    }
    if let Ok(int) = value.as_int() {
        return Ok(Value::Number(Number::from(int)));
    }
    if value.is_string() {
        let text = value.into_immutable_string().expect("it is text");
        return Ok(Value::String(text.as_str().to_owned()));
    }
    if value.is_map() {
        let map = value.cast::<Map>();
        let mut object = serde_json::Map::with_capacity(map.len());
        for (key, value) in map {
            object.insert(key.as_str().to_owned(), convert(value, opaques, depth + 1)?);
        }
        return Ok(Value::Object(object));
    }
    if value.is_array() {
        let items = value.cast::<Array>();
        return items.into_iter().map(|item| convert(item, opaques, depth + 1)).collect();
    }
    if let Ok(decimal) = value.as_decimal() {
        return Ok(Value::Number(json_number(decimal)));
    }
    if let Ok(character) = value.as_char() {
        return Ok(Value::String(character.to_string()));
    }
    if value.is::<BigNumber>() {
        return Ok(Value::Number(value.cast::<BigNumber>().to_json()));
    }
    if value.is::<Fault>() {
        return Ok(value.cast::<Fault>().to_value());
    }
    if value.is::<Opaque>() {
        return match opaques {
            Opaques::Seal(sealer) => sealer.seal(&value.cast::<Opaque>()).map(Value::String),
            Opaques::Refuse => Err(Fault::secret_misused()),
        };
    }
    let (en, zh) = crate::fault::type_names(value.type_name());
    Err(Fault::new(
        "script_failed",
        ErrorClass::Script,
        text!("The result holds {en}, which is no JSON value", "結果含有{zh}，不是 JSON 值"),
    ))
}

/// A value nests deeper than JSON readers accept.
pub(crate) fn too_deep() -> Fault {
    Fault::new(
        "script_too_deep",
        ErrorClass::Exceeded,
        text!("The value nests more than {VALUE_DEPTH} levels deep", "值的巢狀層數超過 {VALUE_DEPTH} 層"),
    )
}
