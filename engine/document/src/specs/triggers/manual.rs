//! `manual`: a person, the API or the command line starts it.

use causeway_model::{Text, TriggerKind, Value, text};
use serde_json::json;

use super::Trigger;
use crate::compile::TriggerCx;
use crate::plan::PlanTrigger;
use crate::specs::parts::{Field, field, object};

pub struct Manual;

/// The JSON Schema of `trigger.input`.
pub(super) fn input_field() -> Field {
    field(
        "input",
        json!({ "type": "object" }),
        text!("Input", "輸入"),
        text!(
            "JSON Schema (2020-12) of `trigger.input`; the form is made of it. Absent means anything.",
            "`trigger.input` 的 JSON Schema（2020-12），表單由它產生；未填則不限。"
        ),
    )
    .fixed()
}

impl Trigger for Manual {
    fn kind(&self) -> TriggerKind {
        TriggerKind::Manual
    }

    fn title(&self) -> Text {
        text!("By hand", "手動")
    }

    fn description(&self) -> Text {
        text!(
            "A person, the API or the command line starts it with an input, which is `trigger.input`.",
            "由使用者、API 或命令列以輸入啟動，輸入即為 `trigger.input`。"
        )
    }

    fn schema(&self) -> Value {
        object(vec![input_field()])
    }

    fn fields(&self) -> &'static [&'static str] {
        &["kind", "input", "received_at"]
    }

    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger> {
        let (input, schema) = trigger.input_schema("input")?;
        Some(PlanTrigger::Manual { input, schema })
    }
}
