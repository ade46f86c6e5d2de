//! `stop`: ends the run (in a loop: the item) as succeeded or failed.

use causeway_model::{ErrorClass, StepError, Text, Value, text};

use crate::drive::Resolved;

pub fn evaluate(input: &Value) -> Result<Resolved, StepError> {
    if input.get("status").and_then(Value::as_str) != Some("failed") {
        return Ok(Resolved::Stop(None));
    }
    let message = match input.get("message").and_then(Value::as_str) {
        // The author's own words: one text for both languages.
        Some(words) => Text { en: words.to_owned(), zh_tw: words.to_owned() },
        None => text!("The flow stopped itself", "流程自行停止"),
    };
    Ok(Resolved::Stop(Some(StepError::new("stopped", ErrorClass::Stopped, message))))
}
