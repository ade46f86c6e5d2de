//! `login_try`: how often somebody tried to sign in lately, counted for all processes together. A row says when the last of
//! a key's tries will have come back; keys are kept as digests, and go when all have.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use crate::db::{Ask, Dialect};
use crate::presence::clock;
use crate::{Result, Store};

/// How many tries there are at once; each comes back after a while.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub most: u32,
    pub every: Duration,
}

/// More keys than this are not remembered, whoever invents them.
const MOST_KEYS: u64 = 100_000;
/// How often, in tries, the table is looked after, beside the sweep.
const TIDY_EVERY: u64 = 1024;

fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Store {
    /// Counts a try. How long to wait, where there are no more; then nothing is counted.
    pub async fn take_try(&self, key: &str, allowed: Allowance) -> Result<Option<Duration>> {
        static TRIES: AtomicU64 = AtomicU64::new(0);
        let db = &self.core.db.main;
        if TRIES.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            tidy(db).await?;
        }
        let (key, every) = (digest(key), millis(allowed.every));
        let whole = every.saturating_mul(i64::from(allowed.most));
        let now = clock(self.core.db.dialect);
        let newest = match self.core.db.dialect {
            Dialect::Sqlite => "MAX",
            Dialect::Postgres => "GREATEST",
        };
        let take = format!(
            "INSERT INTO login_try (digest, back_at) VALUES ($1, {now} + $2) ON CONFLICT (digest) DO UPDATE \
             SET back_at = {newest}(login_try.back_at, {now}) + $2 \
             WHERE {newest}(login_try.back_at, {now}) + $2 <= {now} + $3 RETURNING back_at"
        );
        if db.one(take, vec![key.clone().into(), every.into(), whole.into()]).await?.is_some() {
            return Ok(None);
        }
        let left = format!("SELECT back_at - {now} FROM login_try WHERE digest = $1");
        let left: i64 = match db.one(left, vec![key.into()]).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => return Ok(None),
        };
        let wait = left.saturating_add(every).saturating_sub(whole).max(1);
        Ok(Some(Duration::from_millis(wait.unsigned_abs())))
    }

    /// The try was a good one.
    pub async fn give_try_back(&self, key: &str, allowed: Allowance) -> Result<()> {
        let back = "UPDATE login_try SET back_at = back_at - $2 WHERE digest = $1";
        self.core.db.main.run(back, vec![digest(key).into(), millis(allowed.every).into()]).await?;
        Ok(())
    }
}

/// Forgets keys whose tries have all come back, and those nearest to it where there are too many.
pub(crate) async fn tidy<C: ConnectionTrait>(db: &C) -> Result<()> {
    let over = format!("DELETE FROM login_try WHERE back_at <= {}", clock(db.dialect()));
    db.run(over, vec![]).await?;
    let many = "SELECT COUNT(*) FROM login_try";
    let count: i64 = match db.one(many, vec![]).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    let surplus = count.saturating_sub(i64::try_from(MOST_KEYS).unwrap_or(i64::MAX));
    if surplus > 0 {
        let surplus_go =
            "DELETE FROM login_try WHERE digest IN (SELECT digest FROM login_try ORDER BY back_at LIMIT $1)";
        db.run(surplus_go, vec![surplus.into()]).await?;
    }
    Ok(())
}
