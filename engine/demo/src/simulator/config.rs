//! How a simulator is started: what day it is there, how to sign in, and how patient it is.

use std::time::Duration;

use causeway_model::Time;

/// The same for every system; each reads what concerns it.
#[derive(Clone)]
pub struct Config {
    /// The simulators' time when they start; their history ends on this day in Taiwan.
    pub now: Time,
    /// DanLee's key, the client's secret at Dinkoko, the password at TanJee, and LINE's channel access token.
    pub secret: String,
    /// Signs what LINE sends.
    pub channel_secret: String,
    /// How long Dinkoko's tokens are good.
    pub token_ttl: Duration,
    /// After how much idleness TanJee's sessions end.
    pub session_idle: Duration,
    /// How long a LINE reply token is good.
    pub reply_ttl: Duration,
    /// Calls that Dinkoko takes in each second.
    pub rate: u32,
    /// Messages that LINE takes in a month.
    pub quota: u64,
    /// Before the second attempt of a webhook; doubled each time.
    pub webhook_pause: Duration,
    /// Where webhooks may go although it is a private address, as in `CAUSEWAY_ALLOW_HOSTS`.
    pub allow_hosts: Vec<String>,
}

/// The user name at TanJee and the client id at Dinkoko.
pub const USER: &str = "causeway";
/// No secret at all: the systems hold nothing.
pub const SECRET: &str = "demo-secret";
pub const CHANNEL_SECRET: &str = "demo-channel-secret";

impl Config {
    /// With secrets that are no secrets: `demo-secret` and `demo-channel-secret`.
    pub fn new(now: Time) -> Self {
        Self {
            now,
            secret: SECRET.into(),
            channel_secret: CHANNEL_SECRET.into(),
            token_ttl: Duration::from_secs(3600),
            session_idle: Duration::from_secs(900),
            reply_ttl: Duration::from_secs(60),
            rate: 20,
            quota: 5000,
            webhook_pause: Duration::from_secs(1),
            allow_hosts: vec!["127.0.0.0/8".into(), "::1".into(), "localhost".into()],
        }
    }
}
