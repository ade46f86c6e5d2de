//! Tokens and sessions that were given out, each good for a time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

const MOST: usize = 10_000;

pub(crate) struct Tokens {
    lasts: Duration,
    /// Whether each use begins its time anew.
    idle: bool,
    ends: Mutex<HashMap<String, Instant>>,
}

impl Tokens {
    pub fn lasting(lasts: Duration) -> Self {
        Self { lasts, idle: false, ends: Mutex::default() }
    }

    pub fn until_idle_for(lasts: Duration) -> Self {
        Self { idle: true, ..Self::lasting(lasts) }
    }

    fn ends(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn issue(&self) -> String {
        let token = Uuid::new_v4().simple().to_string();
        let (now, mut ends) = (Instant::now(), self.ends());
        if ends.len() >= MOST {
            ends.retain(|_, end| *end > now);
        }
        if ends.len() < MOST {
            ends.insert(token.clone(), now + self.lasts);
        }
        token
    }

    pub fn good(&self, token: &str) -> bool {
        let now = Instant::now();
        let mut ends = self.ends();
        let Some(end) = ends.get_mut(token).filter(|end| **end > now) else { return false };
        if self.idle {
            *end = now + self.lasts;
        }
        true
    }

    pub fn end(&self, token: &str) {
        self.ends().remove(token);
    }

    pub fn end_all(&self) {
        self.ends().clear();
    }
}
