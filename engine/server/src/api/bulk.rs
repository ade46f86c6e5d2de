//! The same thing done to many runs. Look first with the preview, then confirm the number that was seen.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use causeway_model::{RunId, text};
use causeway_store::RunFilter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Changing;
use super::run_list::Which;
use super::{paging, schemas};
use crate::app::{App, BulkAction, BulkPreview, BulkRequest, BulkResult, Error};
use crate::auth::Operator;
use crate::extract::{Body, text_header};
use crate::idempotency::KEY;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(preview_act_on_runs)).routes(routes!(act_on_runs))
}

/// How many runs may be named, and how many are done in one call.
const MOST_RUNS: u64 = 1000;

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    Resume,
    Replay,
    Cancel,
    Dismiss,
}

/// Runs named one by one, or by the filter of the list; exactly one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewBody {
    action: Action,
    /// At most 1,000.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 1000)]
    ids: Option<Vec<RunId>>,
    /// As `GET /runs` takes it, with at least one condition.
    filter: Option<Which>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActBody {
    action: Action,
    /// At most 1,000.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 1000)]
    ids: Option<Vec<RunId>>,
    /// As `GET /runs` takes it, with at least one condition.
    filter: Option<Which>,
    /// `count` of the preview: where more runs are found, nothing is done. Needed with a filter.
    expected: Option<u64>,
    /// `newest_run` of the preview: later runs are left alone.
    #[schema(value_type = Option<uuid::Uuid>)]
    newest_run: Option<RunId>,
    /// Resume and replay on the newest published version instead of each run's own.
    #[serde(default)]
    newest: bool,
    /// Why, of cancels and dismissals.
    reason: Option<String>,
    /// How many are done in this call: 1 to 1,000; 200 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
    /// `next_cursor` of the call before.
    cursor: Option<String>,
}

impl Action {
    fn with(self, newest: bool, reason: Option<String>) -> BulkAction {
        match self {
            Self::Resume => BulkAction::Resume { newest },
            Self::Replay => BulkAction::Replay { newest },
            Self::Cancel => BulkAction::Cancel { reason },
            Self::Dismiss => BulkAction::Dismiss { reason },
        }
    }
}

async fn selected(app: &App, ids: Option<Vec<RunId>>, which: Option<Which>) -> Result<RunFilter, Problem> {
    match (ids, which) {
        (Some(ids), None) if (1..=MOST_RUNS).contains(&(ids.len() as u64)) => {
            Ok(RunFilter { ids: Some(ids), ..RunFilter::default() })
        }
        (None, Some(which)) if !which.is_everything() => which.filter(app).await,
        _ => Err(Error::invalid(
            "selection_invalid",
            text!(
                "Name 1 to {MOST_RUNS} runs by `ids`, or give a `filter` with at least one condition, but not both",
                "請以 `ids` 指定 1 到 {MOST_RUNS} 個執行，或提供至少一個條件的 `filter`，兩者擇一"
            ),
        )
        .into()),
    }
}

/// How many runs it would be done to, of which flows, and what would happen again
#[utoipa::path(post, path = "/runs/bulk/preview", operation_id = "preview_act_on_runs", tag = "runs",
    request_body = PreviewBody, responses((status = 200, body = schemas::BulkPreview), Changing))]
async fn preview_act_on_runs(
    _: Operator,
    State(web): State<Arc<Web>>,
    Body(body): Body<PreviewBody>,
) -> Result<Json<BulkPreview>, Problem> {
    let runs = selected(&web.app, body.ids, body.filter).await?;
    Ok(Json(web.app.preview_bulk(&body.action.with(false, None), runs).await?))
}

#[derive(Serialize, ToSchema)]
struct ActedOn {
    /// How many were done in this call.
    done: u64,
    /// How many were refused, each with its reason.
    refused: u64,
    #[schema(value_type = Vec<schemas::BulkResult>)]
    results: Vec<BulkResult>,
    /// Give it as `cursor` to go on; absent when all are done.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Resumes, replays, cancels or dismisses many runs, newest first
///
/// Each is done or refused by itself. Never more than `expected` are there when it begins.
#[utoipa::path(post, path = "/runs/bulk", operation_id = "act_on_runs", tag = "runs",
    request_body = ActBody, responses((status = 200, body = ActedOn), Changing))]
async fn act_on_runs(
    Operator(who): Operator,
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    Body(body): Body<ActBody>,
) -> Result<Json<ActedOn>, Problem> {
    let limit = paging::limit(body.limit, 200, MOST_RUNS)?;
    let before = paging::after::<RunId>(body.cursor.as_deref())?;
    let named = body.ids.as_ref().map(|ids| ids.len() as u64);
    let runs = selected(&web.app, body.ids, body.filter).await?;
    let expected = body.expected.or(named).ok_or_else(|| {
        Error::invalid(
            "expected_missing",
            text!(
                "Say in `expected` how many runs you saw; the preview tells it",
                "請在 `expected` 填入您看到的執行數量，可由預覽取得"
            ),
        )
    })?;
    let request = BulkRequest {
        action: body.action.with(body.newest, body.reason),
        runs: RunFilter { before, limit, newest: body.newest_run, ..runs },
        expected,
        key: text_header(&headers, KEY).map(str::to_owned),
        by: who.by(),
    };
    let done = web.app.act_on_runs(request).await?;
    let refused = done.results.iter().filter(|result| !result.ok).count() as u64;
    Ok(Json(ActedOn {
        done: done.results.len() as u64 - refused,
        refused,
        next_cursor: done.next.map(|next| paging::cursor(&next)),
        results: done.results,
    }))
}
