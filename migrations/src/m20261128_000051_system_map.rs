//! The map of systems: what people add to it, and where they put things.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MAP: &str = r#"
CREATE TABLE map_system (id TEXT NOT NULL PRIMARY KEY, title TEXT, place_x {int}, place_y {int}){keyed};
CREATE TABLE map_hand_over (
    id TEXT NOT NULL PRIMARY KEY, from_system TEXT NOT NULL, to_system TEXT NOT NULL, how TEXT, note TEXT){keyed};
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager.get_connection(), MAP).await
    }
}
