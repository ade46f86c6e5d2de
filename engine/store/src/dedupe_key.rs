//! `dedupe_key`: which run an event's key led to first, for as long as its window is open.

use std::collections::HashMap;

use causeway_model::{FlowId, RunId, Time};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::{Result, Store};

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
             ON CONFLICT (flow, digest) DO UPDATE SET run = excluded.run, expires_at = excluded.expires_at, duplicates = 0 \
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
    count_duplicates(tx, duplicates.keys().chain(followers.iter().map(|(run, _)| run)), runs).await?;
    for (run, leader) in followers {
        duplicates.insert(run, duplicates.get(&leader).copied().unwrap_or(leader));
    }
    Ok(duplicates)
}

/// Counts repeats at the keys that they came with. Their rows are locked already, in one order.
async fn count_duplicates<'a>(
    tx: &DatabaseTransaction,
    repeats: impl Iterator<Item = &'a RunId>,
    runs: &[&NewRun],
) -> Result<()> {
    const COLUMNS: Columns = &[("flow", Kind::Uuid), ("digest", Kind::Bytes), ("times", Kind::Int)];
    let repeats: std::collections::HashSet<RunId> = repeats.copied().collect();
    let mut times: std::collections::BTreeMap<(FlowId, [u8; 32]), i64> = Default::default();
    for run in runs.iter().filter(|run| repeats.contains(&run.id)) {
        if let Some((key, _)) = &run.dedupe {
            *times.entry((run.flow, digest(key))).or_default() += 1;
        }
    }
    if times.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for ((flow, digest), times) in &times {
        rows.uuid(flow.0).bytes(digest).int(*times);
    }
    let count = rows.statement(vec![], |source| {
        format!(
            "UPDATE dedupe_key SET duplicates = duplicates + r.times FROM {source} \
             WHERE dedupe_key.flow = r.flow AND dedupe_key.digest = r.digest"
        )
    });
    tx.execute_raw(count).await?;
    Ok(())
}

impl Store {
    /// The run that one of these keys of the flow led to first, while its window is open.
    pub async fn run_of_key(&self, flow: FlowId, keys: &[String]) -> Result<Option<RunId>> {
        let find = "SELECT run FROM dedupe_key WHERE flow = $1 AND digest = $2";
        for key in keys {
            let values = vec![flow.0.into(), digest(key).to_vec().into()];
            if let Some(row) = self.core.db.read.one(find, values).await? {
                return Ok(Some(RunId(row.try_get_by_index(0)?)));
            }
        }
        Ok(None)
    }

    /// How often events came again that led to these runs, while their windows are open.
    pub async fn duplicates(&self, runs: &[RunId]) -> Result<HashMap<RunId, u64>> {
        if runs.is_empty() {
            return Ok(HashMap::new());
        }
        let ids = Rows::ids(self.core.db.dialect, runs.iter().map(|run| run.0));
        let find = ids.statement(vec![], |source| {
            format!("SELECT d.run, d.duplicates FROM {source} JOIN dedupe_key d ON d.run = r.id")
        });
        let rows = self.core.db.read.query_all_raw(find).await?;
        rows.iter()
            .map(|row| {
                let times: i64 = row.try_get_by_index(1)?;
                Ok((RunId(row.try_get_by_index(0)?), times.unsigned_abs()))
            })
            .collect()
    }
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
