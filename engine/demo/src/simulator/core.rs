//! What every simulator has beside its records.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::clock::Clock;
use super::config::Config;
use super::faults::Switches;
use super::webhooks::{Form, Webhooks};
use crate::state::State;

pub(crate) struct Core {
    pub config: Config,
    pub clock: Clock,
    pub switches: Switches,
    pub webhooks: Webhooks,
    /// What came in, the latest of it.
    pub received: Arc<State>,
    changed: AtomicBool,
    links: Mutex<Vec<Link>>,
}

/// The page of another system.
#[derive(Clone)]
pub(crate) struct Link {
    pub title: [&'static str; 2],
    pub url: String,
}

impl Core {
    pub fn new(config: &Config, form: Form) -> io::Result<Self> {
        Ok(Self {
            clock: Clock::starting(config.now),
            switches: Switches::default(),
            webhooks: Webhooks::new(form, config.webhook_pause, config.allow_hosts.clone())?,
            received: Arc::default(),
            config: config.clone(),
            changed: AtomicBool::default(),
            links: Mutex::default(),
        })
    }

    /// Something may be other than it was.
    pub fn changed(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Whether something may have changed since this was asked before.
    pub fn take_change(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }

    pub fn link(&self, links: Vec<Link>) {
        *self.links.lock().unwrap_or_else(PoisonError::into_inner) = links;
    }

    pub fn links(&self) -> Vec<Link> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a text is the secret; takes the same time whichever it is.
    pub fn is_secret(&self, given: &str) -> bool {
        let (given, secret) = (given.as_bytes(), self.config.secret.as_bytes());
        given.len() == secret.len() && given.iter().zip(secret).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }
}
