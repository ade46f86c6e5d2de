//! `script`: Rhai code whose last value is the output.

use causeway_model::{Text, Value, text};
use serde_json::json;

use super::StepKind;
use crate::compile::StepCx;
use crate::plan::Action;
use crate::specs::parts::{SCRIPT, field, object};

pub struct ScriptKind;

impl StepKind for ScriptKind {
    fn name(&self) -> &'static str {
        "script"
    }

    fn title(&self) -> Text {
        text!("Script", "程式碼")
    }

    fn description(&self) -> Text {
        text!(
            "Runs Rhai code over what earlier steps gave. The last value is the output. It has no effect outside, and ends within its limits.",
            "以 Rhai 程式碼處理先前步驟的結果，最後的值即為輸出。對外沒有任何影響，且會在限制內結束。"
        )
    }

    fn schema(&self) -> Value {
        let code = json!({
            "type": "string", "format": SCRIPT, "minLength": 1, "maxLength": 262_144, "x-causeway-widget": "code"
        });
        object(vec![
            field(
                "code",
                code,
                text!("Code", "程式碼"),
                text!("Rhai code; its last value is the output.", "Rhai 程式碼；最後的值即為輸出。"),
            )
            .required(),
        ])
    }

    fn is_pure(&self) -> bool {
        true
    }

    fn compiled_fields(&self) -> &'static [&'static str] {
        &["code"]
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let code = step.field("code")?.as_str()?.to_owned();
        step.script("code", &code).map(Action::Script)
    }
}
