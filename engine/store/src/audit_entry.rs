//! `audit_entry`: who changed what, with before and after. Entries are only ever added, in the transaction of the change
//! itself, and swept when their time is over.

use causeway_model::{Time, Value};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use serde_json::json;

use crate::db::Ask;
use crate::difference::difference;
use crate::listing::Page;
use crate::{Result, Store, idempotency_key, json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub by: String,
    pub action: String,
    pub kind: String,
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One thing that somebody did. Of secrets it only says that they were set.
#[derive(Clone, Debug, Serialize)]
pub struct AuditRecord {
    pub id: i64,
    pub at: Time,
    /// `user:<email>`, `token:<name>`, `link:<name>`, `cli:<account of the machine>`, `anonymous`.
    pub by: String,
    /// `<kind>.<what was done>`.
    pub action: String,
    /// What it was done to: `flow`, `sample`, `variable`, `secret`, `connection`, `connector`, `user`, `token`, `session`, `approval`, `run`, `key`,
    /// `map_system`, `hand_over`.
    pub kind: String,
    pub name: String,
    /// The parts that are not the same afterwards.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl AuditRecord {
    fn read(row: Model) -> Result<Self> {
        let value = |text: Option<String>| text.map(|text| json::parse(&text, "an audit entry")).transpose();
        Ok(Self {
            id: row.id,
            at: Time(row.at),
            by: row.by,
            action: row.action,
            kind: row.kind,
            name: row.name,
            before: value(row.before)?,
            after: value(row.after)?,
        })
    }
}

/// Which entries; all of them where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub by: Option<String>,
    /// `flow`, or `flow:<slug>`.
    pub subject: Option<String>,
    /// `flow.published`, or `flow` for all that was done to flows.
    pub action: Option<String>,
    /// At this time or later.
    pub from: Option<Time>,
    /// Before this time.
    pub to: Option<Time>,
    /// Entries older than this one.
    pub before: Option<i64>,
    /// 1 to 200.
    pub limit: u64,
}

/// What is about to be written down.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub by: &'a str,
    pub action: &'a str,
    pub kind: &'a str,
    pub name: &'a str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl<'a> Change<'a> {
    /// `action`: `<kind>.<what was done>`.
    pub fn new(by: &'a str, action: &'a str, name: &'a str) -> Self {
        let kind = action.split('.').next().unwrap_or(action);
        Self { by, action, kind, name, before: None, after: None }
    }

    #[must_use]
    pub fn from(mut self, before: Value) -> Self {
        self.before = Some(before);
        self
    }

    #[must_use]
    pub fn to(mut self, after: Value) -> Self {
        self.after = Some(after);
        self
    }
}

/// Longer parts are left out; what was published or saved stands elsewhere.
const LONGEST_PART: usize = 8 * 1024;
const LONGEST_NAME: usize = 300;

fn bounded(value: &Value) -> String {
    let text = json::text(value);
    if text.len() <= LONGEST_PART { text } else { json::text(&json!({ "left_out_bytes": text.len() })) }
}

fn bounded_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// Writes it down in the transaction of the change.
pub(crate) async fn write<C: ConnectionTrait>(db: &C, now: Time, change: Change<'_>) -> Result<()> {
    idempotency_key::note_change(db, &format!("{} {}", change.action, bounded_name(change.name))).await?;
    let (before, after) = match (change.before, change.after) {
        (Some(before), Some(after)) => {
            let (before, after) = difference(&before, &after).unwrap_or((before, after));
            (Some(before), Some(after))
        }
        sides => sides,
    };
    let row = ActiveModel {
        at: Set(now.millis()),
        by: Set(bounded_name(change.by)),
        action: Set(change.action.to_owned()),
        kind: Set(change.kind.to_owned()),
        name: Set(bounded_name(change.name)),
        before: Set(before.as_ref().map(bounded)),
        after: Set(after.as_ref().map(bounded)),
        ..<ActiveModel as Default>::default()
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Deletes some entries from before `until`; how many.
pub(crate) async fn sweep<C: ConnectionTrait>(db: &C, until: Time, most: i64) -> Result<u64> {
    let delete =
        "DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE at < $1 ORDER BY at LIMIT $2)";
    Ok(db.run(delete, vec![until.millis().into(), most.into()]).await?)
}

impl Store {
    /// For what is no change of the store itself, such as a login that failed.
    pub async fn note(&self, change: Change<'_>) -> Result<()> {
        write(&self.core.db.main, self.core.clock.now(), change).await
    }

    /// Newest first.
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<AuditRecord>> {
        Ok(self.list_audit(filter).await?.rows)
    }

    /// Newest first.
    pub async fn list_audit(&self, filter: AuditFilter) -> Result<Page<AuditRecord>> {
        let limit = filter.limit.clamp(1, 200);
        let mut find = Entity::find().order_by_desc(Column::Id).limit(limit + 1);
        if let Some(by) = filter.by {
            find = find.filter(Column::By.eq(by));
        }
        if let Some(subject) = filter.subject {
            let (kind, name) = match subject.split_once(':') {
                Some((kind, name)) => (kind, Some(name)),
                None => (subject.as_str(), None),
            };
            find = find.filter(Column::Kind.eq(kind));
            if let Some(name) = name {
                find = find.filter(Column::Name.eq(name));
            }
        }
        if let Some(action) = filter.action {
            find = match action.contains('.') {
                true => find.filter(Column::Action.eq(action)),
                false => find.filter(Column::Action.starts_with(format!("{action}."))),
            };
        }
        if let Some(from) = filter.from {
            find = find.filter(Column::At.gte(from.millis()));
        }
        if let Some(to) = filter.to {
            find = find.filter(Column::At.lt(to.millis()));
        }
        if let Some(before) = filter.before {
            find = find.filter(Column::Id.lt(before));
        }
        let rows = find.all(&self.core.db.read).await?.into_iter();
        Ok(Page::of(rows.map(AuditRecord::read).collect::<Result<_>>()?, limit))
    }

    /// Deletes entries older than this, in small batches; how many.
    pub async fn sweep_audit(&self, keep: causeway_model::Span) -> Result<u64> {
        const BATCH: i64 = 1000;
        let until = self.core.clock.now() - keep;
        let mut swept = 0;
        loop {
            let tx = self.core.db.begin().await?;
            let count = sweep(&tx, until, BATCH).await?;
            tx.commit().await?;
            swept += count;
            if count < BATCH.unsigned_abs() {
                return Ok(swept);
            }
        }
    }
}
