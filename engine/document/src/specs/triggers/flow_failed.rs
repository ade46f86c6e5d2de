//! `flow_failed`: a run of another flow failed.

use causeway_model::{Fault, Slug, Text, TriggerKind, Value, text};
use serde_json::json;

use super::Trigger;
use crate::compile::TriggerCx;
use crate::plan::PlanTrigger;
use crate::specs::parts::{boolean, field, filled, object, slug};

pub struct FlowFailed;

impl Trigger for FlowFailed {
    fn kind(&self) -> TriggerKind {
        TriggerKind::FlowFailed
    }

    fn title(&self) -> Text {
        text!("A flow failed", "流程失敗")
    }

    fn description(&self) -> Text {
        text!(
            "Starts when a run of one of the named flows, of flows with one of the tags, or of any flow fails. Its own failures never start it.",
            "當指定的流程、帶有指定標籤的流程或任何流程執行失敗時啟動。它自己的失敗不會再啟動它。"
        )
    }

    fn schema(&self) -> Value {
        let flows = json!({ "type": "array", "maxItems": 1000, "items": slug() });
        let tags = json!({ "type": "array", "maxItems": 100, "items": filled() });
        object(vec![
            field(
                "flows",
                flows,
                text!("Flows", "流程"),
                text!("Slugs of the flows to watch.", "要監看的流程代號。"),
            )
            .fixed(),
            field(
                "tags",
                tags,
                text!("Tags", "標籤"),
                text!("Watches every flow with one of these tags.", "監看帶有任一標籤的流程。"),
            )
            .fixed(),
            field(
                "all",
                boolean(),
                text!("All flows", "所有流程"),
                text!("Watches every flow.", "監看所有流程。"),
            )
            .fixed(),
        ])
    }

    fn fields(&self) -> &'static [&'static str] {
        &["kind", "received_at", "flow", "version", "run", "step", "error"]
    }

    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger> {
        let texts = |name: &str| -> Vec<String> {
            let list = trigger.field(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let flows: Vec<Slug> = texts("flows").iter().filter_map(|slug| slug.parse().ok()).collect();
        let tags = texts("tags");
        let all = trigger.field("all").and_then(Value::as_bool).unwrap_or_default();
        if flows.is_empty() && tags.is_empty() && !all {
            let message = text!("No flow is watched.", "沒有監看任何流程。");
            let fix = text!(
                "Name `flows` or `tags`, or set `all` to true.",
                "請填 `flows` 或 `tags`，或將 `all` 設為 true。"
            );
            trigger.fault(Fault::error("watches_nothing", "/trigger/with", message).with_fix(fix));
            return None;
        }
        Some(PlanTrigger::FlowFailed { flows, tags, all })
    }
}
