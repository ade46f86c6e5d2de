//! `web_node`: the processes that answer requests. Who finishes a run tells them, where there are others (`bell`).

use std::sync::{Arc, Weak};
use std::time::Duration;

use uuid::Uuid;

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::worker::{DEAD_AFTER_MS, HEARTBEAT_EVERY, clock};
use crate::{Result, Store, bell};

/// A process on the list of those that answer requests, until dropped.
#[derive(Debug)]
pub struct WebNode {
    _here: Arc<()>,
}

impl Store {
    /// From now on other processes tell this one of the runs that somebody may wait for here.
    pub async fn enlist_web(&self) -> Result<WebNode> {
        let here = Arc::new(());
        if self.core.db.dialect == Dialect::Postgres {
            let id = Uuid::now_v7();
            beat(&self.core, id).await?;
            bell::start(&self.core, Some(id));
            tokio::spawn(heartbeats(Arc::downgrade(&self.core), id, Arc::downgrade(&here)));
        }
        Ok(WebNode { _here: here })
    }
}

async fn beat(core: &Core, id: Uuid) -> Result<()> {
    let now = clock(core);
    let sql = format!(
        "INSERT INTO web_node (id, version, started_at, heartbeat_at) VALUES ($1, $2, {now}, {now}) \
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at"
    );
    core.db.main.run(sql, vec![id.into(), env!("CARGO_PKG_VERSION").into()]).await?;
    Ok(())
}

/// Beats while the process answers, then takes it off the list; buries others that fell silent.
async fn heartbeats(core: Weak<Core>, id: Uuid, here: Weak<()>) {
    loop {
        let mut waited = Duration::ZERO;
        while waited < HEARTBEAT_EVERY && here.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            waited += Duration::from_millis(250);
        }
        let Some(core) = core.upgrade() else { return };
        if here.strong_count() == 0 || core.workers.is_closed() {
            let _ = core.db.main.run("DELETE FROM web_node WHERE id = $1", vec![id.into()]).await;
            return;
        }
        let silent = format!("DELETE FROM web_node WHERE heartbeat_at < {} - {DEAD_AFTER_MS}", clock(&core));
        if let Err(error) = beat(&core, id).await {
            tracing::warn!(%error, "the heartbeat of this web node was not written");
        } else if let Err(error) = core.db.main.run(silent, vec![]).await {
            tracing::warn!(%error, "silent web nodes could not be taken off the list");
        }
    }
}

/// Whether processes beside `own` answer requests.
pub(crate) async fn others(core: &Core, own: Option<Uuid>) -> Result<bool> {
    let ask = format!(
        "SELECT 1 FROM web_node WHERE id <> $1 AND heartbeat_at > {} - {DEAD_AFTER_MS} LIMIT 1",
        clock(core)
    );
    Ok(core.db.main.one(ask, vec![own.unwrap_or_default().into()]).await?.is_some())
}
