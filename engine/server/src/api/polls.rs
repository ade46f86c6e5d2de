//! Polls: which flows ask a list again and again, and asking at once.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_model::Slug;
use causeway_store::PollRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::{paging, schemas};
use crate::auth::{Operator, Viewer};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_polls)).routes(routes!(poll_flow))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PollQuery {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct PollList {
    #[schema(value_type = Vec<schemas::Poll>)]
    polls: Vec<PollRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The flows that ask a system for new and changed records, when they do so next, and what came of it last
#[utoipa::path(get, path = "/polls", operation_id = "list_polls", tag = "flows",
    params(PollQuery), responses((status = 200, body = PollList), Listing))]
async fn list_polls(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<PollQuery>,
) -> Result<Json<PollList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let after = paging::after::<Slug>(query.cursor.as_deref())?;
    let page = web.app.list_polls(after.as_ref(), limit).await?;
    let next_cursor = paging::next(&page, |poll| poll.slug.clone());
    Ok(Json(PollList { polls: page.rows, next_cursor }))
}

/// Makes the flow's poll due now: a worker asks within a second
#[utoipa::path(post, path = "/flows/{slug}/poll", operation_id = "poll_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 202, body = schemas::Poll), Changing))]
async fn poll_flow(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<(StatusCode, Json<Option<PollRecord>>), Problem> {
    let poll = web.app.poll_now(&slug, &who.by()).await?;
    Ok((StatusCode::ACCEPTED, Json(poll)))
}
