//! Everything that the first flows need: flows, runs and what hangs on them, secrets, people.
//!
//! Times are milliseconds since 1970. `active_run` holds only what is not finished, so that claims cost the same
//! whatever the history; its indexes are partial, so that waiting runs cost nothing either.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FLOWS: &str = r#"
CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL){keyed};
INSERT INTO setting (name, value) VALUES ('revision', '1');
CREATE TABLE flow (
    id {uuid} NOT NULL PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
    tags TEXT NOT NULL, enabled {bool} NOT NULL, published {num}, trigger_kind {small}, watches TEXT,
    draft TEXT NOT NULL, draft_revision {int} NOT NULL, changed {bool} NOT NULL,
    created_at {int} NOT NULL, updated_at {int} NOT NULL, updated_by TEXT NOT NULL){strict};
CREATE TABLE flow_version (
    flow {uuid} NOT NULL REFERENCES flow (id), version {num} NOT NULL, document TEXT NOT NULL,
    published_at {int} NOT NULL, published_by TEXT NOT NULL, note TEXT, PRIMARY KEY (flow, version)){strict};
CREATE TABLE webhook_route (
    shape TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, flow {uuid} NOT NULL REFERENCES flow (id),
    version {num} NOT NULL, PRIMARY KEY (shape, method)){keyed};
CREATE INDEX webhook_route_flow ON webhook_route (flow);
"#;

const RUNS: &str = r#"
CREATE TABLE trigger_event (run {uuid} NOT NULL PRIMARY KEY, event TEXT NOT NULL){strict};
CREATE TABLE dedupe_key (
    flow {uuid} NOT NULL, digest {bytes} NOT NULL, run {uuid} NOT NULL, expires_at {int} NOT NULL,
    PRIMARY KEY (flow, digest)){keyed};
CREATE INDEX dedupe_key_expiry ON dedupe_key (expires_at);
CREATE TABLE active_run (
    id {uuid} NOT NULL PRIMARY KEY, flow {uuid} NOT NULL, version {num} NOT NULL, trigger_kind {small} NOT NULL,
    mode {small} NOT NULL DEFAULT 0, status {small} NOT NULL DEFAULT 0, prior {small} NOT NULL DEFAULT 0,
    due_at {int}, want_at {int}, worker {uuid}, epoch {int} NOT NULL DEFAULT 0, seq {int} NOT NULL DEFAULT 0,
    flags {num} NOT NULL DEFAULT 0, slot_key TEXT{bytewise}, slot_state {small} NOT NULL DEFAULT 0,
    active_ms {int} NOT NULL DEFAULT 0, keep_ms {int}, key_root {uuid}, origin TEXT,
    created_at {int} NOT NULL, started_at {int}, deadline_at {int}){keyed};
