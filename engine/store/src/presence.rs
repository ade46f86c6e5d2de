//! Who is there: workers and web nodes say so from time to time, on the database's clock. With each beat a process also
//! hears whether the database has come to need a newer binary than its own.

use std::sync::Weak;
use std::time::Duration;

use uuid::Uuid;

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::{Result, migrate, setting};

const BEAT_EVERY: Duration = Duration::from_secs(5);
/// The pause after a beat that was not written.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a process looks whether its part is over.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// No beat for so long means dead.
pub(crate) const DEAD_AFTER_MS: i64 = 20_000;

/// What a process is there as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// Works from this data folder.
    Worker {
        folder: Uuid,
    },
    Web,
}

impl Part {
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Worker { .. } => "worker",
            Self::Web => "web_node",
        }
    }
}

/// The database's clock in milliseconds, as an expression.
pub(crate) fn clock(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        Dialect::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

/// Whose last beat is not after this one is taken for dead: an expression.
pub(crate) fn silence(dialect: Dialect) -> String {
    format!("{} - {DEAD_AFTER_MS}", clock(dialect))
}

/// Puts the process on its list, or says that it is still there.
pub(crate) async fn beat(core: &Core, id: Uuid, part: Part) -> Result<()> {
    let (table, now) = (part.table(), clock(core.db.dialect));
    let mut values = vec![id.into(), env!("CARGO_PKG_VERSION").into()];
    let (column, value) = match part {
        Part::Worker { folder } => {
            values.push(folder.into());
            (", node", ", $3")
        }
        Part::Web => ("", ""),
    };
    let sql = format!(
        "INSERT INTO {table} (id, version, started_at, heartbeat_at{column}) VALUES ($1, $2, {now}, {now}{value}) \
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at"
    );
    core.db.main.run(sql, values).await?;
    let needed = setting::get(&core.db.read, setting::MIN_BINARY).await?;
    migrate::notice(core, needed.as_deref());
    Ok(())
}

/// Beats until the store is gone or `is_over`; whether the store was still there then.
pub(crate) async fn keep_beating(
    core: Weak<Core>,
    id: Uuid,
    part: Part,
    is_over: impl Fn(&Core) -> bool,
) -> bool {
    let mut pause = BEAT_EVERY;
    loop {
        let mut waited = Duration::ZERO;
        while waited < pause {
            tokio::time::sleep(LOOK_EVERY).await;
            waited += LOOK_EVERY;
            let Some(core) = core.upgrade() else { return false };
            if is_over(&core) {
                return true;
            }
        }
        let Some(core) = core.upgrade() else { return false };
        pause = match beat(&core, id, part).await {
            Ok(()) => BEAT_EVERY,
            Err(error) => {
                tracing::warn!(part = part.table(), %error, "the heartbeat was not written");
                PAUSE
            }
        };
    }
}

/// Whether a process of a newer binary is there, or one has been at the schema.
pub(crate) async fn is_newer_about(core: &Core) -> Result<bool> {
    if migrate::has_unknown(&core.db).await? {
        return Ok(true);
    }
    let silence = silence(core.db.dialect);
    let ask = format!(
        "SELECT version FROM worker WHERE heartbeat_at > {silence} AND version IS NOT NULL \
         UNION SELECT version FROM web_node WHERE heartbeat_at > {silence}"
    );
    for row in core.db.read.all(ask, vec![]).await? {
        let version: String = row.try_get_by_index(0)?;
        if migrate::is_newer(&version) {
            return Ok(true);
        }
    }
    Ok(false)
}
