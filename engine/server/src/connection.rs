//! Whose turn it is on a connection. One on which nothing but the client has been to do something for too long is closed:
//! no request comes, or half of one, or nobody reads the answer. What the server takes its time for is not counted. Live
//! streams are watched one by one besides (`live/guests.rs`).

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// One for each connection.
pub(crate) struct Turns {
    began: Instant,
    /// Exchanges that wait for the server.
    ours: AtomicUsize,
    /// When a turn changed last, in milliseconds from the beginning.
    since: AtomicU64,
}

impl Turns {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), ours: AtomicUsize::new(0), since: AtomicU64::new(0) })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A request has come.
    pub(crate) fn begin(self: &Arc<Self>) -> Exchange {
        let mut exchange = Exchange { turns: Arc::clone(self), is_ours: false };
        exchange.turn(true);
        exchange
    }

    /// Resolves once the client alone has been to do something for as long as `patience`.
    pub(crate) async fn tired_of_waiting(&self, patience: Duration) {
        loop {
            let waited = match self.ours.load(Ordering::Acquire) {
                0 => Duration::from_millis(self.now().saturating_sub(self.since.load(Ordering::Acquire))),
                _ => Duration::ZERO,
            };
            match patience.checked_sub(waited) {
                Some(left) if !left.is_zero() => tokio::time::sleep(left).await,
                _ => return,
            }
        }
    }
}

/// A request under way, until its answer is given away whole.
pub(crate) struct Exchange {
    turns: Arc<Turns>,
    is_ours: bool,
}

impl Exchange {
    fn turn(&mut self, is_ours: bool) {
        if self.is_ours == is_ours {
            return;
        }
        self.is_ours = is_ours;
        self.turns.since.store(self.turns.now(), Ordering::Release);
        if is_ours {
            self.turns.ours.fetch_add(1, Ordering::AcqRel);
        } else {
            self.turns.ours.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.turn(false);
    }
}

/// The body of an answer: once a part of it is given away, the next is asked for when the client has room for it.
pub(crate) struct Answer {
    body: Body,
    exchange: Exchange,
}

impl Answer {
    pub(crate) fn new(body: Body, exchange: Exchange) -> Self {
        Self { body, exchange }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.exchange.turn(true);
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.exchange.turn(false);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    async fn is_tired(turns: &Turns) -> bool {
        tokio::time::timeout(Duration::from_millis(500), turns.tired_of_waiting(Duration::from_millis(1)))
            .await
            .is_ok()
    }

    #[tokio::test]
    async fn only_the_clients_turn_is_counted() {
        let turns = Turns::new();
        assert!(is_tired(&turns).await, "no request yet");
        let (one, mut other) = (turns.begin(), turns.begin());
        assert_eq!(turns.ours.load(Ordering::Acquire), 2);
        drop(one);
        let waits =
            tokio::time::timeout(Duration::from_millis(30), turns.tired_of_waiting(Duration::from_millis(5)));
        assert!(waits.await.is_err(), "the server is at work");
        other.turn(false);
        assert!(is_tired(&turns).await, "the client does not read");
        assert!(
            tokio::time::timeout(Duration::from_millis(30), turns.tired_of_waiting(PATIENCE)).await.is_err()
        );
        drop(other);
        assert_eq!(turns.ours.load(Ordering::Acquire), 0);
    }

    #[tokio::test]
    async fn a_body_tells_whose_turn_it_is() {
        let turns = Turns::new();
        let mut answer = Answer::new(Body::from("whole"), turns.begin());
        assert_eq!(answer.size_hint().exact(), Some(5));
        let frame = std::future::poll_fn(|context| Pin::new(&mut answer).poll_frame(context)).await;
        assert!(frame.is_some_and(|frame| frame.is_ok()) && answer.is_end_stream());
        assert_eq!(turns.ours.load(Ordering::Acquire), 0);
        let mut slow = Answer::new(
            Body::from_stream(futures::stream::pending::<Result<Bytes, axum::Error>>()),
            turns.begin(),
        );
        let polled = futures::poll!(std::future::poll_fn(|context| Pin::new(&mut slow).poll_frame(context)));
        assert!(polled.is_pending() && turns.ours.load(Ordering::Acquire) == 1, "events may come later");
    }
}
