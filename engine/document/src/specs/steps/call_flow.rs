//! `call_flow`: starts another flow, and waits for it or not.

use causeway_model::{Fault, Slug, Span, StepError, Text, Value, text};

use super::{StepKind, input};
use crate::compile::StepCx;
use crate::plan::Action;
use crate::specs::parts::{any, boolean, duration, field, object, slug};

pub struct CallFlow;

/// The resolved input of a `call_flow`.
#[derive(Clone, Debug, PartialEq)]
pub struct CallFlowInput {
    pub flow: Slug,
    /// `trigger.input` of the called flow.
    pub input: Value,
    pub wait: bool,
}

impl CallFlowInput {
    pub fn read(input: &Value) -> Result<Self, StepError> {
        let flow = input["flow"].as_str().and_then(|slug| slug.parse().ok());
        let flow = flow.ok_or_else(|| input::invalid("flow", &text!("it names no flow", "沒有指定流程")))?;
        Ok(Self {
            flow,
            input: input.get("input").cloned().unwrap_or(Value::Null),
            wait: input.get("wait").and_then(Value::as_bool).unwrap_or(true),
        })
    }
}

impl StepKind for CallFlow {
    fn name(&self) -> &'static str {
        "call_flow"
    }

    fn title(&self) -> Text {
        text!("Call a flow", "呼叫流程")
    }

    fn description(&self) -> Text {
        text!(
            "Starts another flow (its trigger is `called`) with an input, and waits for its end and output, or goes on at once. Cancelling goes down to it.",
            "以輸入啟動另一個流程（觸發為 `called`），可等待其結束與輸出，或立即繼續。取消時會一併取消它。"
        )
    }

    fn schema(&self) -> Value {
        object(vec![
            field(
                "flow",
                slug(),
                text!("Flow", "流程"),
                text!("The slug of the flow to start.", "要啟動的流程代號。"),
            )
            .fixed()
            .required(),
            field(
                "input",
                any(),
                text!("Input", "輸入"),
                text!("`trigger.input` in the called flow.", "在被呼叫的流程中為 `trigger.input`。"),
            ),
            field(
                "wait",
                boolean(),
                text!("Wait", "等待"),
                text!(
                    "Whether to wait for its end. Otherwise the output is its run's id.",
                    "是否等待其結束；不等待時輸出為執行編號。"
                ),
            )
            .fixed()
            .default(true.into()),
            field(
                "timeout",
                duration(),
                text!("Time limit", "時間上限"),
                text!(
                    "How long to wait at most; then the step fails and the called run is cancelled. The same as the step's own `timeout`.",
                    "最長等待時間；超過則步驟失敗，並取消被呼叫的執行。與步驟本身的 `timeout` 相同。"
                ),
            )
            .fixed(),
        ])
    }

    fn timeout(&self, with: &Value) -> Option<Span> {
        with.get("timeout")?.as_str()?.parse().ok()
    }

    fn compiled_fields(&self) -> &'static [&'static str] {
        &["timeout"]
    }

    fn compile(&self, step: &mut StepCx) -> Option<Action> {
        let called = step.field("flow").and_then(Value::as_str).map(str::to_owned);
        if called.is_some() && called.as_deref() == step.flow_slug() {
            let message = text!("The flow calls itself.", "流程呼叫了自己。");
            let fix = text!(
                "Make sure that it ends: calls may be nested only to a limit.",
                "請確認它會結束：呼叫的層數有上限。"
            );
            step.fault(Fault::warning("calls_itself", step.pointer("flow"), message).with_fix(fix));
        }
        if step.field("wait") == Some(&Value::Bool(false)) && step.field("timeout").is_some() {
            let message = text!(
                "`timeout` has no effect where the step does not wait.",
                "步驟不等待時，`timeout` 沒有作用。"
            );
            let fix = text!("Remove it, or wait.", "請移除，或改為等待。");
            step.fault(Fault::warning("no_effect", step.pointer("timeout"), message).with_fix(fix));
        }
        Some(Action::CallFlow)
    }
}
