//! Counting hours that are over, once for ever.

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use uuid::Uuid;

use super::{Counted, HOUR_MS, count_sql, counted_sql};
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::{Error, Result, Store, presence};

/// Commits of runs that finished in an hour may come so much later.
const LATE_MS: i64 = 5 * 60 * 1000;
/// How long figures stay.
const KEPT_HOURS: i64 = 400 * 24;

const COLUMNS: Columns = &[
    ("hour", Kind::Int),
    ("flow", Kind::Uuid),
    ("status", Kind::Int),
    ("latency", Kind::Int),
    ("runs", Kind::Int),
];

impl Store {
    /// Counts the next hour that is over, on the database's clock. Whether there may be another one.
    pub async fn roll_up_hour(&self) -> Result<bool> {
        let db = &self.core.db;
        let ask = format!(
            "SELECT until, swept, ({} - {LATE_MS}) / {HOUR_MS} FROM run_hour_mark",
            presence::clock(db.dialect)
        );
        let row =
            db.read.one(ask, vec![]).await?.ok_or_else(|| Error::corrupt("no mark of counted hours"))?;
        let (until, swept): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let over: i64 = row.try_get_by_index(2)?;
        if until >= over {
            return Ok(false);
        }
        let next = self.next_finished(until * HOUR_MS).await?.map_or(over, |at| at / HOUR_MS);
        let (counted, reached) = if next >= over {
            (Vec::new(), over)
        } else {
            let values = vec![(next * HOUR_MS).into(), ((next + 1) * HOUR_MS).into()];
            let rows = db.read.all(count_sql(), values).await?;
            (rows.iter().map(Counted::read).collect::<Result<Vec<_>>>()?, next + 1)
        };
        let tx = db.begin().await?;
        let move_on = "UPDATE run_hour_mark SET until = $1 WHERE until = $2 AND swept = $3";
        if tx.run(move_on, vec![reached.into(), until.into(), swept.into()]).await? == 0 {
            // Another worker was faster, or runs went meanwhile: from the beginning.
            tx.rollback().await?;
            return Ok(true);
        }
        add(&tx, &counted).await?;
        tx.commit().await?;
        Ok(reached < over)
    }

    /// When the first run finished at this time or later.
    async fn next_finished(&self, from: i64) -> Result<Option<i64>> {
        let mut first: Option<i64> = None;
        for ask in [
            "SELECT MIN(finished_at) FROM run WHERE kept AND finished_at >= $1",
            "SELECT MIN(expires_at) FROM run WHERE NOT kept AND expires_at >= $1",
        ] {
            let row = self.core.db.read.one(ask, vec![from.into()]).await?;
            let found: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
            first = first.into_iter().chain(found).min();
        }
        Ok(first)
    }
}

/// Before runs go: those whose hour is not counted yet are counted now.
pub(crate) async fn note_swept(tx: &DatabaseTransaction, runs: &[Uuid]) -> Result<()> {
    let latest = Rows::ids(tx.dialect(), runs.iter().copied()).statement(vec![], |source| {
        format!("SELECT MAX(finished_at) FROM run WHERE id IN (SELECT r.id FROM {source})")
    });
    let latest: Option<i64> = match tx.query_one_raw(latest).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    let row = tx.one("SELECT until FROM run_hour_mark", vec![]).await?;
    let until: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    // The mark only rises.
    if latest.is_none_or(|latest| latest < until * HOUR_MS) {
        return Ok(());
    }
    let row = tx.one("UPDATE run_hour_mark SET swept = swept + 1 RETURNING until", vec![]).await?;
    let until: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    let count = Rows::ids(tx.dialect(), runs.iter().copied())
        .statement(vec![(until * HOUR_MS).into()], |source| {
            counted_sql(&[&format!("id IN (SELECT r.id FROM {source}) AND finished_at >= $1")])
        });
    let rows = tx.query_all_raw(count).await?;
    add(tx, &rows.iter().map(Counted::read).collect::<Result<Vec<_>>>()?).await
}

async fn add(tx: &DatabaseTransaction, counted: &[Counted]) -> Result<()> {
    if counted.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for one in counted {
        rows.int(one.hour).uuid(one.flow).int(one.status.into()).int(one.latency.into()).int(one.runs);
    }
    let insert = rows.statement(vec![], |source| {
        format!(
            "INSERT INTO run_hour (hour, flow, status, latency, runs) SELECT hour, flow, status, latency, runs FROM {source} \
             WHERE true ON CONFLICT (hour, flow, status, latency) DO UPDATE SET runs = run_hour.runs + excluded.runs"
        )
    });
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Figures that are old enough go.
pub(crate) async fn tidy(tx: &DatabaseTransaction) -> Result<()> {
    let delete = format!(
        "DELETE FROM run_hour WHERE hour < {} / {HOUR_MS} - {KEPT_HOURS}",
        presence::clock(tx.dialect())
    );
    tx.run(delete, vec![]).await?;
    Ok(())
}
