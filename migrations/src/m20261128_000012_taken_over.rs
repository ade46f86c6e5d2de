//! The list of dead letters that another run took over.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX run_taken_over ON run (id) WHERE status = 4 AND resumed_by <> id";
        run(manager.get_connection(), index).await
    }
}
