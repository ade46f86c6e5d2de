//! What can start a run.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    Webhook,
    Manual,
    Called,
    FlowFailed,
    Schedule,
}

impl TriggerKind {
    pub const ALL: [TriggerKind; 5] =
        [Self::Webhook, Self::Manual, Self::Called, Self::FlowFailed, Self::Schedule];

    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Manual => "manual",
            Self::Called => "called",
            Self::FlowFailed => "flow_failed",
            Self::Schedule => "schedule",
        }
    }
}
