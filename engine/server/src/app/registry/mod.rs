//! The registry of connectors: what is there in which version, from where, and what uses it.

mod fit;
mod index;
mod install;
mod stock;
mod switch;
mod update;

use std::sync::Arc;

use causeway_connector::{Catalogue, Connector, Holder, clash, compare_versions};
use causeway_document::{Compiler, Plan};
use causeway_model::{ConnectorCategory, Slug, Text, Time, text};
use causeway_store::{ConnectorOrigin, ConnectorVersion, Held, NewConnector, Pin};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{App, Error, Result};

pub use fit::FlowFit;
pub use index::IndexEntry;
pub use install::{InstallRequest, InstalledConnector};
pub(super) use stock::StoreStock;
pub use update::{FlowUpdate, WhichFlows};

/// A connector, whatever its versions.
#[derive(Clone, Debug, Serialize)]
pub struct ConnectorSummary {
    pub name: String,
    pub title: Text,
    pub description: Text,
    pub category: ConnectorCategory,
    /// What publishing takes; absent where every version is disabled.
    pub version: Option<String>,
    pub origin: Option<ConnectorOrigin>,
    /// Of how many versions.
    pub versions: usize,
    /// Where it stands in several places: which counts.
    pub clash: Option<Text>,
}

/// One version of a connector.
#[derive(Clone, Debug, Serialize)]
pub struct VersionView {
    pub version: String,
    pub origin: ConnectorOrigin,
    /// Where it was got.
    pub source: String,
    /// SHA-256 of its zip; absent where it is compiled.
    pub checksum: Option<String>,
    /// Whether flows may be published with it.
    pub enabled: bool,
    /// Whether publishing takes it.
    pub current: bool,
    pub installed_at: Option<Time>,
    pub installed_by: Option<String>,
    /// The flows in service that were published with it.
    pub flows: Vec<Slug>,
}

impl App {
    /// The compiler, knowing all that is installed by now.
    pub async fn compiler_by_now(&self) -> Result<&Compiler> {
        self.compiler().catalogue.renew(false).await?;
        Ok(self.compiler())
    }

    /// By name.
    pub async fn list_connectors(&self) -> Result<Vec<ConnectorSummary>> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let stored = self.store().connector_versions().await?;
        Ok(connector_summaries(catalogue, &stored))
    }

    /// The versions of a connector, newest first.
    pub async fn connector_version_list(&self, name: &str) -> Result<Vec<VersionView>> {
        let catalogue = &self.compiler_by_now().await?.catalogue;
        let stored = self.store().connector_versions().await?;
        let mut versions = versions_here(catalogue, name, &stored);
        if versions.is_empty() {
            return Err(unknown(name));
        }
        let mut flows = self.store().flows_by_connector_version(name).await?;
        for version in &mut versions {
            version.flows = flows.remove(&version.version).unwrap_or_default();
            if version.checksum.is_none()
                && let Some(connector) = catalogue.connector_at(name, &version.version)
            {
                version.checksum = packed(&*connector)?.map(|zip| hex::encode(Sha256::digest(zip)));
            }
        }
        Ok(versions)
    }

    /// What a plan was compiled with, as the store keeps it with the flow.
    pub(super) fn pins(&self, plan: &Plan) -> Result<Vec<Pin>> {
        let mut pins = Vec::new();
        for (name, version) in &plan.connectors {
            let held = match self.compiler().catalogue.holder(name, version) {
                Holder::Native => continue,
                Holder::Installed => Held::Installed,
                Holder::BuiltIn(connector) => Held::Keep(kept(&*connector, ConnectorOrigin::BuiltIn)?),
                Holder::Folder(connector) => Held::Keep(kept(&*connector, ConnectorOrigin::Folder)?),
            };
            pins.push(Pin { connector: name.clone(), version: version.clone(), held });
        }
        Ok(pins)
    }
}