CREATE INDEX active_run_due ON active_run (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX active_run_wanting ON active_run (want_at, id) WHERE want_at IS NOT NULL;
CREATE INDEX active_run_held ON active_run (worker) WHERE worker IS NOT NULL;
CREATE INDEX active_run_slot ON active_run (slot_key, slot_state, id) WHERE slot_key IS NOT NULL;
CREATE TABLE run (
    id {uuid} NOT NULL PRIMARY KEY, flow {uuid} NOT NULL, version {num} NOT NULL, trigger_kind {small} NOT NULL,
    mode {small} NOT NULL, status {small} NOT NULL, epoch {int} NOT NULL, created_at {int} NOT NULL, started_at {int},
    finished_at {int} NOT NULL, failure TEXT, handled_errors {int} NOT NULL, output TEXT, reason TEXT,
    key_root {uuid}, origin TEXT, resumed_by {uuid}, kept {bool} NOT NULL, expires_at {int} NOT NULL,
    entries TEXT){strict};
CREATE INDEX run_flow ON run (flow, id);
CREATE INDEX run_ended_badly ON run (status, id) WHERE status <> 3;
CREATE INDEX run_expiry ON run (expires_at) WHERE kept;
CREATE INDEX run_expiry_default ON run (expires_at) WHERE NOT kept;
CREATE TABLE run_journal (
    run {uuid} NOT NULL, frame TEXT{bytewise} NOT NULL, seq {int} NOT NULL, entries TEXT NOT NULL,
    PRIMARY KEY (run, frame, seq)){strict};
CREATE TABLE run_loop (
    run {uuid} NOT NULL, frame TEXT{bytewise} NOT NULL, step TEXT{bytewise} NOT NULL, tally TEXT NOT NULL,
    PRIMARY KEY (run, frame, step)){keyed};
CREATE TABLE run_signal (
    id {counter}, run {uuid} NOT NULL, at {int} NOT NULL, kind {small} NOT NULL, frame TEXT{bytewise} NOT NULL,
    step TEXT{bytewise} NOT NULL, payload TEXT NOT NULL, consumed {bool} NOT NULL){strict};
CREATE INDEX run_signal_run ON run_signal (run);
CREATE UNIQUE INDEX run_signal_once ON run_signal (run, frame, step) WHERE kind = 1;
CREATE TABLE concurrency_slot (
    key TEXT{bytewise} NOT NULL PRIMARY KEY, running {int} NOT NULL, blocked {int} NOT NULL, cap {int} NOT NULL){keyed};
CREATE TABLE approval (
    id {uuid} NOT NULL PRIMARY KEY, run {uuid} NOT NULL, flow {uuid} NOT NULL, frame TEXT{bytewise} NOT NULL,
    step TEXT{bytewise} NOT NULL, message TEXT NOT NULL, approvers TEXT NOT NULL, status {small} NOT NULL,
    created_at {int} NOT NULL, expires_at {int}, decided_at {int}, decided_by TEXT, comment TEXT){strict};
CREATE INDEX approval_run ON approval (run);
CREATE INDEX approval_open ON approval (id) WHERE status = 0;
CREATE TABLE worker (
    id {uuid} NOT NULL PRIMARY KEY, node {uuid} NOT NULL, started_at {int} NOT NULL, heartbeat_at {int} NOT NULL){keyed};
"#;

const REST: &str = r#"
CREATE TABLE blob (
    id {uuid} NOT NULL PRIMARY KEY, kind {small} NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
    size {int} NOT NULL, records {int} NOT NULL, complete {bool} NOT NULL, created_at {int} NOT NULL){strict};
CREATE TABLE blob_owner (run {uuid} NOT NULL, blob {uuid} NOT NULL, PRIMARY KEY (run, blob)){keyed};
CREATE INDEX blob_owner_blob ON blob_owner (blob);
CREATE TABLE blob_chunk (
    blob {uuid} NOT NULL, first {int} NOT NULL, data {bytes} NOT NULL, PRIMARY KEY (blob, first)){strict};
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY, key_version {small} NOT NULL, sealed {bytes} NOT NULL, set_at {int} NOT NULL,
    set_by TEXT NOT NULL){keyed};
CREATE TABLE variable (
    name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, set_at {int} NOT NULL, set_by TEXT NOT NULL){keyed};
CREATE TABLE "user" (
    id {uuid} NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, role {small} NOT NULL,
    created_at {int} NOT NULL){strict};
CREATE TABLE token (
    id {uuid} NOT NULL PRIMARY KEY, name TEXT NOT NULL, role {small} NOT NULL, digest {bytes} NOT NULL UNIQUE,
    created_at {int} NOT NULL, last_used_at {int}){strict};
"#;

/// A queue's table on Postgres: room for updates in place, and vacuums soon enough that dead rows stay few.
const POSTGRES_TUNING: &str = r#"
ALTER TABLE active_run SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0);
ALTER TABLE blob_chunk ALTER COLUMN data SET STORAGE EXTERNAL;
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for text in [FLOWS, RUNS, REST] {
            run(db, text).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            run(db, POSTGRES_TUNING).await?;
        }
        Ok(())
    }
}
