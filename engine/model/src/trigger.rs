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
    /// An event of a connector: a system called, or was asked.
    Connector,
}

impl TriggerKind {
    pub const ALL: [TriggerKind; 6] =
        [Self::Webhook, Self::Manual, Self::Called, Self::FlowFailed, Self::Schedule, Self::Connector];

    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Manual => "manual",
            Self::Called => "called",
            Self::FlowFailed => "flow_failed",
            Self::Schedule => "schedule",
            Self::Connector => "connector",
        }
    }
}
