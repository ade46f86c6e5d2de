//! The schema, one migration per file, in order. Applying them is the store's work.

mod dialect;
mod m20260101_000001_first;
mod m20261127_000003_priorities;

use sea_orm_migration::prelude::*;

/// The list of migrations.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20260101_000001_first::Migration), Box::new(m20261127_000003_priorities::Migration)]
    }
}
