//! The index of connectors that can be installed, where the installation has one.

use std::cmp::Ordering;

use causeway_connector::compare_versions;
use causeway_connector::index::{Index, Listed};
use causeway_model::{ConnectorSpec, text};
use serde::Serialize;

use super::{InstallRequest, InstalledConnector};
use crate::app::{App, Error, Result};

/// One version of the index.
#[derive(Clone, Debug, Serialize)]
pub struct IndexEntry {
    #[serde(flatten)]
    pub listed: Listed,
    /// Whether this very version is here.
    pub installed: bool,
}

impl App {
    /// Says where the index is.
    pub fn index_with(&self, index: Index) {
        // Only the first counts.
        _ = self.inner.index.set(index);
    }

    fn index(&self) -> Result<&Index> {
        self.inner.index.get().ok_or_else(|| {
            Error::not_found(
                "index_not_set",
                text!(
                    "This installation has no index of connectors; set CAUSEWAY_CONNECTOR_INDEX to a folder or an address",
                    "此系統沒有連接器索引；請將 CAUSEWAY_CONNECTOR_INDEX 設為資料夾或網址"
                ),
            )
        })
    }

    /// In the index's own order.
    pub async fn connector_index(&self) -> Result<Vec<IndexEntry>> {
        let listed = self.index()?.list().await?;
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let entries = listed.into_iter().map(|listed| {
            let known = catalogue.connector_at(&listed.name, &listed.version);
            let installed = known.is_some_and(|known| known.spec().version == listed.version);
            IndexEntry { listed, installed }
        });
        Ok(entries.collect())
    }

    /// A version of the index, the newest unless said. `checksum_differs` where it is not what the index means.
    pub async fn install_from_index(
        &self,
        name: &str,
        version: Option<&str>,
        enabled: bool,
        by: &str,
    ) -> Result<InstalledConnector> {
        let index = self.index()?;
        let listed = index.list().await?.into_iter().filter(|listed| listed.name == name);
        let listed = listed.filter(|listed| version.is_none_or(|version| listed.version == version));
        let listed = listed.max_by(|one, other| compare_versions(&one.version, &other.version));
        let listed = listed.ok_or_else(|| {
            let what = [Some(name), version].into_iter().flatten().collect::<Vec<_>>().join(" ");
            Error::not_found("not_in_index", text!("The index has no {what}.", "索引中沒有 {what}。"))
        })?;
        let zip = index.fetch(&listed).await?;
        let source = listed.url.clone();
        let request = InstallRequest { zip, source, enabled, by: by.to_owned() };
        self.install_meant(request, Some(listed)).await
    }
}

/// What is in a zip is what the index says of it.
pub(super) fn must_be(spec: &ConnectorSpec, listed: &Listed) -> Result<()> {
    let same =
        spec.name == listed.name && compare_versions(&spec.version, &listed.version) == Ordering::Equal;
    if same {
        return Ok(());
    }
    let (found, wanted) =
        (format!("{} {}", spec.name, spec.version), format!("{} {}", listed.name, listed.version));
    Err(Error::invalid(
        "index_differs",
        text!(
            "The index says {wanted}, but its zip holds {found}. Nothing was installed.",
            "索引標示為 {wanted}，但 zip 檔內是 {found}。未安裝任何內容。"
        ),
    ))
}
