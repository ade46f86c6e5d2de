//! How the company's flows fare: one page of figures.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Reading;
use super::schemas;
use crate::app::Overview;
use crate::auth::Viewer;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_overview))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// 1 (the last 24 hours), 7, 28 or 90 (with today); 7 unless said.
    days: Option<u32>,
    /// Whose days are told: an IANA name; Asia/Taipei unless said.
    timezone: Option<String>,
}

/// How runs fared lately, how long they took, and what waits for somebody
///
/// Runs that finished; test runs are left out. Figures stay for 400 days, whatever is kept of the runs.
#[utoipa::path(get, path = "/overview", operation_id = "get_overview", tag = "watching", params(OverviewQuery),
    responses((status = 200, body = schemas::Overview), Reading))]
async fn get_overview(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<OverviewQuery>,
) -> Result<Json<Overview>, Problem> {
    Ok(Json(web.app.overview(query.days.unwrap_or(7), query.timezone.as_deref()).await?))
}
