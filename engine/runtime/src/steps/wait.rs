//! `wait`: until a time, for a duration, or for a call of the step's one-time URL.

use causeway_model::{ErrorClass, Span, StepError, Time, Value, Wait, WaitKind, text};

use super::suspend::{Suspended, text_of};

/// `ready_at`: when the step's turn came, from which durations count.
pub fn begin(input: &Value, ready_at: Time) -> Result<Suspended, StepError> {
    let span = |name: &str| -> Result<Option<Span>, StepError> {
        text_of(input, name).map(|words| words.parse().map_err(|_| no_duration(name, words))).transpose()
    };
    if input.get("callback").and_then(Value::as_bool) == Some(true) {
        return Ok(Suspended::waits(Wait::within(WaitKind::Callback, ready_at, span("timeout")?)));
    }
    if let Some(words) = text_of(input, "until") {
        let until = words.parse::<Time>().map_err(|_| no_time(words))?;
        return Ok(Suspended::waits(Wait::time(until)));
    }
    let length = span("for")?.unwrap_or_default();
    Ok(Suspended::waits(Wait::time(ready_at + length)))
}

fn no_duration(name: &str, words: &str) -> StepError {
    StepError::new(
        "invalid_duration",
        ErrorClass::Invalid,
        text!(
            "`{name}` is `{words}`, which is no duration: write a number and ms, s, m, h or d, such as 30s",
            "`{name}` 的值 `{words}` 不是時間長度：請寫數字加上 ms、s、m、h 或 d，例如 30s"
        ),
    )
}

fn no_time(words: &str) -> StepError {
    StepError::new(
        "invalid_time",
        ErrorClass::Invalid,
        text!(
            "`until` is `{words}`, which is no time: write it as 2026-01-31T09:00:00+08:00",
            "`until` 的值 `{words}` 不是時間：請寫成 2026-01-31T09:00:00+08:00"
        ),
    )
}
