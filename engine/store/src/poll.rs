//! `poll`: how far each flow that asks a list again and again has got, and whose turn it is to ask. What the cursor means is
//! known above. A turn is a worker's lease on the database's
//! clock: one that nobody extends is over by itself.

use std::time::Duration;

use causeway_model::{ErrorClass, FlowId, Slug, Span, Text, Time, TriggerKind, WorkerId, text};
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};

use crate::audit_entry::{self, Change};
use crate::bulk::{Columns, Kind, Rows};
use crate::db::{Ask, Dialect};
use crate::listing::Page;
use crate::presence::clock;
use crate::{Error, Result, Store, codes, flow, json};

/// How long nobody else asks, from when a turn was taken or extended.
pub const POLL_LEASE: Duration = Duration::from_secs(30);

/// What a published version polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polled {
    /// As the document names it.
    pub trigger: String,
    pub connection: String,
    pub every: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolledFlow {
    pub flow: FlowId,
    pub version: i32,
    /// `None`: its events come in another way.
    pub poll: Option<Polled>,
}

/// That it is the holder's to ask, until [`POLL_LEASE`] is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollTurn {
    pub flow: FlowId,
    pub version: i32,
    epoch: i64,
    /// When the first version with this trigger and connection was published.
    pub begun_at: Time,
    /// Where it has got to, as JSON; `None` before the first poll.
    pub cursor: Option<String>,
    /// When it was due.
    pub next_at: Time,
    /// Polls in a row that failed.
    pub failures: u32,
}

/// What came of a turn.
#[derive(Clone, Debug, PartialEq)]
pub struct PollDone {
    /// `None`: it stays where it was.
    pub cursor: Option<String>,
    pub next_at: Time,
    pub at: Time,
    pub failures: u32,
    pub error: Option<PollError>,
    /// Runs that were made.
    pub found: u64,
}

/// What went wrong with the last poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollError {
    pub code: String,
    pub class: ErrorClass,
    pub message: Text,
    pub at: Time,
}

/// A published, enabled flow that asks a list, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PollRecord {
    pub slug: Slug,
    pub version: i32,
    pub trigger: String,
    pub connection: String,
    pub every: Span,
    /// When it is asked next.
    pub next_at: Time,
    /// When it was asked last, well or not.
    pub last_polled_at: Option<Time>,
    /// Runs that it has made since it began.
    pub found: u64,
    /// Polls in a row that failed.
    pub failures: u32,
    pub last_error: Option<PollError>,
}

fn lease() -> i64 {
    i64::try_from(POLL_LEASE.as_millis()).unwrap_or(i64::MAX)
}

/// In service, and at the version that the row is of.
const CURRENT: &str = "f.id = p.flow AND f.enabled AND f.published = p.version";

const RECORD: &str = "SELECT f.slug, p.version, p.trigger_use, p.connection, p.every_ms, p.next_at, p.polled_at, p.found, \
     p.failures, p.last_error FROM poll p, flow f";

