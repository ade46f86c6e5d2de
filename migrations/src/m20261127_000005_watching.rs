//! Dead letters are counted from an index that holds nothing else, however long the history is.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX run_dead_letter ON run (id) WHERE status = 4 AND resumed_by IS NULL";
        run(manager.get_connection(), index).await
    }
}
