//! How the installation fares: counts that are asked of the database, as seldom as they are dear.

use std::sync::Arc;
use std::time::Duration;

use causeway_model::{RunStatus, Span, Time, WorkerId};
use sea_orm::Value;
use serde::Serialize;
use uuid::Uuid;

use crate::db::{Ask, Dialect};
use crate::retention::Retention;
use crate::{Error, MigrationPlan, Result, Store, codes, presence, run};

/// How long counts hold at least, for what asks again and again.
const HOLD: Duration = Duration::from_secs(5);
/// The same for people, who look while they do something.
pub(crate) const HOLD_FOR_PEOPLE: Duration = Duration::from_secs(1);

/// What changes from second to second.
#[derive(Clone, Debug, Serialize)]
pub struct Vitals {
    pub workers: Vec<WorkerRecord>,
    /// The processes that answer requests; with SQLite there is one, which is on no list.
    pub web_nodes: Vec<WebNodeRecord>,
    /// Runs that are not finished.
    pub active: Active,
    /// Runs that a worker might take now, those of dead workers among them.
    pub due: u64,
    /// Since when the oldest of them has been due, as far as it is known.
    pub oldest_due_at: Option<Time>,
    /// Failed runs that wait for a person; test runs are none.
    pub dead_letters: u64,
    /// The SQLite file, or the Postgres database.
    pub database_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Active {
    pub queued: u64,
    pub running: u64,
    pub waiting: u64,
}

impl Active {
    pub fn by_status(&self) -> [(RunStatus, u64); 3] {
        [
            (RunStatus::Queued, self.queued),
            (RunStatus::Running, self.running),
            (RunStatus::Waiting, self.waiting),
        ]
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct WorkerRecord {
    pub id: WorkerId,
    /// Of the binary; old ones do not say.
    pub version: Option<String>,
    pub started_at: Time,
    /// How long ago it was last heard of, on the database's clock.
    pub heartbeat_age_ms: u64,
    pub alive: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct WebNodeRecord {
    pub id: Uuid,
    pub version: String,
    pub started_at: Time,
    pub heartbeat_age_ms: u64,
    pub alive: bool,
}

/// Everything that `causeway status` tells.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    pub version: &'static str,
    pub backend: String,
    pub migrations_applied: usize,
    pub migrations_pending: usize,
    /// The version that the database has come to need, where the one who tells this is older and takes no work any more.
    pub needs_binary: Option<String>,
    /// `false`: runs are due and no worker is alive.
    pub working: bool,
    #[serde(flatten)]
    pub vitals: Vitals,
    pub finished_last_hour: Finished,
    pub finished_last_day: Finished,
    pub open_approvals: u64,
    pub retention: Retention,
}

/// Runs that finished in a time, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finished {
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
}

impl Store {
    /// At least some seconds old at times, so that asking often costs little, however many runs there are.
    pub async fn vitals(&self) -> Result<Arc<Vitals>> {
        self.core.vitals.get(HOLD, self.take_vitals()).await
    }

    /// As [`Store::status`], a second old at times, or older where finding it out is dear.
    pub async fn status_lately(&self) -> Result<Arc<Status>> {
        self.core.status.get(HOLD_FOR_PEOPLE, self.status()).await
    }

    /// The vitals and what else there is to say of the installation, as it is now.
    pub async fn status(&self) -> Result<Status> {
        let MigrationPlan { backend, applied, pending } = self.migration_plan().await?;
        let vitals = self.take_vitals().await?;
        let now = self.core.clock.now();
        Ok(Status {
            version: env!("CARGO_PKG_VERSION"),
            backend,
            migrations_applied: applied.len(),
            migrations_pending: pending.len(),
            needs_binary: self.outgrown(),
            working: vitals.due == 0 || vitals.workers.iter().any(|worker| worker.alive),
            vitals,
            finished_last_hour: self.finished_since(now - Span::from_secs(3600)).await?,
            finished_last_day: self.finished_since(now - Span::from_secs(86_400)).await?,
            open_approvals: self.count("SELECT COUNT(*) FROM approval WHERE status = 0", vec![]).await?,
            retention: self.retention().await?,
        })
    }

    /// Whether this is SQLite or Postgres, as `sqlite` or `postgres`.
    pub fn backend(&self) -> &'static str {
        self.core.db.dialect.name()
    }

    /// The counters of finished runs, by the flow's slug; flows that are gone, and those past the limit, as `_other`.
    pub async fn finished_by_flow(&self) -> std::collections::BTreeMap<String, [(RunStatus, u64); 3]> {
        let mut by_slug = std::collections::BTreeMap::new();
        let mut add = |slug: String, counts: [(RunStatus, u64); 3]| {
            let sums = by_slug.entry(slug).or_insert(counts.map(|(status, _)| (status, 0)));
            for (sum, (_, count)) in sums.iter_mut().zip(counts) {
                sum.1 += count;
            }
        };
        for (flow, ended) in self.core.metrics.finished.iter() {
            let slug = self.slug_of(*flow).await;
            add(slug.map_or_else(|_| "_other".to_owned(), |slug| slug.to_string()), ended.by_status());
        }
        add("_other".to_owned(), self.core.metrics.finished.other().by_status());
        by_slug
    }

    async fn take_vitals(&self) -> Result<Vitals> {
        let workers = self.workers().await?;
        let (due, oldest_due_at) = self.due(&workers).await?;
        Ok(Vitals {
            workers,
            web_nodes: self.web_nodes().await?,
            active: self.active().await?,
            due,
            oldest_due_at,
            dead_letters: self
                .count(&format!("SELECT COUNT(*) FROM run WHERE {}", run::DEAD_LETTER), vec![])
                .await?,
            database_bytes: self.database_bytes().await?,
        })
    }

