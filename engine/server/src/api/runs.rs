//! Runs: starting, watching, cancelling, resuming, replaying. Lists of them stand in `run_list`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use causeway_model::{RunId, Slug, StepId, Value};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Previewing, Reading};
use super::schemas;
use crate::app::{ReplayPreview, ReplayRequest, ResumeRequest, Resumed, RunView, StartRequest, Started};
use crate::auth::{Operator, Viewer};
use crate::extract::{Body, Path, Query, text_header};
use crate::idempotency::KEY;
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(start_run))
        .routes(routes!(get_run))
        .routes(routes!(cancel_run))
        .routes(routes!(resume_run))
        .routes(routes!(dismiss_run))
        .routes(routes!(preview_replay, replay_run))
}

#[derive(Deserialize, ToSchema)]
struct StartBody {
    /// `trigger.input` of manual and called flows; the body of a webhook flow.
    #[serde(default)]
    input: Value,
    /// Begin at once, also outside of the flow's off-peak window.
    #[serde(default)]
    ignore_window: bool,
}

/// Starts a run of the published version
///
/// With an `Idempotency-Key`, a repeat within 7 days gives the first run of the flow, whoever asks.
#[utoipa::path(post, path = "/flows/{slug}/runs", operation_id = "start_run", tag = "runs",
    params(("slug" = String, Path)), request_body = StartBody,
    responses((status = 202, body = schemas::Started), Changing))]
async fn start_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
    Body(body): Body<StartBody>,
) -> Result<impl IntoResponse, Problem> {
    let key = text_header(&headers, KEY).map(str::to_owned);
    let request = StartRequest { input: body.input, key, ignore_window: body.ignore_window, by: who.by() };
    let started: Started = web.app.start(&slug, request).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(started.run))], Json(started)))
}

/// One run with its top-level steps
#[utoipa::path(get, path = "/runs/{run}", operation_id = "get_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), responses((status = 200, body = schemas::RunView), Reading))]
async fn get_run(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
) -> Result<Json<RunView>, Problem> {
    Ok(Json(web.app.run(run).await?))
}

#[derive(Deserialize, ToSchema)]
struct CancelBody {
    reason: Option<String>,
}

/// Asks a run to stop
#[utoipa::path(post, path = "/runs/{run}/cancel", operation_id = "cancel_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = CancelBody,
    responses((status = 202, description = "The run will stop"), Changing))]
async fn cancel_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<CancelBody>,
) -> Result<StatusCode, Problem> {
    web.app.cancel(run, &who.by(), body.reason).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
struct ResumeBody {
    /// On the newest published version instead of the failed run's own.
    #[serde(default)]
    newest: bool,
    /// Replaced inputs by step id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Object>)]
    edits: BTreeMap<StepId, Value>,
}

/// Goes on with a failed run, in a new one that keeps its finished outputs
#[utoipa::path(post, path = "/runs/{run}/resume", operation_id = "resume_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = ResumeBody,
    responses((status = 202, body = schemas::Resumed), Changing))]
async fn resume_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<ResumeBody>,
) -> Result<impl IntoResponse, Problem> {
    let request = ResumeRequest { newest: body.newest, edits: body.edits, by: who.by() };
    let resumed: Resumed = web.app.resume(run, request).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(resumed.run))], Json(resumed)))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct DismissBody {
    /// Why nothing more is to be done; kept with the run.
    pub reason: Option<String>,
}

/// Takes a failed run off the dead letters
#[utoipa::path(post, path = "/runs/{run}/dismiss", operation_id = "dismiss_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = DismissBody,
    responses((status = 204, description = "It is dismissed"), Changing))]
async fn dismiss_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<DismissBody>,
) -> Result<StatusCode, Problem> {
    web.app.dismiss(run, &who.by(), body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReplayQuery {
    /// On the newest published version instead of the run's own.
    #[serde(default)]
    newest: bool,
}

/// Which effects a replay would repeat
#[utoipa::path(get, path = "/runs/{run}/replay", operation_id = "preview_replay", tag = "runs",
    params(("run" = uuid::Uuid, Path), ReplayQuery),
    responses((status = 200, body = schemas::ReplayPreview), Previewing))]
async fn preview_replay(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Query(query): Query<ReplayQuery>,
) -> Result<Json<ReplayPreview>, Problem> {
    Ok(Json(web.app.preview_replay(run, query.newest).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct ReplayBody {
    /// On the newest published version instead of the run's own.
    #[serde(default)]
    pub newest: bool,
}

/// Replays a run, whether as a run or as a dead letter; an `Idempotency-Key` gives the first replay.
pub(super) async fn replay(
    web: &Web,
    run: RunId,
    headers: &HeaderMap,
    newest: bool,
    by: String,
) -> Result<impl IntoResponse + use<>, Problem> {
    let key = text_header(headers, KEY).map(str::to_owned);
    let started = web.app.replay(run, ReplayRequest { newest, key, by }).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(started.run))], Json(started)))
}

/// Runs again from the same trigger event, every effect included
#[utoipa::path(post, path = "/runs/{run}/replay", operation_id = "replay_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = ReplayBody,
    responses((status = 202, body = schemas::Started), Changing))]
async fn replay_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    headers: HeaderMap,
    Body(body): Body<ReplayBody>,
) -> Result<impl IntoResponse, Problem> {
    replay(&web, run, &headers, body.newest, who.by()).await
}
