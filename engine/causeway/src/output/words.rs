//! The words for statuses and triggers.

use causeway_model::{RunStatus, StepStatus, Text, TriggerKind, text};

pub fn run_status(status: RunStatus) -> Text {
    match status {
        RunStatus::Queued => text!("queued", "排隊中"),
        RunStatus::Running => text!("running", "執行中"),
        RunStatus::Waiting => text!("waiting", "等待中"),
        RunStatus::Succeeded => text!("succeeded", "成功"),
        RunStatus::Failed => text!("failed", "失敗"),
        RunStatus::Cancelled => text!("cancelled", "已取消"),
    }
}

pub fn step_status(status: StepStatus) -> Text {
    match status {
        StepStatus::Pending => text!("not started", "尚未開始"),
        StepStatus::Running => text!("running", "執行中"),
        StepStatus::Waiting => text!("waiting", "等待中"),
        StepStatus::Succeeded => text!("succeeded", "成功"),
        StepStatus::Failed => text!("failed", "失敗"),
        StepStatus::Skipped => text!("skipped", "略過"),
        StepStatus::Cancelled => text!("cancelled", "已取消"),
    }
}

pub fn trigger_kind(kind: TriggerKind) -> Text {
    match kind {
        TriggerKind::Webhook => text!("webhook", "webhook"),
        TriggerKind::Manual => text!("started by hand", "手動啟動"),
        TriggerKind::Called => text!("called by a flow", "由流程呼叫"),
        TriggerKind::FlowFailed => text!("a flow failed", "流程失敗時"),
        TriggerKind::Schedule => text!("schedule", "排程"),
        TriggerKind::Connector => text!("event of a connector", "連接器事件"),
    }
}