    /// Who is on the list of workers, the dead among them until somebody takes them off it.
    async fn workers(&self) -> Result<Vec<WorkerRecord>> {
        let live = self.live_workers().await?;
        let ask = format!(
            "SELECT id, started_at, {} - heartbeat_at, version FROM worker ORDER BY started_at, id",
            presence::clock(self.core.db.dialect)
        );
        let mut workers = Vec::new();
        for row in self.core.db.read.all(ask, vec![]).await? {
            let id = WorkerId(row.try_get_by_index(0)?);
            let age: i64 = row.try_get_by_index(2)?;
            workers.push(WorkerRecord {
                id,
                version: row.try_get_by_index(3)?,
                started_at: Time(row.try_get_by_index(1)?),
                heartbeat_age_ms: age.max(0).unsigned_abs(),
                alive: live.contains(&id),
            });
        }
        Ok(workers)
    }

    async fn web_nodes(&self) -> Result<Vec<WebNodeRecord>> {
        let ask = format!(
            "SELECT id, version, started_at, {} - heartbeat_at FROM web_node ORDER BY started_at, id",
            presence::clock(self.core.db.dialect)
        );
        let mut nodes = Vec::new();
        for row in self.core.db.read.all(ask, vec![]).await? {
            let age: i64 = row.try_get_by_index(3)?;
            nodes.push(WebNodeRecord {
                id: row.try_get_by_index(0)?,
                version: row.try_get_by_index(1)?,
                started_at: Time(row.try_get_by_index(2)?),
                heartbeat_age_ms: age.max(0).unsigned_abs(),
                alive: age <= presence::DEAD_AFTER_MS,
            });
        }
        Ok(nodes)
    }

    async fn active(&self) -> Result<Active> {
        let mut active = Active::default();
        let ask = "SELECT status, COUNT(*) FROM active_run GROUP BY status";
        for row in self.core.db.read.all(ask, vec![]).await? {
            let count = unsigned(row.try_get_by_index(1)?);
            match codes::status_of(row.try_get_by_index(0)?)? {
                RunStatus::Queued => active.queued += count,
                RunStatus::Running => active.running += count,
                RunStatus::Waiting => active.waiting += count,
                RunStatus::Succeeded | RunStatus::Failed | RunStatus::Cancelled => {}
            }
        }
        Ok(active)
    }

    /// How many runs are due, and since when the oldest. One that was handed back counts without an age: when that was is
    /// not kept.
    async fn due(&self, workers: &[WorkerRecord]) -> Result<(u64, Option<Time>)> {
        let ask = "SELECT COUNT(*), MIN(CASE WHEN due_at > 0 THEN due_at WHEN started_at IS NULL THEN created_at END) \
                   FROM active_run WHERE due_at <= $1";
        let row = self.core.db.read.one(ask, vec![self.core.clock.now().millis().into()]).await?;
        let row = row.ok_or_else(|| Error::corrupt("a count without a row"))?;
        let mut due = unsigned(row.try_get_by_index(0)?);
        let oldest: Option<i64> = row.try_get_by_index(1)?;
        // What a dead worker holds is due as soon as somebody buries it.
        let held = "SELECT worker, COUNT(*) FROM active_run WHERE worker IS NOT NULL GROUP BY worker";
        for row in self.core.db.read.all(held, vec![]).await? {
            let worker = WorkerId(row.try_get_by_index(0)?);
            if !workers.iter().any(|known| known.alive && known.id == worker) {
                due += unsigned(row.try_get_by_index(1)?);
            }
        }
        Ok((due, oldest.map(Time)))
    }

    /// Test runs are left out. `expires_at` is when a run finished where its flow does not say how long it is kept, and later otherwise.
    async fn finished_since(&self, since: Time) -> Result<Finished> {
        let ask = "SELECT status, COUNT(*) FROM run WHERE NOT kept AND expires_at > $1 AND mode = 0 GROUP BY status UNION ALL \
                   SELECT status, COUNT(*) FROM run WHERE kept AND expires_at > $1 AND finished_at > $1 AND mode = 0 GROUP BY status";
        let mut finished = Finished::default();
        for row in self.core.db.read.all(ask, vec![since.millis().into()]).await? {
            let count = unsigned(row.try_get_by_index(1)?);
            match codes::status_of(row.try_get_by_index(0)?)? {
                RunStatus::Succeeded => finished.succeeded += count,
                RunStatus::Failed => finished.failed += count,
                RunStatus::Cancelled => finished.cancelled += count,
                RunStatus::Queued | RunStatus::Running | RunStatus::Waiting => {}
            }
        }
        Ok(finished)
    }

    async fn database_bytes(&self) -> Result<u64> {
        match self.core.db.dialect {
            Dialect::Postgres => self.count("SELECT pg_database_size(current_database())", vec![]).await,
            Dialect::Sqlite => {
                let pages = self.count("SELECT page_count FROM pragma_page_count()", vec![]).await?;
                Ok(pages * self.count("SELECT page_size FROM pragma_page_size()", vec![]).await?)
            }
        }
    }

    /// The one number that a statement gives.
    pub(crate) async fn count(&self, ask: &str, values: Vec<Value>) -> Result<u64> {
        let row = self.core.db.read.one(ask, values).await?;
        let row = row.ok_or_else(|| Error::corrupt("a count without a row"))?;
        Ok(unsigned(row.try_get_by_index(0)?))
    }
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
