//! Processes that answer requests, as others must know of them.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const WEB_NODE: &str = r#"
CREATE TABLE web_node (
    id {uuid} NOT NULL PRIMARY KEY, version TEXT NOT NULL, started_at {int} NOT NULL, heartbeat_at {int} NOT NULL){keyed};
ALTER TABLE worker ADD COLUMN version TEXT;
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), WEB_NODE).await
    }
}
