//! What a connector shows of itself to people: its icon, and what its README says.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use causeway_model::Text;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::TextSchema;
use super::responses::Reading;
use crate::auth::Viewer;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_connector_icon)).routes(routes!(get_connector_readme))
}

/// A drawing and nothing else, whoever made the connector: it runs nothing and asks for nothing.
const DRAWING: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "image/svg+xml"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    (header::CACHE_CONTROL, "private, max-age=600"),
];

/// The icon of a connector
#[utoipa::path(get, path = "/connectors/{connector}/icon", operation_id = "get_connector_icon", tag = "catalogue",
    params(("connector" = String, Path)),
    responses((status = 200, content_type = "image/svg+xml", body = String), Reading))]
async fn get_connector_icon(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(connector): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((DRAWING, web.app.connector_icon(&connector).await?))
}

#[derive(Serialize, ToSchema)]
struct ConnectorReadme {
    /// Markdown; absent where it has none.
    #[schema(value_type = Option<TextSchema>)]
    readme: Option<Text>,
}

/// The README of a connector
#[utoipa::path(get, path = "/connectors/{connector}/readme", operation_id = "get_connector_readme", tag = "catalogue",
    params(("connector" = String, Path)), responses((status = 200, body = ConnectorReadme), Reading))]
async fn get_connector_readme(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(connector): Path<String>,
) -> Result<Json<ConnectorReadme>, Problem> {
    Ok(Json(ConnectorReadme { readme: web.app.connector_readme(&connector).await? }))
}
