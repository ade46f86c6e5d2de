//! The versions of a flow: looking, comparing, restoring, exporting.

use causeway_document::{Diff, canonical, diff};
use causeway_model::{Flow, Slug, text};
use causeway_store::{Page, VersionRecord};

use super::{App, Error, Result, SavedDraft};

/// One state of a flow's document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    Draft,
    Version(i32),
}

impl std::str::FromStr for Edition {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        if text == "draft" {
            return Ok(Self::Draft);
        }
        text.parse().map(Self::Version).map_err(|_| {
            Error::invalid(
                "edition_invalid",
                text!(
                    "`{text}` is no version; use a number or `draft`",
                    "「{text}」不是版本，請用數字或 `draft`"
                ),
            )
        })
    }
}

impl App {
    /// Newest first.
    pub async fn list_versions(
        &self,
        slug: &Slug,
        before: Option<i32>,
        limit: u64,
    ) -> Result<Page<VersionRecord>> {
        let flow = self.flow(slug).await?;
        Ok(self.store().list_versions(flow.id, before, limit).await?)
    }

    pub async fn document(&self, slug: &Slug, edition: Edition) -> Result<Flow> {
        let flow = self.flow(slug).await?;
        Ok(match edition {
            Edition::Draft => self.store().draft(flow.id).await?,
            // Below one are the drafts that test runs pin: no versions of anybody's.
            Edition::Version(version) => self.store().version(flow.id, version.max(0)).await?,
        })
    }

    /// The document as files keep it.
    pub async fn export(&self, slug: &Slug, edition: Edition) -> Result<String> {
        let document = Flow { slug: Some(slug.clone()), ..self.document(slug, edition).await? };
        Ok(canonical(&document))
    }

    pub async fn diff(&self, slug: &Slug, from: Edition, to: Edition) -> Result<Diff> {
        Ok(diff(&self.document(slug, from).await?, &self.document(slug, to).await?))
    }

    /// Makes an old version the draft again; publishing it is another step.
    pub async fn restore(&self, slug: &Slug, version: i32, by: &str) -> Result<SavedDraft> {
        let document = self.document(slug, Edition::Version(version)).await?;
        let flow = self.save_document("flow.restored", slug, &document, None, by).await?;
        Ok(SavedDraft { flow, faults: self.compiler_by_now().await?.check(&document) })
    }
}
