//! Installing, enabling, disabling and removing versions of connectors, each with its audit entry.

use causeway_model::{Time, text};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::json;

use super::{ConnectorOrigin, ConnectorVersion, Entity, Model, not_found, package, pins, row};
use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, setting, words};

/// A version to be kept. Whether it is sound was found out before.
#[derive(Clone)]
pub struct NewConnector {
    pub connector: String,
    pub version: String,
    pub origin: ConnectorOrigin,
    pub source: String,
    /// Its zip.
    pub content: Vec<u8>,
    pub enabled: bool,
}

/// Versions of one installation.
const MOST: u64 = 5000;
const LONGEST_SOURCE: usize = 500;

/// What keeping a version comes to.
enum Kept {
    New(ConnectorVersion),
    Known(ConnectorVersion),
}

/// Keeps a version in the transaction. One that is there with other bytes is replaced only where nobody installed it.
async fn keep(tx: &DatabaseTransaction, new: &NewConnector, by: &str, now: Time) -> Result<Kept> {
    let known = row(tx, &new.connector, &new.version).await?;
    let checksum = package::checksum(&new.content);
    let before = match known {
        Some(known) if known.checksum == checksum => return Ok(Kept::Known(ConnectorVersion::read(known)?)),
        Some(known)
            if known.origin == ConnectorOrigin::Installed.name()
                || new.origin == ConnectorOrigin::Installed =>
        {
            return Err(differs(&new.connector, &new.version));
        }
        before => before,
    };
    package::put(tx, &new.content).await?;
    let made = Model {
        connector: new.connector.clone(),
        version: new.version.clone(),
        checksum,
        origin: new.origin.name().to_owned(),
        source: words::plain(&new.source).chars().take(LONGEST_SOURCE).collect(),
        enabled: before.as_ref().map_or(new.enabled, |before| before.enabled),
        installed_at: now.millis(),
        installed_by: by.to_owned(),
    };
    if before.is_some() {
        Entity::delete_by_id((new.connector.clone(), new.version.clone())).exec(tx).await?;
    }
    Entity::insert(made.clone().into_active_model()).exec_without_returning(tx).await?;
    if before.is_some() {
        package::tidy(tx).await?;
    }
    Ok(Kept::New(ConnectorVersion::read(made)?))
}

/// Keeps what a flow is published with, without an entry of its own.
pub(super) async fn keep_published(
    tx: &DatabaseTransaction,
    new: &NewConnector,
    by: &str,
    now: Time,
) -> Result<()> {
    keep(tx, new, by, now).await.map(drop)
}

fn differs(connector: &str, version: &str) -> Error {
    Error::conflict(
        "connector_version_exists",
        text!(
            "Version {version} of {connector} is there already, with other content. Versions never change: give this one a higher number.",
            "{connector} 的 {version} 版已存在，且內容不同。版本不可變更：請為此內容使用較高的版本號。"
        ),
    )
}

fn shown(version: &ConnectorVersion) -> causeway_model::Value {
    json!({ "version": version.version, "checksum": version.checksum, "source": version.source, "enabled": version.enabled })
}

impl Store {
    /// Installs a version; `false` where the very same was there. `connector_version_exists`, `too_many_connectors`.
    pub async fn install_connector(&self, new: NewConnector, by: &str) -> Result<(ConnectorVersion, bool)> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        if Entity::find().count(&tx).await? >= MOST {
            return Err(Error::conflict(
                "too_many_connectors",
                text!(
                    "There are {MOST} versions of connectors, which is the most. Remove some that nobody uses.",
                    "連接器版本已達上限 {MOST} 個。請移除不再使用的版本。"
                ),
            ));
        }
        let version = match keep(&tx, &new, by, now).await? {
            Kept::Known(version) => return Ok((version, false)),
            Kept::New(version) => version,
        };
        let entry = Change::new(by, "connector.installed", &new.connector).to(shown(&version));
        audit_entry::write(&tx, now, entry).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok((version, true))
    }

    /// Whether flows may be published with a version. `of_binary`: keeps it first where it is not kept yet.
    pub async fn enable_connector(
        &self,
        connector: &str,
        version: &str,
        enabled: bool,
        of_binary: Option<NewConnector>,
        by: &str,
    ) -> Result<ConnectorVersion> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        if let Some(new) = &of_binary {
            keep(&tx, new, by, now).await?;
        }
        let known = row(&tx, connector, version).await?.ok_or_else(|| not_found(connector, version))?;
        let before = ConnectorVersion::read(known)?;
        let after = ConnectorVersion { enabled, ..before.clone() };
        if before != after {
            let put = "UPDATE connector_version SET enabled = $3 WHERE connector = $1 AND version = $2";
            tx.run(put, vec![connector.into(), version.into(), enabled.into()]).await?;
            let action = if enabled { "connector.enabled" } else { "connector.disabled" };
            let entry = Change::new(by, action, connector).from(shown(&before)).to(shown(&after));
            audit_entry::write(&tx, now, entry).await?;
        }
        tx.commit().await?;
        self.core.caches.forget();
        Ok(after)
    }

    /// Removes a version that nothing uses: no published flow and no run under way was published with it, and where it is the
    /// last of its connector, there is neither a connection of it nor a flow that names it. `connector_in_use` says what does.
    /// `elsewhere`: whether the connector is there without what is installed.
    pub async fn remove_connector(
        &self,
        connector: &str,
        version: &str,
        elsewhere: bool,
        by: &str,
    ) -> Result<()> {
        let now = self.core.clock.now();
        let tx = self.core.db.begin().await?;
        // Whoever publishes at the same time waits, and then finds it gone.
        setting::raise_revision(&tx).await?;
        let known = row(&tx, connector, version).await?.ok_or_else(|| not_found(connector, version))?;
        let before = ConnectorVersion::read(known)?;
        let (flows, connections) = pins::users(&tx, connector, version, elsewhere).await?;
        if !flows.is_empty() || !connections.is_empty() {
            return Err(in_use(&format!("{connector} {version}"), &flows, &connections));
        }
        Entity::delete_by_id((connector.to_owned(), version.to_owned())).exec(&tx).await?;
        package::tidy(&tx).await?;
        let entry = Change::new(by, "connector.removed", connector).from(shown(&before));
        audit_entry::write(&tx, now, entry).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }
}

fn in_use(what: &str, flows: &[String], connections: &[String]) -> Error {
    const MOST_NAMED: usize = 10;
    let list = |names: &[String]| {
        let mut list: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
        if names.len() > MOST_NAMED {
            list.push("...");
        }
        list.join(", ")
    };
    let (flows, connections) = (list(flows), list(connections));
    let code = "connector_in_use";
    Error::conflict(
        code,
        match (flows.is_empty(), connections.is_empty()) {
            (false, true) => text!(
                "Flows use {what}: {flows}. Publish them with another version, archive them, or let their runs end, first.",
                "流程正在使用 {what}：{flows}。請先以其他版本發布、封存這些流程，或等待其執行結束。"
            ),
            (true, _) => text!(
                "It is the last version of its connector, and there are connections of it: {connections}. Delete them first.",
                "這是該連接器的最後一個版本，且仍有其連線：{connections}。請先刪除這些連線。"
            ),
            (false, false) => text!(
                "{what} is used by the flows {flows} and the connections {connections}.",
                "{what} 正由流程 {flows} 與連線 {connections} 使用。"
            ),
        },
    )
}
