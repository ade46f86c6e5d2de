//! Updating flows to the newest version of a connector: what is published is published again, with that version, where it fits.

use std::collections::BTreeSet;

use causeway_model::{Fault, Slug, text};
use causeway_store::Actor;
use serde::Serialize;

use super::fit::Tried;
use super::unknown;
use crate::app::{App, Class, Error, Result};

/// Which flows are meant.
#[derive(Clone, Debug)]
pub enum WhichFlows {
    All,
    Only(Vec<Slug>),
}

/// What became of a flow.
#[derive(Clone, Debug, Serialize)]
pub struct FlowUpdate {
    pub flow: Slug,
    /// The connector's version that it was published with; absent where nothing was noted.
    pub from: Option<String>,
    pub to: String,
    /// The flow's new version; absent where it stays as it is.
    pub version: Option<i32>,
    /// Why it stays.
    pub faults: Vec<Fault>,
}

impl App {
    /// Publishes the published documents again with the connector's newest enabled version; drafts are left alone. Flows that
    /// do not fit stay as they are, and are told. Those that use it already are not named.
    pub async fn update_connector(
        &self,
        name: &str,
        which: WhichFlows,
        who: Actor<'_>,
    ) -> Result<Vec<FlowUpdate>> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let connector = catalogue.connector(name).ok_or_else(|| unknown(name))?;
        let to = connector.spec().version.clone();
        let tried = self.fits(catalogue, &connector).await?;
        if let WhichFlows::Only(slugs) = &which {
            let users: BTreeSet<&Slug> = tried.iter().map(|tried| &tried.flow.slug).collect();
            if let Some(stranger) = slugs.iter().find(|slug| !users.contains(slug)) {
                return Err(Error::not_found(
                    "flow_does_not_use_it",
                    text!(
                        "No published version of {stranger} uses the connector {name}.",
                        "流程 {stranger} 的已發布版本沒有使用連接器 {name}。"
                    ),
                ));
            }
        }
        let is_meant = |one: &Tried| match &which {
            WhichFlows::All => true,
            WhichFlows::Only(slugs) => slugs.contains(&one.flow.slug),
        };
        let is_behind = |one: &Tried| one.fit.connector_version.as_ref() != Some(&to);
        let (mut updates, mut ended) = (Vec::new(), Ok(()));
        for one in tried.into_iter().filter(|one| is_meant(one) && is_behind(one)) {
            match self.move_flow(name, &to, one, who).await {
                Ok(update) => updates.push(update),
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            }
        }
        // Once for all, and for those that were moved before one could not be.
        if updates.iter().any(|update| update.version.is_some()) {
            self.connectors_changed().await?;
        }
        ended.map(|()| updates)
    }

    async fn move_flow(&self, name: &str, to: &str, tried: Tried, who: Actor<'_>) -> Result<FlowUpdate> {
        let Tried { flow, plan, fit } = tried;
        let (slug, by) = (flow.slug, who.by);
        let mut update = FlowUpdate {
            flow: slug.clone(),
            from: fit.connector_version,
            to: to.to_owned(),
            version: None,
            faults: fit.faults,
        };
        let Some(plan) = plan else { return Ok(update) };
        let before = update.from.as_deref().unwrap_or("?");
        let note = format!("{name} {before} -> {to}");
        let mut publish = self.publication(&plan, (flow.flow, flow.document), by, Some(note))?;
        publish.instead_of = Some(flow.version);
        match self.store().publish(flow.flow, publish).await.map_err(Error::from) {
            Ok(version) => {
                tracing::info!(flow = %slug, connector = name, to, version, by, "flow updated to a connector");
                update.version = Some(version);
            }
            // Another flow can still be updated.
            Err(error) if matches!(error.class, Class::Conflict | Class::Invalid | Class::NotFound) => {
                update.faults.push(Fault::error(&error.code, "", error.text));
            }
            Err(error) => return Err(error),
        }
        Ok(update)
    }
}
