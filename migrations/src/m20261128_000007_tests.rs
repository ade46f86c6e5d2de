//! Test runs of drafts, and the samples that they are made from.
//!
//! A test run pins a snapshot of the draft, numbered downwards from -1 so that it never meets a published version. Binaries
//! that know of no snapshots find no such version and end the run as failed: they perform nothing of it.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TESTS: &str = r#"
ALTER TABLE flow ADD COLUMN tests {num} NOT NULL DEFAULT 0;
CREATE TABLE draft_snapshot (
    flow {uuid} NOT NULL, version {num} NOT NULL, run {uuid} NOT NULL UNIQUE, document TEXT NOT NULL, plan TEXT NOT NULL,
    PRIMARY KEY (flow, version)){strict};
CREATE TABLE sample (
    flow {uuid} NOT NULL, name TEXT{bytewise} NOT NULL, revision {int} NOT NULL, content TEXT NOT NULL,
    updated_at {int} NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY (flow, name)){strict};
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), TESTS).await
    }
}
