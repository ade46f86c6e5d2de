//! Waking the worker: at once for what happens in this process, by a cheap look for what happens in others.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use crate::core::Core;
use crate::db::Ask;
use crate::{Result, Store};

/// How soon work of other processes is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
pub(crate) struct Wake {
    bell: Notify,
    /// The newest signal that was seen.
    signal: AtomicI64,
}

impl Wake {
    pub(crate) fn now(&self) {
        self.bell.notify_one();
    }
}

impl Store {
    /// Resolves when runs may have become due or signals have come: from this process at once, from others within 200 ms by polling.
    /// A wake that nobody waited for is kept for the next call.
    pub async fn woken(&self) {
        self.core.wake.bell.notified().await;
    }
}

/// Looks for due runs and new signals until the store is gone.
pub(crate) async fn watch(core: Weak<Core>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(core) = core.upgrade().filter(|core| !core.workers.is_closed()) else { return };
        if look(&core).await.unwrap_or(false) {
            core.wake.now();
        }
    }
}

/// In an order, so that Postgres takes the index: among a million waiting runs it hopes to meet a due one soon, and reads them all.
pub(crate) const LOOK: &str = "SELECT (SELECT 1 FROM active_run WHERE due_at <= $1 ORDER BY due_at LIMIT 1), \
                               (SELECT 1 FROM active_run WHERE want_at <= $1 ORDER BY want_at LIMIT 1), \
                               (SELECT MAX(id) FROM run_signal)";

async fn look(core: &Arc<Core>) -> Result<bool> {
    let now = core.clock.now().millis();
    let Some(row) = core.db.read.one(LOOK, vec![now.into()]).await? else { return Ok(false) };
    let due: Option<i32> = row.try_get_by_index(0)?;
    let wanting: Option<i32> = row.try_get_by_index(1)?;
    let newest: Option<i64> = row.try_get_by_index(2)?;
    let newest = newest.unwrap_or(0);
    let signalled = core.wake.signal.swap(newest, Ordering::Relaxed) < newest;
    Ok(due.is_some() || wanting.is_some() || signalled)
}
