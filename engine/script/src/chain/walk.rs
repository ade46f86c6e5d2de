//! Walks a path: in the shared JSON as long as it goes, then in the interpreter's values.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Value, text};
use rhai::{Array, Dynamic, Engine, EvalAltResult, EvalContext, Expression, INT, Identifier, Map, Position};

use super::{Chain, Link};
use crate::evaluation;
use crate::fault::{Fault, Result, empty, type_names};
use crate::limits::VALUE_DEPTH;
use crate::root::Root;
use crate::scope::{RootValue, Roots};
use crate::secrets::Opaque;
use crate::values::{Room, from_map, is_deeper, to_script, too_deep};

/// Where a walk stands.
enum At<'a> {
    Json(&'a Value),
    Named(&'a BTreeMap<Box<str>, Arc<Value>>),
    /// `secret` itself.
    Secrets,
    Here(Dynamic),
}

/// Evaluates a path; the interpreter calls this.
pub(crate) fn eval(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    inputs: &[Expression<'_>],
    chain: &Dynamic,
) -> Result<Dynamic> {
    let (Some(chain), Some(roots)) = (Chain::from_state(chain), evaluation::roots()) else {
        return Err("a path without a scope".into());
    };
    let mut at = start(&roots, chain.root());
    for (position, link) in chain.links().enumerate() {
        if at.is_nothing() {
            if link.is_safe() {
                return Ok(Dynamic::UNIT);
            }
            if !matches!(link, Link::Call { .. }) {
                return Err(nothing(&chain, position).into());
            }
        }
        at = match link {
            Link::Property { name, .. } => property(context, at, name)?,
            Link::Index { input, .. } => {
                let key = context.eval_expression_tree(&inputs[input])?;
                index(context.engine(), at, key)?
            }
            Link::Call { name, first, count, .. } => {
                let mut arguments = Vec::with_capacity(count);
                for input in &inputs[first..first + count] {
                    arguments.push(context.eval_expression_tree(input)?);
                }
                At::Here(call(context, at, name, arguments)?)
            }
        };
    }
    at.into_dynamic(context.engine())
}

/// The value of a path of names and literal keys only, without the interpreter. `None` where it needs one.
pub(crate) fn constant_path(
    chain: &Chain,
    keys: &[Key],
    roots: &Roots,
) -> Option<std::result::Result<Value, Fault>> {
    let mut at = start(roots, chain.root());
    for (position, (link, key)) in chain.links().zip(keys).enumerate() {
        if at.is_nothing() {
            return Some(if link.is_safe() { Ok(Value::Null) } else { Err(nothing(chain, position)) });
        }
        at = match (at, key) {
            (At::Json(Value::Object(fields)), Key::Name(name)) => field(fields, name),
            (At::Named(values), Key::Name(name)) => named(values, name),
            (At::Json(Value::Array(items)), Key::Number(number)) => item(items, *number)?,
            _ => return None,
        };
    }
    match at {
        At::Json(value) if is_deeper(value, VALUE_DEPTH) => Some(Err(too_deep())),
        At::Json(value) => Some(Ok(value.clone())),
        At::Named(values) => Some(Ok(Value::Object(
            values.iter().map(|(key, value)| (key.to_string(), Value::clone(value))).collect(),
        ))),
        At::Here(value) if value.is_unit() => Some(Ok(Value::Null)),
        At::Here(_) | At::Secrets => None,
    }
}

/// A link of a constant path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Name(Identifier),
    Number(INT),
}

impl At<'_> {
    fn is_nothing(&self) -> bool {
        match self {
            At::Json(value) => value.is_null(),
            At::Here(value) => value.is_unit(),
            At::Named(_) | At::Secrets => false,
        }
    }

    /// A copy in the interpreter, if there is room for it.
    fn into_dynamic(self, engine: &Engine) -> Result<Dynamic> {
        Ok(match self {
            At::Json(value) => {
                if value.is_array() || value.is_object() {
                    Room::of(engine).take(value)?;
                    evaluation::charge(1)?;
                }
                to_script(value)
            }
            At::Named(values) => {
                let mut room = Room::of(engine);
                values.values().try_for_each(|value| room.take(value))?;
                evaluation::charge(1)?;
                from_map(values)
            }
            At::Here(value) => value,
            At::Secrets => return Err(misused()),
        })
    }
}

fn start(roots: &Roots, root: Root) -> At<'_> {
    match roots.get(root) {
        Some(RootValue::One(value)) => At::Json(value),
        Some(RootValue::Named(values)) => At::Named(values),
        None => At::Secrets,
    }
}

fn field<'a>(fields: &'a serde_json::Map<String, Value>, name: &str) -> At<'a> {
    fields.get(name).map_or(At::Here(Dynamic::UNIT), At::Json)
}

fn named<'a>(values: &'a BTreeMap<Box<str>, Arc<Value>>, name: &str) -> At<'a> {
    values.get(name).map_or(At::Here(Dynamic::UNIT), |value| At::Json(value))
}

/// Negative numbers count from the end.
fn item(items: &[Value], number: INT) -> Option<At<'_>> {
    items.get(offset(items.len(), number)?).map(At::Json)
}

fn offset(len: usize, number: INT) -> Option<usize> {
    let back = usize::try_from(number.unsigned_abs()).ok()?;
    if number < 0 { len.checked_sub(back) } else { Some(back) }
}

fn property<'a>(context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, at: At<'a>, name: &str) -> Result<At<'a>> {
    match at {
        At::Json(Value::Object(fields)) => Ok(field(fields, name)),
        At::Named(values) => Ok(named(values, name)),
        At::Secrets => Ok(At::Here(Dynamic::from(Opaque::secret(name)))),
        At::Here(value) if value.is_map() => {
            Ok(At::Here(value.cast::<Map>().remove(name).unwrap_or(Dynamic::UNIT)))
        }
        at => {
            let value = at.into_dynamic(context.engine())?;
            getter(context, value, name).map(At::Here)
        }
    }
}

