//! Values between JSON and the interpreter, with every digit of every number.

mod number;
mod text;
mod to_json;
mod to_script;

pub(crate) use number::{BigNumber, exact_decimal, from_json_number};
pub(crate) use text::{dynamic_to_text, value_to_text};
pub(crate) use to_json::{Opaques, to_json, too_deep};
pub(crate) use to_script::{Room, from_map, is_deeper, to_script};
