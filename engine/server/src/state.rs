//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::app::App;
use crate::hooks::Tables;
use crate::readiness::Readiness;

pub(crate) struct Web {
    pub app: App,
    pub tables: Arc<Tables>,
    /// No webhook takes more, whatever its flow says.
    pub max_body_bytes: u64,
    pub readiness: Readiness,
    /// Migrations were found applied; they stay so.
    pub migrated: AtomicBool,
}

impl Web {
    pub(crate) fn new(app: App, readiness: Readiness, max_body_bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            app,
            tables: Tables::new(),
            max_body_bytes,
            readiness,
            migrated: AtomicBool::new(false),
        })
    }
}
