//! `stop`: ends the run, or the loop's item, at once.

use causeway_model::{ErrorClass, StepError, Text, Value, text};

use super::{StepKind, input};
use crate::compile::StepCx;
use crate::plan::Action;
use crate::specs::parts::{choice, field, object, text};

pub struct Stop;

/// The resolved input of a `stop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopInput {
    pub failed: bool,
    pub message: String,
}

impl StopInput {
    pub fn read(input: &Value) -> Result<Self, StepError> {
        let failed = match input.get("status").and_then(Value::as_str) {
            None | Some("succeeded") => false,
            Some("failed") => true,
            Some(_) => {
                return Err(input::invalid(
                    "status",
                    &text!("use `succeeded` or `failed`", "請用 `succeeded` 或 `failed`"),
                ));
            }
        };
        Ok(Self { failed, message: input.get("message").map(input::words).unwrap_or_default() })
    }

    /// The failure that a `failed` stop gives its run.
    pub fn failure(&self) -> Option<StepError> {
        let message = &self.message;
        let said = if message.is_empty() {
            text!("A stop step ended the run as failed.", "停止步驟將執行結束為失敗。")
        } else {
            text!("{message}", "{message}")
        };
        self.failed.then(|| StepError::new("stopped", ErrorClass::Stopped, said))
    }
}

impl StepKind for Stop {
    fn name(&self) -> &'static str {
        "stop"
    }

    fn title(&self) -> Text {
        text!("Stop", "停止")
    }

    fn description(&self) -> Text {
        text!(
            "Ends the run at once, as succeeded or failed, with a message. In a loop it ends the item.",
            "立即結束執行，可指定成功或失敗並附上訊息；在迴圈中則結束該項目。"
        )
    }

    fn schema(&self) -> Value {
        object(vec![
            field(
                "status",
                choice(&["succeeded", "failed"]),
                text!("Outcome", "結果"),
                text!("How the run ends.", "執行以何種結果結束。"),
            )
            .fixed()
            .default("succeeded".into()),
            field(
                "message",
                text(),
                text!("Message", "訊息"),
                text!("Why it ends; shown with the run.", "結束原因，會顯示在執行紀錄中。"),
            ),
        ])
    }

    fn ends(&self) -> bool {
        true
    }

    fn compile(&self, _step: &mut StepCx) -> Option<Action> {
        Some(Action::Stop)
    }
}
