//! Publishing: a draft becomes an immutable version, with the routes and watches that lead to it.

use causeway_document::{ConnectorTrigger, ConnectorWay, Plan, PlanTrigger, named_connections};
use causeway_model::{Fault, Flow, FlowId, Severity, Slug, text};
use causeway_store::{Actor, FlowRecord, Publish, Watches};
use serde::Serialize;

use super::{App, Error, Result};

/// What publishing made.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    pub flow: FlowRecord,
    pub version: i32,
    /// What somebody should look at.
    pub warnings: Vec<Fault>,
}

/// The longest note that is kept with a version.
const LONGEST_NOTE: usize = 4000;

impl App {
    /// Compiles the draft and makes it the next version. Faults come all at once; a webhook path that another flow
    /// has is refused with `webhook_path_taken`. The connections that it names must be there, and shared with `who`.
    pub async fn publish(&self, slug: &Slug, who: Actor<'_>, note: Option<String>) -> Result<Published> {
        if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
            return Err(Error::invalid(
                "note_too_long",
                text!(
                    "A note has at most {LONGEST_NOTE} characters; shorten it",
                    "說明最多 {LONGEST_NOTE} 個字，請縮短"
                ),
            ));
        }
        let (flow, document) = self.draft(slug).await?;
        let plan = self.compiler_by_now().await?.compile(&document).map_err(Error::document)?;
        let faults = self.connection_faults(&document, who).await?;
        if !faults.is_empty() {
            return Err(Error::document(faults));
        }
        let mut warnings = self.compiler().check(&document);
        warnings.extend(self.trigger_warnings(&plan).await?);
        let by = who.by;
        let publish = self.publication(&plan, (flow.id, document), by, note)?;
        let version = self.store().publish(flow.id, publish).await?;
        self.changed();
        tracing::info!(flow = %slug, version, by, "flow published");
        Ok(Published {
            flow: self.flow(slug).await?,
            version,
            warnings: warnings.into_iter().filter(|fault| fault.severity == Severity::Warning).collect(),
        })
    }

    /// All that is written with a version.
    pub(super) fn publication(
        &self,
        plan: &Plan,
        (flow, document): (FlowId, Flow),
        by: &str,
        note: Option<String>,
    ) -> Result<Publish> {
        let mut connections: Vec<String> =
            named_connections(&document).into_iter().map(|named| named.connection).collect();
        connections.sort_unstable();
        connections.dedup();
        Ok(Publish {
            trigger: plan.trigger_kind(),
            routes: routes(plan, flow),
            watches: watches(plan),
            connections,
            connectors: self.pins(plan)?,
            instead_of: None,
            document,
            by: by.to_owned(),
            note,
        })
    }
}

pub(crate) fn routes(plan: &Plan, flow: FlowId) -> Vec<(String, String)> {
    match &plan.trigger {
        PlanTrigger::Webhook(webhook) if webhook.methods.is_empty() => {
            vec![(webhook.path.clone(), "*".to_owned())]
        }
        PlanTrigger::Webhook(webhook) => {
            webhook.methods.iter().map(|method| (webhook.path.clone(), method.clone())).collect()
        }
        PlanTrigger::Connector(trigger) if matches!(trigger.way, ConnectorWay::Webhook { .. }) => {
            vec![(connection_route(trigger, flow), "*".to_owned())]
        }
        _ => Vec::new(),
    }
}

/// The route of a flow that listens to a connection. No document's path may begin with `@`, and many flows may listen to one.
fn connection_route(trigger: &ConnectorTrigger, flow: FlowId) -> String {
    format!("@{}/{}/{flow}", trigger.connection, trigger.trigger)
}

/// The connection and the trigger of such a route.
pub(crate) fn connection_of(path: &str) -> Option<(&str, &str)> {
    let (connection, rest) = path.strip_prefix('@')?.split_once('/')?;
    Some((connection, rest.split('/').next().unwrap_or_default()))
}

fn watches(plan: &Plan) -> Option<Watches> {
    let PlanTrigger::FlowFailed { flows, tags, all } = &plan.trigger else { return None };
    Some(Watches { flows: flows.clone(), tags: tags.clone(), all: *all })
}
