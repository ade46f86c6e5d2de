//! A value that stands for a secret, or for what is made of one: a recipe that is followed when it is sent.

use std::sync::Arc;

use causeway_model::text;
use rhai::{Dynamic, EvalAltResult, FuncRegistration, ImmutableString, Module};
use serde::{Deserialize, Serialize};

use crate::evaluation;
use crate::fault::{Fault, Result};
use crate::values::{Opaques, dynamic_to_text};

/// What the interpreter calls the type; error messages are told by it.
pub(crate) const TYPE_NAME: &str = "secret value";

/// The most literal text that one recipe holds.
const RECIPE_BYTES: usize = 128 * 1024;

/// The most parts of one recipe.
const RECIPE_PARTS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opaque(pub Arc<Recipe>);

/// How the text comes about when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Recipe {
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "s")]
    Secret(String),
    #[serde(rename = "c")]
    Concat(Vec<Recipe>),
    /// One of [`super::OPERATIONS`].
    #[serde(rename = "a")]
    Apply(String, Vec<Recipe>),
}

impl Opaque {
    pub fn secret(name: &str) -> Self {
        Self(Arc::new(Recipe::Secret(name.to_owned())))
    }

    /// The result of an operation on arguments of which at least one is opaque.
    pub fn apply(operation: &str, arguments: &[&mut Dynamic]) -> Result<Self> {
        let parts = arguments.iter().map(|argument| part(argument)).collect::<Result<Vec<_>>>()?;
        Self::new(Recipe::Apply(operation.to_owned(), parts))
    }

    pub fn concat(left: &Dynamic, right: &Dynamic) -> Result<Self> {
        let mut parts = Vec::new();
        for side in [part(left)?, part(right)?] {
            match side {
                Recipe::Concat(more) => parts.extend(more),
                one => parts.push(one),
            }
        }
        Self::new(Recipe::Concat(parts))
    }

    fn new(recipe: Recipe) -> Result<Self> {
        let (bytes, parts) = recipe.size();
        if bytes > RECIPE_BYTES || parts > RECIPE_PARTS {
            return Err(Fault::too_large(text!(
                "Too much text is joined with a secret: at most {RECIPE_BYTES} bytes in {RECIPE_PARTS} parts",
                "與密鑰結合的文字太多：最多 {RECIPE_PARTS} 段、{RECIPE_BYTES} 位元組"
            ))
            .into());
        }
        Ok(Self(Arc::new(recipe)))
    }
}

/// A secret as formulas name it; one whose name no formula can spell says itself where it comes from.
pub(super) fn shown_name(name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("secret.{name}") }
}

fn part(value: &Dynamic) -> Result<Recipe> {
    if value.is::<Opaque>() {
        return Ok(Recipe::clone(&value.clone().cast::<Opaque>().0));
    }
    let text = dynamic_to_text(value.clone(), Opaques::Refuse)?;
    Ok(Recipe::Text(text.into_owned()))
}

impl Recipe {
    fn size(&self) -> (usize, usize) {
        match self {
            Recipe::Text(text) | Recipe::Secret(text) => (text.len(), 1),
            Recipe::Concat(parts) | Recipe::Apply(_, parts) => {
                parts.iter().map(Recipe::size).fold((0, 1), |sum, part| (sum.0 + part.0, sum.1 + part.1))
            }
        }
    }

    /// A secret that it is made of and that there is not.
    pub fn unknown_secret(&self, secrets: &super::Secrets) -> Option<&str> {
        match self {
            Recipe::Text(_) => None,
            Recipe::Secret(name) => (!secrets.contains_key(name)).then_some(name),
            Recipe::Concat(parts) | Recipe::Apply(_, parts) => {
                parts.iter().find_map(|part| part.unknown_secret(secrets))
            }
        }
    }

    /// As a formula: `hmac_sha256(secret.key, "...")`. Literal text is cut short.
    pub fn shown(&self) -> String {
        match self {
            Recipe::Text(text) => format!("{:?}", crate::fault::shorten(text, 24)),
            Recipe::Secret(name) => shown_name(name),
            Recipe::Concat(parts) => parts.iter().map(Recipe::shown).collect::<Vec<_>>().join(" + "),
            Recipe::Apply(operation, parts) => {
                let arguments = parts.iter().map(Recipe::shown).collect::<Vec<_>>().join(", ");
                format!("{operation}({arguments})")
            }
        }
    }
}

/// Makes the interpreter refuse everything with secrets but joining them with text.
pub(crate) fn register_opaque(module: &mut Module) {
    for (left, right) in [(true, true), (true, false), (false, true)] {
        register_pair(module, "+", left, right, |arguments| {
            Opaque::concat(arguments[0], arguments[1]).map(Dynamic::from)
        });
        for operator in ["==", "!=", "<", "<=", ">", ">=", "-", "*", "/", "%", "contains"] {
            register_pair(module, operator, left, right, |_| Err(misused()));
        }
    }
    register_pair(module, "+=", true, false, |arguments| {
        let joined = Opaque::concat(arguments[0], arguments[1])?;
        *arguments[0] = Dynamic::from(joined);
        Ok(Dynamic::UNIT)
    });
    for name in ["to_string", "to_debug", "print", "debug", "len", "get$len"] {
        FuncRegistration::new(name)
            .in_global_namespace()
            .set_into_module(module, |_: &mut Opaque| -> Result<ImmutableString> { Err(misused()) });
    }
}

fn register_pair(
    module: &mut Module,
    name: &str,
    left: bool,
    right: bool,
    work: impl Fn(&mut [&mut Dynamic]) -> Result<Dynamic> + Send + Sync + 'static,
) {
    use std::any::TypeId;
    let kind = |opaque: bool| if opaque { TypeId::of::<Opaque>() } else { TypeId::of::<Dynamic>() };
    FuncRegistration::new(name).in_global_namespace().set_into_module_raw(
        module,
        [kind(left), kind(right)],
        rhai::RhaiFunc::Method {
            func: Arc::new(move |_, arguments: &mut [&mut Dynamic]| work(arguments)),
            has_context: false,
            is_pure: name != "+=",
            is_volatile: false,
        },
    );
}

fn misused() -> Box<EvalAltResult> {
    evaluation::note_secret_misuse();
    Fault::secret_misused().into()
}
