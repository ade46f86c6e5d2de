//! `connection_gate` and `connection_slot`: permits to call, leased from rows that all processes share, on the database's
//! clock; never counters of one process. A slot that nobody renews comes back by itself.

use std::time::Duration;

use causeway_model::{ConnectionId, Environment};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use uuid::Uuid;

use super::gate::{Gate, PermitRate, Take};
use super::{ConnectionAt, environment_code};
use crate::db::Ask;
use crate::presence::clock;
use crate::{Result, Store, json};

/// How calls pass, as of a moment ago.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateState {
    /// Its system asks to be left alone for so long.
    pub held: Option<Duration>,
    /// The breaker lets nobody through for so long.
    pub paused: Option<Duration>,
    /// The breaker was open, and somebody must try first: see [`Store::begin_probe`].
    pub on_trial: bool,
    /// Some calls failed; one that succeeds should be told of.
    pub failing: bool,
}

impl GateState {
    fn of(gate: &Gate, now: i64) -> Self {
        let left = |until: i64| span(until - now);
        Self {
            held: left(gate.held_until),
            paused: span(gate.paused(now)),
            on_trial: gate.openings > 0,
            failing: gate.failures > 0 || gate.openings > 0,
        }
    }
}

fn span(millis: i64) -> Option<Duration> {
    u64::try_from(millis).ok().filter(|millis| *millis > 0).map(Duration::from_millis)
}

/// What was leased of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permits {
    /// So many calls may go out, within so long from when they were asked for.
    Granted { count: u32, valid: Duration },
    /// None before so long.
    Wait(Duration),
}

/// How long a slot is held without being renewed.
pub const SLOT_LASTS: Duration = Duration::from_secs(60);

const COLUMNS: &str = "slices, held_until, failures, openings, open_until, probe_until";

fn read(row: &QueryResult) -> Result<(Gate, i64)> {
    let slices: String = row.try_get_by_index(0)?;
    let gate = Gate {
        slices: json::parse(&slices, "the slices of a connection")?,
        held_until: row.try_get_by_index(1)?,
        failures: row.try_get_by_index(2)?,
        openings: row.try_get_by_index(3)?,
        open_until: row.try_get_by_index(4)?,
        probe_until: row.try_get_by_index(5)?,
    };
    Ok((gate, row.try_get_by_index(6)?))
}

/// Takes the row for this transaction, making it where there is none; with the clock as of then.
async fn lock(tx: &DatabaseTransaction, at: ConnectionAt) -> Result<(Gate, i64)> {
    let take = format!(
        "INSERT INTO connection_gate (connection, environment, {COLUMNS}) VALUES ($1, $2, '[]', 0, 0, 0, 0, 0) \
         ON CONFLICT (connection, environment) DO UPDATE SET held_until = connection_gate.held_until \
         RETURNING {COLUMNS}, {}",
        clock(tx.dialect())
    );
    let row = tx.one(take, vec![at.connection.0.into(), environment_code(at.environment).into()]).await?;
    read(&row.ok_or_else(|| crate::Error::corrupt("the gate of a connection"))?)
}

async fn write(tx: &DatabaseTransaction, at: ConnectionAt, gate: &Gate) -> Result<()> {
    let write = "UPDATE connection_gate SET slices = $3, held_until = $4, failures = $5, openings = $6, open_until = $7, \
         probe_until = $8 WHERE connection = $1 AND environment = $2";
    let values = vec![
        at.connection.0.into(),
        environment_code(at.environment).into(),
        json::text(&gate.slices).into(),
        gate.held_until.into(),
        gate.failures.into(),
        gate.openings.into(),
        gate.open_until.into(),
        gate.probe_until.into(),
    ];
    tx.run(write, values).await?;
    Ok(())
}

/// A connection that is set up anew gets another chance at once.
pub(super) async fn close_breaker(tx: &DatabaseTransaction, connection: ConnectionId) -> Result<()> {
    let close = "UPDATE connection_gate SET failures = 0, openings = 0, open_until = 0, probe_until = 0 \
         WHERE connection = $1 AND (failures > 0 OR openings > 0)";
    tx.run(close, vec![connection.0.into()]).await?;
    Ok(())
}

