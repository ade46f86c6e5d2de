//! Reads resolved inputs into types.

use causeway_model::{ErrorClass, Span, StepError, Text, Value, text};

/// The error of an input that does not fit its kind.
pub(super) fn invalid(field: &str, why: &Text) -> StepError {
    let message = Text {
        en: format!("The input `{field}` does not fit: {}.", why.en),
        zh_tw: format!("輸入 `{field}` 不符：{}。", why.zh_tw),
    };
    StepError::new("input_invalid", ErrorClass::Invalid, message)
}

/// An optional duration; null counts as absent.
pub(super) fn duration(input: &Value, field: &str) -> Result<Option<Span>, StepError> {
    match input.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(written)) => written.trim().parse().map(Some).map_err(|_| not_a_duration(field)),
        Some(_) => Err(not_a_duration(field)),
    }
}

fn not_a_duration(field: &str) -> StepError {
    invalid(
        field,
        &text!(
            "write a number and ms, s, m, h or d, such as `30s`",
            "請寫數字加 ms、s、m、h 或 d，例如 `30s`"
        ),
    )
}

/// A text; other plain values are written as text.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
