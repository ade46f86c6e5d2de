//! `sample`: the named data that flows are tried with.

use causeway_model::{FlowId, Sample, Time, text};
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, IntoActiveModel, PaginatorTrait, QuerySelect};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, flow, json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub flow: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub revision: i64,
    pub content: String,
    pub updated_at: i64,
    pub updated_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The most samples of one flow.
pub const SAMPLES_KEPT: u64 = 50;

/// A sample without its data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SampleRecord {
    pub name: String,
    /// Raised with each change; its ETag.
    pub revision: i64,
    pub bytes: u64,
    pub updated_at: Time,
    pub updated_by: String,
}

impl SampleRecord {
    fn read(row: &Model) -> Self {
        Self {
            name: row.name.clone(),
            revision: row.revision,
            bytes: row.content.len() as u64,
            updated_at: Time(row.updated_at),
            updated_by: row.updated_by.clone(),
        }
    }
}

impl Store {
    /// By name. The data, which may be large, is not read.
    pub async fn samples(&self, id: FlowId) -> Result<Vec<SampleRecord>> {
        let find = "SELECT name, revision, CAST(OCTET_LENGTH(content) AS BIGINT), updated_at, updated_by FROM sample \
             WHERE flow = $1 ORDER BY name";
        let rows = self.core.db.read.all(find, vec![id.0.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(SampleRecord {
                    name: row.try_get_by_index(0)?,
                    revision: row.try_get_by_index(1)?,
                    bytes: row.try_get_by_index::<i64>(2)?.unsigned_abs(),
                    updated_at: Time(row.try_get_by_index(3)?),
                    updated_by: row.try_get_by_index(4)?,
                })
            })
            .collect()
    }

    pub async fn sample(&self, id: FlowId, name: &str) -> Result<(SampleRecord, Sample)> {
        let row = Entity::find_by_id((id.0, name.to_owned())).one(&self.core.db.read).await?;
        let row = row.ok_or_else(|| not_found(name))?;
        Ok((SampleRecord::read(&row), json::parse(&row.content, "a sample")?))
    }

    /// Makes or replaces it. `expected`: the revision that the change was made on, 0 for a new one; `sample_changed` if it is
    /// another by now. `samples_too_many` beyond [`SAMPLES_KEPT`].
    pub async fn set_sample(
        &self,
        id: FlowId,
        name: &str,
        sample: &Sample,
        expected: Option<i64>,
        by: &str,
    ) -> Result<SampleRecord> {
        let now = self.core.clock.now();
        let content = json::text(sample);
        let tx = self.core.db.begin().await?;
        // Those who save samples of one flow stand in line, so that they count right.
        let flow = flow::Entity::find_by_id(id.0).lock_exclusive().one(&tx).await?;
        let flow = flow.ok_or_else(|| flow::not_found(&id.to_string()))?;
        let old = Entity::find_by_id((id.0, name.to_owned())).one(&tx).await?;
        let revision = old.as_ref().map_or(0, |old| old.revision);
        refuse_other(name, revision, expected)?;
        if let Some(old) = old.as_ref().filter(|old| old.content == content) {
            return Ok(SampleRecord::read(old));
        }
        if old.is_none() && Entity::find().filter(Column::Flow.eq(id.0)).count(&tx).await? >= SAMPLES_KEPT {
            return Err(Error::conflict(
                "samples_too_many",
                text!(
                    "A flow has at most {SAMPLES_KEPT} samples. Delete one first.",
                    "一個流程最多 {SAMPLES_KEPT} 份範例資料，請先刪除一份。"
                ),
            ));
        }
        let row = Model {
            flow: id.0,
            name: name.to_owned(),
            revision: revision + 1,
            content,
            updated_at: now.millis(),
            updated_by: by.to_owned(),
        };
        let facts = |row: &Model| json!({ "revision": row.revision, "bytes": row.content.len() });
        let subject = format!("{}/{name}", flow.slug);
        let mut change = Change::new(by, "sample.set", &subject).to(facts(&row));
        match &old {
            None => {
                Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
            }
            Some(old) => {
                change = change.from(facts(old));
                let mut update = row.clone().into_active_model().reset_all();
                update.flow = ActiveValue::Unchanged(row.flow);
                update.name = ActiveValue::Unchanged(row.name.clone());
                Entity::update(update).exec(&tx).await?;
            }
        }
        audit_entry::write(&tx, now, change).await?;
        tx.commit().await?;
        Ok(SampleRecord::read(&row))
    }

    pub async fn delete_sample(&self, id: FlowId, name: &str, expected: Option<i64>, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let flow = flow::row(&tx, id).await?;
        let key = (id.0, name.to_owned());
        let old = Entity::find_by_id(key.clone()).lock_exclusive().one(&tx).await?;
        let old = old.ok_or_else(|| not_found(name))?;
        refuse_other(name, old.revision, expected)?;
        Entity::delete_by_id(key).exec(&tx).await?;
        let subject = format!("{}/{name}", flow.slug);
        let change = Change::new(by, "sample.deleted", &subject).from(json!({ "revision": old.revision }));
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        Ok(tx.commit().await?)
    }
}

/// With the flow itself.
pub(crate) async fn delete_of<C: ConnectionTrait>(db: &C, id: FlowId) -> Result<()> {
    Entity::delete_many().filter(Column::Flow.eq(id.0)).exec(db).await?;
    Ok(())
}

fn not_found(name: &str) -> Error {
    Error::not_found("sample_not_found", text!("There is no sample {name}.", "沒有範例資料 {name}。"))
}

fn refuse_other(name: &str, revision: i64, expected: Option<i64>) -> Result<()> {
    if expected.is_none_or(|expected| expected == revision) {
        return Ok(());
    }
    Err(Error::conflict(
        "sample_changed",
        text!(
            "The sample {name} was changed meanwhile. Load it again and repeat the change.",
            "範例資料 {name} 在這段時間已被修改。請重新載入後再修改。"
        ),
    ))
}
