//! Priorities and off-peak windows of runs, and when each schedule fired last.
//!
//! `due_at` of a run that any worker may take now is its `priority` (-1 high, 0 normal, 1 low), so the index that claims
//! go by puts the urgent ones first without a further column. Old binaries write neither and read neither.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const PRIORITIES: &str = r#"
ALTER TABLE active_run ADD COLUMN priority {small} NOT NULL DEFAULT 0;
ALTER TABLE active_run ADD COLUMN not_before {int};
CREATE TABLE schedule (flow {uuid} NOT NULL PRIMARY KEY REFERENCES flow (id), fired_at {int} NOT NULL){keyed};
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), PRIORITIES).await
    }
}
