//! How often somebody may try to sign in: for each account and for each address some tries at once, then one now and
//! then; what succeeds costs nothing. The store counts for all processes. In front of it this process counts its own in
//! memory, of bounded size, so that who goes on all the same does not reach the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use causeway_model::text;
use causeway_store::{Allowance, Store};

use crate::problem::Problem;

pub(crate) struct Throttle {
    accounts: Buckets,
    addresses: Buckets,
}

/// Tries that may be made, by key; each comes back after a while.
struct Buckets {
    allowed: Allowance,
    used: Mutex<HashMap<String, (f64, Instant)>>,
}

/// More keys than this are not remembered.
const MOST_KEYS: usize = 20_000;

impl Throttle {
    pub(crate) fn new() -> Self {
        Self {
            accounts: Buckets::new(10, Duration::from_secs(30)),
            addresses: Buckets::new(30, Duration::from_secs(2)),
        }
    }

    /// Counts a try. `account`: absent where the try is for none.
    pub(crate) async fn take(
        &self,
        store: &Store,
        address: &str,
        account: Option<&str>,
    ) -> Result<(), Problem> {
        for (buckets, key) in self.of(address, account) {
            buckets.take(&key, Instant::now()).map_err(too_many)?;
            if let Some(wait) = store.take_try(&key, buckets.allowed).await? {
                buckets.block(&key, wait, Instant::now());
                return Err(too_many(wait));
            }
        }
        Ok(())
    }

    /// The try was a good one. What it was for is done, so nothing fails for this.
    pub(crate) async fn give_back(&self, store: &Store, address: &str, account: Option<&str>) {
        for (buckets, key) in self.of(address, account) {
            buckets.give_back(&key, Instant::now());
            if let Err(error) = store.give_try_back(&key, buckets.allowed).await {
                tracing::warn!(%error, "a good try to sign in stays counted");
            }
        }
    }

    fn of(&self, address: &str, account: Option<&str>) -> impl Iterator<Item = (&Buckets, String)> {
        let account = account.map(|account| (&self.accounts, format!("account {}", name(account))));
        std::iter::once((&self.addresses, format!("address {address}"))).chain(account)
    }
}

fn name(account: &str) -> String {
    account.trim().chars().take(254).collect::<String>().to_lowercase()
}

impl Buckets {
    fn new(most: u32, every: Duration) -> Self {
        Self { allowed: Allowance { most, every }, used: Mutex::default() }
    }

    fn left(&self, used: f64, since: Instant, now: Instant) -> f64 {
        (used - now.saturating_duration_since(since).as_secs_f64() / self.allowed.every.as_secs_f64())
            .max(0.0)
    }

    /// How long to wait, where there are no more tries.
    fn take(&self, key: &str, now: Instant) -> Result<(), Duration> {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(key) && all.len() >= MOST_KEYS {
            all.retain(|_, (used, since)| self.left(*used, *since, now) > 0.0);
            if all.len() >= MOST_KEYS
                && let Some(oldest) =
                    all.iter().min_by_key(|(_, (_, since))| *since).map(|(key, _)| key.clone())
            {
                all.remove(&oldest);
            }
        }
        let (used, since) = all.entry(key.to_owned()).or_insert((0.0, now));
        let before = self.left(*used, *since, now);
        let over = before + 1.0 - f64::from(self.allowed.most);
        if over > 0.0 {
            return Err(self.allowed.every.mul_f64(over).max(Duration::from_secs(1)));
        }
        (*used, *since) = (before + 1.0, now);
        Ok(())
    }

    /// Others know that there are no more tries for so long. The key stands here already.
    fn block(&self, key: &str, wait: Duration, now: Instant) {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get_mut(key) {
            let Allowance { most, every } = self.allowed;
            *known = (f64::from(most) - 1.0 + wait.as_secs_f64() / every.as_secs_f64(), now);
        }
    }

    fn give_back(&self, key: &str, now: Instant) {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((used, since)) = all.get_mut(key) {
            (*used, *since) = ((self.left(*used, *since, now) - 1.0).max(0.0), now);
        }
    }
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs_f64().ceil().max(1.0);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_tries",
        text!(
            "Too many tries to sign in; wait {seconds} seconds and try again",
            "嘗試登入的次數過多，請等候 {seconds} 秒後再試"
        ),
    )
    .with_header("retry-after", seconds.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_tries_at_once_and_then_one_now_and_then() {
        let buckets = Buckets::new(3, Duration::from_secs(10));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..3 {
            assert!(buckets.take("a", start).is_ok());
        }
        assert_eq!(buckets.take("a", start), Err(Duration::from_secs(10)));
        assert!(buckets.take("b", start).is_ok(), "others are not held up");
        assert!(buckets.take("a", at(9)).is_err() && buckets.take("a", at(10)).is_ok());
        assert!(buckets.take("a", at(11)).is_err());
        buckets.give_back("a", at(11));
        assert!(buckets.take("a", at(11)).is_ok());
        buckets.block("b", Duration::from_secs(25), start);
        assert!(buckets.take("b", at(24)).is_err() && buckets.take("b", at(26)).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let buckets = Buckets::new(3, Duration::from_secs(1000));
        let now = Instant::now();
        for at in 0..MOST_KEYS + 50 {
            assert!(buckets.take(&at.to_string(), now).is_ok());
        }
        assert_eq!(buckets.used.lock().expect("not poisoned").len(), MOST_KEYS);
    }
}
