//! What happened inside a run: its timeline, and the items of its loops.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{Entry, Frame, RunId, StepId};
use causeway_store::JournalPage;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Reading;
use super::{paging, schemas};
use crate::app::{ItemPage, ItemQuery, ItemStatus};
use crate::auth::Viewer;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_timeline)).routes(routes!(list_items))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TimelineQuery {
    /// What happened inside of loops too.
    #[serde(default)]
    frames: bool,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 1,000; 200 unless said.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

#[derive(Serialize)]
struct TimelineBody {
    entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct ItemBody {
    #[serde(flatten)]
    page: ItemPage,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
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
) -> Result<Json<TimelineBody>, Problem> {
    let limit = paging::limit(query.limit, 200, 1000)?;
    let from = paging::after(query.cursor.as_deref())?;
    let JournalPage { entries, next } = web.app.timeline(run, query.frames, from, limit).await?;
    Ok(Json(TimelineBody { entries, next_cursor: next.map(|next| paging::cursor(&next)) }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Of a loop inside of another: the outer item, such as `lines[3]`.
    #[serde(default)]
    frame: String,
    /// Settled items of this kind only. Such a page may be short, since no more than 10,000 are looked through for it: go on
    /// as long as there is a cursor.
    status: Option<ItemStatus>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 1,000; 100 unless said.
    #[param(minimum = 1, maximum = 1000)]
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
) -> Result<Json<ItemBody>, Problem> {
    let frame = Frame::from(query.frame);
    let limit = paging::limit(query.limit, 100, 1000)?;
    let after = paging::after(query.cursor.as_deref())?.unwrap_or(0);
    let page = web.app.items(run, ItemQuery { step, frame, status: query.status, after, limit }).await?;
    let next_cursor = page.next.map(|next| paging::cursor(&next));
    Ok(Json(ItemBody { page: ItemPage { next: None, ..page }, next_cursor }))
}
