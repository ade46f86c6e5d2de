//! From a trigger's value to a run of a published flow: what its plan evaluates over it - keys - before it is accepted.

use std::sync::Arc;

use causeway_document::{ConnectorWay, Dedupe, Plan, PlanTrigger};
use causeway_model::{FlowId, RunId, Span, StepError, Time, Value};
use causeway_store::NewRun;

use super::dedupe;
use crate::app::{Error, new_run};
use crate::problem::Problem;

/// A flow in service that takes what comes in.
pub(super) struct Taker {
    pub flow: FlowId,
    pub version: i32,
    pub plan: Arc<Plan>,
    /// Whether taking something evaluates expressions over it.
    pub evaluates: bool,
}

impl Taker {
    pub(super) fn new(flow: FlowId, version: i32, plan: Arc<Plan>) -> Self {
        let keyed = plan.concurrency.as_ref().is_some_and(|concurrency| concurrency.key.is_some());
        let evaluates = keyed || matches!(dedupe_of(&plan), Some((Dedupe::Key(_), _)));
        Self { flow, version, plan, evaluates }
    }

    /// The run, with the dedupe key that the document's expression gives. Expressions are evaluated off the async workers.
    pub(super) async fn admit(&self, id: RunId, event: String, now: Time) -> Result<NewRun, Problem> {
        let (flow, version) = (self.flow, self.version);
        if !self.evaluates {
            return admitted(&self.plan, (flow, version), id, event, None, now);
        }
        let plan = Arc::clone(&self.plan);
        let evaluate = move || {
            let trigger: Value = serde_json::from_str(&event).map_err(|_| Problem::internal())?;
            admitted(&plan, (flow, version), id, event, Some(&trigger), now)
        };
        tokio::task::spawn_blocking(evaluate).await.map_err(|_| Problem::internal())?
    }
}

/// `trigger`: where it needs to be looked at.
fn admitted(
    plan: &Plan,
    of: (FlowId, i32),
    id: RunId,
    event: String,
    trigger: Option<&Value>,
    now: Time,
) -> Result<NewRun, Problem> {
    let admission = plan.admit(trigger.unwrap_or(&Value::Null), now).map_err(not_admitted)?;
    let key = match (trigger, dedupe_of(plan)) {
        (Some(trigger), Some((Dedupe::Key(template), window))) => {
            dedupe::evaluate(template, window, trigger, id, now).map_err(not_admitted)?
        }
        _ => None,
    };
    let run = new_run(plan, of, admission, event, now);
    Ok(NewRun { id, key_root: id, dedupe: key, ..run })
}

/// What a duplicate is of what comes in, and for how long that is remembered.
fn dedupe_of(plan: &Plan) -> Option<(&Dedupe, Span)> {
    match &plan.trigger {
        PlanTrigger::Webhook(webhook) => Some((&webhook.dedupe, webhook.dedupe_window)),
        PlanTrigger::Connector(trigger) => match &trigger.way {
            ConnectorWay::Webhook { dedupe, dedupe_window } => Some((dedupe, *dedupe_window)),
            ConnectorWay::Poll { .. } => None,
        },
        _ => None,
    }
}

fn not_admitted(error: StepError) -> Problem {
    Error::from(error).into()
}
