//! What all parts of the store share, and opening it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use causeway_model::metrics::Metrics;
use causeway_model::{Clock, text};

use crate::bell::Bell;
use crate::db::{Ask, Db};
use crate::handover::Handover;
use crate::kept::Kept;
use crate::key::Key;
use crate::live::Live;
use crate::writer::Writer;
use crate::{
    Config, Error, Result, caches, key, migrate, news, password, retention, root, run_hour, setting, vitals,
    wake, worker,
};

/// Shared by the store's handles and its background tasks.
pub(crate) struct Core {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) data: PathBuf,
    pub(crate) key: Key,
    /// Whether the key came from the settings, not from the data folder.
    pub(crate) key_given: bool,
    /// Known once the database has one.
    pub(crate) root: OnceLock<[u8; 32]>,
    pub(crate) news: news::Desk,
    pub(crate) wake: wake::Wake,
    pub(crate) caches: caches::Caches,
    pub(crate) workers: worker::Roster,
    pub(crate) handover: Handover,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) vitals: Kept<vitals::Vitals>,
    pub(crate) status: Kept<vitals::Status>,
    pub(crate) retention: Kept<retention::Retention>,
    pub(crate) open_hours: Kept<run_hour::OpenHours>,
    pub(crate) bell: Bell,
    /// The version that the database has come to need, where it is newer than this binary.
    pub(crate) outgrown: tokio::sync::watch::Sender<Option<String>>,
    /// Who looks on.
    pub(crate) live: Live,
    /// Turns at hashing passwords.
    pub(crate) hashing: tokio::sync::Semaphore,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) core: Arc<Core>,
    pub(crate) writer: Writer,
}

impl Store {
    /// Connects; makes an empty database file. Refuses a database that needs a newer binary (`min_binary`), and another key.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Store> {
        make_folder(&config.data)?;
        let db = Db::connect(&config).await?;
        let is_empty = migrate::applied(&db).await?.is_empty();
        let (key, root) = if is_empty {
            (Key::find(config.key.as_deref(), &config.data, true)?, None)
        } else {
            if let Some(needed) = setting::get(&db.main, setting::MIN_BINARY).await? {
                migrate::check_binary(&needed)?;
            }
            let known = setting::get(&db.main, setting::KEY_CHECK).await?;
            let key = Key::open(config.key.as_deref(), &config.data, known.as_deref())?;
            let root = root::read(&db.main, &key).await?;
            (key, root)
        };
        let core = Arc::new(Core {
            caches: caches::Caches::new(),
            news: news::Desk::default(),
            wake: wake::Wake::default(),
            workers: worker::Roster::default(),
            handover: Handover::default(),
            metrics: Arc::default(),
            vitals: Kept::default(),
            status: Kept::default(),
            retention: Kept::default(),
            open_hours: Kept::default(),
            bell: Bell::default(),
            outgrown: tokio::sync::watch::Sender::default(),
            live: Live::default(),
            hashing: password::room(),
            db,
            clock,
            data: config.data,
            key_given: config.key.is_some(),
            key,
            root: root.map(OnceLock::from).unwrap_or_default(),
        });
        let writer = Writer::start(&core);
        Ok(Store { core, writer })
    }

    /// A cheap query on the write path: whether work can be taken.
    pub async fn ping(&self) -> Result<()> {
        let tx = self.core.db.begin_hot().await?;
        tx.one("SELECT 1 FROM setting WHERE name = 'revision'", vec![]).await?;
        Ok(tx.rollback().await?)
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.core.clock
    }

    /// What this process counts; the runtime and the server count here too.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.core.metrics
    }

    /// 32 bytes for one purpose, derived from the installation's root secret: the same whatever the key is changed to.
    pub fn derived_key(&self, purpose: &str) -> [u8; 32] {
        // Before there is a root, the key itself is what it will be made of.
        self.core.root.get().map_or_else(|| self.core.key.derive(purpose), |root| key::derive(root, purpose))
    }

    /// Waits until everything given to the writer is committed, and stops it.
    pub async fn close(&self) {
        self.writer.close().await;
        self.core.workers.release();
        self.core.db.close().await;
    }
}

/// Only its owner looks into the data folder.
fn make_folder(folder: &std::path::Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        let (shown, why) = (folder.display(), error.to_string());
        Error::invalid(
            "data_folder_unusable",
            text!("The data folder {shown} cannot be used: {why}", "無法使用資料夾 {shown}：{why}"),
        )
    })
}
