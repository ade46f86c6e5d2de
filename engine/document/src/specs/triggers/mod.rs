//! The trigger kinds, one file each.

mod called;
mod connector;
mod cors;
mod flow_failed;
mod jwt;
mod manual;
mod schedule;
mod verify;
mod webhook;

use causeway_model::{Text, TriggerKind, Value};

pub use called::Called;
pub use connector::with_schema as connector_with;
pub(crate) use connector::{FIELDS as CONNECTOR_FIELDS, compile as compile_connector};
pub use flow_failed::FlowFailed;
pub use manual::Manual;
pub use schedule::ScheduleTrigger;
pub(crate) use schedule::{MOST_MISSED, TIMEZONE};
pub use webhook::WebhookTrigger;

use crate::compile::TriggerCx;
use crate::plan::PlanTrigger;

/// One kind of trigger: how it is described, checked and compiled. What makes it fire is the runtime's and the server's.
pub trait Trigger: Send + Sync {
    fn kind(&self) -> TriggerKind;
    fn title(&self) -> Text;
    fn description(&self) -> Text;

    /// JSON Schema (2020-12) of `with`.
    fn schema(&self) -> Value;

    /// The fields of `trigger` that expressions may read.
    fn fields(&self) -> &'static [&'static str];

    /// `None` after a fault.
    fn compile(&self, trigger: &mut TriggerCx) -> Option<PlanTrigger>;
}

/// The trigger kinds in alphabetical order.
pub fn trigger_kinds() -> &'static [&'static dyn Trigger] {
    &[&Called, &FlowFailed, &Manual, &ScheduleTrigger, &WebhookTrigger]
}

pub fn trigger_kind(name: &str) -> Option<&'static dyn Trigger> {
    trigger_kinds().iter().find(|trigger| trigger.kind().name() == name).copied()
}
