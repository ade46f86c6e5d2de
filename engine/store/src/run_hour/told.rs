//! What is told of finished runs: from the hours that were counted, and the open ones.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_model::{FlowId, RunId, RunStatus, Time};
use sea_orm::Value;

use super::latency::Latencies;
use super::{Counted, HOUR_MS, count_sql};
use crate::db::Ask;
use crate::{Error, Result, Store, codes, presence};

/// How long counts of the open hours hold at least.
const HOLD: Duration = Duration::from_secs(1);
/// Where hours wait to be counted, no more of them are counted each time that somebody asks.
const MOST_OPEN_HOURS: i64 = 48;
/// Where one flow's newest run is looked for among those that are not finished.
const MOST_ACTIVE: u64 = 10_000;

/// Runs by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
}

impl Outcomes {
    pub fn total(&self) -> u64 {
        self.succeeded + self.failed + self.cancelled
    }

    /// The share of those that were not cancelled; nothing where there is none.
    pub fn success_rate(&self) -> Option<f64> {
        let ended = self.succeeded + self.failed;
        (ended > 0).then(|| self.succeeded as f64 / ended as f64)
    }

    pub fn merge(&mut self, other: &Self) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
    }

    fn add(&mut self, status: i16, runs: i64) -> Result<()> {
        let runs = u64::try_from(runs).unwrap_or(0);
        match codes::status_of(status)? {
            RunStatus::Succeeded => self.succeeded += runs,
            RunStatus::Failed => self.failed += runs,
            RunStatus::Cancelled => self.cancelled += runs,
            RunStatus::Queued | RunStatus::Running | RunStatus::Waiting => {}
        }
        Ok(())
    }
}

/// The runs of one flow, or of all.
#[derive(Clone, Debug, Default)]
pub struct FlowRuns {
    pub outcomes: Outcomes,
    /// From the trigger event to the end, of those that succeeded.
    pub took: Latencies,
}

impl FlowRuns {
    pub fn merge(&mut self, other: &Self) {
        self.outcomes.merge(&other.outcomes);
        self.took.merge(&other.took);
    }

    fn add(&mut self, status: i16, latency: i16, runs: i64) -> Result<()> {
        self.outcomes.add(status, runs)?;
        if codes::status_of(status)? == RunStatus::Succeeded {
            self.took.add(latency, u64::try_from(runs).unwrap_or(0));
        }
        Ok(())
    }
}

/// A time in slots, such as days: hours since 1970 at which each begins, in order, and the hour at which the last one ends.
#[derive(Clone, Debug)]
pub struct HourSlots {
    pub starts: Vec<i64>,
    pub end: i64,
}

impl HourSlots {
    fn begin(&self) -> i64 {
        self.starts.first().copied().unwrap_or(self.end)
    }

    fn holds(&self, hour: i64) -> bool {
        (self.begin()..self.end).contains(&hour)
    }

    /// Of an hour that is in it.
    fn slot(&self, hour: i64) -> usize {
        self.starts.partition_point(|start| *start <= hour).saturating_sub(1)
    }

    /// SQL that gives the slot of `hour`.
    fn slot_sql(&self) -> String {
        let cases = self.starts.iter().enumerate().skip(1);
        let cases: String =
            cases.map(|(slot, start)| format!(" WHEN hour < {start} THEN {}", slot - 1)).collect();
        let last = self.starts.len().saturating_sub(1);
        if cases.is_empty() { "0".to_owned() } else { format!("CASE{cases} ELSE {last} END") }
    }
}

/// The newest run of a flow.
#[derive(Clone, Copy, Debug)]
pub struct LastRun {
    pub id: RunId,
    pub status: RunStatus,
    pub created_at: Time,
}

/// The hours that nobody has counted yet.
#[derive(Debug)]
pub(crate) struct OpenHours {
    /// The first of them.
    from: i64,
    counted: Vec<Counted>,
}

