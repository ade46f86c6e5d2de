//! What the API's lists, idempotency keys and dead letters need.
//!
//! Indexes over runs are partial: a run that went well, which most do, costs nothing more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const LISTS: &str = r#"
CREATE INDEX flow_updated ON flow (updated_at, id);
CREATE INDEX run_flow_ended_badly ON run (flow, status, id) WHERE status <> 3;
CREATE INDEX run_dismissed ON run (id) WHERE status = 4 AND resumed_by = id;
CREATE INDEX run_tried ON run (id) WHERE mode <> 0;
CREATE INDEX run_origin ON run (substr(origin, 1, 54), id) WHERE substr(origin, 1, 4) = '{"re';
CREATE INDEX approval_flow ON approval (flow, id);
CREATE INDEX audit_entry_by ON audit_entry ("by", id);
CREATE INDEX audit_entry_action ON audit_entry (action, id);
"#;

/// The code is what a failure's text holds first.
const SQLITE_CODES: &str = "CREATE INDEX run_error_code ON run (substr(failure, instr(failure, '\"code\":\"') + 8, \
    instr(substr(failure, instr(failure, '\"code\":\"') + 8), '\"') - 1), id) WHERE status = 4";
const POSTGRES_CODES: &str = "CREATE INDEX run_error_code ON run (substring(failure from '\"code\":\"([^\"]*)\"'), id) \
    WHERE status = 4";

/// `id` digests who asked and their key; `request` what they asked for. `attempt` holds it until `held_until`; `done` says
/// what was changed under it; `status` is null until the answer is kept, which is sealed.
const KEYS: &str = r#"
CREATE TABLE idempotency_key (
    id {bytes} NOT NULL PRIMARY KEY, owner {bytes} NOT NULL, request {bytes} NOT NULL, attempt {uuid} NOT NULL,
    held_until {int} NOT NULL, expires_at {int} NOT NULL, done TEXT, status {small}, answer {bytes}){strict};
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
CREATE INDEX idempotency_key_owner ON idempotency_key (owner, expires_at);
"#;

/// Why, by whom and when a dead letter was taken off; its run says that it was.
const DISMISSALS: &str = r#"
CREATE TABLE dismissal (run {uuid} NOT NULL PRIMARY KEY, at {int} NOT NULL, "by" TEXT NOT NULL, reason TEXT){keyed};
ALTER TABLE dedupe_key ADD COLUMN duplicates {int} NOT NULL DEFAULT 0;
CREATE INDEX dedupe_key_run ON dedupe_key (run);
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for text in [LISTS, KEYS, DISMISSALS] {
            run(db, text).await?;
        }
        run(
            db,
            if manager.get_database_backend() == DbBackend::Sqlite { SQLITE_CODES } else { POSTGRES_CODES },
        )
        .await
    }
}
