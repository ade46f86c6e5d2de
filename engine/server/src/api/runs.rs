//! Runs: starting, watching, cancelling, resuming, replaying. Dead letters are the failed runs that nobody resumed.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::IntoResponse;
use causeway_model::{RunId, RunMode, RunStatus, Slug, StepId, Value, text};
use causeway_store::{RunFilter, RunRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing, Reading};
use super::schemas;
use crate::app::{Error, ReplayPreview, ResumeRequest, Resumed, RunView, StartRequest, Started};
use crate::auth::{Operator, Viewer};
use crate::extract::{Body, Path, Query, text_header};
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(start_run))
        .routes(routes!(list_runs))
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
/// With an `Idempotency-Key`, a repeat within 7 days gives the first run.
#[utoipa::path(post, path = "/flows/{slug}/runs", operation_id = "start_run", tag = "runs",
    params(("slug" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = StartBody,
    responses((status = 202, body = schemas::Started), Changing))]
async fn start_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
    Body(body): Body<StartBody>,
) -> Result<impl IntoResponse, Problem> {
    let key = text_header(&headers, HeaderName::from_static("idempotency-key")).map(str::to_owned);
    let request = StartRequest { input: body.input, key, ignore_window: body.ignore_window, by: who.by() };
    let started: Started = web.app.start(&slug, request).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(started.run))], Json(started)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    /// The slug of a flow.
    flow: Option<String>,
    /// One of the statuses.
    status: Option<String>,
    /// `normal` or `test`; both unless said.
    mode: Option<String>,
    /// Only failed runs that nobody resumed or dismissed; test runs are none.
    #[serde(default)]
    dead_letters: bool,
    /// `next` of the page before.
    #[param(value_type = Option<uuid::Uuid>)]
    before: Option<RunId>,
    /// 1 to 200; 50 unless said.
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct RunList {
    #[schema(value_type = Vec<schemas::Run>)]
    runs: Vec<RunRecord>,
    /// Give it as `before` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    next: Option<RunId>,
}

/// Runs, newest first
#[utoipa::path(get, path = "/runs", operation_id = "list_runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = RunList), Listing))]
async fn list_runs(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunList>, Problem> {
    let flow = match query.flow {
        Some(slug) => Some(web.app.flow(&slug.parse::<Slug>().map_err(Error::from)?).await?.id),
        None => None,
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let status = query.status.as_deref().map(status).transpose()?;
    let mode = query.mode.as_deref().map(mode).transpose()?;
    let dead_letters = query.dead_letters;
    let filter = RunFilter { flow, status, mode, dead_letters, before: query.before, limit };
    let runs = web.app.runs(filter).await?;
    let next = runs.last().filter(|_| runs.len() as u64 == limit).map(|run| run.id);
    Ok(Json(RunList { runs, next }))
}

fn mode(name: &str) -> Result<RunMode, Error> {
    RunMode::from_name(name).ok_or_else(|| {
        Error::invalid(
            "mode_unknown",
            text!(
                "There is no mode `{name}`; use normal or test",
                "沒有「{name}」這個模式，可用的有：normal、test"
            ),
        )
    })
}

fn status(name: &str) -> Result<RunStatus, Error> {
    RunStatus::from_name(name).ok_or_else(|| {
        let known = RunStatus::ALL.iter().map(|status| status.name()).collect::<Vec<_>>().join(", ");
        Error::invalid(
            "status_unknown",
            text!(
                "There is no status `{name}`; use one of {known}",
                "沒有「{name}」這個狀態，可用的有：{known}"
            ),
        )
    })
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

/// Takes a failed run off the dead letters
#[utoipa::path(post, path = "/runs/{run}/dismiss", operation_id = "dismiss_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), responses((status = 204, description = "It is dismissed"), Changing))]
async fn dismiss_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
) -> Result<StatusCode, Problem> {
    web.app.dismiss(run, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReplayQuery {
    /// On the newest published version instead of the run's own.
    #[serde(default)]
    newest: bool,
}

/// Which effects a replay would repeat
#[utoipa::path(get, path = "/runs/{run}/replay", operation_id = "preview_replay", tag = "runs",
    params(("run" = uuid::Uuid, Path), ReplayQuery),
    responses((status = 200, body = schemas::ReplayPreview), Reading))]
async fn preview_replay(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Query(query): Query<ReplayQuery>,
) -> Result<Json<ReplayPreview>, Problem> {
    Ok(Json(web.app.preview_replay(run, query.newest).await?))
}

#[derive(Deserialize, ToSchema)]
struct ReplayBody {
    /// On the newest published version instead of the run's own.
    #[serde(default)]
    newest: bool,
}

/// Runs again from the same trigger event, every effect included
#[utoipa::path(post, path = "/runs/{run}/replay", operation_id = "replay_run", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = ReplayBody,
    responses((status = 202, body = schemas::Started), Changing))]
async fn replay_run(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<ReplayBody>,
) -> Result<impl IntoResponse, Problem> {
    let started = web.app.replay(run, body.newest, &who.by()).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(started.run))], Json(started)))
}
