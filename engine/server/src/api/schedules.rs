//! Schedules: what a cron expression means, and which flows start when.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::schemas;
use crate::app::{PreviewRequest, SchedulePreview, ScheduleView};
use crate::auth::Viewer;
use crate::extract::Body;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_schedules)).routes(routes!(preview_schedule))
}

#[derive(Serialize, ToSchema)]
struct ScheduleList {
    #[schema(value_type = Vec<schemas::Schedule>)]
    schedules: Vec<ScheduleView>,
}

/// The flows that start at fixed times, with what that means, when they start next and when they did last
#[utoipa::path(get, path = "/schedules", operation_id = "list_schedules", tag = "flows",
    responses((status = 200, body = ScheduleList), Listing))]
async fn list_schedules(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<ScheduleList>, Problem> {
    Ok(Json(ScheduleList { schedules: web.app.schedules().await? }))
}

#[derive(Deserialize, ToSchema)]
struct PreviewBody {
    /// Unix cron: five fields, or six with seconds in front.
    cron: String,
    /// An IANA name; Asia/Taipei where it is absent.
    timezone: Option<String>,
    /// How many times: 1 to 100; 5 unless said.
    count: Option<usize>,
}

/// What a cron expression means, in a sentence and by its next times
#[utoipa::path(post, path = "/schedules/preview", operation_id = "preview_schedule", tag = "flows",
    request_body = PreviewBody, responses((status = 200, body = schemas::SchedulePreview), Changing))]
async fn preview_schedule(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Body(body): Body<PreviewBody>,
) -> Result<Json<SchedulePreview>, Problem> {
    let request = PreviewRequest { cron: body.cron, timezone: body.timezone, count: body.count };
    Ok(Json(web.app.preview_schedule(&request)?))
}
