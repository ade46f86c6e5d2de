//! `secret`: values sealed with the installation's key, each under its own name.

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::text;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ActiveValue::Set, DatabaseTransaction};

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::key::{self, Key};
use crate::{Error, Result, Store, caches, setting};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secret")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Which key sealed it: 1, and one more after each rotation.
    pub key_version: i16,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
    pub set_at: i64,
    pub set_by: String,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("secret::Model").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The longest value of a secret, in bytes, and of a variable, in bytes of JSON.
const LONGEST_VALUE: usize = 64 * 1024;

pub(crate) fn check_size(code: &'static str, name: &str, size: usize) -> Result<()> {
    if size <= LONGEST_VALUE {
        return Ok(());
    }
    let (size, most) = (size.div_ceil(1024), LONGEST_VALUE / 1024);
    Err(Error::invalid(
        code,
        text!(
            "The value of `{name}` has {size} kB; at most {most} kB are kept.",
            "「{name}」的內容有 {size} kB，最多只能存 {most} kB。"
        ),
    ))
}

/// Names are words of expressions: `secret.crm_key`.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let fits = (1..=64).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if fits {
        return Ok(());
    }
    Err(Error::invalid(
        "name_invalid",
        text!(
            "`{name}` cannot be a name: use 1 to 64 of a-z, 0-9 and _, beginning with a letter.",
            "「{name}」不能作為名稱：請使用 1 到 64 個 a-z、0-9 與 _，並以字母開頭。"
        ),
    ))
}

impl Store {
    pub async fn set_secret(&self, name: &str, value: &str, by: &str) -> Result<()> {
        check_name(name)?;
        if value.is_empty() {
            return Err(Error::invalid(
                "secret_empty",
                text!("The secret `{name}` has no value; give one.", "密鑰「{name}」沒有內容，請提供內容。"),
            ));
        }
        check_size("secret_too_large", name, value.len())?;
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        // Another process may have rotated the key since this one read it.
        key::still_fits(&tx, &self.core.key).await?;
        let row = ActiveModel {
            name: Set(name.to_owned()),
            key_version: Set(key::version(&tx).await?),
            sealed: Set(seal(&self.core.key, name, value)),
            set_at: Set(now.millis()),
            set_by: Set(by.to_owned()),
        };
        let replace = sea_orm::sea_query::OnConflict::column(Column::Name)
            .update_columns([Column::KeyVersion, Column::Sealed, Column::SetAt, Column::SetBy])
            .to_owned();
        Entity::insert(row).on_conflict(replace).exec_without_returning(&tx).await?;
        audit_entry::write(&tx, now, Change::new(by, "secret.set", name)).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }

    pub async fn delete_secret(&self, name: &str, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        if Entity::delete_by_id(name.to_owned()).exec(&tx).await?.rows_affected == 0 {
            return Err(Error::not_found(
                "secret_not_found",
                text!("There is no secret {name}.", "沒有密鑰 {name}。"),
            ));
        }
        let change = Change::new(by, "secret.deleted", name);
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }

    /// All names, for what must know them whole; values are not read.
    pub async fn secret_names(&self) -> Result<Vec<String>> {
        let rows = self.core.db.read.all("SELECT name FROM secret ORDER BY name", vec![]).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// All of them in the clear, cached by revision; for sending and verifying only.
    pub async fn secrets(&self) -> Result<Arc<BTreeMap<String, String>>> {
        self.by_revision(|caches: &caches::Caches| &caches.secrets, async {
            let rows = Entity::find().all(&self.core.db.read).await?;
            rows.into_iter()
                .map(|row| {
                    let value = unseal(&self.core.key, &row.name, &row.sealed);
                    let value = value.ok_or_else(|| Error::corrupt(format!("secret {}", row.name)))?;
                    Ok((row.name, value))
                })
                .collect()
        })
        .await
    }
}

/// The name is authenticated with the value, so that sealed values cannot change places.
pub(crate) fn seal(key: &Key, name: &str, value: &str) -> Vec<u8> {
    key.seal("secrets", name, value.as_bytes())
}

pub(crate) fn unseal(key: &Key, name: &str, sealed: &[u8]) -> Option<String> {
    String::from_utf8(key.unseal("secrets", name, sealed)?).ok()
}

/// Seals all of them with another key, under its version; how many.
pub(crate) async fn seal_again(
    tx: &DatabaseTransaction,
    old: &Key,
    new: &Key,
    version: i16,
) -> Result<usize> {
    let rows = Entity::find().all(tx).await?;
    let count = rows.len();
    for row in rows {
        let value = unseal(old, &row.name, &row.sealed);
        let value = value.ok_or_else(|| Error::corrupt(format!("secret {}", row.name)))?;
        let change = ActiveModel {
            name: ActiveValue::Unchanged(row.name.clone()),
            key_version: Set(version),
            sealed: Set(seal(new, &row.name, &value)),
            ..<ActiveModel as Default>::default()
        };
        Entity::update(change).exec(tx).await?;
    }
    Ok(count)
}
