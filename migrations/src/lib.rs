//! The schema, one migration per file, in order. Applying them is the store's work.

mod dialect;
mod m20260101_000001_first;
mod m20261127_000001_archive;
mod m20261127_000002_people;
mod m20261127_000003_priorities;
mod m20261127_000004_web_nodes;
mod m20261127_000005_watching;
mod m20261128_000007_tests;
mod m20261128_000008_api;
mod m20261128_000009_guard;
mod m20261128_000010_connections;
mod m20261128_000012_taken_over;
mod m20261128_000020_polls;
mod m20261128_000030_consent;
mod m20261128_000040_registry;
mod m20261128_000050_run_hours;
mod m20261128_000051_system_map;
mod m20261128_000052_listening;
mod m20261128_000060_loop_items;
mod m20261128_000061_starters;

use sea_orm_migration::prelude::*;

/// The list of migrations.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260101_000001_first::Migration),
            Box::new(m20261127_000001_archive::Migration),
            Box::new(m20261127_000002_people::Migration),
            Box::new(m20261127_000003_priorities::Migration),
            Box::new(m20261127_000004_web_nodes::Migration),
            Box::new(m20261127_000005_watching::Migration),
            Box::new(m20261128_000007_tests::Migration),
            Box::new(m20261128_000008_api::Migration),
            Box::new(m20261128_000009_guard::Migration),
            Box::new(m20261128_000010_connections::Migration),
            Box::new(m20261128_000012_taken_over::Migration),
            Box::new(m20261128_000020_polls::Migration),
            Box::new(m20261128_000030_consent::Migration),
            Box::new(m20261128_000040_registry::Migration),
            Box::new(m20261128_000050_run_hours::Migration),
            Box::new(m20261128_000051_system_map::Migration),
            Box::new(m20261128_000052_listening::Migration),
            Box::new(m20261128_000060_loop_items::Migration),
            Box::new(m20261128_000061_starters::Migration),
        ]
    }
}
