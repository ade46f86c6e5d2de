//! Polls: how far each flow that asks a list again and again has got.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const POLLS: &str = r#"
CREATE TABLE poll (
    flow {uuid} NOT NULL PRIMARY KEY REFERENCES flow (id) ON DELETE CASCADE, version {num} NOT NULL, trigger_use TEXT NOT NULL,
    connection TEXT NOT NULL, every_ms {int} NOT NULL, begun_at {int} NOT NULL, cursor TEXT, next_at {int} NOT NULL,
    asked_at {int}, epoch {int} NOT NULL, holder {uuid}, leased_until {int} NOT NULL, failures {int} NOT NULL, found {int} NOT NULL,
    polled_at {int}, last_error TEXT){strict};
CREATE INDEX poll_next ON poll (next_at);
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), POLLS).await
    }
}
