//! Tries to sign in, counted for all processes together; and since when each flow has been switched on.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Old binaries count tries for themselves, and write no time when they switch a flow on.
const GUARD: &str = r#"
CREATE TABLE login_try (digest {bytes} NOT NULL PRIMARY KEY, back_at {int} NOT NULL){keyed};
CREATE INDEX login_try_back_at ON login_try (back_at);
ALTER TABLE flow ADD COLUMN enabled_at {int};
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), GUARD).await
    }
}