/// What there is to tell of a catalogue whose installed versions are these, by name.
pub fn connector_summaries(catalogue: &Catalogue, stored: &[ConnectorVersion]) -> Vec<ConnectorSummary> {
    let summary = |name: String| {
        let current = catalogue.connector(&name);
        let versions = versions_here(catalogue, &name, stored);
        let shown = catalogue.known(&name)?;
        let (in_folder, built_in) = (catalogue.folder(&name).is_some(), catalogue.built_in(&name).is_some());
        let is_installed = |row: &ConnectorVersion| row.origin == ConnectorOrigin::Installed;
        let installed = stored.iter().any(|row| row.connector == name && is_installed(row));
        Some(ConnectorSummary {
            title: shown.spec().title.clone(),
            description: shown.spec().description.clone(),
            category: shown.spec().category,
            version: current.as_ref().map(|current| current.spec().version.clone()),
            origin: versions.iter().find(|version| version.current).map(|version| version.origin),
            versions: versions.len(),
            clash: clash(in_folder, built_in, installed),
            name,
        })
    };
    catalogue.names().into_iter().filter_map(summary).collect()
}

/// Newest first; without flows, and without checksums that would have to be found out.
fn versions_here(catalogue: &Catalogue, name: &str, stored: &[ConnectorVersion]) -> Vec<VersionView> {
    let current = catalogue.connector(name).map(|current| current.spec().version.clone());
    let mut versions: Vec<VersionView> = Vec::new();
    let here = [
        (catalogue.folder(name), ConnectorOrigin::Folder),
        (catalogue.built_in(name), ConnectorOrigin::BuiltIn),
    ];
    for (connector, origin) in here {
        let Some(connector) = connector else { continue };
        let version = connector.spec().version.clone();
        if versions.iter().any(|known| known.version == version) {
            continue;
        }
        versions.push(VersionView {
            source: match origin {
                ConnectorOrigin::Folder => format!("connectors/{name}"),
                _ => of_this_binary(),
            },
            origin,
            checksum: None,
            enabled: true,
            current: false,
            installed_at: None,
            installed_by: None,
            flows: Vec::new(),
            version,
        });
    }
    for row in stored.iter().filter(|row| row.connector == name) {
        match versions.iter_mut().find(|known| known.version == row.version) {
            // The folder's counts whatever the store says.
            Some(known) if known.origin == ConnectorOrigin::Folder => {}
            Some(known) => known.enabled = row.enabled,
            None => versions.push(VersionView {
                version: row.version.clone(),
                origin: row.origin,
                source: row.source.clone(),
                checksum: Some(row.checksum.clone()),
                enabled: row.enabled,
                current: false,
                installed_at: Some(row.installed_at),
                installed_by: Some(row.installed_by.clone()),
                flows: Vec::new(),
            }),
        }
    }
    for version in &mut versions {
        version.current = current.as_ref() == Some(&version.version);
    }
    versions.sort_by(|one, other| compare_versions(&other.version, &one.version));
    versions
}

fn of_this_binary() -> String {
    concat!("causeway ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// A connector of the binary or of a folder, as it is kept.
fn kept(connector: &dyn Connector, origin: ConnectorOrigin) -> Result<NewConnector> {
    let spec = connector.spec();
    let content = packed(connector)?.ok_or_else(|| Error::bug("a connector without files"))?;
    Ok(NewConnector {
        connector: spec.name.clone(),
        version: spec.version.clone(),
        source: match origin {
            ConnectorOrigin::Folder => format!("connectors/{}", spec.name),
            _ => of_this_binary(),
        },
        origin,
        content,
        enabled: true,
    })
}

fn packed(connector: &dyn Connector) -> Result<Option<Vec<u8>>> {
    let broken = |why: Text| Error::invalid("connector_broken", why);
    connector.source().map(|source| source.map_err(broken)?.pack().map_err(broken)).transpose()
}

pub(super) fn unknown(name: &str) -> Error {
    Error::not_found(
        "connector_not_found",
        text!("There is no connector {name} here.", "這裡沒有連接器 {name}。"),
    )
}

/// A version, enabled or not.
fn version_of(catalogue: &Catalogue, name: &str, version: &str) -> Result<Arc<dyn Connector>> {
    let found = catalogue.connector_at(name, version).filter(|found| found.spec().version == version);
    found.ok_or_else(|| if catalogue.names().contains(name) { gone(name, version) } else { unknown(name) })
}

fn gone(name: &str, version: &str) -> Error {
    Error::not_found(
        "connector_version_not_found",
        text!(
            "Version {version} of the connector {name} is not installed.",
            "未安裝連接器 {name} 的 {version} 版。"
        ),
    )
}