impl Store {
    /// How runs ended, by slot.
    pub async fn outcomes(&self, slots: &HourSlots) -> Result<Vec<Outcomes>> {
        let open = self.open_hours().await?;
        let ask = format!(
            "SELECT CAST({} AS BIGINT), status, CAST(SUM(runs) AS BIGINT) FROM run_hour WHERE hour >= $1 AND hour < $2 GROUP BY 1, 2",
            slots.slot_sql()
        );
        let mut told = vec![Outcomes::default(); slots.starts.len()];
        let values = vec![slots.begin().into(), slots.end.min(open.from).into()];
        for row in self.core.db.read.all(ask, values).await? {
            let slot: i64 = row.try_get_by_index(0)?;
            if let Some(told) = usize::try_from(slot).ok().and_then(|slot| told.get_mut(slot)) {
                told.add(row.try_get_by_index(1)?, row.try_get_by_index(2)?)?;
            }
        }
        for one in open.counted.iter().filter(|one| slots.holds(one.hour)) {
            if let Some(told) = told.get_mut(slots.slot(one.hour)) {
                told.add(one.status, one.runs)?;
            }
        }
        Ok(told)
    }

    /// The same of some flows, each by itself.
    pub async fn outcomes_of(
        &self,
        slots: &HourSlots,
        flows: &[FlowId],
    ) -> Result<BTreeMap<FlowId, Vec<Outcomes>>> {
        let none = vec![Outcomes::default(); slots.starts.len()];
        let mut told: BTreeMap<FlowId, Vec<Outcomes>> =
            flows.iter().map(|flow| (*flow, none.clone())).collect();
        if told.is_empty() {
            return Ok(told);
        }
        let open = self.open_hours().await?;
        let (list, mut values) = numbered(flows, 3);
        values.splice(0..0, [slots.begin().into(), slots.end.min(open.from).into()]);
        let ask = format!(
            "SELECT flow, CAST({} AS BIGINT), status, CAST(SUM(runs) AS BIGINT) FROM run_hour \
             WHERE hour >= $1 AND hour < $2 AND flow IN ({list}) GROUP BY 1, 2, 3",
            slots.slot_sql()
        );
        for row in self.core.db.read.all(ask, values).await? {
            let (flow, slot): (_, i64) = (FlowId(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
            let own = told.get_mut(&flow).zip(usize::try_from(slot).ok());
            if let Some(told) = own.and_then(|(own, slot)| own.get_mut(slot)) {
                told.add(row.try_get_by_index(2)?, row.try_get_by_index(3)?)?;
            }
        }
        for one in open.counted.iter().filter(|one| slots.holds(one.hour)) {
            if let Some(told) =
                told.get_mut(&FlowId(one.flow)).and_then(|own| own.get_mut(slots.slot(one.hour)))
            {
                told.add(one.status, one.runs)?;
            }
        }
        Ok(told)
    }

    /// The runs of each flow that had any, from one hour to before another one.
    pub async fn runs_by_flow(&self, from: i64, to: i64) -> Result<BTreeMap<FlowId, FlowRuns>> {
        let open = self.open_hours().await?;
        let ask = "SELECT flow, status, latency, CAST(SUM(runs) AS BIGINT) FROM run_hour \
                   WHERE hour >= $1 AND hour < $2 GROUP BY flow, status, latency";
        let mut told: BTreeMap<FlowId, FlowRuns> = BTreeMap::new();
        for row in self.core.db.read.all(ask, vec![from.into(), to.min(open.from).into()]).await? {
            let own = told.entry(FlowId(row.try_get_by_index(0)?)).or_default();
            own.add(row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?)?;
        }
        for one in open.counted.iter().filter(|one| (from..to).contains(&one.hour)) {
            told.entry(FlowId(one.flow)).or_default().add(one.status, one.latency, one.runs)?;
        }
        Ok(told)
    }

    /// The newest run of each flow, test runs left out; nothing of flows that never ran. Where more than 10,000 runs are under
    /// way, older ones of them are passed over.
    pub async fn last_runs(&self, flows: &[FlowId]) -> Result<BTreeMap<FlowId, LastRun>> {
        let mut found: BTreeMap<FlowId, LastRun> = BTreeMap::new();
        if flows.is_empty() {
            return Ok(found);
        }
        let (list, values) = numbered(flows, 1);
        let finished = format!(
            "SELECT r.flow, r.id, r.status, r.created_at FROM run r WHERE r.id IN (SELECT \
             (SELECT l.id FROM run l WHERE l.flow = f.id AND l.mode = 0 ORDER BY l.id DESC LIMIT 1) \
             FROM flow f WHERE f.id IN ({list}))"
        );
        let active = format!(
            "SELECT flow, id, status, created_at FROM (SELECT flow, id, status, created_at, \
             ROW_NUMBER() OVER (PARTITION BY flow ORDER BY id DESC) AS place FROM \
             (SELECT flow, id, status, created_at FROM active_run WHERE mode = 0 ORDER BY id DESC LIMIT {MOST_ACTIVE}) AS newest \
             WHERE flow IN ({list})) AS placed WHERE place = 1"
        );
        for ask in [finished, active] {
            for row in self.core.db.read.all(ask, values.clone()).await? {
                let flow = FlowId(row.try_get_by_index(0)?);
                let run = LastRun {
                    id: RunId(row.try_get_by_index(1)?),
                    status: codes::status_of(row.try_get_by_index(2)?)?,
                    created_at: Time(row.try_get_by_index(3)?),
                };
                if found.get(&flow).is_none_or(|known| known.id < run.id) {
                    found.insert(flow, run);
                }
            }
        }
        Ok(found)
    }

    async fn open_hours(&self) -> Result<std::sync::Arc<OpenHours>> {
        self.core.open_hours.get(HOLD, self.count_open_hours()).await
    }

    async fn count_open_hours(&self) -> Result<OpenHours> {
        let db = &self.core.db;
        // In one look, so that no hour is counted in between. What was swept of open hours stands there already.
        let ask = format!(
            "SELECT h.hour, h.flow, h.status, h.latency, h.runs, m.until, {} / {HOUR_MS} FROM run_hour_mark m \
             LEFT JOIN run_hour h ON h.hour >= m.until",
            presence::clock(db.dialect)
        );
        let rows = db.read.all(ask, vec![]).await?;
        let first = rows.first().ok_or_else(|| Error::corrupt("no mark of counted hours"))?;
        let (from, now): (i64, i64) = (first.try_get_by_index(5)?, first.try_get_by_index(6)?);
        let mut counted = Vec::new();
        for row in &rows {
            if row.try_get_by_index::<Option<i64>>(0)?.is_some() {
                counted.push(Counted::read(row)?);
            }
        }
        let since = from.max(now - MOST_OPEN_HOURS);
        let values = vec![(since * HOUR_MS).into(), i64::MAX.into()];
        for row in db.read.all(count_sql(), values).await? {
            counted.push(Counted::read(&row)?);
        }
        Ok(OpenHours { from, counted })
    }
}

/// `$first, $first+1, ...` and their values.
fn numbered(flows: &[FlowId], first: usize) -> (String, Vec<Value>) {
    let numbers: Vec<String> = (first..).take(flows.len()).map(|number| format!("${number}")).collect();
    (numbers.join(", "), flows.iter().map(|flow| flow.0.into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_find_their_slots() {
        let slots = HourSlots { starts: vec![16, 40, 64], end: 70 };
        assert_eq!([16, 39, 40, 64, 69].map(|hour| slots.slot(hour)), [0, 0, 1, 2, 2]);
        assert!(!slots.holds(15) && !slots.holds(70));
        assert_eq!(slots.slot_sql(), "CASE WHEN hour < 40 THEN 0 WHEN hour < 64 THEN 1 ELSE 2 END");
        assert_eq!(HourSlots { starts: vec![16], end: 40 }.slot_sql(), "0");
    }

    #[test]
    fn rates_leave_out_what_was_cancelled() {
        assert_eq!(Outcomes { succeeded: 3, failed: 1, cancelled: 9 }.success_rate(), Some(0.75));
        assert_eq!(Outcomes { cancelled: 9, ..Outcomes::default() }.success_rate(), None);
    }
}