impl Store {
    /// Published, enabled flows with a connector's trigger that [`Store::note_polls`] has not heard of by this version.
    pub async fn unnoted_polls(&self) -> Result<Vec<(FlowId, i32)>> {
        let find = "SELECT f.id, f.published FROM flow f LEFT JOIN poll p ON p.flow = f.id WHERE f.enabled \
             AND f.trigger_kind = $1 AND f.published IS NOT NULL AND (p.flow IS NULL OR p.version < f.published) \
             ORDER BY f.id";
        let kind = codes::trigger_code(TriggerKind::Connector);
        let rows = self.core.db.read.all(find, vec![kind.into()]).await?;
        rows.iter().map(|row| Ok((FlowId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
    }

    /// A flow that polls the same with the same connection goes on where it was; another one begins anew. What polls no
    /// more is forgotten.
    pub async fn note_polls(&self, flows: &[PolledFlow]) -> Result<()> {
        const SAME: &str =
            "poll.trigger_use = excluded.trigger_use AND poll.connection = excluded.connection";
        // Every change of anything here leads to a look, and most of them are none of polls.
        if !flows.iter().any(|one| one.poll.is_some()) && !self.polls_are_over(flows).await? {
            return Ok(());
        }
        let now = self.core.clock.now().millis();
        let tx = self.core.db.begin().await?;
        let over = "DELETE FROM poll WHERE EXISTS (SELECT 1 FROM flow f WHERE f.id = poll.flow \
             AND f.published > poll.version AND f.trigger_kind <> $1)";
        tx.run(over, vec![codes::trigger_code(TriggerKind::Connector).into()]).await?;
        let kept = |column: &str, anew: &str| {
            format!("{column} = CASE WHEN {SAME} THEN poll.{column} ELSE {anew} END")
        };
        let kept = [
            kept("begun_at", "excluded.begun_at"),
            kept("cursor", "NULL"),
            kept("found", "0"),
            kept("polled_at", "NULL"),
            kept("epoch", "poll.epoch + 1"),
            kept("leased_until", "0"),
        ];
        // Whoever is asking by an older version has nothing to say any more where it is another poll now.
        let note = format!(
            "INSERT INTO poll (flow, version, trigger_use, connection, every_ms, begun_at, next_at, epoch, leased_until, \
             failures, found) SELECT v.flow, v.version, $3, $4, $5, v.published_at, $6, 0, 0, 0, 0 FROM flow_version v \
             WHERE v.flow = $1 AND v.version = $2 ON CONFLICT (flow) DO UPDATE SET version = excluded.version, \
             trigger_use = excluded.trigger_use, connection = excluded.connection, every_ms = excluded.every_ms, \
             next_at = excluded.next_at, failures = 0, last_error = NULL, {} WHERE excluded.version > poll.version",
            kept.join(", ")
        );
        // Two processes that learn of the same flows lock the rows in the same order.
        let mut flows: Vec<&PolledFlow> = flows.iter().collect();
        flows.sort_unstable_by_key(|one| one.flow);
        for one in flows {
            let key = [one.flow.0.into(), one.version.into()];
            match &one.poll {
                Some(poll) => {
                    let every = i64::try_from(poll.every.millis()).unwrap_or(i64::MAX);
                    let said = [
                        poll.trigger.as_str().into(),
                        poll.connection.as_str().into(),
                        every.into(),
                        now.into(),
                    ];
                    tx.run(note.as_str(), key.into_iter().chain(said).collect()).await?;
                }
                None => {
                    tx.run("DELETE FROM poll WHERE flow = $1 AND version < $2", key.to_vec()).await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }

    /// Whether there is anything to forget: of flows that begin in another way by now, or of these, which poll no more.
    async fn polls_are_over(&self, flows: &[PolledFlow]) -> Result<bool> {
        const COLUMNS: Columns = &[("id", Kind::Uuid), ("version", Kind::Int)];
        let db = &self.core.db.read;
        let over = "SELECT 1 FROM poll p JOIN flow f ON f.id = p.flow WHERE f.published > p.version \
             AND f.trigger_kind <> $1 LIMIT 1";
        if db.one(over, vec![codes::trigger_code(TriggerKind::Connector).into()]).await?.is_some() {
            return Ok(true);
        }
        let mut rows = Rows::new(db.dialect(), COLUMNS);
        for one in flows {
            rows.uuid(one.flow.0).int(i64::from(one.version));
        }
        if rows.is_empty() {
            return Ok(false);
        }
        let older = rows.statement(vec![], |source| {
            format!("SELECT 1 FROM {source} JOIN poll p ON p.flow = r.id WHERE p.version < r.version LIMIT 1")
        });
        Ok(db.query_one_raw(older).await?.is_some())
    }

    /// Takes turns to ask what is due, the most overdue first. Of all who look at once, in whichever process, one gets each.
    pub async fn polls_due(&self, worker: WorkerId, now: Time, most: usize) -> Result<Vec<PollTurn>> {
        let db = &self.core.db;
        let clock = clock(db.dialect);
        // A worker that is known to be dead holds nothing any more.
        let free = |poll: &str| {
            format!(
                "{poll}.next_at <= $1 AND ({poll}.leased_until <= {clock} \
                 OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = {poll}.holder))"
            )
        };
        let due = format!("FROM poll p, flow f WHERE {CURRENT} AND {}", free("p"));
        // In this order the index answers at once, whatever a plan thinks of how many are due.
        if db
            .read
            .one(format!("SELECT 1 {due} ORDER BY p.next_at LIMIT 1"), vec![now.millis().into()])
            .await?
            .is_none()
        {
            return Ok(Vec::new());
        }
        let those = format!("SELECT p.flow {due} ORDER BY p.next_at LIMIT $2");
        let those = match db.dialect {
            Dialect::Sqlite => format!("flow IN ({those})"),
            Dialect::Postgres => format!("flow = ANY(ARRAY({those} FOR UPDATE OF p SKIP LOCKED))"),
        };
        let take = format!(
            "UPDATE poll SET epoch = epoch + 1, holder = $3, leased_until = {clock} + $4, asked_at = NULL \
             WHERE {those} AND {} RETURNING flow, version, epoch, begun_at, cursor, next_at, failures",
            free("poll")
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let values = vec![now.millis().into(), most.into(), worker.0.into(), lease().into()];
        let rows = db.main.all(take, values).await?;
        let mut turns = rows.iter().map(turn).collect::<Result<Vec<_>>>()?;
        turns.sort_unstable_by_key(|turn| turn.next_at);
        Ok(turns)
    }

    /// Whether the turn is still the holder's.
    pub async fn extend_poll(&self, turn: &PollTurn) -> Result<bool> {
        let db = &self.core.db.main;
        let extend = format!(
            "UPDATE poll SET leased_until = {} + $3 WHERE flow = $1 AND epoch = $2",
            clock(db.dialect())
        );
        Ok(db.run(extend, vec![turn.flow.0.into(), turn.epoch.into(), lease().into()]).await? > 0)
    }

    /// Gives the turn back, as if it had never been taken.
    pub async fn leave_poll(&self, turn: &PollTurn) -> Result<()> {
        let leave = "UPDATE poll SET leased_until = 0 WHERE flow = $1 AND epoch = $2";
        self.core.db.main.run(leave, vec![turn.flow.0.into(), turn.epoch.into()]).await?;
        Ok(())
    }

    /// Writes what came of the turn and gives it back. `false`: it was not the caller's any more, and nothing is changed.
    pub async fn poll_done(&self, turn: &PollTurn, done: PollDone) -> Result<bool> {
        // Who asked for a poll while this one was under way gets another.
        let done_it = "UPDATE poll SET cursor = COALESCE($3, cursor), polled_at = $5, failures = $6, last_error = $7, \
             next_at = CASE WHEN asked_at < $4 THEN asked_at ELSE $4 END, found = found + $8, leased_until = 0 \
             WHERE flow = $1 AND epoch = $2";
        let values = vec![
            turn.flow.0.into(),
            turn.epoch.into(),
            done.cursor.into(),
            done.next_at.millis().into(),
            done.at.millis().into(),
            i64::from(done.failures).into(),
            json::opt_text(done.error.as_ref()).into(),
            i64::try_from(done.found).unwrap_or(i64::MAX).into(),
        ];
        Ok(self.core.db.main.run(done_it, values).await? > 0)
    }

    /// Makes the flow's poll due now. `flow_disabled`, `flow_not_polled`.
    pub async fn poll_now(&self, id: FlowId, by: &str) -> Result<()> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        let flow = flow::row(&tx, id).await?;
        let slug = &flow.slug;
        if flow.published.is_some() && !flow.enabled {
            return Err(Error::conflict(
                "flow_disabled",
                text!("The flow {slug} is switched off.", "流程 {slug} 已停用。"),
            ));
        }
        let ask =
            "UPDATE poll SET next_at = $2, asked_at = $2, failures = 0 WHERE flow = $1 AND version = $3";
        let version = flow.published.unwrap_or_default();
        if tx.run(ask, vec![id.0.into(), now.millis().into(), version.into()]).await? == 0 {
            return Err(Error::conflict(
                "flow_not_polled",
                text!(
                    "The flow {slug} asks no list: it is not published with a poll of a connector, or was so a moment ago.",
                    "流程 {slug} 沒有輪詢：尚未以連接器的輪詢觸發發布，或剛剛才發布。"
                ),
            ));
        }
        audit_entry::write(&tx, now, Change::new(by, "flow.polled", slug)).await?;
        Ok(tx.commit().await?)
    }

    /// The flow's poll; none where it polls nothing, or is not in service.
    pub async fn poll_of(&self, id: FlowId) -> Result<Option<PollRecord>> {
        let find = format!("{RECORD} WHERE {CURRENT} AND f.id = $1");
        self.core.db.read.one(find, vec![id.0.into()]).await?.as_ref().map(record).transpose()
    }

    /// In the order of their slugs, those after `after`.
    pub async fn list_polls(&self, after: Option<&Slug>, limit: u64) -> Result<Page<PollRecord>> {
        let find = format!("{RECORD} WHERE {CURRENT} AND f.slug > $1 ORDER BY f.slug LIMIT $2");
        let limit_and_one = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let values = vec![after.map_or("", Slug::as_str).into(), limit_and_one.into()];
        let rows = self.core.db.read.all(find, values).await?;
        Ok(Page::of(rows.iter().map(record).collect::<Result<_>>()?, limit))
    }
}

fn turn(row: &QueryResult) -> Result<PollTurn> {
    Ok(PollTurn {
        flow: FlowId(row.try_get_by_index(0)?),
        version: row.try_get_by_index(1)?,
        epoch: row.try_get_by_index(2)?,
        begun_at: Time(row.try_get_by_index(3)?),
        cursor: row.try_get_by_index(4)?,
        next_at: Time(row.try_get_by_index(5)?),
        failures: u32::try_from(row.try_get_by_index::<i64>(6)?).unwrap_or(u32::MAX),
    })
}

fn record(row: &QueryResult) -> Result<PollRecord> {
    let slug: String = row.try_get_by_index(0)?;
    let last_error: Option<String> = row.try_get_by_index(9)?;
    Ok(PollRecord {
        slug: slug.parse().map_err(|_| Error::corrupt(format!("slug {slug}")))?,
        version: row.try_get_by_index(1)?,
        trigger: row.try_get_by_index(2)?,
        connection: row.try_get_by_index(3)?,
        every: Span::from_millis(row.try_get_by_index::<i64>(4)?.unsigned_abs()),
        next_at: Time(row.try_get_by_index(5)?),
        last_polled_at: row.try_get_by_index::<Option<i64>>(6)?.map(Time),
        found: row.try_get_by_index::<i64>(7)?.unsigned_abs(),
        failures: u32::try_from(row.try_get_by_index::<i64>(8)?).unwrap_or(u32::MAX),
        last_error: json::parse_opt(last_error.as_deref(), "last error of a poll")?,
    })
}
