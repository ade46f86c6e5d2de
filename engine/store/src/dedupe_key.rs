//! `dedupe_key`: which run an event's key led to first, for as long as its window is open.

use std::collections::HashMap;

use causeway_model::{FlowId, RunId, Time};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Result;
use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;

/// Keys come from outside, of any length and content: the table holds their digests.
fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Takes the keys of these runs, and gives for each run whose key was taken before the first run of that key.
pub(crate) async fn take(
    tx: &DatabaseTransaction,
    now: Time,
    runs: &[&NewRun],
) -> Result<HashMap<RunId, RunId>> {
    const COLUMNS: Columns =
        &[("flow", Kind::Uuid), ("digest", Kind::Bytes), ("run", Kind::Uuid), ("expires_at", Kind::Int)];
    let mut duplicates = HashMap::new();
    let mut leaders: HashMap<(FlowId, [u8; 32]), (RunId, Time)> = HashMap::new();
    let mut followers = Vec::new();
    for run in runs {
        let Some((key, window)) = &run.dedupe else { continue };
        let key = (run.flow, digest(key));
        if let Some((leader, _)) = leaders.get(&key) {
            followers.push((run.id, *leader));
        } else {
            leaders.insert(key, (run.id, now + *window));
        }
    }
    if leaders.is_empty() {
        return Ok(duplicates);
    }
    // Two writers that take keys in one order cannot wait for each other.
    let mut ordered: Vec<_> = leaders.into_iter().collect();
    ordered.sort_unstable_by_key(|(key, _)| *key);
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for ((flow, digest), (run, expires_at)) in &ordered {
        rows.uuid(flow.0).bytes(digest).uuid(run.0).int(expires_at.millis());
    }
    let take = rows.statement(vec![now.millis().into()], |source| {
        format!(
            "INSERT INTO dedupe_key (flow, digest, run, expires_at) SELECT flow, digest, run, expires_at FROM {source} WHERE TRUE \
             ON CONFLICT (flow, digest) DO UPDATE SET run = excluded.run, expires_at = excluded.expires_at \
             WHERE dedupe_key.expires_at <= $1 RETURNING run"
        )
    });
    let won: std::collections::HashSet<Uuid> = tx
        .query_all_raw(take)
        .await?
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, sea_orm::DbErr>>()?;
    let mut lost = Rows::new(tx.dialect(), COLUMNS);
    for ((flow, digest), (run, expires_at)) in &ordered {
        if !won.contains(&run.0) {
            lost.uuid(flow.0).bytes(digest).uuid(run.0).int(expires_at.millis());
        }
    }
    if !lost.is_empty() {
        let find = lost.statement(vec![], |source| {
            format!("SELECT r.run, d.run FROM {source} JOIN dedupe_key d ON d.flow = r.flow AND d.digest = r.digest")
        });
        for row in tx.query_all_raw(find).await? {
            duplicates.insert(RunId(row.try_get_by_index(0)?), RunId(row.try_get_by_index(1)?));
        }
    }
    for (run, leader) in followers {
        duplicates.insert(run, duplicates.get(&leader).copied().unwrap_or(leader));
    }
    Ok(duplicates)
}

/// Forgets keys whose window is over, a batch of them.
pub(crate) async fn sweep(tx: &DatabaseTransaction, now: Time, limit: i64) -> Result<u64> {
    let delete = match tx.dialect() {
        crate::db::Dialect::Sqlite => {
            "DELETE FROM dedupe_key WHERE (flow, digest) IN \
             (SELECT flow, digest FROM dedupe_key WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"
        }
        crate::db::Dialect::Postgres => {
            "DELETE FROM dedupe_key WHERE ctid = ANY(ARRAY(SELECT ctid FROM dedupe_key WHERE expires_at <= $1 \
             ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))"
        }
    };
    Ok(tx.run(delete, vec![now.millis().into(), limit.into()]).await?)
}
