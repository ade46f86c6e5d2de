//! What a loop inside of another went through, since the journal that tells it goes with the outer item.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), "ALTER TABLE run_loop ADD COLUMN items TEXT").await
    }
}
