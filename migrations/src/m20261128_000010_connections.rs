//! Connections: configured accounts of connectors, with their values for production and for tests, and what all calls with
//! one share - the session in use, how fast and how many at once, and whether it is paused.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CONNECTIONS: &str = r#"
CREATE TABLE connection (
    id {uuid} NOT NULL PRIMARY KEY, name TEXT{bytewise} NOT NULL UNIQUE, connector TEXT NOT NULL, title TEXT NOT NULL, auth TEXT,
    owner TEXT NOT NULL, shared TEXT NOT NULL, revision {int} NOT NULL, created_at {int} NOT NULL, created_by TEXT NOT NULL,
    changed_at {int} NOT NULL, changed_by TEXT NOT NULL, last_used_at {int}, last_ok_at {int}, last_error TEXT){strict};
CREATE TABLE connection_values (
    connection {uuid} NOT NULL REFERENCES connection (id) ON DELETE CASCADE, environment {small} NOT NULL, settings TEXT,
    settings_at {int}, key_version {small} NOT NULL, sealed {bytes}, fields TEXT NOT NULL, credentials_at {int},
    PRIMARY KEY (connection, environment)){strict};
CREATE TABLE connection_session (
    connection {uuid} NOT NULL REFERENCES connection (id) ON DELETE CASCADE, environment {small} NOT NULL, sealed {bytes},
    obtained_at {int}, expires_at {int}, holder {uuid}, leased_until {int} NOT NULL, PRIMARY KEY (connection, environment)){strict};
CREATE TABLE connection_gate (
    connection {uuid} NOT NULL REFERENCES connection (id) ON DELETE CASCADE, environment {small} NOT NULL, slices TEXT NOT NULL,
    held_until {int} NOT NULL, failures {int} NOT NULL, openings {int} NOT NULL, open_until {int} NOT NULL,
    probe_until {int} NOT NULL, PRIMARY KEY (connection, environment)){strict};
CREATE TABLE connection_slot (
    connection {uuid} NOT NULL REFERENCES connection (id) ON DELETE CASCADE, environment {small} NOT NULL, id {uuid} NOT NULL,
    holder {uuid} NOT NULL, until {int} NOT NULL, PRIMARY KEY (connection, environment, id)){strict};
CREATE INDEX connection_slot_holder ON connection_slot (holder);
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), CONNECTIONS).await
    }
}
