//! `web_node`: the processes that answer requests. Who finishes a run tells them, where there are others (`bell`).

use std::sync::{Arc, Weak};

use uuid::Uuid;

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::presence::{self, Part};
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
            presence::beat(&self.core, id, Part::Web).await?;
            bury_silent(&self.core).await?;
            bell::start(&self.core, Some(id));
            tokio::spawn(be_there(Arc::downgrade(&self.core), id, Arc::downgrade(&here)));
        }
        Ok(WebNode { _here: here })
    }
}

/// Beats while the process answers, then takes it off the list.
async fn be_there(core: Weak<Core>, id: Uuid, here: Weak<()>) {
    let is_over = move |core: &Core| here.strong_count() == 0 || core.workers.is_closed();
    if presence::keep_beating(core.clone(), id, Part::Web, is_over).await
        && let Some(core) = core.upgrade()
    {
        let _ = core.db.main.run("DELETE FROM web_node WHERE id = $1", vec![id.into()]).await;
    }
}

/// Takes others off the list that fell silent.
pub(crate) async fn bury_silent(core: &Core) -> Result<()> {
    // On SQLite there are none, and the one writing connection has better to do.
    if core.db.dialect == Dialect::Postgres {
        let silent =
            format!("DELETE FROM web_node WHERE heartbeat_at < {}", presence::silence(core.db.dialect));
        core.db.main.run(silent, vec![]).await?;
    }
    Ok(())
}

/// Whether processes beside `own` answer requests.
pub(crate) async fn others(core: &Core, own: Option<Uuid>) -> Result<bool> {
    let silence = presence::silence(core.db.dialect);
    let ask = format!("SELECT 1 FROM web_node WHERE id <> $1 AND heartbeat_at > {silence} LIMIT 1");
    Ok(core.db.main.one(ask, vec![own.unwrap_or_default().into()]).await?.is_some())
}
