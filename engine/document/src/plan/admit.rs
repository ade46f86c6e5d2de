//! What a trigger event means for the run that it makes.

use causeway_model::{ErrorClass, OnLimit, Span, StepError, Time, Value, text};
use causeway_script::{Context, Scope};

use super::Plan;

/// What a trigger event means for the run that it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Concurrency key, limit, what to do at the limit.
    pub slot: Option<(String, u32, OnLimit)>,
    pub deadline: Option<Span>,
    pub keep: Option<Span>,
}

/// The longest concurrency key in bytes.
const LONGEST_KEY: usize = 200;

impl Plan {
    /// Evaluates what the document says of a new run over its `trigger` value.
    pub fn admit(&self, trigger: &Value, now: Time) -> Result<Admission, StepError> {
        let slot = match &self.concurrency {
            None => None,
            Some(concurrency) => {
                let key = match &concurrency.key {
                    None => String::new(),
                    Some(template) => {
                        let nothing = Value::Object(serde_json::Map::new());
                        let mut scope = Scope::new(trigger, &nothing, &nothing);
                        let context = Context { now, seed: [0; 32], links: None };
                        concurrency_key(template.resolve(&mut scope, &context)?)?
                    }
                };
                Some((key, concurrency.limit, concurrency.on_limit))
            }
        };
        Ok(Admission { slot, deadline: self.settings.deadline, keep: self.settings.keep })
    }
}

/// Runs whose key is null share one key.
fn concurrency_key(value: Value) -> Result<String, StepError> {
    let key = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    if key.len() > LONGEST_KEY {
        let length = key.len();
        return Err(StepError::new(
            "concurrency_key_too_long",
            ErrorClass::Exceeded,
            text!(
                "The concurrency key has {length} bytes; {LONGEST_KEY} is the most. Use a short id in `settings.concurrency.key`.",
                "並行鍵有 {length} 位元組，上限為 {LONGEST_KEY}。請在 `settings.concurrency.key` 使用較短的識別碼。"
            ),
        ));
    }
    Ok(key)
}
