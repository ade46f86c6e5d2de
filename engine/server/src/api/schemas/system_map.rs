//! Shapes of the map of systems.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

use utoipa::ToSchema;

use super::Text;

#[derive(ToSchema)]
pub(in crate::api) struct SystemMap {
    systems: Vec<MapSystem>,
    edges: Vec<MapEdge>,
}

#[derive(ToSchema)]
pub(in crate::api) struct MapSystem {
    id: String,
    title: Text,
    /// Null for systems without one.
    connector: Option<String>,
    /// Those that the flows name.
    connections: Vec<String>,
    /// Whether somebody added it: no flow reaches it.
    manual: bool,
    /// Where somebody put it; null where nobody did.
    x: Option<i64>,
    y: Option<i64>,
}

/// What goes from one system to another.
#[derive(ToSchema)]
pub(in crate::api) struct MapEdge {
    id: String,
    from: String,
    to: String,
    flows: Vec<MapFlow>,
    /// Of the flows, in seven days.
    runs: u64,
    failed: u64,
    /// Whether people carry it: a hand-over.
    manual: bool,
    note: Option<String>,
    how: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct MapFlow {
    slug: String,
    name: String,
}

/// In one language for all, or in each.
#[derive(ToSchema)]
#[serde(untagged)]
pub(in crate::api) enum MapTitle {
    Plain(String),
    Both(Text),
}
