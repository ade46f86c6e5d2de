//! What the store has installed, brought into the catalogue of this process.

use std::sync::Arc;

use async_trait::async_trait;
use causeway_connector::declared::{Declared, Source};
use causeway_connector::{Catalogue, Connector, Installed, Stock, Stored};
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
}

/// A connector whose files are unpacked when it is first used.
fn packed(version: &ConnectorVersion, zip: Vec<u8>) -> Arc<dyn Connector> {
    let name = version.connector.clone();
    let unpack = move || Source::unpack_as(&name, &zip).map_err(|why| why.text);
    Arc::new(Declared::later(version.connector.clone(), unpack))
}

fn installed(version: &ConnectorVersion, connector: Arc<dyn Connector>) -> Installed {
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
        let same = |version: &ConnectorVersion| {
            let mut rows = before.get(&version.connector).into_iter().flatten();
            rows.find(|one| one.version == version.version && one.checksum == version.checksum)
                .map(|one| Arc::clone(&one.connector))
        };
        let new: Vec<&str> = versions
            .iter()
            .filter(|version| same(version).is_none())
            .map(|version| version.checksum.as_str())
            .collect();
        let mut zips = self.store.connector_packages(&new).await.map_err(unavailable)?;
        let mut stored = Stored::new();
        for version in versions.iter() {
            let connector =
                same(version).or_else(|| zips.remove(&version.checksum).map(|zip| packed(version, zip)));
            let Some(connector) = connector else {
                // Removed just now; the next look sees that.
                tracing::warn!(connector = %version.connector, version = %version.version, "left out: no package");
                continue;
            };
            stored.entry(version.connector.clone()).or_default().push(installed(version, connector));
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
