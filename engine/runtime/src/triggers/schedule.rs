//! `schedule`: starts flows at their times.
//!
//! The next time of each flow is kept in memory and renewed when the store's revision says that something was published or
//! switched; a tick looks at what is due and at nothing else. Each time is accepted under a dedupe key of its own, so that
//! however many workers keep time, and however often a clock is put back, it fires once.

mod clockwork;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use causeway_document::Schedule;
use causeway_model::{FlowId, RunMode, Span, StepError, Time, TriggerKind};
use causeway_store::{Accepted, Origin};
use futures::stream::{self, StreamExt};

use self::clockwork::Clockwork;
use crate::drive::Shared;
use crate::files::store_error;
use crate::steps::call_flow;

const TICK: Duration = Duration::from_millis(250);
/// How long a fire time's dedupe key is kept: longer than any worker could be behind.
const REMEMBER: Span = Span::from_secs(7 * 86_400);
/// So many flows are started at once: their commits share transactions.
const AT_ONCE: usize = 64;
/// The pause before a time that could not be accepted is tried again.
const PAUSE: Span = Span::from_secs(1);
/// A clock that shows so much less than before was put back.
const PUT_BACK: Span = Span::from_secs(1);

/// All schedules of the store.
#[derive(Default)]
struct Clocks {
    flows: HashMap<FlowId, Clockwork>,
    /// When each has to be looked at again, the soonest first.
    line: BTreeSet<(Time, FlowId)>,
    revision: Option<i64>,
    last: Option<Time>,
}

/// Fires schedules until the shutdown.
pub async fn keep_time(shared: Arc<Shared>) {
    let mut clocks = Clocks::default();
    loop {
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
        if let Err(error) = clocks.tick(&shared).await {
            tracing::warn!(%error, "schedules wait for the store");
        }
    }
}

impl Clocks {
    async fn tick(&mut self, shared: &Shared) -> causeway_store::Result<()> {
        let store = &shared.services.store;
        let revision = store.revision().await?;
        if self.revision != Some(revision) {
            self.learn(shared).await?;
            self.revision = Some(revision);
        }
        let now = store.clock().now();
        if self.last.is_some_and(|last| now + PUT_BACK < last) {
            tracing::warn!("the clock was put back; what fired already does not fire again");
            self.flows.values_mut().for_each(|clockwork| clockwork.put_back(now));
            self.line = self.flows.iter().filter_map(|(flow, work)| Some((work.look_at()?, *flow))).collect();
        }
        self.last = Some(now);
        let mut due = Vec::new();
        while let Some((at, flow)) = self.line.first().copied().filter(|(at, _)| *at <= now) {
            self.line.remove(&(at, flow));
            if let Some(clockwork) = self.flows.get(&flow) {
                due.push((flow, clockwork.version, clockwork.due(now)));
            }
        }
        self.fire(shared, due, now).await
    }

    /// Starts what is due, many flows at once, each flow's times in their order.
    async fn fire(
        &mut self,
        shared: &Shared,
        due: Vec<(FlowId, i32, Vec<Time>)>,
        now: Time,
    ) -> causeway_store::Result<()> {
        let started = stream::iter(due).map(|(flow, version, times)| async move {
            let mut done = None;
            for at in times {
                if let Err(error) = start(shared, flow, version, at, now).await {
                    tracing::warn!(%flow, %at, %error, "a schedule could not fire; it is tried again");
                    return (flow, done, false);
                }
                done = Some(at);
            }
            (flow, done, true)
        });
        let started: Vec<_> = started.buffer_unordered(AT_ONCE).collect().await;
        let mut fired = Vec::new();
        for (flow, done, whole) in started {
            fired.extend(done.map(|at| (flow, at)));
            let Some(clockwork) = self.flows.get_mut(&flow) else { continue };
            clockwork.fired(done, whole.then_some(now));
            if let Some(at) = if whole { clockwork.look_at() } else { Some(now + PAUSE) } {
                self.line.insert((at, flow));
            }
        }
        shared.services.store.set_fired(&fired).await
    }

    /// Learns which flows have a schedule; only documents that are new are read.
    async fn learn(&mut self, shared: &Shared) -> causeway_store::Result<()> {
        let store = &shared.services.store;
        let first = self.revision.is_none();
        let scheduled: HashMap<FlowId, _> =
            store.scheduled().await?.into_iter().map(|one| (one.flow, one)).collect();
        let flows = &mut self.flows;
        flows.retain(|flow, clockwork| {
            scheduled.get(flow).is_some_and(|scheduled| scheduled.version == clockwork.version)
        });
        let unknown: Vec<FlowId> =
            scheduled.keys().filter(|flow| !flows.contains_key(flow)).copied().collect();
        let documents = store.published_documents(&unknown).await?;
        let now = store.clock().now();
        for (flow, version, document) in documents {
            // Published once more in between: the next look finds it.
            let Some(facts) = scheduled.get(&flow).filter(|facts| facts.version == version) else { continue };
            let Some(schedule) = Schedule::of(&document) else {
                tracing::warn!(%flow, version, "a schedule does not read");
                continue;
            };
            flows.insert(flow, Clockwork::new(flow, facts, schedule, now, first));
        }
        self.line =
            flows.iter().filter_map(|(flow, clockwork)| Some((clockwork.look_at()?, *flow))).collect();
        Ok(())
    }
}

async fn start(shared: &Shared, flow: FlowId, version: i32, at: Time, now: Time) -> Result<(), StepError> {
    let services = &shared.services;
    let plan = services.plan(flow, version).await?;
    let event = serde_json::json!({ "kind": "schedule", "fire_at": at });
    let (trigger, origin) = (TriggerKind::Schedule, Origin::default());
    let mut run = call_flow::started(&plan, flow, version, trigger, &event, origin, RunMode::Normal, now)?;
    run.dedupe = Some((format!("schedule:{at}"), REMEMBER));
    if services.store.accept(run).await.map_err(store_error)? == Accepted::New {
        shared.watch.scheduled(at);
    }
    Ok(())
}
