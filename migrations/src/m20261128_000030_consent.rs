//! Consents that were asked for and have not come back yet, and who gave the one that a connection lives by.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CONSENTS: &str = r#"
CREATE TABLE connection_consent (
    id {uuid} NOT NULL PRIMARY KEY, digest {bytes} NOT NULL UNIQUE,
    connection {uuid} NOT NULL REFERENCES connection (id) ON DELETE CASCADE, environment {small} NOT NULL, revision {int} NOT NULL,
    session {uuid}, begun_by TEXT NOT NULL, sealed {bytes} NOT NULL, created_at {int} NOT NULL, expires_at {int} NOT NULL,
    taken_at {int}, ended_at {int}, error TEXT){strict};
CREATE INDEX connection_consent_connection ON connection_consent (connection, id);
CREATE INDEX connection_consent_expires ON connection_consent (expires_at);
ALTER TABLE connection_session ADD COLUMN consented_at {int};
ALTER TABLE connection_session ADD COLUMN consented_by TEXT;
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), CONSENTS).await
    }
}
