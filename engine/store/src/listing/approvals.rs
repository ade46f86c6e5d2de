//! Pages of approvals, newest first.

use causeway_model::{ApprovalId, FlowId, RunId};

use super::{Conditions, Page};
use crate::approval::{ApprovalRecord, Entity, status_code};
use crate::{Result, Store};

#[derive(Clone, Debug, Default)]
pub struct ApprovalFilter {
    /// `open`, `approved`, `rejected`, `timed_out`, `closed`.
    pub status: Option<String>,
    pub flow: Option<FlowId>,
    pub run: Option<RunId>,
    /// The last approval of the page before.
    pub after: Option<ApprovalId>,
    pub limit: u64,
}

impl Store {
    pub async fn list_approvals(&self, filter: ApprovalFilter) -> Result<Page<ApprovalRecord>> {
        let db = &self.core.db.read;
        let mut wanted = Conditions::default();
        match filter.status.as_deref().map(status_code) {
            None => {}
            // As the index of the open ones is written.
            Some(Some(0)) => {
                wanted.and("status = 0");
            }
            Some(code) => {
                wanted.with("status = ?", code.unwrap_or(-1));
            }
        }
        if let Some(flow) = filter.flow {
            wanted.with("flow = ?", flow.0);
        }
        if let Some(run) = filter.run {
            wanted.with("run = ?", run.0);
        }
        if let Some(after) = filter.after {
            wanted.with("id < ?", after.0);
        }
        let page = wanted.page::<Entity>(db, &[], "id DESC", filter.limit).await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            let slug = self.slug_of(FlowId(row.flow)).await?;
            rows.push(ApprovalRecord::read(row, slug)?);
        }
        Ok(Page { rows, more: page.more })
    }
}
