//! From events to durable runs: one for each event and each published flow that wants it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use causeway_document::{ConnectorTrigger, ConnectorWay, Dedupe, PlanTrigger};
use causeway_model::{INLINE_LIMIT, RunId, Span, text};
use causeway_store::{Accepted, NewRun};
use futures::StreamExt as _;

use super::super::admission::Taker;
use super::super::body::{self, Keep, Payload};
use super::super::table::Subscriber;
use super::super::{dedupe, trigger};
use super::events::{Call, Wanted};
use super::receiver::Receiver;
use crate::problem::Problem;
use crate::state::Web;

/// Runs that are stored at once; the store puts them into few transactions.
const AT_ONCE: usize = 100;

pub(super) struct Taken {
    pub events: usize,
    /// New ones.
    pub runs: usize,
}

/// An event on its way to a flow.
struct Bound<'c> {
    wanted: &'c Wanted<'c>,
    to: Arc<Target>,
}

impl Bound<'_> {
    /// Whether it makes no second run when it comes again.
    fn is_known_again(&self) -> bool {
        match self.to.trigger().1 {
            Dedupe::Known => self.wanted.key.is_some(),
            Dedupe::Key(_) => true,
            Dedupe::Off => false,
        }
    }
}

/// A flow that takes events.
struct Target {
    taker: Taker,
}

impl Target {
    async fn load(web: &Web, subscriber: Subscriber, receiver: &Receiver) -> Result<Option<Self>, Problem> {
        let (flow, version) = (subscriber.flow, subscriber.version);
        let plan = web.app.plan(flow, version).await.map_err(|error| {
            tracing::warn!(%flow, version, code = %error.code, "a flow cannot take its events");
            not_taken()
        })?;
        let PlanTrigger::Connector(trigger) = &plan.trigger else { return Ok(None) };
        let ConnectorWay::Webhook { .. } = &trigger.way else { return Ok(None) };
        // A connection of this name may have been one of another system when the flow was published.
        if trigger.connector != receiver.connector() || trigger.trigger != subscriber.trigger {
            return Ok(None);
        }
        Ok(Some(Self { taker: Taker::new(flow, version, plan) }))
    }

    fn trigger(&self) -> (&ConnectorTrigger, &Dedupe, Span) {
        match &self.taker.plan.trigger {
            PlanTrigger::Connector(trigger) => match &trigger.way {
                ConnectorWay::Webhook { dedupe, dedupe_window } => (trigger, dedupe, *dedupe_window),
                ConnectorWay::Poll { .. } => unreachable!("checked when it was loaded"),
            },
            _ => unreachable!("checked when it was loaded"),
        }
    }
}

/// Every run is durable when this gives.
pub(super) async fn take(
    web: &Web,
    receiver: &Receiver,
    call: &Call<'_>,
    connection: &str,
) -> Result<Taken, Problem> {
    let metrics = &web.app.store().metrics().connector_events;
    let wanted = call.wanted();
    let events = call.count();
    metrics.received.add(events as u64);
    let triggers: BTreeSet<String> = wanted.iter().map(|one| one.incoming.trigger.clone()).collect();
    let subscribed = web.tables.subscribers(&web.app, connection, &triggers).await?;
    let mut targets = Vec::new();
    for subscriber in subscribed.on {
        targets.extend(Target::load(web, subscriber, receiver).await?.map(Arc::new));
    }
    let (mut bound, mut taken, mut left) = (Vec::new(), BTreeSet::new(), false);
    for wanted in &wanted {
        let trigger = &wanted.incoming.trigger;
        let before = bound.len();
        let takers = targets.iter().filter(|target| target.trigger().0.trigger == *trigger);
        bound.extend(takers.map(|to| Bound { wanted, to: Arc::clone(to) }));
        let waits = bound.len() == before && subscribed.off.iter().any(|off| off.trigger == *trigger);
        left |= waits;
        if waits || bound.len() > before {
            taken.insert(wanted.event.at);
        }
    }
    metrics.unwanted.add(events.saturating_sub(taken.len()) as u64);
    // Sent again, the others must make no second runs; where they would, what nobody takes just now is let go.
    let refused = left && bound.iter().all(Bound::is_known_again);
    let runs = accept(web, receiver, call, bound).await?;
    metrics.runs.add(runs as u64);
    if refused {
        return Err(disabled());
    }
    Ok(Taken { events, runs })
}

async fn accept(
    web: &Web,
    receiver: &Receiver,
    call: &Call<'_>,
    bound: Vec<Bound<'_>>,
) -> Result<usize, Problem> {
    let proofs = receiver.proofs();
    let (mut runs, mut fault) = (Vec::new(), None);
    for bound in bound {
        match run(web, call, &proofs, bound).await {
            Ok(run) => runs.push(run),
            Err(problem) => fault = Some(problem),
        }
    }
    // All are tried, so that what can be kept is kept before the system sends the call again.
    let store = web.app.store();
    let mut accepting = futures::stream::iter(runs).map(|run| store.accept(run)).buffer_unordered(AT_ONCE);
    let mut new = 0;
    while let Some(accepted) = accepting.next().await {
        match accepted {
            Ok(accepted) => new += usize::from(accepted == Accepted::New),
            Err(error) => {
                tracing::warn!(%error, "an event of a connection was not stored");
                fault = Some(not_taken());
            }
        }
    }
    match fault {
        Some(problem) => Err(problem),
        None => Ok(new),
    }
}

async fn run(web: &Web, call: &Call<'_>, proofs: &[String], bound: Bound<'_>) -> Result<NewRun, Problem> {
    let Bound { wanted, to } = bound;
    let (id, now) = (RunId::new(), web.app.now());
    let (trigger, dedupe, window) = to.trigger();
    let text = wanted.event.text();
    let payload = if text.len() <= INLINE_LIMIT {
        Payload::Json(text)
    } else {
        let place = Keep { store: web.app.store(), run: id, writers: &web.list_writers };
        body::keep(place, call.headers, text, None).await?
    };
    let arrival = trigger::ConnectorArrival {
        event: &trigger.trigger,
        connection: &trigger.connection,
        headers: call.headers,
        proofs,
        received_at: now,
    };
    let event = trigger::connector_event(&arrival, &payload)?;
    let key = match (dedupe, &wanted.key) {
        (Dedupe::Known, Some(key)) => dedupe::bounded(format!("event:{key}"), window),
        _ => None,
    };
    let mut run = to.taker.admit(id, event, now).await.map_err(|problem| {
        let (flow, version) = (to.taker.flow, to.taker.version);
        tracing::warn!(%flow, version, code = %problem.code, "an event of a connection was not admitted");
        not_taken()
    })?;
    run.dedupe = run.dedupe.or(key);
    Ok(run)
}

fn not_taken() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "event_not_taken",
        text!("Not every event could be kept; send the call again", "並非所有事件都已保存，請重新送出"),
    )
    .with_header("retry-after", "5")
}

fn disabled() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "flow_disabled",
        text!(
            "The flow that takes this event is switched off; send the call again later",
            "接收此事件的流程已停用，請稍後重新送出"
        ),
    )
    .with_header("retry-after", "60")
}
