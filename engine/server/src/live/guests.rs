//! Who listens: how many at once, whether they still may, and whether they read what they are given.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use causeway_model::{Role, SessionId, TokenId, text};
use causeway_store::Store;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::LiveLimits;
use crate::auth::{Principal, Who};
use crate::problem::Problem;

/// How often it is asked whether they still may.
const ASK_EVERY: Duration = Duration::from_secs(2);
/// Who takes nothing for so long has gone, whatever the network says. `connection::Turns` has a rule like it, which cannot
/// serve here: it is for a connection as a whole, on which over HTTP/2 one stream that stalls stands beside others that wait
/// for events, and so for the server, without end. Nor can this one serve there: a download that somebody halts is no reason
/// to cut the requests beside it.
const STALLED_AFTER: Duration = Duration::from_secs(60);
/// Once the server stops, what cannot be written any more is cut.
const LAST_WORDS: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Credential {
    Session(SessionId),
    Token(TokenId),
}

/// One stream.
struct Guest {
    person: Uuid,
    credential: Credential,
    /// As it was when they came.
    role: Role,
    /// They may not listen any more.
    over: CancellationToken,
    /// Since when something that was handed out has not been taken.
    handed: Mutex<Option<Instant>>,
    cut: Option<CancellationToken>,
}

pub(super) struct Guests {
    store: Store,
    limits: LiveLimits,
    stop: CancellationToken,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    all: HashMap<u64, Arc<Guest>>,
    of_person: HashMap<Uuid, usize>,
    watched: bool,
}

/// A place among the listeners, until dropped.
pub(super) struct Ticket {
    guests: Arc<Guests>,
    id: u64,
    guest: Arc<Guest>,
}

impl Ticket {
    /// Fires when this listener may not listen any more.
    pub(super) fn over(&self) -> CancellationToken {
        self.guest.over.clone()
    }

    /// Something is handed out: the time until more is asked for counts.
    pub(super) fn hands_out(&self) {
        *self.guest.handed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// More is asked for.
    pub(super) fn is_asked(&self) {
        *self.guest.handed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inner = self.guests.inner();
        inner.all.remove(&self.id);
        if let Some(count) = inner.of_person.get_mut(&self.guest.person) {
            *count -= 1;
            if *count == 0 {
                inner.of_person.remove(&self.guest.person);
            }
        }
    }
}

impl Guests {
    pub(super) fn new(store: Store, limits: LiveLimits, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { store, limits, stop, inner: Mutex::default() })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(&self) -> usize {
        self.inner().all.len()
    }

    /// `listeners_at_limit`, `own_listeners_at_limit`.
    pub(super) fn enter(
        self: &Arc<Self>,
        who: &Principal,
        cut: Option<CancellationToken>,
    ) -> Result<Ticket, Problem> {
        let credential = match &who.who {
            Who::Token(token) => Credential::Token(token.id),
            Who::User { session, .. } => Credential::Session(session.id),
        };
        let person = who.user().map_or_else(
            || match credential {
                Credential::Session(id) => id.0,
                Credential::Token(id) => id.0,
            },
            |user| user.0,
        );
        let mut inner = self.inner();
        if inner.all.len() >= self.limits.listeners {
            return Err(full(self.limits.listeners));
        }
        let own = inner.of_person.entry(person).or_default();
        if *own >= self.limits.each {
            return Err(full_of_own(self.limits.each));
        }
        *own += 1;
        inner.next += 1;
        let id = inner.next;
        let guest = Arc::new(Guest {
            person,
            credential,
            role: who.role,
            over: CancellationToken::new(),
            handed: Mutex::default(),
            cut,
        });
        inner.all.insert(id, Arc::clone(&guest));
        if !std::mem::replace(&mut inner.watched, true) {
            tokio::spawn(watch(Arc::downgrade(self), self.stop.clone()));
        }
        Ok(Ticket { guests: Arc::clone(self), id, guest })
    }

    fn everybody(&self) -> Vec<Arc<Guest>> {
        self.inner().all.values().cloned().collect()
    }

    /// One question for all sessions and one for all tokens.
    async fn ask(&self) -> Result<(), causeway_store::Error> {
        let all = self.everybody();
        let (mut sessions, mut tokens) = (Vec::new(), Vec::new());
        for guest in &all {
            match guest.credential {
                Credential::Session(id) => sessions.push(id),
                Credential::Token(id) => tokens.push(id),
            }
        }
        sessions.sort_unstable();
        sessions.dedup();
        tokens.sort_unstable();
        tokens.dedup();
        let sessions = self.store.sessions_standing(&sessions).await?;
        let tokens = self.store.tokens_standing(&tokens).await?;
        for guest in all {
            let role = match guest.credential {
                Credential::Session(id) => sessions.get(&id),
                Credential::Token(id) => tokens.get(&id),
            };
            // Who may more, or less, by now comes again and sees what they may.
            if role != Some(&guest.role) {
                guest.over.cancel();
            }
        }
        Ok(())
    }

    fn cut_the_stalled(&self) {
        for guest in self.everybody() {
            let handed = *guest.handed.lock().unwrap_or_else(PoisonError::into_inner);
            if handed.is_some_and(|since| since.elapsed() > STALLED_AFTER) {
                guest.leave();
            }
        }
    }
}

impl Guest {
    fn leave(&self) {
        self.over.cancel();
        if let Some(cut) = &self.cut {
            cut.cancel();
        }
    }
}

/// While anybody listens.
async fn watch(guests: Weak<Guests>, stop: CancellationToken) {
    loop {
        let stopping = tokio::select! {
            () = tokio::time::sleep(ASK_EVERY) => false,
            () = stop.cancelled() => true,
        };
        if stopping {
            tokio::time::sleep(LAST_WORDS).await;
        }
        let Some(guests) = guests.upgrade() else { return };
        if stopping {
            guests.everybody().iter().for_each(|guest| guest.leave());
            return;
        }
        if let Err(error) = guests.ask().await {
            tracing::debug!(%error, "it could not be asked whether listeners still may listen");
        }
        guests.cut_the_stalled();
        let mut inner = guests.inner();
        if inner.all.is_empty() {
            inner.watched = false;
            return;
        }
    }
}

fn full(limit: usize) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "listeners_at_limit",
        text!(
            "{limit} live streams are open here, which is the limit of this server; come back in a moment, or look again now and then instead",
            "此伺服器的即時串流已達上限 {limit} 個，請稍後再試，或改為定時重新查詢"
        ),
    )
    .with_header("retry-after", "10")
}

fn full_of_own(limit: usize) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "own_listeners_at_limit",
        text!(
            "You have {limit} live streams open here, which is the limit for one person; close some, such as pages left open",
            "您在此開啟的即時串流已達每人上限 {limit} 個，請關閉一些，例如仍開著的頁面"
        ),
    )
    .with_header("retry-after", "10")
}
