//! Finished runs by the hour: what is told of them stays when they go, and costs the same however many there were.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Runs without a time of their own are found by `run_expiry_default`, whose `expires_at` is when they finished.
const HOURS: &str = r#"
CREATE TABLE run_hour (
    hour {int} NOT NULL, flow {uuid} NOT NULL, status {small} NOT NULL, latency {small} NOT NULL, runs {int} NOT NULL,
    PRIMARY KEY (hour, flow, status, latency)){keyed};
CREATE INDEX run_hour_flow ON run_hour (flow, hour);
CREATE TABLE run_hour_mark (id {small} NOT NULL PRIMARY KEY, until {int} NOT NULL, swept {int} NOT NULL){keyed};
INSERT INTO run_hour_mark (id, until, swept) VALUES (0, 0, 0);
CREATE INDEX run_finished_kept ON run (finished_at) WHERE kept;
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), HOURS).await
    }
}
