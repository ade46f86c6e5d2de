//! What goes wrong when it is told to: slow answers, failures, cut connections, halves of answers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::Refusal;

const LONGEST: u64 = 600_000;
/// How long the first half of an answer has to reach its reader.
const HALF: Duration = Duration::from_millis(60);

/// What is to go wrong. Each count is of requests to come; control and page requests are left alone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Before every answer; at most ten minutes.
    pub latency_ms: u64,
    /// The next so many requests are answered with `status` and change nothing.
    pub fail: u64,
    /// 503 when absent.
    pub status: Option<u16>,
    /// Seconds for `Retry-After` of those.
    pub retry_after: Option<u64>,
    /// The next so many connections are cut before an answer; nothing was done.
    pub cut: u64,
    /// The next so many connections are cut after the work was done: the caller cannot know.
    pub cut_after: u64,
    /// The next so many answers break off in the middle; the work was done.
    pub half: u64,
    /// Each so-many-th request goes wrong for as long as this stands, in another way each time; 0 is none.
    pub every: u64,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Served,
    Failed {
        status: u16,
        retry_after: Option<u64>,
    },
    Cut,
    CutAfter,
    Half,
    /// Every token and session ends first.
    Expired,
}

/// What goes wrong in turn where it does so regularly.
const TURNS: [Fate; 6] = [
    Fate::Failed { status: 503, retry_after: None },
    Fate::Cut,
    Fate::Failed { status: 429, retry_after: Some(1) },
    Fate::CutAfter,
    Fate::Expired,
    Fate::Half,
];

#[derive(Default)]
pub(crate) struct Switches {
    faults: Mutex<Faults>,
    /// Requests so far.
    count: AtomicU64,
}

impl Switches {
    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn get(&self) -> Faults {
        self.faults().clone()
    }

    pub fn set(&self, faults: Faults) {
        *self.faults() = faults;
    }

    pub fn latency(&self) -> Duration {
        Duration::from_millis(self.faults().latency_ms.min(LONGEST))
    }

    /// Counts one request.
    pub fn next(&self) -> Fate {
        let mut faults = self.faults();
        let mut due = |count: fn(&mut Faults) -> &mut u64| {
            let count = count(&mut faults);
            *count > 0 && {
                *count -= 1;
                true
            }
        };
        if due(|faults| &mut faults.cut) {
            Fate::Cut
        } else if due(|faults| &mut faults.fail) {
            Fate::Failed { status: faults.status.unwrap_or(503), retry_after: faults.retry_after }
        } else if due(|faults| &mut faults.cut_after) {
            Fate::CutAfter
        } else if due(|faults| &mut faults.half) {
            Fate::Half
        } else {
            let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
            match faults.every {
                0 => Fate::Served,
                every if !count.is_multiple_of(every) => Fate::Served,
                every => TURNS[(count / every) as usize % TURNS.len()],
            }
        }
    }
}

pub(crate) fn failure(status: u16, retry_after: Option<u64>) -> Refusal {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let code =
        if status == StatusCode::TOO_MANY_REQUESTS { "TOO_MANY_REQUESTS" } else { "SIMULATED_FAILURE" };
    let message = "This failure was switched on / 這是刻意開啟的故障";
    Refusal { retry_after, ..Refusal::new(status, code, message) }
}

/// The first half of an answer; then the connection ends.
pub(crate) async fn half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let first = body.slice(..body.len() / 2);
    let broken = futures::stream::unfold(Some(first), |part| async move {
        match part {
            Some(part) if !part.is_empty() => Some((Ok::<Bytes, std::io::Error>(part), Some(Bytes::new()))),
            Some(_) => {
                tokio::time::sleep(HALF).await;
                Some((Err(std::io::ErrorKind::ConnectionReset.into()), None))
            }
            None => None,
        }
    });
    Response::from_parts(parts, Body::from_stream(broken))
}
