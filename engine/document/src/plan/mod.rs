//! A compiled flow version: all that the engine needs to run it.

mod admit;
mod plans;
mod readiness;
mod scope;
mod trigger;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Flow, Idempotency, Join, OnDoubt, OnLimit, Retry, Settings, Span, StepId, TriggerKind};
use causeway_script::{Expression, Script, Sealer, Template};

pub use admit::Admission;
pub use plans::{ConnectorVersions, Plans};
pub(crate) use readiness::ERROR_PORT;
#[cfg(test)]
pub(crate) use readiness::readiness;
pub use readiness::{Readiness, Settled};
pub use scope::Scope;
pub use trigger::{
    ConnectorTrigger, ConnectorWay, Cors, Dedupe, HmacAlgorithm, HmacEncoding, Jwt, JwtAlgorithm, JwtKey,
    Missed, PlanTrigger, PollFrom, ReplyMode, Schedule, Verify, Webhook,
};

pub(crate) use window::DAYS;
pub use window::PlanWindow;

use crate::InputSchema;

/// A compiled flow version: all that the engine needs to run it.
pub struct Plan {
    pub flow: Arc<Flow>,
    pub trigger: PlanTrigger,
    pub body: Arc<Body>,
    pub settings: Settings,
    /// The variables that expressions name; pinned when a run starts. `None` when one is named by a computed key, so all are pinned.
    pub vars: Option<Vec<String>>,
    /// The concurrency key as a template over `trigger`.
    pub concurrency: Option<PlanConcurrency>,
    /// When its runs may begin.
    pub window: Option<PlanWindow>,
    /// Connector versions that the document was compiled against.
    pub connectors: BTreeMap<String, String>,
    /// Tells which texts of resolved inputs are sealed.
    pub(crate) sealer: Sealer,
}

pub struct PlanConcurrency {
    pub limit: u32,
    pub key: Option<Template>,
    pub hold_slot: bool,
    pub on_limit: OnLimit,
}

/// The steps of a flow, or of a loop's body, in document order.
pub struct Body {
    pub steps: Vec<PlanStep>,
    /// The same steps so that each comes after those it follows.
    pub(crate) order: Vec<usize>,
}

pub struct PlanStep {
    pub id: StepId,
    pub action: Action,
    /// As written.
    pub use_: String,
    pub name: Option<String>,
    /// The `with` that is resolved before the step runs (without what `action` took out of it).
    pub input: Template,
    /// JSON Schema validator of the resolved input.
    pub input_schema: Arc<InputSchema>,
    /// Empty: after the trigger (or at the item's start).
    pub after: Vec<Edge>,
    pub join: Join,
    pub retry: Option<Retry>,
    pub timeout: Option<Span>,
    /// Whether some step follows its `error` port.
    pub error_wired: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index in the same body.
    pub from: usize,
    /// `None`: the only exit of a step without named ports. `Some("error")`: the error port.
    pub port: Option<String>,
}

/// What a step does.
pub enum Action {
    Script(Script),
    Branch {
        cases: Vec<(String, Expression)>,
        otherwise: Option<String>,
    },
    ForEach(ForEach),
    Respond,
    Stop,
    Wait,
    Approval,
    CallFlow,
    Operation {
        connector: String,
        operation: String,
        connection: Option<String>,
        idempotency: Idempotency,
        on_doubt: OnDoubt,
    },
}

pub struct ForEach {
    pub items: Template,
    pub body: Arc<Body>,
    /// How many items at once, from 1.
    pub concurrency: usize,
    pub stop_on_error: bool,
    /// Gives up beyond this many failed items.
    pub max_errors: Option<u64>,
    /// What an item's idempotency keys are made of; its index when absent.
    pub key: Option<Expression>,
}

impl Plan {
    pub fn trigger_kind(&self) -> TriggerKind {
        match self.trigger {
            PlanTrigger::Webhook(_) => TriggerKind::Webhook,
            PlanTrigger::Manual { .. } => TriggerKind::Manual,
            PlanTrigger::Called { .. } => TriggerKind::Called,
            PlanTrigger::FlowFailed { .. } => TriggerKind::FlowFailed,
            PlanTrigger::Schedule(_) => TriggerKind::Schedule,
            PlanTrigger::Connector(_) => TriggerKind::Connector,
        }
    }

    /// A step by id, loop bodies included.
    pub fn step(&self, id: &str) -> Option<&PlanStep> {
        self.body.step(id)
    }
}

impl Body {
    pub fn position(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id.as_str() == id)
    }

    /// A step by id, inner loop bodies included.
    pub fn step(&self, id: &str) -> Option<&PlanStep> {
        self.steps.iter().find_map(|step| match &step.action {
            _ if step.id.as_str() == id => Some(step),
            Action::ForEach(each) => each.body.step(id),
            _ => None,
        })
    }

    /// The positions of all steps so that each comes after those it follows.
    pub fn order(&self) -> &[usize] {
        &self.order
    }
}
