//! The registry: connectors with their versions, installed, switched, checked against the published flows and removed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use causeway_connector::declared::package::MOST_PACKED_BYTES;
use causeway_model::{Slug, text};
use causeway_store::ConnectorVersion;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing, Reading};
use super::schemas;
use crate::app::{
    ConnectorSummary, FlowFit, FlowUpdate, IndexEntry, InstallRequest, InstalledConnector, VersionView,
    WhichFlows,
};
use crate::auth::{Admin, Viewer};
use crate::extract::{Body, Path, Query, body};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_connectors, install_connector))
        .routes(routes!(list_connector_versions))
        .routes(routes!(remove_connector_version))
        .routes(routes!(enable_connector_version))
        .routes(routes!(disable_connector_version))
        .routes(routes!(preview_connector_version))
        .routes(routes!(update_connector))
        .routes(routes!(get_connector_index))
        .routes(routes!(install_from_index))
}

#[derive(Serialize, ToSchema)]
struct ConnectorList {
    #[schema(value_type = Vec<schemas::ConnectorSummary>)]
    connectors: Vec<ConnectorSummary>,
}

/// The connectors there are, by name: built in, installed, and in this machine's folder
#[utoipa::path(get, path = "/connectors", operation_id = "list_connectors", tag = "catalogue",
    responses((status = 200, body = ConnectorList), Listing))]
async fn list_connectors(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<ConnectorList>, Problem> {
    Ok(Json(ConnectorList { connectors: web.app.list_connectors().await? }))
}

#[derive(Serialize, ToSchema)]
struct ConnectorVersionList {
    #[schema(value_type = Vec<schemas::ConnectorVersion>)]
    versions: Vec<VersionView>,
}

/// The versions of a connector, newest first, each with its origin, its checksum and the flows that were published with it
#[utoipa::path(get, path = "/connectors/{connector}/versions", operation_id = "list_connector_versions",
    tag = "catalogue", params(("connector" = String, Path)), responses((status = 200, body = ConnectorVersionList), Reading))]
async fn list_connector_versions(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(connector): Path<String>,
) -> Result<Json<ConnectorVersionList>, Problem> {
    Ok(Json(ConnectorVersionList { versions: web.app.connector_version_list(&connector).await? }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InstallQuery {
    /// The file's name, for whoever looks at the version later.
    name: Option<String>,
    /// Whether flows may be published with it at once; yes unless said.
    enabled: Option<bool>,
}

/// Installs a version of a connector from a zip of its folder
///
/// It is checked as `causeway connector test` does. Flows stay with the version that they were published with; the answer
/// says which of them would not fit. The very same zip again changes nothing.
#[utoipa::path(post, path = "/connectors", operation_id = "install_connector", tag = "catalogue", params(InstallQuery),
    request_body(content(("application/zip")), description = "A zip of a connector's folder, at most 16 MB"),
    responses((status = 200, body = schemas::InstalledConnector), Changing))]
async fn install_connector(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Query(query): Query<InstallQuery>,
    request: Request,
) -> Result<Json<InstalledConnector>, Problem> {
    let zip = body(request, MOST_PACKED_BYTES).await?.into();
    let source = query.name.unwrap_or_else(|| "upload".to_owned());
    let enabled = query.enabled.unwrap_or(true);
    let request = InstallRequest { zip, source, enabled, by: who.by() };
    Ok(Json(web.app.install_connector(request).await?))
}

/// Removes a version that nothing uses
///
/// 409 names what does: flows that are published with it, runs of it under way, connections where it is the last version.
#[utoipa::path(delete, path = "/connectors/{connector}/versions/{version}", operation_id = "remove_connector_version",
    tag = "catalogue", params(("connector" = String, Path), ("version" = String, Path)),
    responses((status = 204, description = "It is gone"), Changing))]
