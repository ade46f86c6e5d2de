//! Enabling, disabling and removing versions.

use causeway_connector::Holder;
use causeway_model::text;
use causeway_store::{ConnectorOrigin, ConnectorVersion};

use super::{kept, version_of};
use crate::app::{App, Error, Result};

impl App {
    /// Whether flows may be published with a version. Those that are published with it go on either way.
    pub async fn enable_connector(
        &self,
        name: &str,
        version: &str,
        enabled: bool,
        by: &str,
    ) -> Result<ConnectorVersion> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        version_of(catalogue, name, version)?;
        let of_binary = match catalogue.holder(name, version) {
            Holder::Installed => None,
            Holder::BuiltIn(connector) => Some(kept(&*connector, ConnectorOrigin::BuiltIn)?),
            Holder::Native => {
                return Err(Error::conflict(
                    "connector_native",
                    text!(
                        "`{name}` is part of the program itself; it cannot be switched.",
                        "`{name}` 是程式本身的一部分，無法啟用或停用。"
                    ),
                ));
            }
            Holder::Folder(_) => return Err(in_folder(name)),
        };
        let changed = self.store().enable_connector(name, version, enabled, of_binary, by).await?;
        self.connectors_changed().await?;
        tracing::info!(connector = name, version, enabled, by, "connector switched");
        Ok(changed)
    }

    /// `connector_in_use` says which flows and connections use it.
    pub async fn remove_connector(&self, name: &str, version: &str, by: &str) -> Result<()> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        version_of(catalogue, name, version)?;
        match catalogue.holder(name, version) {
            Holder::Native | Holder::BuiltIn(_) => {
                return Err(Error::conflict(
                    "connector_built_in",
                    text!(
                        "{name} {version} comes with Causeway and cannot be removed; it can be disabled.",
                        "{name} {version} 為 Causeway 內建，無法移除，但可以停用。"
                    ),
                ));
            }
            Holder::Folder(_) => return Err(in_folder(name)),
            Holder::Installed => {}
        }
        let elsewhere = catalogue.built_in(name).is_some();
        self.store().remove_connector(name, version, elsewhere, by).await?;
        self.connectors_changed().await?;
        tracing::info!(connector = name, version, by, "connector removed");
        Ok(())
    }
}

fn in_folder(name: &str) -> Error {
    Error::conflict(
        "connector_in_folder",
        text!(
            "It stands in the folder connectors/{name} of this machine's data folder; take the folder away there.",
            "它位於這台機器資料資料夾的 connectors/{name}；請在該處移除資料夾。"
        ),
    )
}
