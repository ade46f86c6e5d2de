//! What all calls of this process with one connection share: what is known of how calls pass, the permits that were leased
//! and not used yet, and what was last said of its health.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use causeway_connector::{Observed, Rate};
use causeway_model::{ErrorClass, StepError, Text, Time, text};
use causeway_store::{ConnectionAt, ConnectionError, GateState, PermitRate, Permits, Store};
use tokio::sync::Notify;

use super::session::SessionDesk;
use crate::files::store_error;

/// A call that would have to wait for longer is not made; the step may try again later.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long this process believes what it knows of how calls pass.
const BELIEVED: Duration = Duration::from_secs(1);
/// How often a use is noted, as long as nothing changes.
const NOTED_EVERY: Duration = Duration::from_secs(10);
/// While somebody tries whether a paused connection works again, others should ask again this soon.
const TRIAL_TAKES: Duration = Duration::from_secs(2);
/// How long permits are asked for at most, where the database is slow.
const LONGEST_LEASE: Duration = Duration::from_secs(2);
const LONGEST_MESSAGE: usize = 1000;

pub struct Desk {
    pub store: Store,
    pub at: ConnectionAt,
    known: Mutex<Known>,
    /// Whoever holds it asks for all who wait behind.
    turn: tokio::sync::Mutex<Leased>,
    waiting: AtomicU32,
    noted: Mutex<Noted>,
    pub slot_turn: tokio::sync::Mutex<()>,
    pub slot_freed: Notify,
    pub sessions: tokio::sync::Mutex<SessionDesk>,
}

/// How calls pass, as far as this process knows.
#[derive(Default)]
struct Known {
    asked: Option<Instant>,
    held_until: Option<Instant>,
    paused_until: Option<Instant>,
    on_trial: bool,
    failing: bool,
}

/// Permits that nobody has used yet, and when there will be more.
#[derive(Default)]
struct Leased {
    left: u32,
    until: Option<Instant>,
    none_before: Option<Instant>,
    lasting: Duration,
}

#[derive(Default)]
struct Noted {
    at: Option<Instant>,
    failing: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One more who waits, for as long as it is there.
struct Waiting<'d>(&'d AtomicU32);

impl<'d> Waiting<'d> {
    fn new(count: &'d AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Known {
    fn take(&mut self, state: &GateState) {
        let now = Instant::now();
        self.asked = Some(now);
        self.held_until = state.held.map(|held| now + held);
        self.paused_until = state.paused.map(|paused| now + paused);
        self.on_trial = state.on_trial;
        self.failing = state.failing;
    }
}

fn left(until: Option<Instant>) -> Option<Duration> {
    until.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}

impl Desk {
    pub fn now(&self) -> Time {
        self.store.clock().now()
    }

    pub fn new(store: Store, at: ConnectionAt) -> Self {
        Self {
            store,
            at,
            known: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            waiting: AtomicU32::new(0),
            noted: Mutex::default(),
            slot_turn: tokio::sync::Mutex::new(()),
            slot_freed: Notify::new(),
            sessions: tokio::sync::Mutex::default(),
        }
    }

    /// Waits while everybody is held back; refused while the breaker is open, or where that would take too long.
    pub async fn pass(&self, name: &str, came: Instant) -> Result<(), StepError> {
        let mut waited = false;
        loop {
            let fresh = lock(&self.known).asked.is_some_and(|asked| asked.elapsed() < BELIEVED);
            if !fresh {
                let state = self.store.gate(self.at).await.map_err(store_error)?;
                lock(&self.known).take(&state);
            }
            let (held, paused, on_trial) = {
                let known = lock(&self.known);
                (left(known.held_until), left(known.paused_until), known.on_trial)
            };
            if let Some(wait) = paused {
                return Err(self.refused(paused_for(name, wait)));
            }
            if let Some(wait) = held {
                if came.elapsed() + wait > PATIENCE {
                    return Err(self.refused(rate_limited(name, wait)));
                }
                waited = true;
                tokio::time::sleep(wait).await;
                continue;
            }
            if on_trial && let Err(wait) = self.store.begin_probe(self.at).await.map_err(store_error)? {
                lock(&self.known).asked = None;
                return Err(self.refused(paused_for(name, wait.min(TRIAL_TAKES))));
            }
            if waited {
                self.store.metrics().permits_waited.increment();
            }
            return Ok(());
        }
    }

    fn refused(&self, error: StepError) -> StepError {
        self.store.metrics().permits_refused.increment();
        error
    }

    /// Waits for a permit of the rate.
    pub async fn take_turn(&self, name: &str, rate: Rate, came: Instant) -> Result<(), StepError> {
        let rate = PermitRate { calls: rate.calls, per: rate.per };
        let _waiting = Waiting::new(&self.waiting);
        let mut waited = false;
        let mut leased = self.turn.lock().await;
        loop {
            if leased.left > 0 && left(leased.until).is_some() {
                leased.left -= 1;
                if waited {
                    self.store.metrics().permits_waited.increment();
                }
                return Ok(());
            }
            leased.left = 0;
            if let Some(wait) = left(leased.none_before) {
                if came.elapsed() + wait > PATIENCE {
                    return Err(self.refused(rate_limited(name, wait)));
                }
                waited = true;
                tokio::time::sleep(wait).await;
            }
            let asked = Instant::now();
            let wanted = self.waiting.load(Ordering::Relaxed);
            let taken = self.store.take_permits(self.at, rate, wanted, leased.lasting).await;
            match taken.map_err(store_error)? {
                Permits::Granted { count, valid } => {
                    leased.left = count;
                    leased.until = Some(asked + valid);
                    leased.none_before = None;
                    if asked.elapsed() >= valid {
                        // They came too late to be used: the database is slow.
                        leased.lasting = (asked.elapsed() * 2).min(LONGEST_LEASE);
                        if came.elapsed() > PATIENCE {
                            return Err(self.refused(rate_limited(name, valid)));
                        }
                    }
                }
                Permits::Wait(wait) => leased.none_before = Some(Instant::now() + wait),
            }
        }
    }

