//! `flow_version`: the immutable published copies that runs pin.

use std::collections::BTreeMap;

use causeway_model::{Flow, FlowId, Time, TriggerKind, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::flow::{self, Watches};
use crate::listing::Page;
use crate::{
    Error, Pin, Result, Store, codes, connection, connector, draft_snapshot, flow_archive, json, setting,
    webhook_route, words,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "flow_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub flow: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub document: String,
    pub published_at: i64,
    pub published_by: String,
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct VersionRecord {
    pub version: i32,
    pub published_at: Time,
    pub published_by: String,
    pub note: Option<String>,
}

/// What publishing writes beside the version.
pub struct Publish {
    pub document: Flow,
    pub trigger: TriggerKind,
    /// `(path, method)`; empty for other triggers. A clash with another flow (same path shape, same method or `*`) is refused
    /// with `webhook_path_taken`, in the same transaction.
    pub routes: Vec<(String, String)>,
    /// Flows and tags whose failures start this one; `None` for other triggers.
    pub watches: Option<Watches>,
    /// The connections that it names: one that is gone by now is refused with `connection_missing`.
    pub connections: Vec<String>,
    /// The connectors that it is published with.
    pub connectors: Vec<Pin>,
    /// Refused with `changed_meanwhile` where another version than this one is published by now.
    pub instead_of: Option<i32>,
    pub by: String,
    pub note: Option<String>,
}

fn published_meanwhile(slug: &str) -> Error {
    Error::conflict(
        "changed_meanwhile",
        text!(
            "{slug} was published by somebody else meanwhile. Look at it again.",
            "流程 {slug} 在這段時間已由他人發布。請重新檢視。"
        ),
    )
}

pub(crate) fn not_found(version: i32) -> Error {
    Error::not_found(
        "version_not_found",
        text!("The flow has no version {version}.", "此流程沒有版本 {version}。"),
    )
}

pub(crate) async fn document_text<C: ConnectionTrait>(db: &C, flow: FlowId, version: i32) -> Result<String> {
    let row = Entity::find_by_id((flow.0, version)).one(db).await?;
    Ok(row.ok_or_else(|| not_found(version))?.document)
}

impl Store {
    /// Makes the next version, immutable. A draft equal to the newest version makes none and gives that one's number.
    pub async fn publish(&self, id: FlowId, publish: Publish) -> Result<i32> {
        let at = self.core.clock.now();
        let now = at.millis();
        let document = json::text(&publish.document);
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let row = flow::row(&tx, id).await?;
        flow_archive::refuse_archived(&row)?;
        if publish.instead_of.is_some() && publish.instead_of != row.published {
            return Err(published_meanwhile(&row.slug));
        }
        connector::hold(&tx, &publish.connectors, &publish.by, at).await?;
        let pin = |pin: &Pin| (pin.connector.clone(), pin.version.clone());
        let connectors: BTreeMap<String, String> = publish.connectors.iter().map(pin).collect();
        let newest: Option<Model> = Entity::find()
            .filter(Column::Flow.eq(id.0))
            .order_by_desc(Column::Version)
            .limit(1)
            .one(&tx)
            .await?;
        let is_same = match &newest {
            Some(newest) if newest.document == document && row.published == Some(newest.version) => {
                connector::versions_of(&tx, id, newest.version).await? == connectors
            }
            _ => false,
        };
        let version = match newest {
            Some(newest) if is_same => newest.version,
            newest => {
                let version = newest.map_or(1, |newest| newest.version + 1);
                let row = ActiveModel {
                    flow: Set(id.0),
                    version: Set(version),
                    document: Set(document.clone()),
                    published_at: Set(now),
                    published_by: Set(publish.by.clone()),
                    note: Set(publish.note.as_deref().map(words::plain)),
                };
                Entity::insert(row).exec_without_returning(&tx).await?;
                connector::note(&tx, id, version, &connectors).await?;
                version
            }
        };
        webhook_route::replace(&tx, id, version, &publish.routes).await?;
        connection::must_exist(&tx, &publish.connections).await?;
        let change = flow::ActiveModel {
            id: ActiveValue::Unchanged(id.0),
            published: Set(Some(version)),
            trigger_kind: Set(Some(codes::trigger_code(publish.trigger))),
            watches: Set(json::opt_text(publish.watches.as_ref())),
            starter: Set(Some(flow::Starter::text_of(&publish.document))),
            changed: Set(row.draft != document),
            updated_at: Set(now),
            updated_by: Set(publish.by.clone()),
            ..<flow::ActiveModel as Default>::default()
        };
        if row.published != Some(version) {
            let before = json!({ "version": row.published });
            let mut after = json!({ "version": version, "note": publish.note });
            if !connectors.is_empty() {
                after["connectors"] = json!(connectors);
            }
            let change = Change::new(&publish.by, "flow.published", &row.slug).from(before).to(after);
            audit_entry::write(&tx, at, change).await?;
        }
        flow::Entity::update(change).exec(&tx).await?;
        tx.commit().await?;
        if !publish.connectors.is_empty() {
            // What was kept with it is known at once.
            self.core.caches.forget();
        }
        Ok(version)
    }

    /// Newest first.
    pub async fn versions(&self, id: FlowId) -> Result<Vec<VersionRecord>> {
        Ok(self.list_versions(id, None, i32::MAX.unsigned_abs().into()).await?.rows)
    }

    /// Newest first; those before `before`.
    pub async fn list_versions(
        &self,
        id: FlowId,
        before: Option<i32>,
        limit: u64,
    ) -> Result<Page<VersionRecord>> {
        // Without the documents.
        let columns = [Column::Version, Column::PublishedAt, Column::PublishedBy, Column::Note];
        let rows: Vec<(i32, i64, String, Option<String>)> = Entity::find()
            .select_only()
            .columns(columns)
            .filter(Column::Flow.eq(id.0))
            .filter(Column::Version.lt(before.unwrap_or(i32::MAX)))
            .order_by_desc(Column::Version)
            .limit(limit + 1)
            .into_tuple()
            .all(&self.core.db.read)
            .await?;
        let record = |(version, published_at, published_by, note)| VersionRecord {
            version,
            published_at: Time(published_at),
            published_by,
            note,
        };
        Ok(Page::of(rows.into_iter().map(record).collect(), limit))
    }

    /// The document of a version, or the draft that a test run pins.
    pub async fn version(&self, id: FlowId, version: i32) -> Result<Flow> {
        let db = &self.core.db.read;
        let text = match version {
            ..0 => draft_snapshot::document_text(db, id, version).await?,
            _ => document_text(db, id, version).await?,
        };
        json::parse(&text, "document of a version")
    }
}
