//! `flow_connector`: which version of each connector a flow version was published with.

use std::collections::{BTreeMap, HashMap};

use causeway_model::{Flow, FlowId, Slug, Time, text};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{NewConnector, change, row};
use crate::bulk::{Columns, Kind, Rows};
use crate::db::{Ask, Dialect};
use crate::{Error, Result, Store, draft_snapshot, flow_version, json};

/// Flow versions of one query.
const BATCH: usize = 500;

/// A connector that a flow is published with.
#[derive(Clone)]
pub struct Pin {
    pub connector: String,
    pub version: String,
    pub held: Held,
}

/// Who keeps the version, so that it is there as long as the flow is.
#[derive(Clone)]
pub enum Held {
    /// It is installed; `connector_version_gone` where it is not any more.
    Installed,
    /// A binary or a folder holds it, so that it is kept from now on.
    Keep(NewConnector),
}

/// A flow in service, with its published version.
pub struct PinnedFlow {
    pub flow: FlowId,
    pub slug: Slug,
    pub version: i32,
    pub document: Flow,
    pub connectors: BTreeMap<String, String>,
}

/// How a stored document uses a connector.
fn mention_of(connector: &str) -> String {
    format!(r#""use":"{connector}."#)
}

fn find(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    }
}

/// The versions that a flow version was published with; empty where nothing was noted.
pub(crate) async fn versions_of<C: ConnectionTrait>(
    db: &C,
    flow: FlowId,
    version: i32,
) -> Result<BTreeMap<String, String>> {
    let find = "SELECT connector, connector_version FROM flow_connector WHERE flow = $1 AND version = $2";
    let rows = db.all(find, vec![flow.0.into(), version.into()]).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Sees to it that all that a flow is published with stays.
pub(crate) async fn hold(tx: &DatabaseTransaction, pins: &[Pin], by: &str, now: Time) -> Result<()> {
    for Pin { connector, version, held } in pins {
        match held {
            Held::Keep(new) => change::keep_published(tx, new, by, now).await?,
            Held::Installed if row(tx, connector, version).await?.is_some() => {}
            Held::Installed => {
                return Err(Error::conflict(
                    "connector_version_gone",
                    text!(
                        "Version {version} of the connector {connector} was removed meanwhile. Publish again.",
                        "連接器 {connector} 的 {version} 版在這段時間已被移除。請重新發布。"
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// Notes what a new version is published with.
pub(crate) async fn note(
    tx: &DatabaseTransaction,
    flow: FlowId,
    version: i32,
    pins: &BTreeMap<String, String>,
) -> Result<()> {
    for (connector, of) in pins {
        let insert = "INSERT INTO flow_connector (flow, version, connector, connector_version) VALUES ($1, $2, $3, $4)";
        let values = vec![flow.0.into(), version.into(), connector.as_str().into(), of.as_str().into()];
        tx.run(insert, values).await?;
    }
    Ok(())
}

pub(crate) async fn delete_of(tx: &DatabaseTransaction, flow: FlowId) -> Result<()> {
    tx.run("DELETE FROM flow_connector WHERE flow = $1", vec![flow.0.into()]).await?;
    Ok(())
}

/// The flows and the connections that keep a version from being removed.
pub(super) async fn users(
    tx: &DatabaseTransaction,
    connector: &str,
    version: &str,
    elsewhere: bool,
) -> Result<(Vec<String>, Vec<String>)> {
    let pinned = "SELECT f.slug FROM flow_connector c JOIN flow f ON f.id = c.flow \
         WHERE c.connector = $1 AND c.connector_version = $2 AND f.archived_at IS NULL AND f.published = c.version \
         UNION SELECT f.slug FROM flow_connector c JOIN active_run r ON r.flow = c.flow AND r.version = c.version \
         JOIN flow f ON f.id = c.flow WHERE c.connector = $1 AND c.connector_version = $2 ORDER BY 1";
    let mut flows = texts(tx, pinned, vec![connector.into(), version.into()]).await?;
    let others = "SELECT version FROM connector_version WHERE connector = $1 AND version <> $2";
    let is_last = !elsewhere && texts(tx, others, vec![connector.into(), version.into()]).await?.is_empty();
    if !is_last {
        return Ok((flows, Vec::new()));
    }
    // Flows that were published before versions were noted use what there is.
    let find = find(tx.dialect());
    let unpinned = format!(
        "SELECT f.slug FROM flow f JOIN flow_version v ON v.flow = f.id AND v.version = f.published \
         WHERE f.archived_at IS NULL AND {find}(v.document, $2) > 0 AND NOT EXISTS \
         (SELECT 1 FROM flow_connector c WHERE c.flow = f.id AND c.version = v.version AND c.connector = $1) ORDER BY f.slug"
    );
    flows.extend(texts(tx, &unpinned, vec![connector.into(), mention_of(connector).into()]).await?);
    let of_it = "SELECT name FROM connection WHERE connector = $1 ORDER BY name";
    Ok((flows, texts(tx, of_it, vec![connector.into()]).await?))
}

async fn texts(tx: &DatabaseTransaction, find: &str, values: Vec<sea_orm::Value>) -> Result<Vec<String>> {
    tx.all(find, values).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

impl Store {
    /// The document of a version, and the connector versions that it was published with.
    pub async fn pinned_version(
        &self,
        flow: FlowId,
        version: i32,
    ) -> Result<(Flow, BTreeMap<String, String>)> {
        let db = &self.core.db.read;
        let text = match version {
            // Test runs use what there is.
            ..0 => return Ok((self.draft_version(flow, version).await?, BTreeMap::new())),
            _ => flow_version::document_text(db, flow, version).await?,
        };
        Ok((json::parse(&text, "document of a version")?, versions_of(db, flow, version).await?))
    }

    /// The connector versions that these flow versions were published with; none of those for which nothing was noted.
    pub async fn pins_of(
        &self,
        versions: &[(FlowId, i32)],
    ) -> Result<HashMap<FlowId, BTreeMap<String, String>>> {
        const COLUMNS: Columns = &[("id", Kind::Uuid), ("version", Kind::Int)];
        let db = &self.core.db.read;
        let mut pins: HashMap<FlowId, BTreeMap<String, String>> = HashMap::new();
        for versions in versions.chunks(BATCH) {
            let mut rows = Rows::new(db.dialect(), COLUMNS);
            for (flow, version) in versions {
                rows.uuid(flow.0).int(i64::from(*version));
            }
            let find = rows.statement(vec![], |source| {
                format!(
                    "SELECT c.flow, c.connector, c.connector_version FROM {source} \
                     JOIN flow_connector c ON c.flow = r.id AND c.version = r.version"
                )
            });
            for row in db.query_all_raw(find).await? {
                let of_flow = pins.entry(FlowId(row.try_get_by_index(0)?)).or_default();
                of_flow.insert(row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            }
        }
        Ok(pins)
    }

    async fn draft_version(&self, flow: FlowId, version: i32) -> Result<Flow> {
        let text = draft_snapshot::document_text(&self.core.db.read, flow, version).await?;
        json::parse(&text, "document of a version")
    }

    /// The published versions in service that use a connector, by slug.
    pub async fn flows_with_connector(&self, connector: &str) -> Result<Vec<PinnedFlow>> {
        let db = &self.core.db.read;
        let find = find(db.dialect());
        let find = format!(
            "SELECT f.id, f.slug, v.version, v.document FROM flow f \
             JOIN flow_version v ON v.flow = f.id AND v.version = f.published \
             WHERE f.archived_at IS NULL AND {find}(v.document, $1) > 0 ORDER BY f.slug"
        );
        let mut flows = Vec::new();
        for row in db.all(find, vec![mention_of(connector).into()]).await? {
            let (slug, document): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(3)?);
            let (flow, version) = (FlowId(row.try_get_by_index(0)?), row.try_get_by_index(2)?);
            flows.push(PinnedFlow {
                flow,
                slug: slug.parse().map_err(|_| Error::corrupt(format!("slug {slug}")))?,
                version,
                document: json::parse(&document, "document of a version")?,
                connectors: versions_of(db, flow, version).await?,
            });
        }
        Ok(flows)
    }

    /// The flows whose published version was published with each version of a connector.
    pub async fn flows_by_connector_version(&self, connector: &str) -> Result<BTreeMap<String, Vec<Slug>>> {
        let find = "SELECT c.connector_version, f.slug FROM flow_connector c JOIN flow f ON f.id = c.flow AND f.published = c.version \
             WHERE c.connector = $1 AND f.archived_at IS NULL ORDER BY f.slug";
        let mut flows: BTreeMap<String, Vec<Slug>> = BTreeMap::new();
        for row in self.core.db.read.all(find, vec![connector.into()]).await? {
            let slug: String = row.try_get_by_index(1)?;
            let slug = slug.parse().map_err(|_| Error::corrupt(format!("slug {slug}")))?;
            flows.entry(row.try_get_by_index(0)?).or_default().push(slug);
        }
        Ok(flows)
    }
}
