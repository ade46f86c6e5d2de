//! What every simulator has beside its records.

use std::io;
use std::sync::Arc;

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
}

impl Core {
    pub fn new(config: &Config, form: Form) -> io::Result<Self> {
        Ok(Self {
            clock: Clock::starting(config.now),
            switches: Switches::default(),
            webhooks: Webhooks::new(form, config.webhook_pause, config.allow_hosts.clone())?,
            received: Arc::default(),
            config: config.clone(),
        })
    }

    /// Whether a text is the secret; takes the same time whichever it is.
    pub fn is_secret(&self, given: &str) -> bool {
        let (given, secret) = (given.as_bytes(), self.config.secret.as_bytes());
        given.len() == secret.len() && given.iter().zip(secret).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }
}
