//! `wait`: for a time, until a time, or for a call of a one-time URL.

use causeway_model::{Fault, Span, StepError, Text, Time, Value, text};
use serde_json::json;

use super::{StepKind, input};
use crate::compile::StepCx;
use crate::plan::Action;
use crate::specs::parts::{duration, field, object};

pub struct Wait;

/// The resolved input of a `wait`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitInput {
    For(Span),
    Until(Time),
    /// For a call of the step's one-time URL, whose payload is the output. After `timeout` the step fails with `wait_timed_out`.
    Callback {
        timeout: Option<Span>,
    },
}

impl WaitInput {
    pub fn read(input: &Value) -> Result<Self, StepError> {
        if let Some(span) = input::duration(input, "for")? {
            return Ok(Self::For(span));
        }
        match input.get("until") {
            None | Some(Value::Null) => {}
            Some(until) => {
                let at = until.as_str().and_then(|written| written.trim().parse().ok());
                return at.map(Self::Until).ok_or_else(|| input::invalid("until", &time_form()));
            }
        }
        if input.get("callback").and_then(Value::as_bool) == Some(true) {
            return Ok(Self::Callback { timeout: input::duration(input, "timeout")? });
        }
        Err(input::invalid(
            "for",
            &text!(
                "one of `for`, `until` and `callback` is needed",
                "需要 `for`、`until` 或 `callback` 其中之一"
            ),
        ))
    }
}

fn time_form() -> Text {
    text!("write a time such as `2026-12-31T18:00:00+08:00`", "請寫時間，例如 `2026-12-31T18:00:00+08:00`")
}

impl StepKind for Wait {
    fn name(&self) -> &'static str {
        "wait"
    }

    fn title(&self) -> Text {
        text!("Wait", "等待")
    }

    fn description(&self) -> Text {
        text!(
            "Waits for a while, until a time, or for a call of a one-time URL (`callback_url(\"step\")` in an expression), whose payload is the output. A waiting run costs nothing.",
            "等待一段時間、等到某個時間，或等待一次性網址被呼叫（運算式中用 `callback_url(\"step\")` 取得），其內容即為輸出。等待中的執行不耗資源。"
        )
    }

    fn schema(&self) -> Value {
        let mut schema = object(vec![
            field(
                "for",
                duration(),
                text!("For", "多久"),
                text!("How long, such as `2h`.", "等待多久，例如 `2h`。"),
            ),
            field(
                "until",
                json!({ "type": "string", "format": "date-time" }),
                text!("Until", "直到"),
                text!(
                    "A time with its zone, such as `2026-12-31T18:00:00+08:00`.",
                    "含時區的時間，例如 `2026-12-31T18:00:00+08:00`。"
                ),
            ),
            field(
                "callback",
                json!({ "const": true }),
                text!("For a call", "等待呼叫"),
                text!("Waits for a call of the step's one-time URL.", "等待此步驟的一次性網址被呼叫。"),
            )
            .fixed(),
            field(
                "timeout",
                duration(),
                text!("Time limit", "時間上限"),
                text!(
                    "With `callback`: after this the step fails with `wait_timed_out`.",
                    "搭配 `callback`：超過後步驟以 `wait_timed_out` 失敗。"
                ),
            ),
        ]);
        schema["oneOf"] =
            json!([{ "required": ["for"] }, { "required": ["until"] }, { "required": ["callback"] }]);
        schema["dependentRequired"] = json!({ "timeout": ["callback"] });
        schema
    }

    fn bounds_itself(&self) -> bool {
        true
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let until = step.field("until").and_then(Value::as_str).map(str::to_owned);
        if let Some(until) = until.filter(|until| !until.contains("{{"))
            && until.parse::<Time>().is_err()
        {
            let Text { en, zh_tw } = time_form();
            let message = text!("`until` is no time.", "`until` 不是有效的時間。");
            let fix = Text { en: format!("Please {en}."), zh_tw: format!("{zh_tw}。") };
            step.fault(Fault::error("invalid_time", step.pointer("until"), message).with_fix(fix));
        }
        Some(Action::Wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read() {
        let read = |input: Value| WaitInput::read(&input);
        assert_eq!(read(json!({ "for": "2h" })), Ok(WaitInput::For(Span::from_secs(7200))));
        assert_eq!(read(json!({ "until": "1970-01-01T08:00:01+08:00" })), Ok(WaitInput::Until(Time(1000))));
        let timeout = Some(Span::from_secs(60));
        assert_eq!(read(json!({ "callback": true, "timeout": "1m" })), Ok(WaitInput::Callback { timeout }));
        for wrong in
            [json!({}), json!({ "for": 5 }), json!({ "until": "soon" }), json!({ "callback": false })]
        {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
