//! Flows and their drafts.

use causeway_model::{Fault, Flow, Slug, text};
use causeway_store::FlowRecord;
use serde::Serialize;

use super::{App, Error, Result};

/// A draft as it was saved, and what publishing it would say.
#[derive(Clone, Debug, Serialize)]
pub struct SavedDraft {
    pub flow: FlowRecord,
    pub faults: Vec<Fault>,
}

impl App {
    pub async fn flows(&self) -> Result<Vec<FlowRecord>> {
        Ok(self.store().flows().await?)
    }

    pub async fn flow(&self, slug: &Slug) -> Result<FlowRecord> {
        Ok(self.store().flow(slug).await?)
    }

    pub async fn draft(&self, slug: &Slug) -> Result<(FlowRecord, Flow)> {
        let flow = self.flow(slug).await?;
        let draft = self.store().draft(flow.id).await?;
        Ok((flow, draft))
    }

    /// Saves a draft from its text; one that does not even read is refused with all its faults. What publishing would
    /// refuse is saved and told. `expected`: the draft revision that the change was made on.
    pub async fn save_draft(
        &self,
        slug: &Slug,
        document: &str,
        expected: Option<i64>,
        by: &str,
    ) -> Result<SavedDraft> {
        let (document, faults) = self.compiler().validate(document).map_err(Error::document)?;
        let flow = self.save_document("flow.draft_saved", slug, &document, expected, by).await?;
        Ok(SavedDraft { flow, faults })
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

    pub async fn set_enabled(&self, slug: &Slug, enabled: bool, by: &str) -> Result<FlowRecord> {
        let flow = self.flow(slug).await?;
        self.store().set_enabled(flow.id, enabled, by).await?;
        self.changed();
        tracing::info!(flow = %slug, enabled, by, "flow switched");
        self.flow(slug).await
    }
}
