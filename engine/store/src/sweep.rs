//! Retention: finished runs go when their time is over, in small batches, and SQLite gives the space back.

use causeway_model::{Span, Time};
use futures::future::BoxFuture;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::bulk::Rows;
use crate::db::{Ask, Dialect};
use crate::{
    Result, Store, blob, concurrency_slot, connection, dedupe_key, idempotency_key, listening, login_try,
    retention, run_hour, session,
};

/// Runs in one transaction.
const BATCH: i64 = 200;
/// Uploads that never led to a run, and files that were never finished, stay this long.
const ORPHANS_KEPT: Span = Span::from_secs(24 * 3600);
/// Pages given back at a time on SQLite, so that writers get their turn.
const PAGES: i64 = 2000;

impl Store {
    /// Deletes finished runs whose time is over, in small batches, with their files; gives space back. How many.
    pub async fn sweep(&self, default_keep: Span) -> Result<u64> {
        let now = self.core.clock.now();
        let mut swept = 0;
        for (kept, until) in [("kept", now), ("NOT kept", now - default_keep)] {
            loop {
                let count = self.sweep_some(kept, until).await?;
                swept += count;
                if count < u64::try_from(BATCH).unwrap_or(0) {
                    break;
                }
            }
        }
        self.sweep_rest(now).await?;
        self.give_space_back().await?;
        self.core.metrics.runs_swept.add(swept);
        retention::note_sweep(&self.core, now, swept).await?;
        Ok(swept)
    }

    async fn sweep_some(&self, kept: &str, until: Time) -> Result<u64> {
        let tx = self.core.db.begin().await?;
        let find =
            format!("SELECT id FROM run WHERE {kept} AND expires_at <= $1 ORDER BY expires_at LIMIT $2");
        let mut runs: Vec<Uuid> = Vec::new();
        for row in tx.all(find, vec![until.millis().into(), BATCH.into()]).await? {
            runs.push(row.try_get_by_index(0)?);
        }
        if !runs.is_empty() {
            delete_runs(&tx, &runs).await?;
            tx.commit().await?;
        }
        Ok(u64::try_from(runs.len()).unwrap_or(0))
    }

    /// A transaction for each batch, until one is not full.
    async fn in_batches(
        &self,
        most: i64,
        sweep: impl for<'t> Fn(&'t DatabaseTransaction, i64) -> BoxFuture<'t, Result<u64>>,
    ) -> Result<()> {
        loop {
            let tx = self.core.db.begin().await?;
            let swept = sweep(&tx, most).await?;
            tx.commit().await?;
            if swept < most.unsigned_abs() {
                return Ok(());
            }
        }
    }

    async fn sweep_rest(&self, now: Time) -> Result<()> {
        self.in_batches(5 * BATCH, |tx, most| Box::pin(dedupe_key::sweep(tx, now, most))).await?;
        self.in_batches(5 * BATCH, |tx, most| Box::pin(idempotency_key::sweep(tx, now, most))).await?;
        self.in_batches(BATCH, |tx, most| Box::pin(blob::sweep_orphans(tx, now - ORPHANS_KEPT, most)))
            .await?;
        let tx = self.core.db.begin().await?;
        concurrency_slot::sweep(&tx).await?;
        session::sweep(&tx, now).await?;
        login_try::tidy(&tx).await?;
        connection::sweep_consents(&tx, now).await?;
        run_hour::tidy(&tx).await?;
        listening::sweep(&tx, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Postgres vacuums by itself.
    async fn give_space_back(&self) -> Result<()> {
        if self.core.db.dialect != Dialect::Sqlite {
            return Ok(());
        }
        let free = || async {
            let row = self.core.db.main.one("PRAGMA freelist_count", vec![]).await?;
            Ok::<i64, crate::Error>(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
        };
        let mut left = free().await?;
        while left > 0 {
            self.core.db.main.all(format!("PRAGMA incremental_vacuum({PAGES})"), vec![]).await?;
            let now = free().await?;
            if now >= left {
                break;
            }
            left = now;
        }
        // The file shrinks when the log is written back into it.
        self.core.db.main.all("PRAGMA wal_checkpoint(TRUNCATE)", vec![]).await?;
        Ok(())
    }
}

async fn delete_runs(tx: &DatabaseTransaction, runs: &[Uuid]) -> Result<()> {
    run_hour::note_swept(tx, runs).await?;
    blob::disown(tx, runs).await?;
    for (table, column) in [
        ("run_journal", "run"),
        ("run_loop", "run"),
        ("approval", "run"),
        ("dismissal", "run"),
        ("trigger_event", "run"),
        ("draft_snapshot", "run"),
        ("run", "id"),
    ] {
        let delete = Rows::ids(tx.dialect(), runs.iter().copied()).statement(vec![], |source| {
            format!("DELETE FROM {table} WHERE {column} IN (SELECT r.id FROM {source})")
        });
        tx.execute_raw(delete).await?;
    }
    Ok(())
}
