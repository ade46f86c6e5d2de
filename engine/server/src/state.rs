//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use causeway_document::Cidr;
use tokio::sync::Semaphore;

use crate::app::{App, SettingView};
use crate::door::Door;
use crate::hooks::{Receivers, Tables};
use crate::live::{Live, LiveLimits};
use crate::metrics::MetricsAccess;
use crate::readiness::Readiness;
use crate::throttle::Throttle;

/// Each holds a thread of the blocking pool, which others need too.
const MOST_LIST_WRITERS: usize = 64;

/// What is taken in from outside, whose word about it is believed, who may read the metrics, and how many may listen.
pub(crate) struct Inbound {
    pub max_body_bytes: u64,
    pub trusted_proxies: Vec<Cidr>,
    pub metrics: MetricsAccess,
    /// What the process was told from outside.
    pub settings: Vec<SettingView>,
    pub live: LiveLimits,
}

pub(crate) struct Web {
    pub app: App,
    pub tables: Arc<Tables>,
    /// What calls of connected systems are verified with.
    pub receivers: Receivers,
    /// No webhook takes more, whatever its flow says.
    pub max_body_bytes: u64,
    /// Proxies whose word on the caller's address is taken.
    pub trusted_proxies: Vec<Cidr>,
    /// Permits for writing large lists from webhooks.
    pub list_writers: Semaphore,
    pub readiness: Readiness,
    pub metrics: MetricsAccess,
    pub settings: Vec<SettingView>,
    /// How people come in.
    pub door: Door,
    pub throttle: Throttle,
    pub live: Live,
    /// Migrations were found applied; they stay so.
    pub migrated: AtomicBool,
}

impl Web {
    pub(crate) fn new(app: App, readiness: Readiness, inbound: Inbound, door: Door) -> Arc<Self> {
        let live = Live::new(&app, inbound.live);
        Arc::new(Self {
            app,
            tables: Tables::new(),
            receivers: Receivers::default(),
            max_body_bytes: inbound.max_body_bytes,
            trusted_proxies: inbound.trusted_proxies,
            list_writers: Semaphore::new(MOST_LIST_WRITERS),
            readiness,
            metrics: inbound.metrics,
            settings: inbound.settings,
            door,
            throttle: Throttle::new(),
            live,
            migrated: AtomicBool::new(false),
        })
    }
}
