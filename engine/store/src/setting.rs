//! `setting`: facts of the installation, and the revision that caches watch.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DbErr, Set};

use crate::db::Ask;
use crate::{Error, Result, Store};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Raised with each rotation of the key.
pub(crate) const KEY_VERSION: &str = "key_version";
/// The secret that all but the secrets' own encryption derives from, sealed with the key.
pub(crate) const ROOT: &str = "root";
pub(crate) const KEY_CHECK: &str = "key_check";
/// The oldest binary that may work on this database, as `major.minor.patch`.
pub(crate) const MIN_BINARY: &str = "min_binary";

pub(crate) async fn get<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<String>, DbErr> {
    Ok(Entity::find_by_id(name.to_owned()).one(db).await?.map(|row| row.value))
}

/// Writes the setting unless it is there; gives what is there in the end.
pub(crate) async fn put_first<C: ConnectionTrait>(db: &C, name: &str, value: &str) -> Result<String, DbErr> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
    let untouched = sea_orm::sea_query::OnConflict::column(Column::Name).do_nothing().to_owned();
    Entity::insert(row).on_conflict(untouched).exec_without_returning(db).await?;
    Ok(get(db, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// Writes the setting whatever was there.
pub(crate) async fn put<C: ConnectionTrait>(db: &C, name: &str, value: &str) -> Result<(), DbErr> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
    let replace =
        sea_orm::sea_query::OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Says that caches are stale. Taken first in a transaction, it also puts such changes in a row, one after the other.
pub(crate) async fn raise_revision<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    db.run(
        "UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'revision'",
        vec![],
    )
    .await?;
    Ok(())
}

impl Store {
    /// Raised with each change that caches must see: flows published, enabled or archived; secrets; variables.
    pub async fn revision(&self) -> Result<i64> {
        let text = get(&self.core.db.read, "revision").await?.unwrap_or_default();
        text.parse().map_err(|_| Error::corrupt("setting revision"))
    }
}