    /// What came of a call. Costs nothing as long as all is well.
    pub fn observe(self: &Arc<Self>, observed: Observed) {
        let (answered, failed, wait) = match observed {
            Observed::Succeeded => (true, false, None),
            Observed::Failed { class, retry_after_ms } => {
                let wait = retry_after_ms.filter(|wait| *wait > 0).map(Duration::from_millis);
                (has_answered(class), speaks_of_system(class), wait)
            }
        };
        let failing = {
            let mut known = lock(&self.known);
            if let Some(until) = wait.and_then(|wait| Instant::now().checked_add(wait)) {
                known.held_until = known.held_until.max(Some(until));
            }
            known.failing |= failed;
            known.failing
        };
        if wait.is_none() && !failed && !(answered && failing) {
            return;
        }
        let desk = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = desk.tell(wait, answered, failed).await {
                tracing::debug!(%error, "what came of a call was not noted");
            }
        });
    }

    async fn tell(&self, wait: Option<Duration>, answered: bool, failed: bool) -> causeway_store::Result<()> {
        let mut state = None;
        if let Some(wait) = wait {
            state = Some(self.store.hold_back(self.at, wait).await?);
        }
        if failed {
            let (opened, after) = self.store.note_failure(self.at).await?;
            if opened {
                let (connection, pause) = (self.at.connection, after.paused);
                tracing::warn!(%connection, ?pause, "a connection is paused after failures in a row");
            }
            state = Some(after);
        } else if answered {
            state = Some(self.store.note_answer(self.at).await?);
        }
        if let Some(state) = state {
            lock(&self.known).take(&state);
        }
        Ok(())
    }

    /// Says how the connection fares: at once where that changes, else every ten seconds.
    pub fn note_health(self: &Arc<Self>, failed: Option<&StepError>) {
        // What was refused here says nothing of the system.
        let own = failed.is_some_and(|error| matches!(error.code.as_str(), RATE_LIMITED | PAUSED));
        let fault = failed.filter(|error| {
            speaks_of_system(error.class) || matches!(error.class, ErrorClass::Auth | ErrorClass::Limit)
        });
        if own {
            return;
        }
        {
            let mut noted = lock(&self.noted);
            let due = noted.at.is_none_or(|at| at.elapsed() >= NOTED_EVERY);
            let changed = noted.failing != fault.is_some() && (fault.is_some() || failed.is_none());
            if !due && !changed {
                return;
            }
            noted.at = Some(Instant::now());
            noted.failing = fault.is_some();
        }
        let error = fault.map(|error| ConnectionError {
            code: error.code.clone(),
            message: shortened(&error.message),
            at: self.now(),
        });
        let (desk, ok) = (Arc::clone(self), failed.is_none());
        tokio::spawn(async move {
            let noted = desk.store.note_connection_use(desk.at.connection, ok, error.as_ref()).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a connection was not noted");
            }
        });
    }
}

fn shortened(message: &Text) -> Text {
    let short = |text: &str| text.chars().take(LONGEST_MESSAGE).collect();
    Text { en: short(&message.en), zh_tw: short(&message.zh_tw) }
}

/// Whether such a failure, many times in a row, means that the system is not there.
fn speaks_of_system(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Connect | ErrorClass::Timeout | ErrorClass::Server)
}

/// Whether the system answered, though not as was hoped.
fn has_answered(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::Limit
            | ErrorClass::Auth
            | ErrorClass::Invalid
            | ErrorClass::NotFound
            | ErrorClass::Conflict
    )
}

const RATE_LIMITED: &str = "rate_limited";
const PAUSED: &str = "connection_paused";

fn later(code: &str, wait: Duration, message: Text) -> StepError {
    let retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
    StepError { retry_after_ms: Some(retry_after_ms), ..StepError::new(code, ErrorClass::Limit, message) }
}

pub fn rate_limited(name: &str, wait: Duration) -> StepError {
    let seconds = wait.as_secs().max(1);
    later(
        RATE_LIMITED,
        wait,
        text!(
            "The connection `{name}` has no call free for another {seconds} s; the step was not tried. Give it a `retry`, or let fewer runs go at once.",
            "連線「{name}」在 {seconds} 秒內沒有可用的呼叫次數，因此未執行此步驟。請為步驟設定 `retry`，或減少同時執行的數量。"
        ),
    )
}

fn paused_for(name: &str, wait: Duration) -> StepError {
    let seconds = wait.as_secs().max(1);
    later(
        PAUSED,
        wait,
        text!(
            "The connection `{name}` is paused for {seconds} s, since its system failed many times in a row; the step was not tried.",
            "連線「{name}」的系統連續多次失敗，暫停呼叫 {seconds} 秒，因此未執行此步驟。"
        ),
    )
}
