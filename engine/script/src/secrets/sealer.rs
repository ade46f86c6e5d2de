//! Sealed tokens: how opaque values stand in resolved inputs.
//!
//! A token carries its recipe in the clear and a MAC over it, so that only this installation can make one; text
//! that merely looks like a token stays text. Its characters survive URLs, headers and JSON strings.

use std::collections::BTreeMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::Value;
use causeway_model::text;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::mask::{Mask, masks_of};
use super::opaque::{Opaque, Recipe, shown_name};
use super::operation::operation;
use crate::fault::Fault;

/// The secrets by name, for resolving sealed tokens at the moment of sending.
pub type Secrets = BTreeMap<String, String>;

/// Makes and reads the sealed tokens by which opaque values stand in resolved inputs, and which nobody without the key can forge.
#[derive(Clone)]
pub struct Sealer {
    key: [u8; 32],
}

/// A text in which sealed tokens were replaced by what they stand for.
pub struct Revealed {
    pub text: String,
    /// What went in, and how it is shown instead: masks for echoes, the longest first.
    pub masks: Vec<Mask>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevealError {
    UnknownSecret(String),
    /// A function of a token's recipe failed.
    Invalid(String),
}

const PREFIX: &str = "cwsealed1.";
const MAC_BYTES: usize = 18;
const MAC_CHARS: usize = 24;

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// `key`: 32 bytes derived from the installation's key.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The token of one secret, for what is no expression. A name with a dot is one that no expression can spell, and is shown
    /// as it is.
    pub fn sealed_secret(&self, name: &str) -> String {
        self.seal(&Opaque::secret(name)).unwrap_or_default()
    }

    pub(crate) fn seal(&self, opaque: &Opaque) -> Result<String, Fault> {
        let recipe = serde_json::to_string(&*opaque.0).map_err(|error| {
            Fault::failed(text!("A secret cannot be sealed: {error}", "無法封存密鑰：{error}"))
        })?;
        let recipe = URL_SAFE_NO_PAD.encode(recipe);
        let mac = URL_SAFE_NO_PAD.encode(&self.mac(&recipe).finalize().into_bytes()[..MAC_BYTES]);
        Ok(format!("{PREFIX}{recipe}.{mac}"))
    }

    fn mac(&self, recipe: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length of key will do");
        mac.update(b"causeway sealed token 1\0");
        mac.update(recipe.as_bytes());
        mac
    }

    /// Whether a text holds a sealed token.
    pub fn is_sealed(&self, text: &str) -> bool {
        self.tokens(text).next().is_some()
    }

    /// Replaces each sealed token of a text by what it stands for. Text without tokens comes back as it is.
    pub fn reveal(&self, text: &str, secrets: &Secrets) -> Result<Revealed, RevealError> {
        let mut masks = Vec::new();
        let text = self.replace(text, |recipe| {
            let revealed = follow(recipe, secrets, &mut masks)?;
            masks.extend(masks_of(&revealed, &format!("{{{{ {} }}}}", recipe.shown())));
            Ok(revealed)
        })?;
        masks.sort_by(|a, b| b.secret.len().cmp(&a.secret.len()).then_with(|| a.secret.cmp(&b.secret)));
        masks.dedup();
        Ok(Revealed { text, masks })
    }

    /// Replaces each sealed token by what `stand_in` makes of how it is shown. Nothing is revealed, so that of `secrets` only
    /// the names count.
    pub fn stand_in(
        &self,
        text: &str,
        secrets: &Secrets,
        mut stand_in: impl FnMut(String) -> String,
    ) -> Result<String, RevealError> {
        self.replace(text, |recipe| match recipe.unknown_secret(secrets) {
            Some(name) => Err(RevealError::UnknownSecret(name.to_owned())),
            None => Ok(stand_in(format!("{{{{ {} }}}}", recipe.shown()))),
        })
    }

    /// Replaces each sealed token by how it is shown: `{{ secret.x }}`. For timelines, dry runs, errors.
    pub fn shown(&self, text: &str) -> String {
        let shown: Result<_, std::convert::Infallible> =
            self.replace(text, |recipe| Ok(format!("{{{{ {} }}}}", recipe.shown())));
        match shown {
            Ok(shown) => shown,
        }
    }

    /// [`Sealer::shown`] for every string of a value.
    pub fn shown_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.contains(PREFIX) => Value::String(self.shown(text)),
            Value::Array(items) => items.iter().map(|item| self.shown_value(item)).collect(),
            Value::Object(fields) => {
                let shown = fields.iter().map(|(key, value)| (self.shown(key), self.shown_value(value)));
                Value::Object(shown.collect())
            }
            other => other.clone(),
        }
    }

    fn replace<E>(
        &self,
        text: &str,
        mut replacement: impl FnMut(&Recipe) -> Result<String, E>,
    ) -> Result<String, E> {
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        for (range, recipe) in self.tokens(text) {
            replaced.push_str(&text[done..range.start]);
            replaced.push_str(&replacement(&recipe)?);
            done = range.end;
        }
        replaced.push_str(&text[done..]);
        Ok(replaced)
    }

    /// The tokens that this installation made.
    fn tokens<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, Recipe)> + 'a {
        text.match_indices(PREFIX).filter_map(move |(start, _)| {
            let payload = start + PREFIX.len();
            let length = text[payload..].find(|c: char| !is_token_char(c))?;
            let (recipe, rest) = text[payload..].split_at(length);
            let mac = rest.strip_prefix('.')?.get(..MAC_CHARS)?;
            let mac_bytes = URL_SAFE_NO_PAD.decode(mac).ok()?;
            self.mac(recipe).verify_truncated_left(&mac_bytes).ok()?;
            let parsed = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(recipe).ok()?).ok()?;
            Some((start..payload + length + 1 + MAC_CHARS, parsed))
        })
    }
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn follow(recipe: &Recipe, secrets: &Secrets, masks: &mut Vec<Mask>) -> Result<String, RevealError> {
    Ok(match recipe {
        Recipe::Text(text) => text.clone(),
        Recipe::Secret(name) => {
            let secret = secrets.get(name).ok_or_else(|| RevealError::UnknownSecret(name.clone()))?;
            masks.extend(masks_of(secret, &format!("{{{{ {} }}}}", shown_name(name))));
            secret.clone()
        }
        Recipe::Concat(parts) => {
            let mut joined = String::new();
            for part in parts {
                joined.push_str(&follow(part, secrets, masks)?);
            }
            joined
        }
        Recipe::Apply(name, parts) => {
            let operation = operation(name)
                .filter(|operation| operation.parameters.len() == parts.len())
                .ok_or_else(|| RevealError::Invalid(format!("no function `{name}`")))?;
            let arguments =
                parts.iter().map(|part| follow(part, secrets, masks)).collect::<Result<Vec<_>, _>>()?;
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            (operation.run)(&arguments)
                .map_err(|error| RevealError::Invalid(format!("{name}: {}", error.en)))?
        }
    })
}
