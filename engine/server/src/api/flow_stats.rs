//! How the runs of each flow fared lately.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use causeway_model::text;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Reading;
use super::schemas;
use crate::app::{FlowStats, MOST_DAYS};
use crate::auth::Viewer;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_flow_stats))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct StatsQuery {
    /// With today; 7 unless said.
    #[param(minimum = 1, maximum = 90, value_type = Option<u32>)]
    days: u32,
    /// Whose days are told: an IANA name; Asia/Taipei unless said.
    timezone: Option<String>,
    /// Given once for each flow, up to 200 times; all flows in service unless said.
    #[param(value_type = Option<Vec<String>>)]
    slug: BTreeSet<String>,
}

/// Read by hand, since `slug` may come again and again.
impl<S: Send + Sync> FromRequestParts<S> for StatsQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut query = Self { days: 7, timezone: None, slug: BTreeSet::new() };
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "days" => query.days = days(&value)?,
                "timezone" => query.timezone = Some(value.into_owned()),
                "slug" => _ = query.slug.insert(value.into_owned()),
                _ => {
                    let name = name.replace('\0', "");
                    return Err(Problem::parameter(name, text!("it is not known here", "這裡沒有這個參數")));
                }
            }
        }
        Ok(query)
    }
}

fn days(value: &str) -> Result<u32, Problem> {
    let days = value.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    days.ok_or_else(|| {
        let why = text!("use a number from 1 to {MOST_DAYS}", "請使用 1 到 {MOST_DAYS} 的數字");
        Problem::parameter("days", why)
    })
}

#[derive(Serialize, ToSchema)]
struct FlowStatsList {
    #[schema(value_type = Vec<schemas::FlowStats>)]
    flows: Vec<FlowStats>,
}

/// How the runs of flows fared in the last days, by slug
///
/// Runs that finished; test runs are left out. Figures stay for 400 days, whatever is kept of the runs.
#[utoipa::path(get, path = "/flow-stats", operation_id = "list_flow_stats", tag = "watching", params(StatsQuery),
    responses((status = 200, body = FlowStatsList), Reading))]
async fn list_flow_stats(
    _: Viewer,
    State(web): State<Arc<Web>>,
    query: StatsQuery,
) -> Result<Json<FlowStatsList>, Problem> {
    let flows = web.app.flow_stats(&query.slug, query.days, query.timezone.as_deref()).await?;
    Ok(Json(FlowStatsList { flows }))
}
