//! Whether the published flows fit another version of a connector than the one that they were published with.

use std::sync::Arc;

use causeway_connector::{Catalogue, Connector};
use causeway_document::{Compiler, Plan};
use causeway_model::{Fault, Severity, Slug};
use causeway_store::PinnedFlow;
use serde::Serialize;

use super::version_of;
use crate::app::{App, Result};

/// A published flow against a version of a connector.
#[derive(Clone, Debug, Serialize)]
pub struct FlowFit {
    pub flow: Slug,
    /// Its published version.
    pub version: i32,
    /// What that was published with; absent where nothing was noted.
    pub connector_version: Option<String>,
    pub fits: bool,
    /// What does not fit: the step, the place and why.
    pub faults: Vec<Fault>,
}

/// A flow that was compiled with the other version.
pub(super) struct Tried {
    pub flow: PinnedFlow,
    /// Where it fits.
    pub plan: Option<Plan>,
    pub fit: FlowFit,
}

impl App {
    /// All published flows that use a connector, against one of its versions.
    pub async fn check_connector(&self, name: &str, version: &str) -> Result<Vec<FlowFit>> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let connector = version_of(catalogue, name, version)?;
        Ok(self.fits(catalogue, &connector).await?.into_iter().map(|tried| tried.fit).collect())
    }

    pub(super) async fn fits(
        &self,
        catalogue: &Catalogue,
        connector: &Arc<dyn Connector>,
    ) -> Result<Vec<Tried>> {
        let name = connector.name();
        let mut tried = Vec::new();
        for flow in self.store().flows_with_connector(name).await? {
            // Its other connectors stay as they are.
            let catalogue = catalogue.pinned(&flow.connectors).trying(Arc::clone(connector));
            let compiler = Compiler { engine: self.compiler().engine.clone(), catalogue };
            let (plan, faults) = match compiler.compile(&flow.document) {
                // The text was found in it, and means something else there.
                Ok(plan) if !plan.connectors.contains_key(name) => continue,
                Ok(plan) => (Some(plan), Vec::new()),
                Err(faults) => (None, faults),
            };
            let fit = FlowFit {
                flow: flow.slug.clone(),
                version: flow.version,
                connector_version: flow.connectors.get(name).cloned(),
                fits: plan.is_some(),
                faults: faults.into_iter().filter(|fault| fault.severity == Severity::Error).collect(),
            };
            tried.push(Tried { flow, plan, fit });
            tokio::task::yield_now().await;
        }
        Ok(tried)
    }
}
