//! `connector_version`: the connectors that are installed, by version; their bytes stand in `package`, who changes them in
//! `change`, and which flow versions were published with which in `pins`.
//!
//! What a connector is, and whether one is sound, is known above.

mod change;
mod package;
mod pins;

use std::collections::BTreeMap;
use std::sync::Arc;

use causeway_model::{Time, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use serde::Serialize;

use crate::{Error, Result, Store};

pub use change::NewConnector;
pub use pins::{Held, Pin, PinnedFlow};
pub(crate) use pins::{delete_of, hold, note, versions_of};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connector_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connector: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    pub checksum: String,
    pub origin: String,
    pub source: String,
    pub enabled: bool,
    pub installed_at: i64,
    pub installed_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where a version comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorOrigin {
    /// Somebody installed it.
    Installed,
    /// A binary brought it, and flows were published with it.
    BuiltIn,
    /// A machine's folder held it, and flows were published with it.
    Folder,
}

impl ConnectorOrigin {
    pub fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::BuiltIn => "built_in",
            Self::Folder => "folder",
        }
    }

    fn of(name: &str) -> Result<Self> {
        let found = [Self::Installed, Self::BuiltIn, Self::Folder].into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| Error::newer(format!("origin {name} of a connector")))
    }
}

/// One version of a connector, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConnectorVersion {
    pub connector: String,
    pub version: String,
    /// SHA-256 of the zip, in hex.
    pub checksum: String,
    pub origin: ConnectorOrigin,
    /// Where it was got, in words: a file's name, an address.
    pub source: String,
    /// Whether flows may be published with it.
    pub enabled: bool,
    pub installed_at: Time,
    pub installed_by: String,
}

impl ConnectorVersion {
    fn read(row: Model) -> Result<Self> {
        Ok(Self {
            origin: ConnectorOrigin::of(&row.origin)?,
            connector: row.connector,
            version: row.version,
            checksum: row.checksum,
            source: row.source,
            enabled: row.enabled,
            installed_at: Time(row.installed_at),
            installed_by: row.installed_by,
        })
    }
}

pub(crate) fn not_found(connector: &str, version: &str) -> Error {
    Error::not_found(
        "connector_version_not_found",
        text!(
            "Version {version} of the connector {connector} is not installed.",
            "未安裝連接器 {connector} 的 {version} 版。"
        ),
    )
}

async fn row<C: ConnectionTrait>(db: &C, connector: &str, version: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((connector.to_owned(), version.to_owned())).one(db).await?)
}

impl Store {
    /// All of them, by name; kept while the revision stays.
    pub async fn connector_versions(&self) -> Result<Arc<Vec<ConnectorVersion>>> {
        self.by_revision(|caches| &caches.connectors, async {
            let rows = Entity::find().order_by_asc(Column::Connector).order_by_asc(Column::Version);
            // One that a newer binary knows how to get is nothing to this one.
            let read = rows.all(&self.core.db.read).await?.into_iter().map(ConnectorVersion::read);
            read.filter(|read| !read.as_ref().is_err_and(Error::is_newer)).collect()
        })
        .await
    }

    /// The zips of these checksums; of one that was removed meanwhile there is none.
    pub async fn connector_packages(&self, checksums: &[&str]) -> Result<BTreeMap<String, Vec<u8>>> {
        package::all(&self.core.db.read, checksums).await
    }
}
