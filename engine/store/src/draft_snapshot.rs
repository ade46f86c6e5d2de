//! `draft_snapshot`: the drafts that test runs pin, each with what its run is to do. One for each test run; it goes with it.
//!
//! Its versions count downwards from -1 and are never used again, so that whoever asks for a run's version finds it, and no
//! list of published versions does.

use causeway_model::{Flow, FlowId, TestPlan};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::accept::NewRun;
use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, batch, blob, flow, flow_archive, flow_version, json};

impl Store {
    /// Makes a test run with the document that it pins; gives the snapshot's version. `run.version` is not looked at.
    pub async fn accept_test(
        &self,
        mut run: NewRun,
        document: &Flow,
        plan: &TestPlan,
        by: &str,
    ) -> Result<i32> {
        let core = &self.core;
        let tx = core.db.begin().await?;
        let next = "UPDATE flow SET tests = tests + 1 WHERE id = $1 RETURNING tests";
        let row = tx.one(next, vec![run.flow.0.into()]).await?;
        let number: i32 = row.ok_or_else(|| flow::not_found(&run.flow.to_string()))?.try_get_by_index(0)?;
        let flow = flow::row(&tx, run.flow).await?;
        flow_archive::refuse_archived(&flow)?;
        run.version = -number;
        let insert =
            "INSERT INTO draft_snapshot (flow, version, run, document, plan) VALUES ($1, $2, $3, $4, $5)";
        let values = vec![
            run.flow.0.into(),
            run.version.into(),
            run.id.0.into(),
            json::text(document).into(),
            json::text(plan).into(),
        ];
        tx.run(insert, values).await?;
        let effects = batch::accept_in(&tx, core, &run).await?;
        for given in plan.outputs.values() {
            blob::grant(&tx, run.id, &given.output).await?;
        }
        if let Some(item) = &plan.item {
            blob::grant(&tx, run.id, item).await?;
        }
        let after = json!({
            "run": run.id, "part": plan.part, "dry_run": plan.dry_run, "draft_revision": plan.draft_revision,
            "sample": plan.sample, "from_run": plan.from_run,
        });
        let change = Change::new(by, "flow.tested", &flow.slug).to(after);
        audit_entry::write(&tx, core.clock.now(), change).await?;
        tx.commit().await?;
        effects.publish(core);
        Ok(run.version)
    }

    /// What a test run is to do; `None` for a published version.
    pub async fn test_plan(&self, id: FlowId, version: i32) -> Result<Option<TestPlan>> {
        if version >= 0 {
            return Ok(None);
        }
        let find = "SELECT plan FROM draft_snapshot WHERE flow = $1 AND version = $2";
        let row = self.core.db.read.one(find, vec![id.0.into(), version.into()]).await?;
        let text: String = row.ok_or_else(|| flow_version::not_found(version))?.try_get_by_index(0)?;
        Ok(Some(json::parse(&text, "what a test run is to do")?))
    }
}

pub(crate) async fn document_text<C: ConnectionTrait>(db: &C, id: FlowId, version: i32) -> Result<String> {
    let find = "SELECT document FROM draft_snapshot WHERE flow = $1 AND version = $2";
    let row = db.one(find, vec![id.0.into(), version.into()]).await?;
    Ok(row.ok_or_else(|| flow_version::not_found(version))?.try_get_by_index(0)?)
}

/// Resuming and replaying are for runs of published versions.
pub(crate) fn refused() -> Error {
    Error::conflict(
        "run_is_test",
        causeway_model::text!(
            "This is a test run: it is no dead letter, and is neither resumed nor replayed. Test the draft again, with the data of this run.",
            "這是測試執行：不屬於待處理的失敗，也不能接續或重播。請以這次執行的資料再測試一次草稿。"
        ),
    )
}
