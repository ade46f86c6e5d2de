//! What a listener is sent, and from where on.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use causeway_model::{Role, Slug};
use causeway_store::{Changed, Flows, ListKind};
use futures::{Stream, stream};
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::body::LiveBody;
use super::guests::Ticket;
use super::lists::{Ticks, everything};
use super::rooms::{Phase, Room};
use crate::app::{Position, Told};

/// Proxies and browsers hear something at least this often.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What ends a stream from outside.
struct Ends {
    over: CancellationToken,
    stop: CancellationToken,
}

impl Ends {
    async fn come(&self) {
        tokio::select! {
            () = self.over.cancelled() => {}
            () = self.stop.cancelled() => {}
        }
    }
}

/// Nothing where nothing follows any more.
pub(super) fn run(
    room: Arc<Room>,
    last: Option<&str>,
    ticket: Ticket,
    stop: CancellationToken,
) -> Option<Response<Body>> {
    let position: Option<Position> = last.and_then(|last| last.parse().ok());
    let phase = room.phase();
    if let (Some(position), Phase::Open(state)) = (&position, &*phase.borrow())
        && position.is_end()
        && state.since(position).is_some()
    {
        return None;
    }
    // The end of another run, or of a lost history, is no end of this one.
    let position = position.filter(|position| !position.is_end());
    let ends = Ends { over: ticket.over(), stop };
    let listener = RunListener { _room: room, phase, position, queue: VecDeque::new(), ends };
    let events = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
    Some(respond(events, ticket))
}

struct RunListener {
    _room: Arc<Room>,
    phase: watch::Receiver<Phase>,
    /// Where the listener stands once the queue is read.
    position: Option<Position>,
    queue: VecDeque<Told>,
    ends: Ends,
}

impl RunListener {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(Told { event, position }) = self.queue.pop_front() {
                return Some(
                    Event::default().id(position.to_string()).event(event.name()).data(event.data()),
                );
            }
            if self.position.as_ref().is_some_and(Position::is_end) {
                return None;
            }
            let state = match &*self.phase.borrow_and_update() {
                Phase::Open(state) => Some(Arc::clone(state)),
                Phase::Opening => None,
                Phase::Broken(_) => return None,
            };
            if let Some(state) = state {
                let missed = self.position.as_ref().and_then(|position| state.since(position));
                self.queue = missed.unwrap_or_else(|| state.whole()).into();
                if let Some(told) = self.queue.back() {
                    self.position = Some(told.position.clone());
                    continue;
                }
            }
            tokio::select! {
                () = self.ends.come() => return None,
                changed = self.phase.changed() => if changed.is_err() { return None },
            }
        }
    }
}

/// The lists that this role may see.
fn may_see(kind: ListKind, role: Role) -> bool {
    let least = match kind {
        ListKind::Approvals
        | ListKind::Connections
        | ListKind::DeadLetters
        | ListKind::Flows
        | ListKind::Runs
        | ListKind::Schedules
        | ListKind::Variables => Role::Viewer,
        ListKind::Secrets => Role::Editor,
        ListKind::AuditEntries | ListKind::Tokens | ListKind::Users => Role::Admin,
    };
    role >= least
}

#[derive(Serialize)]
struct Ready {
    kinds: Vec<ListKind>,
}

#[derive(Serialize)]
struct ListChange<'a> {
    kind: ListKind,
    /// Absent where any flow's may be meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    flows: Option<Vec<&'a Slug>>,
}

pub(super) fn lists(
    ticks: watch::Receiver<Ticks>,
    last: Option<&str>,
    role: Role,
    ticket: Ticket,
    stop: CancellationToken,
) -> Response<Body> {
    let ends = Ends { over: ticket.over(), stop };
    let mut listener = ListListener { ticks, tick: 0, role, queue: VecDeque::new(), ends };
    listener.begin(last);
    let events = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
    respond(events, ticket)
}

struct ListListener {
    ticks: watch::Receiver<Ticks>,
    /// Up to where the listener was told.
    tick: u64,
    role: Role,
    queue: VecDeque<Event>,
    ends: Ends,
}

impl ListListener {
    fn begin(&mut self, last: Option<&str>) {
        let ticks = self.ticks.borrow().clone();
        let kinds = ListKind::ALL.into_iter().filter(|kind| may_see(*kind, self.role)).collect();
        let ready = Event::default().event("ready").data(json(&Ready { kinds }));
        let known = last.map(|last| ticks.tick_of(last));
        self.tick = known.flatten().unwrap_or(ticks.last());
        // Whoever is not told yet what they missed must not seem to stand behind it.
        let unknown = known == Some(None);
        self.queue.push_back(if unknown { ready } else { ready.id(ticks.id(self.tick)) });
        if unknown {
            self.tell(&everything(), ticks.id(ticks.last()));
        }
    }

    /// Only the last of them has an id: who misses one is told all again.
    fn tell(&mut self, changed: &Changed, id: String) {
        let seen: Vec<(&ListKind, &Flows)> =
            changed.iter().filter(|(kind, _)| may_see(**kind, self.role)).collect();
        let last = seen.len();
        for (at, (kind, flows)) in (1..).zip(seen) {
            let flows = match flows {
                Flows::Any => None,
                Flows::Of(slugs) => Some(slugs.iter().collect()),
            };
            let event = Event::default().event("changed").data(json(&ListChange { kind: *kind, flows }));
            self.queue.push_back(if at == last { event.id(id.clone()) } else { event });
        }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let missed = {
                let ticks = self.ticks.borrow_and_update();
                let missed =
                    (ticks.last() > self.tick).then(|| (ticks.since(self.tick), ticks.id(ticks.last())));
                self.tick = ticks.last();
                missed
            };
            if let Some((changed, id)) = missed {
                self.tell(&changed, id);
                if !self.queue.is_empty() {
                    continue;
                }
            }
            tokio::select! {
                () = self.ends.come() => return None,
                changed = self.ticks.changed() => if changed.is_err() { return None },
            }
        }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn respond(events: impl Stream<Item = Event> + Send + 'static, ticket: Ticket) -> Response<Body> {
    // Those who are cut off together come back one after the other.
    let spread = u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * 8;
    let retry = Event::default().retry(Duration::from_millis(1000 + spread));
    let first = stream::once(async move { retry });
    let events = futures::StreamExt::map(futures::StreamExt::chain(first, events), Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("");
    let mut response =
        Sse::new(events).keep_alive(keep_alive).into_response().map(|body| LiveBody::around(body, ticket));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx passes each event on at once.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
