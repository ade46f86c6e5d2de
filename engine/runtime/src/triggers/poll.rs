//! Polls: lists that are asked again and again, and start a run for each record that is new or changed.
//!
//! What is due is taken from the store under a lease, so that of several processes one asks. Each event is accepted under a
//! dedupe key, and then the cursor moves: killed in between, the same events come again and make no second run.

mod arrivals;
mod ask;
mod changes;
mod cursor;
mod pace;
#[cfg(test)]
mod properties;
mod record;
mod work;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use causeway_connector::SinceForm;
use causeway_model::{Flow, FlowId, Span, Value, WorkerId};
use causeway_store::{Polled, PolledFlow};
use tokio::task::JoinSet;

use self::cursor::Cursor;
use crate::drive::Shared;

const TICK: Duration = Duration::from_millis(500);
/// So many lists are asked at once.
const AT_ONCE: usize = 32;

/// What of a poll decides which records are events.
pub struct Rules {
    /// Into a record: what tells it apart.
    pub id: String,
    pub since: Option<SinceForm>,
    /// So much is asked for again, for what came late.
    pub overlap: Span,
    /// The list brings the oldest change first, so that it need not be read to its end.
    pub oldest_first: bool,
    /// Events of one poll.
    pub most: usize,
}

impl Rules {
    fn overlap_ms(&self) -> i64 {
        i64::try_from(self.overlap.millis()).unwrap_or(i64::MAX)
    }
}

/// A record that starts a run.
pub struct Event {
    /// The record's id and its time of change as written: equal for the same change of the same record.
    pub name: String,
    pub record: Value,
}

/// What came of reading a list.
pub struct Sifted {
    /// The change that was made first comes first.
    pub events: Vec<Event>,
    /// Where it goes on once these are dealt with.
    pub cursor: Cursor,
    /// There are further ones already.
    pub more: bool,
}

/// More records than can be remembered say the same time.
#[derive(Debug)]
pub struct TooWide;

/// What this process knows without asking.
struct Known {
    worker: WorkerId,
    revision: Option<i64>,
    /// Versions with a connector's trigger that is no poll.
    other: HashMap<FlowId, i32>,
}

/// Asks what is due until the shutdown.
pub async fn keep_asking(shared: Arc<Shared>, worker: WorkerId) {
    let mut known = Known { worker, revision: None, other: HashMap::new() };
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            () = shared.shutdown.cancelled() => break,
            () = tokio::time::sleep(TICK) => {}
        }
        while let Some(ended) = under_way.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a poll did not end well");
            }
        }
        if let Err(error) = tick(&shared, &mut known, &mut under_way).await {
            tracing::warn!(%error, "polls wait for the store");
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn tick(
    shared: &Arc<Shared>,
    known: &mut Known,
    under_way: &mut JoinSet<()>,
) -> causeway_store::Result<()> {
    let store = &shared.services.store;
    let current = store.revision().await?;
    if known.revision != Some(current) {
        learn(shared, known).await?;
        known.revision = Some(current);
    }
    let room = AT_ONCE.saturating_sub(under_way.len());
    if room == 0 {
        return Ok(());
    }
    for turn in store.polls_due(known.worker, store.clock().now(), room).await? {
        under_way.spawn(work::work(Arc::clone(shared), turn));
    }
    Ok(())
}

/// Notes which flows poll by now; only documents of versions that are new are read.
async fn learn(shared: &Shared, known: &mut Known) -> causeway_store::Result<()> {
    let store = &shared.services.store;
    let unnoted: HashMap<FlowId, i32> = store.unnoted_polls().await?.into_iter().collect();
    let mut other = std::mem::take(&mut known.other);
    other.retain(|flow, version| unnoted.get(flow) == Some(version));
    let new = unnoted.iter().filter(|(flow, version)| other.get(flow) != Some(version));
    let new: Vec<FlowId> = new.map(|(flow, _)| *flow).collect();
    let mut polled = Vec::new();
    if !new.is_empty()
        && let Err(error) = shared.services.catalogue().renew(false).await
    {
        tracing::warn!(%error, "the installed connectors were not read");
    }
    let documents = store.published_documents(&new).await?;
    let versions: Vec<(FlowId, i32)> = documents.iter().map(|(flow, version, _)| (*flow, *version)).collect();
    let pins = store.pins_of(&versions).await?;
    let none = BTreeMap::new();
    for (flow, version, document) in documents {
        // A connector that is missing here may be there in another process, which notes it.
        let pins = pins.get(&flow).unwrap_or(&none);
        let Some(poll) = poll_of(shared, &document, pins) else { continue };
        if poll.is_none() {
            other.insert(flow, version);
        }
        polled.push(PolledFlow { flow, version, poll });
    }
    known.other = other;
    store.note_polls(&polled).await
}

/// What a document polls; nothing, where its events come in. `None`: its connector is not here.
fn poll_of(
    shared: &Shared,
    document: &Flow,
    connectors: &BTreeMap<String, String>,
) -> Option<Option<Polled>> {
    let trigger = &document.trigger;
    let (connector, name) = trigger.use_.split_once('.')?;
    let connector = shared.services.catalogue().pinned(connectors).connector(connector)?;
    let Some(poll) = connector.poll(name) else { return Some(None) };
    let said = trigger.with.get("every").and_then(Value::as_str).and_then(|text| text.parse().ok());
    Some(Some(Polled {
        trigger: trigger.use_.clone(),
        connection: trigger.connection.clone()?,
        every: said.unwrap_or(poll.every),
    }))
}
