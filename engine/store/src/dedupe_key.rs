//! `dedupe_key`: which run an event's key led to first, for as long as its window is open.

use std::collections::{BTreeMap, HashMap};

use causeway_model::{FlowId, RunId, Time};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest, Sha256};

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::{Error, Result, Store};

/// Keys come from outside, of any length and content: the table holds their digests.
fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

type Key = (FlowId, [u8; 32]);

/// The runs of one batch that come with the same key.
struct Asked {
    first: RunId,
    expires_at: Time,
    repeats: Vec<RunId>,
}

/// Takes the keys of these runs, and gives for each run whose key was taken before the first run of that key.
pub(crate) async fn take(
    tx: &DatabaseTransaction,
    now: Time,
    runs: &[&NewRun],
) -> Result<HashMap<RunId, RunId>> {
    const COLUMNS: Columns = &[
        ("flow", Kind::Uuid),
        ("digest", Kind::Bytes),
        ("run", Kind::Uuid),
        ("expires_at", Kind::Int),
        ("repeats", Kind::Int),
    ];
    const OPEN: &str = "dedupe_key.expires_at > $1";
    // In the order of the keys: two writers that take them in one order cannot wait for each other.
    let mut asked: BTreeMap<Key, Asked> = BTreeMap::new();
    for run in runs {
        let Some((key, window)) = &run.dedupe else { continue };
        let first = || Asked { first: run.id, expires_at: now + *window, repeats: Vec::new() };
        let asked = asked.entry((run.flow, digest(key))).or_insert_with(first);
        if asked.first != run.id {
            asked.repeats.push(run.id);
        }
    }
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for ((flow, digest), Asked { first, expires_at, repeats }) in &asked {
        let repeats = i64::try_from(repeats.len()).unwrap_or(i64::MAX);
        rows.uuid(flow.0).bytes(digest).uuid(first.0).int(expires_at.millis()).int(repeats);
    }
    // A key whose window is open keeps its run and counts a repeat more; one that is over is as good as new.
    let take = rows.statement(vec![now.millis().into()], |source| {
        format!(
            "INSERT INTO dedupe_key (flow, digest, run, expires_at, duplicates) \
             SELECT flow, digest, run, expires_at, repeats FROM {source} WHERE TRUE \
             ON CONFLICT (flow, digest) DO UPDATE SET \
             run = CASE WHEN {OPEN} THEN dedupe_key.run ELSE excluded.run END, \
             expires_at = CASE WHEN {OPEN} THEN dedupe_key.expires_at ELSE excluded.expires_at END, \
             duplicates = CASE WHEN {OPEN} THEN dedupe_key.duplicates + 1 ELSE 0 END + excluded.duplicates \
             RETURNING flow, digest, run, duplicates"
        )
    });
    let mut duplicates = HashMap::new();
    for row in tx.query_all_raw(take).await? {
        let flow = FlowId(row.try_get_by_index(0)?);
        let digest: Vec<u8> = row.try_get_by_index(1)?;
        let leader = RunId(row.try_get_by_index(2)?);
        let key = (flow, digest.try_into().map_err(|_| Error::corrupt("digest of a dedupe key"))?);
        let Some(Asked { first, repeats, .. }) = asked.remove(&key) else { continue };
        let counted: i64 = row.try_get_by_index(3)?;
        // More repeats than came with this batch: the key was taken before, if only by this very run.
        let taken_before = usize::try_from(counted).is_ok_and(|counted| counted > repeats.len());
        let repeated = taken_before.then_some(first).into_iter().chain(repeats);
        duplicates.extend(repeated.map(|run| (run, leader)));
    }
    Ok(duplicates)
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
