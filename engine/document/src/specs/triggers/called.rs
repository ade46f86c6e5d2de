//! `called`: a `call_flow` step of another flow starts it.

use causeway_model::{Text, TriggerKind, Value, text};

use super::Trigger;
use super::manual::input_field;
use crate::compile::TriggerCx;
use crate::plan::PlanTrigger;
use crate::specs::parts::object;

pub struct Called;

impl Trigger for Called {
    fn kind(&self) -> TriggerKind {
        TriggerKind::Called
    }

    fn title(&self) -> Text {
        text!("Called by a flow", "由流程呼叫")
    }

    fn description(&self) -> Text {
        text!(
            "A `call_flow` step of another flow starts it; `trigger.input` is what that step gives.",
            "由其他流程的 `call_flow` 步驟啟動；`trigger.input` 是該步驟提供的輸入。"
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
        Some(PlanTrigger::Called { input, schema })
    }
}
