//! `flow`: the flows and their drafts.

use causeway_model::{Flow, FlowId, Slug, Time, TriggerKind, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, codes, flow_archive, json, setting, words};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "flow")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub tags: String,
    pub enabled: bool,
    pub published: Option<i32>,
    pub trigger_kind: Option<i16>,
    pub watches: Option<String>,
    pub draft: String,
    pub draft_revision: i64,
    pub changed: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub updated_by: String,
    pub archived_at: Option<i64>,
    pub starter: Option<String>,
    pub draft_saved_at: Option<i64>,
    pub draft_saved_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, Serialize)]
pub struct FlowRecord {
    pub id: FlowId,
    pub slug: Slug,
    pub name: String,
    pub description: String,
    pub tags: Vec<String>,
    pub enabled: bool,
    /// The newest published version; absent when none is.
    pub published: Option<i32>,
    /// Raised with each save of the draft.
    pub draft_revision: i64,
    /// Whether the draft differs from the published version.
    pub changed: bool,
    pub created_at: Time,
    pub updated_at: Time,
    /// When it was put away; absent while it is in service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Of the published version; of the draft where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Starter>,
    /// When and by whom the draft was saved last: `user:<email>`, `token:<name>`.
    #[serde(skip)]
    pub draft_saved: Option<(Time, String)>,
}

/// What starts a flow, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starter {
    /// A trigger kind, or `<connector>.<trigger>`.
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// Of a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Starter {
    pub(crate) fn text_of(flow: &Flow) -> String {
        let trigger = &flow.trigger;
        let path = trigger.with["path"].as_str().filter(|_| trigger.use_ == TriggerKind::Webhook.name());
        json::text(&Self {
            use_: trigger.use_.clone(),
            connection: trigger.connection.clone(),
            path: path.map(str::to_owned),
        })
    }
}

/// What a flow is called.
#[derive(Clone, Debug)]
pub struct FlowName {
    pub id: FlowId,
    pub slug: Slug,
    pub name: String,
    pub published: Option<i32>,
    pub archived: bool,
}

/// Which failures start a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watches {
    pub flows: Vec<Slug>,
    pub tags: Vec<String>,
    pub all: bool,
}

impl FlowRecord {
    pub(crate) fn read(row: Model) -> Result<Self> {
        Ok(Self {
            id: FlowId(row.id),
            slug: row.slug.parse().map_err(|_| Error::corrupt(format!("slug {}", row.slug)))?,
            name: row.name,
            description: row.description,
            tags: json::parse(&row.tags, "tags of a flow")?,
            enabled: row.enabled,
            published: row.published,
            draft_revision: row.draft_revision,
            changed: row.changed,
            created_at: Time(row.created_at),
            updated_at: Time(row.updated_at),
            archived_at: row.archived_at.map(Time),
            trigger: json::parse_opt(row.starter.as_deref(), "what starts a flow")?,
            draft_saved: row.draft_saved_at.map(Time).zip(row.draft_saved_by),
        })
    }
}

pub(crate) fn not_found(what: &str) -> Error {
    Error::not_found("flow_not_found", text!("There is no flow {what}.", "沒有流程 {what}。"))
}

pub(crate) async fn row<C: ConnectionTrait>(db: &C, id: FlowId) -> Result<Model> {
    Entity::find_by_id(id.0).one(db).await?.ok_or_else(|| not_found(&id.to_string()))
}

impl Store {
    /// Makes the flow, or replaces its draft. `expected`: the draft revision that the change was made on; `draft_changed` if it is another by now.
    pub async fn save_draft(
        &self,
        slug: &Slug,
        document: &Flow,
        expected: Option<i64>,
        by: &str,
    ) -> Result<FlowRecord> {
        self.save_draft_as("flow.draft_saved", slug, document, expected, by).await
    }

    /// As [`Store::save_draft`], where the audit trail should say how it came: `flow.imported`, `flow.restored`.
    pub async fn save_draft_as(
        &self,
        action: &str,
        slug: &Slug,
        document: &Flow,
        expected: Option<i64>,
        by: &str,
    ) -> Result<FlowRecord> {
        let at = self.core.clock.now();
        let now = at.millis();
        let draft = json::text(document);
        let mut change = Change::new(by, action, slug.as_str()).to(json::parse(&draft, "a draft")?);
        let tx = self.core.db.begin().await?;
        let old = Entity::find().filter(Column::Slug.eq(slug.as_str())).lock_exclusive().one(&tx).await?;
        let row = match old {
            None => {
                if expected.is_some_and(|expected| expected != 0) {
                    return Err(not_found(slug.as_str()));
                }
                let row = Model {
                    id: FlowId::new().0,
                    slug: slug.to_string(),
                    name: words::plain(&document.name),
                    description: words::plain(&document.description),
                    tags: json::text(&document.tags),
                    enabled: true,
                    published: None,
                    trigger_kind: None,
                    watches: None,
                    draft,
                    draft_revision: 1,
                    changed: true,
                    created_at: now,
                    updated_at: now,
                    updated_by: by.to_owned(),
                    archived_at: None,
                    starter: Some(Starter::text_of(document)),
                    draft_saved_at: Some(now),
                    draft_saved_by: Some(by.to_owned()),
                };
                Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
                row
            }
            Some(old) => {
                flow_archive::refuse_archived(&old)?;
                if let Some(expected) = expected.filter(|expected| *expected != old.draft_revision) {
                    let current = old.draft_revision;
                    return Err(Error::conflict(
                        "draft_changed",
                        text!(
                            "The draft of {slug} was changed meanwhile (revision {current}, not {expected}). Load it again and repeat the change.",
                            "流程 {slug} 的草稿在這段時間已被修改（目前版次為 {current}，不是 {expected}）。請重新載入後再修改。"
                        ),
                    ));
                }
                if old.draft == draft {
                    return FlowRecord::read(old);
                }
                change = change.from(json::parse(&old.draft, "draft of a flow")?);
                let changed = match old.published {
                    Some(version) => {
                        crate::flow_version::document_text(&tx, FlowId(old.id), version).await? != draft
                    }
                    None => true,
                };
                let starter = match old.published {
                    Some(_) => old.starter.clone(),
                    None => Some(Starter::text_of(document)),
                };
                let row = Model {
                    name: words::plain(&document.name),
                    description: words::plain(&document.description),
                    tags: json::text(&document.tags),
                    draft,
                    draft_revision: old.draft_revision + 1,
                    changed,
                    updated_at: now,
                    updated_by: by.to_owned(),
                    starter,
                    draft_saved_at: Some(now),
                    draft_saved_by: Some(by.to_owned()),
                    ..old
                };
                let mut change = row.clone().into_active_model().reset_all();
                change.id = ActiveValue::Unchanged(row.id);
                Entity::update(change).exec(&tx).await?;
                row
            }
        };
        audit_entry::write(&tx, at, change).await?;
        tx.commit().await?;
        FlowRecord::read(row)
    }

