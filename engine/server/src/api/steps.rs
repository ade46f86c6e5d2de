//! What happened inside a run: its timeline, and the items of its loops.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{Frame, RunId, StepId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Reading;
use super::schemas;
use crate::app::{ItemPage, ItemQuery, TimelinePage};
use crate::auth::Viewer;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_timeline)).routes(routes!(list_items))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TimelineQuery {
    /// What happened inside of loops too.
    #[serde(default)]
    frames: bool,
    /// `next` of the page before.
    #[serde(default)]
    after: u64,
    /// 1 to 1,000; 200 unless said.
    limit: Option<u64>,
}

/// What the run did, in order
#[utoipa::path(get, path = "/runs/{run}/timeline", operation_id = "get_timeline", tag = "runs",
    params(("run" = uuid::Uuid, Path), TimelineQuery),
    responses((status = 200, body = schemas::Timeline), Reading))]
async fn get_timeline(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<TimelinePage>, Problem> {
    let limit = query.limit.unwrap_or(200);
    Ok(Json(web.app.timeline(run, query.frames, query.after, limit).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Of a loop inside of another: the outer item, such as `lines[3]`.
    #[serde(default)]
    frame: String,
    /// `next` of the page before.
    #[serde(default)]
    after: u64,
    /// 1 to 1,000; 100 unless said.
    limit: Option<u64>,
}

/// The items of a loop
#[utoipa::path(get, path = "/runs/{run}/steps/{step}/items", operation_id = "list_items", tag = "runs",
    params(("run" = uuid::Uuid, Path), ("step" = String, Path), PageQuery),
    responses((status = 200, body = schemas::ItemPage), Reading))]
async fn list_items(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((run, step)): Path<(RunId, StepId)>,
    Query(query): Query<PageQuery>,
) -> Result<Json<ItemPage>, Problem> {
    let frame = Frame::from(query.frame);
    let query = ItemQuery { step, frame, after: query.after, limit: query.limit.unwrap_or(100) };
    Ok(Json(web.app.items(run, query).await?))
}