/// Until when each of these is paused, where it is.
pub(super) async fn pauses<C: ConnectionTrait>(db: &C, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks = (1..=ids.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let find = format!(
        "SELECT connection, MAX(open_until) FROM connection_gate WHERE openings > 0 AND open_until > {} \
         AND connection IN ({marks}) GROUP BY connection",
        clock(db.dialect())
    );
    let rows = db.all(find, ids.iter().map(|id| (*id).into()).collect()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

impl Store {
    /// Reads and, where that changes it, writes the row in one transaction.
    async fn with_gate<T>(
        &self,
        at: ConnectionAt,
        change: impl FnOnce(&mut Gate, i64) -> T,
    ) -> Result<(T, GateState)> {
        let tx = self.core.db.begin().await?;
        let (mut gate, now) = lock(&tx, at).await?;
        let before = gate.clone();
        let told = change(&mut gate, now);
        if gate != before {
            write(&tx, at, &gate).await?;
        }
        tx.commit().await?;
        Ok((told, GateState::of(&gate, now)))
    }

    /// How calls pass; nothing is written.
    pub async fn gate(&self, at: ConnectionAt) -> Result<GateState> {
        let db = &self.core.db.read;
        let find = format!(
            "SELECT {COLUMNS}, {} FROM connection_gate WHERE connection = $1 AND environment = $2",
            clock(db.dialect())
        );
        let row = db.one(find, vec![at.connection.0.into(), environment_code(at.environment).into()]).await?;
        let Some(row) = row else { return Ok(GateState::default()) };
        let (gate, now) = read(&row)?;
        Ok(GateState::of(&gate, now))
    }

    /// Leases some permits, at most `wanted`, that last for at least so long. What is not used by then is lost.
    pub async fn take_permits(
        &self,
        at: ConnectionAt,
        rate: PermitRate,
        wanted: u32,
        lasting: Duration,
    ) -> Result<Permits> {
        let lasting = i64::try_from(lasting.as_millis()).unwrap_or(i64::MAX / 4);
        let (taken, _) = self.with_gate(at, |gate, now| gate.take(now, rate, wanted, lasting)).await?;
        let span = |millis: i64| Duration::from_millis(millis.max(0).unsigned_abs());
        Ok(match taken {
            Take::Granted(count, valid) => Permits::Granted { count, valid: span(valid) },
            Take::Wait(wait) => Permits::Wait(span(wait)),
        })
    }

    /// Holds everybody back for so long, an hour at most.
    pub async fn hold_back(&self, at: ConnectionAt, wait: Duration) -> Result<GateState> {
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4);
        Ok(self.with_gate(at, |gate, now| gate.hold(now, millis)).await?.1)
    }

    /// A call failed in a way that speaks of the system. Whether this paused the connection.
    pub async fn note_failure(&self, at: ConnectionAt) -> Result<(bool, GateState)> {
        let (opened, state) = self.with_gate(at, |gate, now| gate.failed(now)).await?;
        if opened {
            self.core.metrics.breakers_opened.increment();
        }
        Ok((opened, state))
    }

    /// The system answered after failures.
    pub async fn note_answer(&self, at: ConnectionAt) -> Result<GateState> {
        Ok(self.with_gate(at, |gate, now| gate.answered(now)).await?.1)
    }

    /// Whether the caller is the one who tries, after a pause, whether it works again; else how long to wait.
    pub async fn begin_probe(&self, at: ConnectionAt) -> Result<std::result::Result<(), Duration>> {
        let (probe, _) = self.with_gate(at, Gate::probe).await?;
        Ok(probe.map_err(|millis| Duration::from_millis(millis.max(0).unsigned_abs())))
    }

    /// A slot of those that may be used at once, held for [`SLOT_LASTS`] from its last renewal.
    pub async fn take_slot(&self, at: ConnectionAt, most: u32, holder: Uuid) -> Result<Option<Uuid>> {
        let tx = self.core.db.begin().await?;
        lock(&tx, at).await?;
        let now = clock(tx.dialect());
        let of = |more: &[sea_orm::Value]| {
            let key = [at.connection.0.into(), environment_code(at.environment).into()];
            key.into_iter().chain(more.iter().cloned()).collect::<Vec<_>>()
        };
        let over = format!(
            "DELETE FROM connection_slot WHERE connection = $1 AND environment = $2 AND until <= {now}"
        );
        tx.run(over, of(&[])).await?;
        let count = "SELECT COUNT(*) FROM connection_slot WHERE connection = $1 AND environment = $2";
        let held: i64 = match tx.one(count, of(&[])).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => 0,
        };
        if held >= i64::from(most.max(1)) {
            tx.commit().await?;
            return Ok(None);
        }
        let slot = Uuid::now_v7();
        let take = format!(
            "INSERT INTO connection_slot (connection, environment, id, holder, until) VALUES ($1, $2, $3, $4, {now} + $5)"
        );
        tx.run(take, of(&[slot.into(), holder.into(), lasts().into()])).await?;
        tx.commit().await?;
        Ok(Some(slot))
    }

    pub async fn give_slot_back(&self, at: ConnectionAt, slot: Uuid) -> Result<()> {
        let gone = "DELETE FROM connection_slot WHERE connection = $1 AND environment = $2 AND id = $3";
        let values = vec![at.connection.0.into(), environment_code(at.environment).into(), slot.into()];
        self.core.db.main.run(gone, values).await?;
        Ok(())
    }

    /// Renews all slots of a holder.
    pub async fn renew_slots(&self, holder: Uuid) -> Result<()> {
        let db = &self.core.db.main;
        let renew =
            format!("UPDATE connection_slot SET until = {} + $2 WHERE holder = $1", clock(db.dialect()));
        db.run(renew, vec![holder.into(), lasts().into()]).await?;
        Ok(())
    }
}

fn lasts() -> i64 {
    i64::try_from(SLOT_LASTS.as_millis()).unwrap_or(i64::MAX)
}

impl ConnectionAt {
    pub fn new(connection: ConnectionId, environment: Environment) -> Self {
        Self { connection, environment }
    }
}
