//! Shapes of the registry of connectors.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

use super::{Fault, Text};

/// Where a version comes from: somebody installed it, a binary brought it, or it stands in a folder of a machine.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum ConnectorOrigin {
    Installed,
    BuiltIn,
    Folder,
}

/// What kind of system a connector is for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(in crate::api) enum ConnectorCategory {
    Crm,
    Erp,
    Accounting,
    Shop,
    Payment,
    Messaging,
    Documents,
    Automation,
    /// Any system.
    General,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectorSummary {
    name: String,
    title: Text,
    description: Text,
    category: ConnectorCategory,
    /// What publishing takes; null where every version is disabled.
    version: Option<String>,
    origin: Option<ConnectorOrigin>,
    /// Of how many versions.
    versions: u64,
    /// Where it stands in several places: which counts.
    clash: Option<Text>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ConnectorVersion {
    version: String,
    origin: ConnectorOrigin,
    /// Where it was got.
    source: String,
    /// SHA-256 of its zip, in hex; null where it is compiled.
    checksum: Option<String>,
    /// Whether flows may be published with it.
    enabled: bool,
    /// Whether publishing takes it.
    current: bool,
    installed_at: Option<DateTime<Utc>>,
    installed_by: Option<String>,
    /// The flows in service that were published with it.
    flows: Vec<String>,
}

/// A version as the store keeps it.
#[derive(ToSchema)]
pub(in crate::api) struct KeptConnector {
    connector: String,
    version: String,
    /// SHA-256 of its zip, in hex.
    checksum: String,
    origin: ConnectorOrigin,
    source: String,
    enabled: bool,
    installed_at: DateTime<Utc>,
    installed_by: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct InstalledConnector {
    connector: String,
    version: String,
    /// SHA-256 of its zip, in hex.
    checksum: String,
    origin: ConnectorOrigin,
    source: String,
    enabled: bool,
    installed_at: DateTime<Utc>,
    installed_by: String,
    /// Whether it is new; the very same may have been there.
    new: bool,
    /// How many fixtures were replayed.
    fixtures: u64,
    warnings: Vec<Fault>,
    /// The published flows that use the connector: they stay with their version, and whether they would fit this one.
    flows: Vec<FlowFit>,
}

/// A published flow against a version of a connector.
#[derive(ToSchema)]
pub(in crate::api) struct FlowFit {
    flow: String,
    /// Its published version.
    version: i32,
    /// What that was published with; null where nothing was noted.
    connector_version: Option<String>,
    fits: bool,
    /// What does not fit: the step, the place and why.
    faults: Vec<Fault>,
}

/// What became of a flow.
#[derive(ToSchema)]
pub(in crate::api) struct FlowUpdate {
    flow: String,
    /// The connector's version that it was published with; null where nothing was noted.
    from: Option<String>,
    to: String,
    /// The flow's new version; null where it stays as it is.
    version: Option<i32>,
    /// Why it stays.
    faults: Vec<Fault>,
}

/// One version of the index.
#[derive(ToSchema)]
pub(in crate::api) struct IndexEntry {
    name: String,
    version: String,
    title: Text,
    description: Text,
    /// Where its zip is; relative to the index where it is no whole address.
    url: String,
    /// Of the zip, in hex.
    sha256: String,
    /// Whether this very version is here.
    installed: bool,
}
