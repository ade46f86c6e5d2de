//! How values are ordered, spelt as keys, and reached by a field or a function.

use std::cmp::Ordering;

use rhai::{Dynamic, FnPtr, ImmutableString, Map};

use super::Arguments;
use super::arguments::decimal_of;
use crate::fault::Result;
use crate::values::{Opaques, dynamic_to_text};

/// A total order: nothing, booleans, numbers, text, everything else.
pub(super) fn compare(a: &Dynamic, b: &Dynamic) -> Ordering {
    rank(a).cmp(&rank(b)).then_with(|| match rank(a) {
        1 => a.as_bool().unwrap_or_default().cmp(&b.as_bool().unwrap_or_default()),
        2 => decimal_of(a).cmp(&decimal_of(b)),
        3 => match (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
            (Ok(a), Ok(b)) => a.as_str().cmp(b.as_str()),
            _ => Ordering::Equal,
        },
        _ => Ordering::Equal,
    })
}

fn rank(value: &Dynamic) -> u8 {
    if value.is_unit() {
        0
    } else if value.is_bool() {
        1
    } else if value.is_int() || value.is_decimal() {
        2
    } else if value.is_string() {
        3
    } else {
        4
    }
}

/// A value as a map's key: equal numbers are spelt alike, whatever their scale.
pub(super) fn spell(value: &Dynamic) -> Result<String> {
    if let Ok(decimal) = value.as_decimal() {
        return Ok(decimal.normalize().to_string());
    }
    Ok(dynamic_to_text(value.flatten_clone(), Opaques::Refuse)?.into_owned())
}

/// What an item is looked at by.
pub(super) enum Key {
    /// `customer.name`
    Path(ImmutableString),
    Function(FnPtr),
}

impl Key {
    pub fn of(a: &mut Arguments<'_, '_>, position: usize) -> Result<Self> {
        if a.value(position).is_fnptr() {
            return Ok(Key::Function(a.take(position).cast::<FnPtr>()));
        }
        if a.value(position).is_string() {
            return Ok(Key::Path(a.text(position)?));
        }
        Err(a.wrong(position, "a field's name or a function", "欄位名稱或函式"))
    }

    pub fn get(&self, a: &Arguments<'_, '_>, item: Dynamic) -> Result<Dynamic> {
        match self {
            Key::Path(path) => Ok(reach(item, path)),
            Key::Function(function) => a.call(function, vec![item]),
        }
    }
}

/// The value at a path of names and numbers, such as `lines.0.price`; nothing where it leads nowhere.
pub(super) fn reach(value: Dynamic, path: &str) -> Dynamic {
    let mut at = value;
    for name in path.split('.') {
        at = if at.is_map() {
            at.cast::<Map>().remove(name).unwrap_or_default()
        } else if at.is_array() {
            let items = at.cast::<rhai::Array>();
            name.parse::<usize>().ok().and_then(|index| items.into_iter().nth(index)).unwrap_or_default()
        } else {
            return Dynamic::UNIT;
        };
    }
    at
}
