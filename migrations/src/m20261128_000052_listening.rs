//! Who waits for the next real call of a webhook, and what came.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const LISTENING: &str = r#"
CREATE TABLE listening (
    flow {uuid} NOT NULL PRIMARY KEY REFERENCES flow (id) ON DELETE CASCADE, id {uuid} NOT NULL, document TEXT NOT NULL,
    expires_at {int} NOT NULL, event TEXT, received_at {int}){strict};
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), LISTENING).await
    }
}
