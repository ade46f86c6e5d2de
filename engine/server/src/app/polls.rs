//! Polls: which flows ask a list again and again, and asking at once.

use causeway_model::Slug;
use causeway_store::{Page, PollRecord};

use super::{App, Result};

impl App {
    /// In the order of their slugs, those after `after`.
    pub async fn list_polls(&self, after: Option<&Slug>, limit: u64) -> Result<Page<PollRecord>> {
        Ok(self.store().list_polls(after, limit).await?)
    }

    /// Makes the flow's poll due now; a worker asks within a second. The poll as it stands.
    pub async fn poll_now(&self, slug: &Slug, by: &str) -> Result<Option<PollRecord>> {
        let flow = self.store().flow(slug).await?;
        self.store().poll_now(flow.id, by).await?;
        Ok(self.store().poll_of(flow.id).await?)
    }
}