/// `.len` and the like, of values that are no maps.
fn getter(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    mut value: Dynamic,
    name: &str,
) -> Result<Dynamic> {
    let kind = value.type_name();
    let (en, zh) = type_names(kind);
    if value.is::<Opaque>() {
        return Err(misused());
    }
    context.call_native_fn_raw(format!("get${name}"), true, &mut [&mut value]).map_err(|error| match *error {
        EvalAltResult::ErrorDotExpr(..) | EvalAltResult::ErrorFunctionNotFound(..) => {
            Fault::failed(text!("There is no property `{name}` on {en}", "{zh}沒有屬性 `{name}`")).into()
        }
        _ => error,
    })
}

fn index<'a>(engine: &Engine, at: At<'a>, key: Dynamic) -> Result<At<'a>> {
    if key.is::<Opaque>() {
        return Err(misused());
    }
    if let Ok(name) = key.as_immutable_string_ref() {
        return match at {
            At::Json(Value::Object(fields)) => Ok(field(fields, &name)),
            At::Named(values) => Ok(named(values, &name)),
            At::Secrets => Ok(At::Here(Dynamic::from(Opaque::secret(&name)))),
            At::Here(value) if value.is_map() => {
                Ok(At::Here(value.cast::<Map>().remove(name.as_str()).unwrap_or(Dynamic::UNIT)))
            }
            at => Err(cannot_index(&at.into_dynamic(engine)?, &key)),
        };
    }
    let Ok(number) = key.as_int() else {
        return Err(cannot_index(&at.into_dynamic(engine)?, &key));
    };
    match at {
        At::Json(Value::Array(items)) => {
            item(items, number).ok_or_else(|| out_of_bounds(items.len(), number))
        }
        At::Json(Value::String(text)) => character(text, number),
        At::Here(value) if value.is_array() => {
            let mut items = value.cast::<Array>();
            match offset(items.len(), number) {
                Some(offset) if offset < items.len() => Ok(At::Here(items.swap_remove(offset))),
                _ => Err(out_of_bounds(items.len(), number)),
            }
        }
        At::Here(value) if value.is_string() => {
            let text = value.into_immutable_string().expect("it is text");
            character(&text, number).map(|at| match at {
                At::Here(value) => At::Here(value),
                _ => At::Here(Dynamic::UNIT),
            })
        }
        at => Err(cannot_index(&at.into_dynamic(engine)?, &key)),
    }
}

fn character(text: &str, number: INT) -> Result<At<'static>> {
    let len = text.chars().count();
    match offset(len, number).and_then(|offset| text.chars().nth(offset)) {
        Some(character) => Ok(At::Here(Dynamic::from(character.to_string()))),
        None => Err(EvalAltResult::ErrorStringBounds(len, number, Position::NONE).into()),
    }
}

fn out_of_bounds(len: usize, number: INT) -> Box<EvalAltResult> {
    EvalAltResult::ErrorArrayBounds(len, number, Position::NONE).into()
}

fn cannot_index(value: &Dynamic, key: &Dynamic) -> Box<EvalAltResult> {
    if value.is::<Opaque>() {
        return misused();
    }
    let ((en, zh), (key_en, key_zh)) = (type_names(value.type_name()), type_names(key.type_name()));
    Fault::failed(text!("{en} has no element [{key_en}]", "{zh}不能用{key_zh}取值")).into()
}

fn call(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    at: At<'_>,
    name: &str,
    mut arguments: Vec<Dynamic>,
) -> Result<Dynamic> {
    if let (At::Json(value), "len", true) = (&at, name, arguments.is_empty())
        && let Some(len) = len(value)
    {
        return Ok(Dynamic::from_int(len));
    }
    let mut receiver = at.into_dynamic(context.engine())?;
    let mut all: Vec<&mut Dynamic> = std::iter::once(&mut receiver).chain(arguments.iter_mut()).collect();
    context.call_fn_raw(name, true, true, &mut all)
}

/// The length of what need not be copied to know it.
fn len(value: &Value) -> Option<INT> {
    let len = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => return None,
    };
    INT::try_from(len).ok()
}

fn misused() -> Box<EvalAltResult> {
    evaluation::note_secret_misuse();
    Fault::secret_misused().into()
}

/// The path up to `position` leads to nothing.
fn nothing(chain: &Chain, position: usize) -> Fault {
    let mut path = chain.root().name().to_owned();
    let mut links = chain.links();
    for link in links.by_ref().take(position) {
        match link {
            Link::Property { name, .. } => {
                path.push('.');
                path.push_str(name);
            }
            Link::Index { .. } => path.push_str("[…]"),
            Link::Call { name, .. } => {
                path.push('.');
                path.push_str(name);
                path.push_str("(…)");
            }
        }
    }
    match links.next() {
        Some(Link::Property { name, .. }) => Fault::failed(text!(
            "`{path}` is empty (), so `.{name}` cannot be read; write `{path}?.{name}` where it may be missing",
            "`{path}` 是空值 ()，無法讀取 `.{name}`；若可能不存在，請寫 `{path}?.{name}`"
        )),
        Some(Link::Index { .. }) | None => Fault::failed(text!(
            "`{path}` is empty (), so it has no elements; write `{path}?[…]` where it may be missing",
            "`{path}` 是空值 ()，沒有元素可取；若可能不存在，請寫 `{path}?[…]`"
        )),
        Some(Link::Call { name, .. }) => empty(name),
    }
}
