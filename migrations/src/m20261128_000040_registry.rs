//! The registry of connectors: what is installed, by version, with its bytes by checksum; and which versions each flow version
//! was published with.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const REGISTRY: &str = r#"
CREATE TABLE connector_package (checksum TEXT{bytewise} NOT NULL PRIMARY KEY, content {bytes} NOT NULL){strict};
CREATE TABLE connector_version (
    connector TEXT{bytewise} NOT NULL, version TEXT{bytewise} NOT NULL,
    checksum TEXT{bytewise} NOT NULL REFERENCES connector_package (checksum), origin TEXT NOT NULL, source TEXT NOT NULL,
    enabled {bool} NOT NULL, installed_at {int} NOT NULL, installed_by TEXT NOT NULL, PRIMARY KEY (connector, version)){strict};
CREATE TABLE flow_connector (
    flow {uuid} NOT NULL, version {num} NOT NULL, connector TEXT{bytewise} NOT NULL, connector_version TEXT{bytewise} NOT NULL,
    PRIMARY KEY (flow, version, connector)){keyed};
CREATE INDEX flow_connector_version ON flow_connector (connector, connector_version);
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), REGISTRY).await
    }
}
