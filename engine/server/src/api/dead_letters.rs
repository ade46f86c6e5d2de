//! Dead letters: runs that gave up and wait for a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use causeway_model::{RunId, StepId, Time, Value, text};
use causeway_store::{IN_DOUBT, RunFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Finding, Reading};
use super::run_list::Which;
use super::runs::{DismissBody, ReplayBody};
use super::{paging, runs, schemas};
use crate::app::{DeadLetter, DeadLetterView, LetterState, ResumeRequest};
use crate::auth::{Operator, Viewer};
use crate::extract::{Body, Path, Query};
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_dead_letters))
        .routes(routes!(get_dead_letter))
        .routes(routes!(resume_dead_letter))
        .routes(routes!(replay_dead_letter))
        .routes(routes!(dismiss_dead_letter))
        .routes(routes!(undismiss_dead_letter))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LetterQuery {
    /// The slug of a flow.
    flow: Option<String>,
    /// The code of the error that failed it.
    error_code: Option<String>,
    /// Only those whose failed call may have happened.
    #[serde(default)]
    may_have_happened: bool,
    /// `open` unless said.
    #[serde(default)]
    #[param(inline)]
    state: LetterStateName,
    /// Made at this time or later.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    from: Option<Time>,
    /// Made before this time.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    to: Option<Time>,
    /// At least 4 digits of the run's id, next to each other.
    id: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LetterStateName {
    /// They wait for a person.
    #[default]
    Open,
    /// Another run took over: a resume, or a replay that succeeded.
    Replayed,
    Dismissed,
}

impl From<LetterStateName> for LetterState {
    fn from(name: LetterStateName) -> Self {
        match name {
            LetterStateName::Open => Self::Open,
            LetterStateName::Replayed => Self::Replayed,
            LetterStateName::Dismissed => Self::Dismissed,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct LetterList {
    #[schema(value_type = Vec<schemas::DeadLetter>)]
    dead_letters: Vec<DeadLetter>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Runs that gave up and wait for a person, or what became of them, newest first
#[utoipa::path(get, path = "/dead-letters", operation_id = "list_dead_letters", tag = "runs", params(LetterQuery),
    responses((status = 200, body = LetterList), Finding))]
async fn list_dead_letters(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<LetterQuery>,
) -> Result<Json<LetterList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let before = paging::after::<RunId>(query.cursor.as_deref())?;
    if query.may_have_happened && query.error_code.as_deref().is_some_and(|code| code != IN_DOUBT) {
        let why =
            text!("`may_have_happened` asks for another code", "`may_have_happened` 已指定另一個錯誤代碼");
        return Err(Problem::parameter("error_code", why));
    }
    let in_doubt = query.may_have_happened.then(|| IN_DOUBT.to_owned());
    let which = Which {
        flow: query.flow,
        error_code: in_doubt.or(query.error_code),
        from: query.from,
        to: query.to,
        id: query.id,
        ..Which::default()
    };
    let filter = RunFilter { before, limit, ..which.filter(&web.app).await? };
    let page = web.app.dead_letters(query.state.into(), filter).await?;
    let next_cursor = paging::next(&page, |letter| letter.run.id);
    Ok(Json(LetterList { dead_letters: page.rows, next_cursor }))
}

/// One dead letter, with the failed step's input as it was sent, which may be edited
#[utoipa::path(get, path = "/dead-letters/{run}", operation_id = "get_dead_letter", tag = "runs",
    params(("run" = uuid::Uuid, Path)), responses((status = 200, body = schemas::DeadLetterView), Reading))]
async fn get_dead_letter(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
) -> Result<Json<DeadLetterView>, Problem> {
    Ok(Json(web.app.dead_letter(run).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeLetterBody {
    /// On the newest published version instead of the failed run's own.
    #[serde(default)]
    newest: bool,
    /// Replaces the failed step's input; left out, it stays as it was.
    input: Option<Value>,
    /// Replaced inputs of other steps, by step id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    edits: BTreeMap<StepId, Value>,
}

/// Goes on with it in a new run that keeps what was finished
///
/// A text that shows `{{ secret.x }}` and is left as it is stands for the secret again.
#[utoipa::path(post, path = "/dead-letters/{run}/resume", operation_id = "resume_dead_letter", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = ResumeLetterBody,
    responses((status = 202, body = schemas::Resumed), Changing))]
async fn resume_dead_letter(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<ResumeLetterBody>,
) -> Result<impl IntoResponse, Problem> {
    let request = ResumeRequest { newest: body.newest, edits: body.edits, by: who.by() };
    let resumed = web.app.resume_dead_letter(run, body.input, request).await?;
    Ok((StatusCode::ACCEPTED, [(RUN_HEADER, run_header(resumed.run))], Json(resumed)))
}

/// Runs again from the same trigger event, every effect included; once that succeeds, it is no open dead letter any more
#[utoipa::path(post, path = "/dead-letters/{run}/replay", operation_id = "replay_dead_letter", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = ReplayBody,
    responses((status = 202, body = schemas::Started), Changing))]
async fn replay_dead_letter(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    headers: HeaderMap,
    Body(body): Body<ReplayBody>,
) -> Result<impl IntoResponse, Problem> {
    runs::replay(&web, run, &headers, body.newest, who.by()).await
}

/// Takes it off the list: nothing more is to be done
#[utoipa::path(post, path = "/dead-letters/{run}/dismiss", operation_id = "dismiss_dead_letter", tag = "runs",
    params(("run" = uuid::Uuid, Path)), request_body = DismissBody,
    responses((status = 204, description = "It is dismissed"), Changing))]
async fn dismiss_dead_letter(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Body(body): Body<DismissBody>,
) -> Result<StatusCode, Problem> {
    web.app.dismiss(run, &who.by(), body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a dismissed one back onto the list
#[utoipa::path(post, path = "/dead-letters/{run}/undismiss", operation_id = "undismiss_dead_letter", tag = "runs",
    params(("run" = uuid::Uuid, Path)),
    responses((status = 204, description = "It waits for a person again"), Changing))]
async fn undismiss_dead_letter(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
) -> Result<StatusCode, Problem> {
    web.app.undismiss(run, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
