//! Pages of variables, and of the names of secrets.

use causeway_model::{Time, Value};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::{Conditions, Page, anywhere};
use crate::{Result, Store, json, secret, variable};

#[derive(Clone, Debug, Serialize)]
pub struct VariableRecord {
    pub name: String,
    pub value: Value,
    pub set_at: Time,
    pub set_by: String,
}

/// Never with its value.
#[derive(Clone, Debug, Serialize)]
pub struct SecretRecord {
    pub name: String,
    pub set_at: Time,
    pub set_by: String,
}

impl VariableRecord {
    pub(crate) fn read(row: variable::Model) -> Result<Self> {
        Ok(Self {
            value: json::parse(&row.value, "value of a variable")?,
            name: row.name,
            set_at: Time(row.set_at),
            set_by: row.set_by,
        })
    }
}

fn by_name(text: Option<&str>, after: Option<String>) -> Conditions {
    let mut wanted = Conditions::default();
    if let Some(text) = text {
        wanted.with("LOWER(name) LIKE ? ESCAPE '!'", anywhere(text));
    }
    if let Some(after) = after {
        wanted.with("name > ?", after);
    }
    wanted
}

impl Store {
    /// In the order of their names; `text` stands in the name.
    pub async fn list_variables(
        &self,
        text: Option<&str>,
        after: Option<String>,
        limit: u64,
    ) -> Result<Page<VariableRecord>> {
        let (db, wanted) = (&self.core.db.read, by_name(text, after));
        wanted.page::<variable::Entity>(db, &[], "name", limit).await?.try_map(VariableRecord::read)
    }

    pub async fn variable(&self, name: &str) -> Result<VariableRecord> {
        let row = variable::Entity::find_by_id(name.to_owned()).one(&self.core.db.read).await?;
        VariableRecord::read(row.ok_or_else(|| variable::not_found(name))?)
    }

    /// In the order of their names; `text` stands in the name.
    pub async fn list_secrets(
        &self,
        text: Option<&str>,
        after: Option<String>,
        limit: u64,
    ) -> Result<Page<SecretRecord>> {
        let (db, wanted) = (&self.core.db.read, by_name(text, after));
        let page = wanted.page::<secret::Entity>(db, &[], "name", limit).await?;
        Ok(page.map(|row| SecretRecord { name: row.name, set_at: Time(row.set_at), set_by: row.set_by }))
    }
}