async fn remove_connector_version(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path((connector, version)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    web.app.remove_connector(&connector, &version, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets flows be published with a version
#[utoipa::path(post, path = "/connectors/{connector}/versions/{version}/enable",
    operation_id = "enable_connector_version", tag = "catalogue",
    params(("connector" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = schemas::KeptConnector), Changing))]
async fn enable_connector_version(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path((connector, version)): Path<(String, String)>,
) -> Result<Json<ConnectorVersion>, Problem> {
    Ok(Json(web.app.enable_connector(&connector, &version, true, &who.by()).await?))
}

/// Lets no more flows be published with a version
///
/// Those that are published with it go on; to stop them, disable the flows.
#[utoipa::path(post, path = "/connectors/{connector}/versions/{version}/disable",
    operation_id = "disable_connector_version", tag = "catalogue",
    params(("connector" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = schemas::KeptConnector), Changing))]
async fn disable_connector_version(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path((connector, version)): Path<(String, String)>,
) -> Result<Json<ConnectorVersion>, Problem> {
    Ok(Json(web.app.enable_connector(&connector, &version, false, &who.by()).await?))
}

#[derive(Serialize, ToSchema)]
struct FitList {
    #[schema(value_type = Vec<schemas::FlowFit>)]
    flows: Vec<FlowFit>,
}

/// Whether the published flows that use a connector fit one of its versions
#[utoipa::path(get, path = "/connectors/{connector}/versions/{version}/check",
    operation_id = "preview_connector_version", tag = "catalogue",
    params(("connector" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = FitList), Reading))]
async fn preview_connector_version(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((connector, version)): Path<(String, String)>,
) -> Result<Json<FitList>, Problem> {
    Ok(Json(FitList { flows: web.app.check_connector(&connector, &version).await? }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateBody {
    /// Slugs of flows; all that use the connector where it is left out.
    #[schema(value_type = Option<Vec<String>>)]
    flows: Option<Vec<Slug>>,
}

#[derive(Serialize, ToSchema)]
struct UpdateList {
    #[schema(value_type = Vec<schemas::FlowUpdate>)]
    flows: Vec<FlowUpdate>,
}

/// Publishes flows again with the newest version of a connector, as they are published
///
/// Those that do not fit it stay as they are, and the answer says why. Drafts are left alone.
#[utoipa::path(post, path = "/connectors/{connector}/update", operation_id = "update_connector", tag = "catalogue",
    params(("connector" = String, Path)), request_body = UpdateBody,
    responses((status = 200, body = UpdateList), Changing))]
async fn update_connector(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(connector): Path<String>,
    Body(body): Body<UpdateBody>,
) -> Result<Json<UpdateList>, Problem> {
    let which = body.flows.map_or(WhichFlows::All, WhichFlows::Only);
    Ok(Json(UpdateList { flows: web.app.update_connector(&connector, which, who.actor()).await? }))
}

#[derive(Serialize, ToSchema)]
struct IndexList {
    #[schema(value_type = Vec<schemas::IndexEntry>)]
    connectors: Vec<IndexEntry>,
}

/// What can be installed from the index of this installation
#[utoipa::path(get, path = "/connector-index", operation_id = "get_connector_index", tag = "catalogue",
    responses((status = 200, body = IndexList), Reading))]
async fn get_connector_index(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<IndexList>, Problem> {
    Ok(Json(IndexList { connectors: web.app.connector_index().await? }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FromIndexBody {
    #[serde(default)]
    name: String,
    /// The newest where it is left out.
    version: Option<String>,
    /// Whether flows may be published with it at once; yes unless said.
    enabled: Option<bool>,
}

/// Installs a version from the index, where its checksum is the one that stands there
#[utoipa::path(post, path = "/connectors/install-from-index", operation_id = "install_from_index", tag = "catalogue",
    request_body = FromIndexBody, responses((status = 200, body = schemas::InstalledConnector), Changing))]
async fn install_from_index(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Body(body): Body<FromIndexBody>,
) -> Result<Json<InstalledConnector>, Problem> {
    if body.name.is_empty() {
        let text = text!("Say with `name` which connector is meant", "請以 `name` 指定連接器");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "name_missing", text));
    }
    let enabled = body.enabled.unwrap_or(true);
    let installed =
        web.app.install_from_index(&body.name, body.version.as_deref(), enabled, &who.by()).await?;
    Ok(Json(installed))
}