    /// In the order of their slugs.
    pub async fn flows(&self) -> Result<Vec<FlowRecord>> {
        let rows = Entity::find().order_by_asc(Column::Slug).all(&self.core.db.read).await?;
        rows.into_iter().map(FlowRecord::read).collect()
    }

    /// All flows by slug, without their documents.
    pub async fn flow_names(&self) -> Result<Vec<FlowName>> {
        let ask = "SELECT id, slug, name, published, archived_at FROM flow ORDER BY slug";
        let read = |row: &sea_orm::QueryResult| {
            let slug: String = row.try_get_by_index(1)?;
            Ok(FlowName {
                id: FlowId(row.try_get_by_index(0)?),
                slug: slug.parse().map_err(|_| Error::corrupt(format!("slug {slug}")))?,
                name: row.try_get_by_index(2)?,
                published: row.try_get_by_index(3)?,
                archived: row.try_get_by_index::<Option<i64>>(4)?.is_some(),
            })
        };
        self.core.db.read.all(ask, vec![]).await?.iter().map(read).collect()
    }

    pub async fn flow(&self, slug: &Slug) -> Result<FlowRecord> {
        let row = Entity::find().filter(Column::Slug.eq(slug.as_str())).one(&self.core.db.read).await?;
        FlowRecord::read(row.ok_or_else(|| not_found(slug.as_str()))?)
    }

    pub async fn flow_by_id(&self, id: FlowId) -> Result<FlowRecord> {
        FlowRecord::read(row(&self.core.db.read, id).await?)
    }

    /// The flow and its draft, of one moment.
    pub async fn flow_with_draft(&self, slug: &Slug) -> Result<(FlowRecord, Flow)> {
        let row = Entity::find().filter(Column::Slug.eq(slug.as_str())).one(&self.core.db.read).await?;
        let row = row.ok_or_else(|| not_found(slug.as_str()))?;
        let draft = json::parse(&row.draft, "draft of a flow")?;
        Ok((FlowRecord::read(row)?, draft))
    }

    pub async fn draft(&self, id: FlowId) -> Result<Flow> {
        json::parse(&row(&self.core.db.read, id).await?.draft, "draft of a flow")
    }

    /// Off: no trigger starts it (webhooks answer 503 with the reason); runs under way go on.
    pub async fn set_enabled(&self, id: FlowId, enabled: bool, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = row(&tx, id).await?;
        let change = ActiveModel {
            id: ActiveValue::Unchanged(id.0),
            enabled: Set(enabled),
            updated_at: Set(self.core.clock.now().millis()),
            updated_by: Set(by.to_owned()),
            ..<ActiveModel as Default>::default()
        };
        Entity::update_many().set(change).filter(Column::Id.eq(id.0)).exec(&tx).await?;
        if old.enabled != enabled {
            if enabled {
                // Times that passed while it was off were not missed.
                let on = "UPDATE flow SET enabled_at = $1 WHERE id = $2";
                tx.run(on, vec![self.core.clock.now().millis().into(), id.0.into()]).await?;
            }
            let action = if enabled { "flow.enabled" } else { "flow.disabled" };
            audit_entry::write(&tx, self.core.clock.now(), Change::new(by, action, &old.slug)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Published, enabled flows with a `flow_failed` trigger.
    pub async fn failure_watchers(&self) -> Result<Vec<(FlowId, i32, Watches)>> {
        let rows = started_by(TriggerKind::FlowFailed).all(&self.core.db.read).await?;
        rows.into_iter()
            .filter_map(|row| Some((row.id, row.published?, row.watches?)))
            .map(|(id, version, watches)| {
                Ok((FlowId(id), version, json::parse(&watches, "what a flow watches")?))
            })
            .collect()
    }

    /// Published, enabled flows with a trigger of this kind.
    pub async fn flows_with_trigger(&self, kind: TriggerKind) -> Result<Vec<(FlowId, i32)>> {
        let rows = started_by(kind).all(&self.core.db.read).await?;
        Ok(rows.into_iter().filter_map(|row| Some((FlowId(row.id), row.published?))).collect())
    }
}

fn started_by(kind: TriggerKind) -> Select<Entity> {
    Entity::find()
        .filter(Column::Enabled.eq(true))
        .filter(Column::Published.is_not_null())
        .filter(Column::TriggerKind.eq(codes::trigger_code(kind)))
        .order_by_asc(Column::Id)
}
