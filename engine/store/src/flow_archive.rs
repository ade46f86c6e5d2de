//! Flows that are put away: nothing starts them, their webhook paths are free, their versions and runs stay.

use causeway_model::{FlowId, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, Set};

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::flow::{ActiveModel, Entity, Model, Starter, row};
use crate::{Error, Result, Store, connector, flow_version, json, sample, setting, webhook_route};

/// What a flow that is put away refuses.
pub(crate) fn refuse_archived(row: &Model) -> Result<()> {
    if row.archived_at.is_none() {
        return Ok(());
    }
    let slug = &row.slug;
    Err(Error::conflict(
        "flow_archived",
        text!(
            "The flow {slug} is archived. Bring it back first (causeway flow unarchive {slug}).",
            "流程 {slug} 已封存。請先取消封存（causeway flow unarchive {slug}）。"
        ),
    ))
}

impl Store {
    /// Takes the flow out of service: no trigger starts it, its webhook paths are free, no version counts as published.
    /// Runs under way go on. Doing it again changes nothing.
    pub async fn archive(&self, id: FlowId, by: &str) -> Result<()> {
        let now = self.core.clock.now().millis();
        self.put_away(id, by, "flow.archived", |change| {
            change.archived_at = Set(Some(now));
            change.published = Set(None);
            change.trigger_kind = Set(None);
            change.watches = Set(None);
            change.changed = Set(true);
        })
        .await
    }

    /// Brings it back as a draft; publishing is another step.
    pub async fn unarchive(&self, id: FlowId, by: &str) -> Result<()> {
        self.put_away(id, by, "flow.unarchived", |change| change.archived_at = Set(None)).await
    }

    async fn put_away(
        &self,
        id: FlowId,
        by: &str,
        action: &'static str,
        alter: impl FnOnce(&mut ActiveModel),
    ) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = row(&tx, id).await?;
        // Either way it is a draft from now on.
        let draft = json::parse(&old.draft, "draft of a flow")?;
        let mut change = ActiveModel {
            id: ActiveValue::Unchanged(old.id),
            starter: Set(Some(Starter::text_of(&draft))),
            updated_at: Set(self.core.clock.now().millis()),
            updated_by: Set(by.to_owned()),
            ..<ActiveModel as Default>::default()
        };
        alter(&mut change);
        let archives = change.archived_at.as_ref().is_some();
        if archives {
            webhook_route::replace(&tx, id, 0, &[]).await?;
        }
        Entity::update(change).exec(&tx).await?;
        if old.archived_at.is_some() != archives {
            audit_entry::write(&tx, self.core.clock.now(), Change::new(by, action, &old.slug)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Deletes an archived flow with its draft and versions. `flow_not_archived`; `flow_has_runs` while runs of it are kept,
    /// since those show its steps.
    pub async fn delete_flow(&self, id: FlowId, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let flow = row(&tx, id).await?;
        let slug = &flow.slug;
        if flow.archived_at.is_none() {
            return Err(Error::conflict(
                "flow_not_archived",
                text!(
                    "Only archived flows can be deleted. Archive {slug} first.",
                    "只能刪除已封存的流程。請先封存 {slug}。"
                ),
            ));
        }
        let runs =
            "SELECT 1 FROM run WHERE flow = $1 UNION ALL SELECT 1 FROM active_run WHERE flow = $1 LIMIT 1";
        if tx.one(runs, vec![id.0.into()]).await?.is_some() {
            return Err(Error::conflict(
                "flow_has_runs",
                text!(
                    "Runs of {slug} are still kept, and show its steps. It can be deleted once their time is over; archived, it does nothing.",
                    "系統仍保留 {slug} 的執行紀錄，需要流程才能顯示步驟。紀錄到期後即可刪除；封存的流程不會有任何動作。"
                ),
            ));
        }
        flow_version::Entity::delete_many().filter(flow_version::Column::Flow.eq(id.0)).exec(&tx).await?;
        connector::delete_of(&tx, id).await?;
        sample::delete_of(&tx, id).await?;
        Entity::delete_by_id(id.0).exec(&tx).await?;
        audit_entry::write(&tx, self.core.clock.now(), Change::new(by, "flow.deleted", slug)).await?;
        Ok(tx.commit().await?)
    }
}
