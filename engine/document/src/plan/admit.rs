//! What a trigger event means for the run that it makes.

use causeway_model::{
    ErrorClass, OnLimit, Priority, Settings, Span, StepError, TEST_KEEP, Time, Value, text,
};
use causeway_script::{Context, Scope};

use super::Plan;

/// What a trigger event means for the run that it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Concurrency key, limit, what to do at the limit.
    pub slot: Option<(String, u32, OnLimit)>,
    pub deadline: Option<Span>,
    pub keep: Option<Span>,
    pub priority: Priority,
    /// Outside the flow's window: when it opens.
    pub not_before: Option<Time>,
}

impl Admission {
    /// The deadline of a run that is accepted now; the wait for the window does not count.
    pub fn deadline_at(&self, now: Time) -> Option<Time> {
        self.deadline.map(|span| self.not_before.unwrap_or(now) + span)
    }

    /// A test takes no place from live runs, waits for no window, and is not kept for long.
    pub fn for_test(&mut self) {
        self.slot = None;
        self.not_before = None;
        self.keep = Some(self.keep.map_or(TEST_KEEP, |keep| keep.min(TEST_KEEP)));
    }
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
        let Settings { deadline, keep, priority, .. } = self.settings;
        let not_before = self.window.as_ref().and_then(|window| window.opens(now));
        Ok(Admission { slot, deadline, keep, priority, not_before })
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
