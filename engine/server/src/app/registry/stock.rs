//! What the store has installed, brought into the catalogue of this process.

use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::declared::{Declared, Source};
use causeway_connector::{Catalogue, Installed, Stock, Stored};
use causeway_model::{ErrorClass, StepError, text};
use causeway_store::{ConnectorVersion, Error, Store};
use tokio::sync::Mutex;

pub(in crate::app) struct StoreStock {
    store: Store,
    /// What the catalogue was last brought up to.
    known: Mutex<Option<Arc<Vec<ConnectorVersion>>>>,
}

impl StoreStock {
    pub fn new(store: Store) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// A version with its files, which are unpacked when it is first used.
    async fn load(&self, version: &ConnectorVersion) -> Result<Option<Installed>, StepError> {
        let zip = match self.store.connector_package(&version.checksum).await {
            Ok(zip) => zip,
            // Removed just now; the next look sees that.
            Err(Error::Corrupt(why)) => {
                tracing::warn!(connector = %version.connector, version = %version.version, %why, "left out");
                return Ok(None);
            }
            Err(error) => return Err(unavailable(error)),
        };
        let name = version.connector.clone();
        let unpack = move || Source::unpack_as(&name, &zip).map_err(|why| why.text);
        let connector = Declared::later(version.connector.clone(), unpack);
        Ok(Some(installed(version, Arc::new(connector))))
    }
}

fn installed(version: &ConnectorVersion, connector: Arc<dyn causeway_connector::Connector>) -> Installed {
    Installed {
        version: version.version.clone(),
        checksum: version.checksum.clone(),
        enabled: version.enabled,
        connector,
    }
}

#[async_trait]
impl Stock for StoreStock {
    async fn renew(&self, catalogue: &Catalogue, now: bool) -> Result<(), StepError> {
        if now {
            self.store.forget_revision();
        }
        // Held while the store is asked, so that no older answer takes the place of a newer one.
        let mut known = self.known.lock().await;
        let versions = self.store.connector_versions().await.map_err(unavailable)?;
        if known.as_ref() == Some(&versions) {
            return Ok(());
        }
        let before = catalogue.stored();
        let mut stored = Stored::new();
        for version in versions.iter() {
            let mut same = before.get(&version.connector).into_iter().flatten();
            let same = same.find(|one| one.version == version.version && one.checksum == version.checksum);
            let row = match same {
                Some(same) => Some(installed(version, Arc::clone(&same.connector))),
                None => self.load(version).await?,
            };
            if let Some(row) = row {
                stored.entry(version.connector.clone()).or_default().push(row);
            }
        }
        tracing::debug!(versions = versions.len(), "installed connectors read");
        catalogue.put_stored(stored);
        *known = Some(versions);
        Ok(())
    }
}

fn unavailable(error: Error) -> StepError {
    match error {
        Error::Refused { code, text, .. } => StepError::new(code, ErrorClass::Invalid, text),
        other => {
            tracing::warn!(%other, "the installed connectors cannot be read");
            StepError::new(
                super::super::error::STORE_UNAVAILABLE,
                ErrorClass::Connect,
                text!(
                    "The installed connectors cannot be read just now; try again in a moment",
                    "目前無法讀取已安裝的連接器，請稍後再試"
                ),
            )
        }
    }
}
