//! Flows and their drafts.

use causeway_document::{canonical, locate};
use causeway_model::{Fault, Flow, Slug, Time, UserId, text};
use causeway_store::{Actor, FlowFilter, FlowRecord, Page};
use serde::Serialize;

use super::{App, Error, Result};

/// A draft as it was saved, and what publishing it would say.
#[derive(Clone, Debug, Serialize)]
pub struct SavedDraft {
    pub flow: FlowRecord,
    pub faults: Vec<Fault>,
}

/// A flow, and who saved its draft last.
#[derive(Clone, Debug, Serialize)]
pub struct FlowView {
    #[serde(flatten)]
    pub flow: FlowRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_saved: Option<DraftSaved>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DraftSaved {
    pub at: Time,
    /// `user:<email>`, `token:<name>`.
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub id: UserId,
    /// Empty where none was given.
    pub name: String,
}

impl App {
    /// Those in service, or those that are archived.
    pub async fn flows(&self, archived: bool) -> Result<Vec<FlowRecord>> {
        let mut flows = self.store().flows().await?;
        flows.retain(|flow| flow.archived_at.is_some() == archived);
        Ok(flows)
    }

    pub async fn list_flows(&self, filter: FlowFilter) -> Result<Page<FlowRecord>> {
        Ok(self.store().list_flows(filter).await?)
    }

    pub async fn flow(&self, slug: &Slug) -> Result<FlowRecord> {
        Ok(self.store().flow(slug).await?)
    }

    /// With who saved its draft last.
    pub async fn flow_view(&self, slug: &Slug) -> Result<FlowView> {
        let flow = self.flow(slug).await?;
        let Some((at, by)) = flow.draft_saved.clone() else {
            return Ok(FlowView { flow, draft_saved: None });
        };
        let person = match by.strip_prefix("user:") {
            Some(email) => self.store().user_by_email(email).await.ok(),
            None => None,
        };
        let person = person.map(|user| Person { id: user.id, name: user.name });
        Ok(FlowView { flow, draft_saved: Some(DraftSaved { at, by, person }) })
    }

    pub async fn draft(&self, slug: &Slug) -> Result<(FlowRecord, Flow)> {
        Ok(self.store().flow_with_draft(slug).await?)
    }

    /// Saves a draft from its text; one that does not even read is refused with all its faults. What publishing would
    /// refuse is saved and told. `expected`: the draft revision that the change was made on.
    pub async fn save_draft(
        &self,
        slug: &Slug,
        document: &str,
        expected: Option<i64>,
        who: Actor<'_>,
    ) -> Result<SavedDraft> {
        let (read, mut faults) = self.compiler_by_now().await?.validate(document).map_err(Error::document)?;
        let flow = self.save_document("flow.draft_saved", slug, &read, expected, who.by).await?;
        let mut of_connections = self.connection_faults(&read, who).await?;
        locate(document, &mut of_connections);
        faults.extend(of_connections);
        faults.sort_by_key(|fault| fault.severity);
        Ok(SavedDraft { flow, faults })
    }

    /// What publishing the draft as it stands would say, as [`App::save_draft`] tells it. Lines are those of the exported text.
    pub async fn draft_faults(&self, slug: &Slug, who: Actor<'_>) -> Result<Vec<Fault>> {
        let (flow, draft) = self.draft(slug).await?;
        let mut faults = self.compiler_by_now().await?.check(&draft);
        faults.extend(self.connection_faults(&draft, who).await?);
        locate(&canonical(&Flow { slug: Some(flow.slug), ..draft }), &mut faults);
        faults.sort_by_key(|fault| fault.severity);
        Ok(faults)
    }

    /// `action`: how the audit trail calls it.
    pub(super) async fn save_document(
        &self,
        action: &str,
        slug: &Slug,
        document: &Flow,
        expected: Option<i64>,
        by: &str,
    ) -> Result<FlowRecord> {
        if let Some(own) = document.slug.as_ref().filter(|own| *own != slug) {
            return Err(Error::invalid(
                "slug_differs",
                text!(
                    "The document names itself `{own}`, but was sent for the flow `{slug}`; make them equal or leave `slug` out",
                    "文件自稱為「{own}」，卻是送給流程「{slug}」；請讓兩者相同，或省略 `slug`"
                ),
            ));
        }
        let flow = self.store().save_draft_as(action, slug, document, expected, by).await?;
        tracing::info!(flow = %slug, revision = flow.draft_revision, by, "draft saved");
        Ok(flow)
    }

    /// Puts the flow away, or brings it back as a draft.
    pub async fn set_archived(&self, slug: &Slug, archived: bool, by: &str) -> Result<FlowRecord> {
        let flow = self.flow(slug).await?;
        if archived {
            self.store().archive(flow.id, by).await?;
        } else {
            self.store().unarchive(flow.id, by).await?;
        }
        self.changed();
        tracing::info!(flow = %slug, archived, by, "flow archived or brought back");
        self.flow(slug).await
    }

    /// Deletes an archived flow of which no run is kept.
    pub async fn delete_flow(&self, slug: &Slug, by: &str) -> Result<()> {
        let flow = self.flow(slug).await?;
        self.store().delete_flow(flow.id, by).await?;
        self.changed();
        tracing::info!(flow = %slug, by, "flow deleted");
        Ok(())
    }

    pub async fn set_enabled(&self, slug: &Slug, enabled: bool, by: &str) -> Result<FlowRecord> {
        let flow = self.flow(slug).await?;
        self.store().set_enabled(flow.id, enabled, by).await?;
        self.changed();
        tracing::info!(flow = %slug, enabled, by, "flow switched");
        self.flow(slug).await
    }
}
