//! How the company's flows fare: a page of figures for a few days, and what waits for somebody.

use std::collections::BTreeMap;

use causeway_model::{FlowId, Slug, Time, text};
use causeway_store::{Attention, FlowRuns, HourSlots, Outcomes};
use serde::Serialize;

use super::{App, Error, Result, calendar};

/// The share of runs that should succeed.
const TARGET: f64 = 0.995;
/// From the trigger event to the end.
const LATENCY_TARGET_MS: i64 = 300_000;
/// Flows of a list.
const LISTED: usize = 5;
/// The times that can be told.
const DAYS: [u32; 4] = [1, 7, 28, 90];

/// Test runs are left out.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    pub from: Time,
    pub to: Time,
    pub target: f64,
    pub latency_target_ms: i64,
    pub runs: OverviewRuns,
    /// Of those that were not cancelled, 0 to 1; `None` where there were none.
    pub success_rate: Option<f64>,
    /// As long a time before.
    pub previous: OverviewBefore,
    pub latency: OverviewLatency,
    pub volume: Vec<OverviewSlot>,
    pub slowest: Vec<SlowFlow>,
    pub failing: Vec<FailingFlow>,
    /// `None` where no flow that ran says what it saves.
    pub saved_minutes: Option<f64>,
    pub attention: Vec<Attention>,
}

/// Runs that finished.
#[derive(Clone, Debug, Serialize)]
pub struct OverviewRuns {
    pub total: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct OverviewBefore {
    pub total: u64,
    pub success_rate: Option<f64>,
    pub p95_ms: Option<u64>,
}

/// From the trigger event to the end, of runs that succeeded.
#[derive(Clone, Debug, Serialize)]
pub struct OverviewLatency {
    pub p50_ms: Option<u64>,
    pub p95_ms: Option<u64>,
    /// The share within the target, 0 to 1.
    pub within_target: Option<f64>,
}

/// An hour or a day.
#[derive(Clone, Debug, Serialize)]
pub struct OverviewSlot {
    pub at: Time,
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct SlowFlow {
    pub slug: Slug,
    pub name: String,
    pub runs: u64,
    pub p95_ms: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct FailingFlow {
    pub slug: Slug,
    pub name: String,
    pub runs: u64,
    pub failed: u64,
}

impl App {
    /// Of the last 24 hours by the hour, or of 7, 28 or 90 days with today, by the day of the time zone.
    pub async fn overview(&self, days: u32, zone: Option<&str>) -> Result<Overview> {
        if !DAYS.contains(&days) {
            return Err(Error::invalid(
                "days_unknown",
                text!("Use 1, 7, 28 or 90 days", "請使用 1、7、28 或 90 天"),
            ));
        }
        let (now, zone) = (self.now(), calendar::zone(zone)?);
        let slots = match days {
            1 => calendar::last_hours(now),
            days => calendar::last_days(now, days, zone).slots,
        };
        let begin = slots.starts.first().copied().unwrap_or(slots.end);
        let store = self.store();
        let by_slot = store.outcomes(&slots).await?;
        let by_flow = store.runs_by_flow(begin, slots.end).await?;
        let before = sum(&store.runs_by_flow(begin - (slots.end - begin), begin).await?);
        let all = sum(&by_flow);
        let Outcomes { succeeded, failed, cancelled } = all.outcomes;
        let (slowest, failing) = self.worst(&by_flow).await?;
        Ok(Overview {
            from: calendar::time_of(begin),
            to: now,
            target: TARGET,
            latency_target_ms: LATENCY_TARGET_MS,
            runs: OverviewRuns { total: all.outcomes.total(), succeeded, failed, cancelled },
            success_rate: all.outcomes.success_rate(),
            previous: OverviewBefore {
                total: before.outcomes.total(),
                success_rate: before.outcomes.success_rate(),
                p95_ms: before.took.percentile(0.95),
            },
            latency: OverviewLatency {
                p50_ms: all.took.percentile(0.5),
                p95_ms: all.took.percentile(0.95),
                within_target: all.took.within(LATENCY_TARGET_MS),
            },
            volume: volume(&slots, &by_slot),
            slowest,
            failing,
            saved_minutes: saved(&by_flow, &*store.minutes_saved().await?),
            attention: store.attention().await?,
        })
    }

    /// The slowest flows, and those with most failures. Flows that are gone have no name, and are in the sums only.
    async fn worst(&self, by_flow: &BTreeMap<FlowId, FlowRuns>) -> Result<(Vec<SlowFlow>, Vec<FailingFlow>)> {
        let (mut slowest, mut failing) = (Vec::new(), Vec::new());
        for flow in self.store().flow_names().await? {
            let Some(told) = by_flow.get(&flow.id) else { continue };
            let (slug, name, runs) = (flow.slug, flow.name, told.outcomes.total());
            if let Some(p95_ms) = told.took.percentile(0.95) {
                slowest.push(SlowFlow { slug: slug.clone(), name: name.clone(), runs, p95_ms });
            }
            let failed = told.outcomes.failed;
            if failed > 0 {
                failing.push(FailingFlow { slug, name, runs, failed });
            }
        }
        slowest.sort_by_key(|flow| std::cmp::Reverse(flow.p95_ms));
        failing.sort_by_key(|flow| std::cmp::Reverse(flow.failed));
        slowest.truncate(LISTED);
        failing.truncate(LISTED);
        Ok((slowest, failing))
    }
}

fn sum(by_flow: &BTreeMap<FlowId, FlowRuns>) -> FlowRuns {
    let mut all = FlowRuns::default();
    by_flow.values().for_each(|flow| all.merge(flow));
    all
}

fn volume(slots: &HourSlots, outcomes: &[Outcomes]) -> Vec<OverviewSlot> {
    let slot = |(start, outcomes): (&i64, &Outcomes)| OverviewSlot {
        at: calendar::time_of(*start),
        succeeded: outcomes.succeeded,
        failed: outcomes.failed,
        cancelled: outcomes.cancelled,
    };
    slots.starts.iter().zip(outcomes).map(slot).collect()
}

/// To the hundredth of a minute.
fn saved(by_flow: &BTreeMap<FlowId, FlowRuns>, minutes: &BTreeMap<FlowId, f64>) -> Option<f64> {
    let told: Vec<f64> = by_flow
        .iter()
        .filter_map(|(flow, runs)| Some(minutes.get(flow)? * runs.outcomes.succeeded as f64))
        .collect();
    (!told.is_empty()).then(|| (told.iter().sum::<f64>() * 100.0).round() / 100.0)
}
