//! The key by which a repeated call is known, if it has one.

use causeway_document::{Dedupe, Webhook};
use causeway_model::{RunId, Span, StepError, Time, Value};
use causeway_script::{Context, Scope, Template};
use sha2::{Digest, Sha256};

use crate::app::kept_key;

/// `known`: the id found by [`super::known`]. Template keys come from [`evaluate`].
pub(super) fn key(webhook: &Webhook, known: impl FnOnce() -> Option<String>) -> Option<(String, Span)> {
    match webhook.dedupe {
        Dedupe::Known => bounded(known()?, webhook.dedupe_window),
        Dedupe::Key(_) | Dedupe::Off => None,
    }
}

/// The key that the document's expression gives; null and an empty text mean none.
pub(super) fn evaluate(
    template: &Template,
    window: Span,
    trigger: &Value,
    run: RunId,
    now: Time,
) -> Result<Option<(String, Span)>, StepError> {
    let mut scope = Scope::new(trigger, &Value::Null, &Value::Null);
    let seed = Sha256::digest(run.0.as_bytes()).into();
    let key = match template.resolve(&mut scope, &Context { now, seed, links: None })? {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(bounded(format!("key:{key}"), window))
}

pub(super) fn bounded(key: String, window: Span) -> Option<(String, Span)> {
    Some((kept_key(key), window))
}
