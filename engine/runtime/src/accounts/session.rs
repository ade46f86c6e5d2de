//! The session of a connection: of all callers in all processes one gets a new one, and the others get what that one got.

use std::sync::Arc;
use std::time::{Duration, Instant};

use causeway_connector::{CONSENT_REVOKED, Obtain, Session};
use causeway_model::{ErrorClass, Span, StepError, Time, text};
use causeway_store::{ConnectionAt, KeptSession, SESSION_LEASE, SessionTurn, Store};
use uuid::Uuid;

use super::desk::Desk;
use crate::files::store_error;

/// What this process knows.
#[derive(Default)]
pub struct SessionDesk {
    /// Of which revision of the connection.
    revision: i64,
    session: Option<KeptSession>,
    /// Why there is none, for those who waited for it.
    failed: Option<(Instant, StepError)>,
}

/// How long somebody waits for a session that another process gets.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A session is not used up to its last moment.
const MARGIN: u64 = 30_000;
/// How often what was got is tried to be kept: a refresh token that is lost may be the last.
const TRIES: u32 = 4;

/// Whether it may be used: not the one that was found to be stale, and not about to end.
fn usable(kept: &KeptSession, stale: Option<&Session>, now: Time) -> bool {
    let ends = kept.expires_at.map(|ends| {
        let margin = (ends.since(kept.obtained_at).millis() / 10).min(MARGIN);
        ends - Span::from_millis(margin)
    });
    stale.is_none_or(|stale| *stale != session(kept)) && ends.is_none_or(|ends| now < ends)
}

fn session(kept: &KeptSession) -> Session {
    let KeptSession { values, obtained_at, expires_at } = kept.clone();
    Session { values, obtained_at, expires_at }
}

/// The lease of who gets a session; dropped before it is used up, it is given back.
struct Turn {
    store: Store,
    at: ConnectionAt,
    holder: Uuid,
    over: bool,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (store, at, holder) = (self.store.clone(), self.at, self.holder);
        if !self.over
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if let Err(error) = store.leave_session_turn(at, holder).await {
                    tracing::debug!(%error, "the turn to get a session ends by itself");
                }
            });
        }
    }
}

impl Desk {
    pub async fn session(
        self: &Arc<Self>,
        name: &str,
        revision: i64,
        stale: Option<&Session>,
        obtain: Obtain<'_>,
    ) -> Result<Session, StepError> {
        let came = Instant::now();
        let mut desk = self.sessions.lock().await;
        if desk.revision != revision {
            *desk = SessionDesk { revision, ..SessionDesk::default() };
        }
        let now = || self.store.clock().now();
        if let Some(kept) = desk.session.as_ref().filter(|kept| usable(kept, stale, now())) {
            return Ok(session(kept));
        }
        if let Some((at, error)) = &desk.failed
            && *at >= came
        {
            return Err(error.clone());
        }
        let holder = Uuid::now_v7();
        let before = loop {
            let turn = self.store.session_turn(self.at, holder, |kept| usable(kept, stale, now())).await;
            match turn.map_err(store_error)? {
                SessionTurn::Kept(kept) => {
                    let given = session(&kept);
                    desk.session = Some(kept);
                    return Ok(given);
                }
                SessionTurn::Yours(before) => break before,
                SessionTurn::Busy if came.elapsed() > PATIENCE => return Err(busy(name)),
                SessionTurn::Busy => tokio::time::sleep(LOOK_EVERY).await,
            }
        };
        let mut turn = Turn { store: self.store.clone(), at: self.at, holder, over: false };
        match self.obtain(&turn, before.as_ref().map(session), obtain).await {
            Ok(got) => {
                let kept = KeptSession {
                    values: got.values.clone(),
                    obtained_at: got.obtained_at,
                    expires_at: got.expires_at,
                };
                let is_kept = self.keep(&turn, &kept).await;
                turn.over = true;
                // Who changed the connection meanwhile wants nobody else to use it.
                desk.session = is_kept.then_some(kept);
                Ok(got)
            }
            Err(error) => {
                desk.failed = Some((Instant::now(), error.clone()));
                desk.session = None;
                let before = before.as_ref().map(session).filter(|before| !before.is_revoked(now()));
                if let Some(before) = before.filter(|_| error.code == CONSENT_REVOKED) {
                    self.note_revoked(&turn, before).await;
                    turn.over = true;
                }
                Err(error)
            }
        }
    }

    /// Runs `obtain`, holding the lease all the while.
    async fn obtain(
        &self,
        turn: &Turn,
        before: Option<Session>,
        obtain: Obtain<'_>,
    ) -> Result<Session, StepError> {
        let mut obtaining = obtain(before);
        loop {
            match tokio::time::timeout(SESSION_LEASE / 4, &mut obtaining).await {
                Ok(got) => return got,
                Err(_) => match self.store.extend_session_turn(turn.at, turn.holder).await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::debug!("a session is got for a connection that was changed meanwhile")
                    }
                    Err(error) => tracing::warn!(%error, "the turn to get a session was not extended"),
                },
            }
        }
    }

    /// All processes know that the consent is over, so that not every run asks the system again.
    async fn note_revoked(&self, turn: &Turn, before: Session) {
        let at = self.now();
        let revoked = before.revoked(at);
        let (values, expires_at) = (revoked.values, revoked.expires_at);
        self.keep(turn, &KeptSession { values, obtained_at: at, expires_at }).await;
        tracing::warn!(connection = %self.at.connection, "the consent for a connection was taken back");
    }

    /// Whether it is kept for everybody.
    async fn keep(&self, turn: &Turn, kept: &KeptSession) -> bool {
        let mut pause = LOOK_EVERY;
        for _ in 0..TRIES {
            match self.store.keep_session(turn.at, turn.holder, kept).await {
                Ok(is_kept) => return is_kept,
                Err(error) => tracing::warn!(%error, "the session of a connection was not kept"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        // This process at least goes on with it.
        true
    }
}

fn busy(name: &str) -> StepError {
    StepError::new(
        "session_busy",
        ErrorClass::Timeout,
        text!(
            "Another process has been signing in for the connection `{name}` for too long.",
            "其他程序為連線「{name}」登入的時間過長。"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_session_ends_a_little_before_its_end() {
        let kept = |lasts: Option<i64>| KeptSession {
            values: BTreeMap::from([("access_token".to_owned(), "a".to_owned())]),
            obtained_at: Time(0),
            expires_at: lasts.map(Time),
        };
        assert!(usable(&kept(None), None, Time(i64::MAX)));
        let hour = kept(Some(3_600_000));
        assert!(usable(&hour, None, Time(3_569_999)) && !usable(&hour, None, Time(3_570_000)));
        let short = kept(Some(10_000));
        assert!(usable(&short, None, Time(8_999)) && !usable(&short, None, Time(9_000)));
        assert!(!usable(&hour, Some(&session(&hour)), Time(0)), "what was found to be stale");
        let before = Session { obtained_at: Time(-1), ..session(&hour) };
        assert!(
            usable(&hour, Some(&before), Time(0)),
            "an older one was, though the system gave the same token again"
        );
    }
}
