//! What the sweep of finished runs has done and will do. The worker leaves a note in `setting`, for all to read.

use std::sync::Arc;

use causeway_model::{Span, Time};
use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::db::{Ask, Dialect};
use crate::vitals::HOLD_FOR_PEOPLE;
use crate::{Result, Store, json, setting};

/// Where the note stands.
const NOTE: &str = "retention";
/// Histories up to this are counted; Postgres tells of larger ones how many there are, about.
const COUNTED: u64 = 1_000_000;
/// The tables that hold what is kept of finished runs.
const TABLES: [&str; 4] = ["run", "run_journal", "run_loop", "trigger_event"];

#[derive(Debug, Default, Serialize, Deserialize)]
struct Note {
    keep_ms: Option<u64>,
    every_ms: Option<u64>,
    last: Option<Swept>,
}

/// One sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    pub at: Time,
    pub removed: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Retention {
    /// How long finished runs are kept where their flow does not say; unknown until a worker has started.
    pub keep_ms: Option<u64>,
    pub sweep_every_ms: Option<u64>,
    /// Finished runs that are kept.
    pub runs: u64,
    /// Whether `runs` is the database's estimate.
    pub estimated: bool,
    /// When the oldest of them was made.
    pub oldest_created_at: Option<Time>,
    /// What they and their journals take on the disk, with indexes; Postgres only.
    pub bytes: Option<u64>,
    pub next_sweep_at: Option<Time>,
    pub next_sweep_removes: Option<u64>,
    pub last_sweep: Option<Swept>,
}

impl Store {
    /// A worker says by what rule it sweeps.
    pub async fn note_retention(&self, keep: Span, every: Span) -> Result<()> {
        let known = note(&self.core).await?;
        let note = Note { keep_ms: Some(keep.millis()), every_ms: Some(every.millis()), ..known };
        Ok(setting::put(&self.core.db.main, NOTE, &json::text(&note)).await?)
    }

    /// As [`Store::retention`], a second old at times, or older where finding it out is dear.
    pub async fn retention_lately(&self) -> Result<Arc<Retention>> {
        self.core.retention.get(HOLD_FOR_PEOPLE, self.retention()).await
    }

    pub async fn retention(&self) -> Result<Retention> {
        let Note { keep_ms, every_ms, last } = note(&self.core).await?;
        let now = self.core.clock.now();
        let next = every_ms.map(|every| last.map_or(now, |last| last.at + Span::from_millis(every)).max(now));
        let removes = match (keep_ms, next) {
            (Some(keep), Some(next)) => {
                let ask = "SELECT (SELECT COUNT(*) FROM run WHERE kept AND expires_at <= $1) + \
                           (SELECT COUNT(*) FROM run WHERE NOT kept AND expires_at <= $2)";
                let until = next - Span::from_millis(keep);
                Some(self.count(ask, vec![next.millis().into(), until.millis().into()]).await?)
            }
            _ => None,
        };
        let (runs, estimated) = self.kept_runs().await?;
        let oldest = self.core.db.read.one("SELECT created_at FROM run ORDER BY id LIMIT 1", vec![]).await?;
        Ok(Retention {
            keep_ms,
            sweep_every_ms: every_ms,
            runs,
            estimated,
            oldest_created_at: oldest.map(|row| row.try_get_by_index(0)).transpose()?.map(Time),
            bytes: self.history_bytes().await?,
            next_sweep_at: next,
            next_sweep_removes: removes,
            last_sweep: last,
        })
    }

    async fn kept_runs(&self) -> Result<(u64, bool)> {
        if self.core.db.dialect == Dialect::Postgres {
            let about = "SELECT reltuples::BIGINT FROM pg_class WHERE oid = 'run'::regclass";
            let about = self.count(about, vec![]).await?;
            if about > COUNTED {
                return Ok((about, true));
            }
        }
        Ok((self.count("SELECT COUNT(*) FROM run", vec![]).await?, false))
    }

    async fn history_bytes(&self) -> Result<Option<u64>> {
        if self.core.db.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        let sizes = TABLES.map(|table| format!("pg_total_relation_size('{table}')")).join(" + ");
        Ok(Some(self.count(&format!("SELECT {sizes}"), vec![]).await?))
    }
}

async fn note(core: &Core) -> Result<Note> {
    let text = setting::get(&core.db.read, NOTE).await?;
    Ok(json::parse_opt(text.as_deref(), "note of the retention")?.unwrap_or_default())
}

pub(crate) async fn note_sweep(core: &Core, at: Time, removed: u64) -> Result<()> {
    let known = note(core).await?;
    let note = Note { last: Some(Swept { at, removed }), ..known };
    Ok(setting::put(&core.db.main, NOTE, &json::text(&note)).await?)
}
