//! People at work: sessions, tokens with an owner, a scope and an end, and the audit trail.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// New columns have defaults, so that a binary of the version before still writes its rows.
const PEOPLE: &str = r#"
ALTER TABLE "user" ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE "user" ADD COLUMN locale TEXT;
ALTER TABLE "user" ADD COLUMN disabled {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE token ADD COLUMN owner {uuid};
ALTER TABLE token ADD COLUMN read_only {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE token ADD COLUMN flows TEXT;
ALTER TABLE token ADD COLUMN expires_at {int};
CREATE TABLE session (
    id {uuid} NOT NULL PRIMARY KEY, digest {bytes} NOT NULL UNIQUE, owner {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at {int} NOT NULL, last_seen_at {int} NOT NULL, expires_at {int} NOT NULL, agent TEXT NOT NULL){strict};
CREATE INDEX session_owner ON session (owner);
CREATE INDEX session_expiry ON session (expires_at);
CREATE TABLE audit_entry (
    id {counter}, at {int} NOT NULL, "by" TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    before TEXT, after TEXT){strict};
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE INDEX audit_entry_subject ON audit_entry (kind, name, id);
"#;

/// Entries are added, and go when their time is over; nothing changes one.
const SQLITE_FIXED: &str = "CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry \
    BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END";

const POSTGRES_FIXED: [&str; 2] = [
    "CREATE FUNCTION audit_entry_fixed() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'audit entries never change'; END $$",
    "CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_fixed()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        run(db, PEOPLE).await?;
        let fixed: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &[SQLITE_FIXED],
            _ => &POSTGRES_FIXED,
        };
        for statement in fixed {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
