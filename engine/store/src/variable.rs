//! `variable`: values that flows share, in the clear.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Value, text};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::audit_entry::{self, Change};
use crate::listing::VariableRecord;
use crate::{Error, Result, Store, caches, json, secret, setting, tag};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variable")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: String,
    pub set_at: i64,
    pub set_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) fn not_found(name: &str) -> Error {
    Error::not_found("variable_not_found", text!("There is no variable {name}.", "沒有變數 {name}。"))
}

impl Store {
    pub async fn set_variable(&self, name: &str, value: &Value, by: &str) -> Result<()> {
        self.set_variable_if(name, value, None, by).await.map(drop)
    }

    /// `expected`: the [`tag_of`](crate::tag_of) the record that the change was made on, or `*` for any; `changed_meanwhile`
    /// if it is another by now.
    pub async fn set_variable_if(
        &self,
        name: &str,
        value: &Value,
        expected: Option<&str>,
        by: &str,
    ) -> Result<VariableRecord> {
        secret::check_name(name)?;
        let text = json::text(value);
        secret::check_size("variable_too_large", name, text.len())?;
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = Entity::find_by_id(name.to_owned()).one(&tx).await?;
        let old = old.map(VariableRecord::read).transpose()?;
        tag::must_be(expected, old.as_ref())?;
        let mut change = Change::new(by, "variable.set", name).to(value.clone());
        if let Some(old) = old {
            change = change.from(old.value);
        }
        audit_entry::write(&tx, now, change).await?;
        let row = ActiveModel {
            name: Set(name.to_owned()),
            value: Set(text),
            set_at: Set(now.millis()),
            set_by: Set(by.to_owned()),
        };
        let record = VariableRecord {
            name: name.to_owned(),
            value: value.clone(),
            set_at: now,
            set_by: by.to_owned(),
        };
        let replace = sea_orm::sea_query::OnConflict::column(Column::Name)
            .update_columns([Column::Value, Column::SetAt, Column::SetBy])
            .to_owned();
        Entity::insert(row).on_conflict(replace).exec_without_returning(&tx).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(record)
    }

    pub async fn delete_variable(&self, name: &str, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        let old = Entity::find_by_id(name.to_owned()).one(&tx).await?.ok_or_else(|| not_found(name))?;
        Entity::delete_by_id(name.to_owned()).exec(&tx).await?;
        let old = json::parse(&old.value, "value of a variable")?;
        let change = Change::new(by, "variable.deleted", name).from(old);
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }

    /// Cached by revision.
    pub async fn variables(&self) -> Result<Arc<BTreeMap<String, Value>>> {
        self.by_revision(|caches: &caches::Caches| &caches.variables, async {
            let rows = Entity::find().all(&self.core.db.read).await?;
            rows.into_iter()
                .map(|row| Ok((row.name, json::parse(&row.value, "value of a variable")?)))
                .collect()
        })
        .await
    }
}
