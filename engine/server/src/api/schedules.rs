//! Schedules: what a cron expression means, and which flows start when.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::Slug;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::{paging, schemas};
use crate::app::{PreviewRequest, SchedulePreview, ScheduleView};
use crate::auth::Viewer;
use crate::extract::{Body, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_schedules)).routes(routes!(preview_schedule))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ScheduleQuery {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct ScheduleList {
    #[schema(value_type = Vec<schemas::Schedule>)]
    schedules: Vec<ScheduleView>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The flows that start at fixed times, with what that means, when they start next and when they did last
#[utoipa::path(get, path = "/schedules", operation_id = "list_schedules", tag = "flows",
    params(ScheduleQuery), responses((status = 200, body = ScheduleList), Listing))]
async fn list_schedules(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<ScheduleQuery>,
) -> Result<Json<ScheduleList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let after = paging::after::<Slug>(query.cursor.as_deref())?;
    let page = web.app.list_schedules(after.as_ref(), limit).await?;
    let next_cursor = page.next.map(|slug| paging::cursor(&slug));
    Ok(Json(ScheduleList { schedules: page.schedules, next_cursor }))
}

#[derive(Deserialize, ToSchema)]
struct SchedulePreviewBody {
    /// Unix cron: five fields, or six with seconds in front.
    cron: String,
    /// An IANA name; Asia/Taipei where it is absent.
    timezone: Option<String>,
    /// How many times: 1 to 100; 5 unless said.
    count: Option<usize>,
}

/// What a cron expression means, in a sentence and by its next times
#[utoipa::path(post, path = "/schedules/preview", operation_id = "preview_schedule", tag = "flows",
    request_body = SchedulePreviewBody, responses((status = 200, body = schemas::SchedulePreview), Changing))]
async fn preview_schedule(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Body(body): Body<SchedulePreviewBody>,
) -> Result<Json<SchedulePreview>, Problem> {
    let request = PreviewRequest { cron: body.cron, timezone: body.timezone, count: body.count };
    Ok(Json(web.app.preview_schedule(&request)?))
}
