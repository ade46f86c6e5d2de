//! The list of runs, and the filter that bulk operations share with it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{RunId, RunMode, RunStatus, Slug, StepId, Time, TriggerKind, text};
use causeway_store::{RunFilter, RunRecord, id_digits};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Finding;
use super::{paging, schemas};
use crate::app::{App, FoundRuns};
use crate::auth::Viewer;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Web;

/// Characters of `text`.
const LONGEST_TEXT: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_runs))
}

/// Which runs; all of them where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = RunFilter)]
pub(super) struct Which {
    /// The slug of a flow.
    pub flow: Option<String>,
    /// A version of the flow, which must be named too.
    pub version: Option<i32>,
    #[schema(value_type = Option<schemas::RunStatus>)]
    pub status: Option<RunStatus>,
    #[schema(value_type = Option<schemas::RunMode>)]
    pub mode: Option<RunMode>,
    #[schema(value_type = Option<schemas::TriggerKind>)]
    pub trigger: Option<TriggerKind>,
    /// Made at this time or later.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub from: Option<Time>,
    /// Made before this time.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub to: Option<Time>,
    /// The run of this trigger event, and its replays and resumes.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub trigger_event: Option<RunId>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub resumed_from: Option<RunId>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub replayed_from: Option<RunId>,
    /// The code of the error that failed it.
    pub error_code: Option<String>,
    /// The step that failed it.
    #[schema(value_type = Option<String>)]
    pub failed_step: Option<StepId>,
    /// At least 4 digits of its id, next to each other.
    pub id: Option<String>,
    /// Only failed runs that wait for a person: none took over, nobody dismissed them.
    pub dead_letters: bool,
    /// Only failed runs that somebody dismissed.
    pub dismissed: bool,
}

impl Which {
    pub(super) fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    pub(super) async fn filter(self, app: &App) -> Result<RunFilter, Problem> {
        let flow = flow(app, self.flow.as_deref()).await?;
        if self.version.is_some() && flow.is_none() {
            let why = text!("name the flow too", "請同時指定流程");
            return Err(Problem::parameter("version", why));
        }
        let digits = |text: String| {
            id_digits(&text).ok_or_else(|| {
                Problem::parameter(
                    "id",
                    text!("use 4 to 32 hexadecimal digits of an id", "請使用編號中 4 到 32 個十六進位數字"),
                )
            })
        };
        Ok(RunFilter {
            flow,
            version: self.version,
            status: self.status,
            mode: self.mode,
            trigger: self.trigger,
            from: self.from,
            to: self.to,
            trigger_event: self.trigger_event,
            resumed_from: self.resumed_from,
            replayed_from: self.replayed_from,
            error_code: self.error_code,
            failed_step: self.failed_step,
            id_digits: self.id.map(digits).transpose()?,
            dead_letters: self.dead_letters,
            dismissed: self.dismissed,
            ..RunFilter::default()
        })
    }
}

/// The flow that a filter names, if any.
pub(super) async fn flow(app: &App, slug: Option<&str>) -> Result<Option<causeway_model::FlowId>, Problem> {
    let Some(slug) = slug else { return Ok(None) };
    let slug: Slug =
        slug.parse().map_err(|error: causeway_model::InvalidName| Problem::parameter("flow", error.rule))?;
    Ok(Some(app.flow(&slug).await?.id))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    /// The slug of a flow.
    flow: Option<String>,
    /// A version of the flow, which must be named too.
    version: Option<i32>,
    #[param(inline, value_type = Option<schemas::RunStatus>)]
    status: Option<RunStatus>,
    #[param(inline, value_type = Option<schemas::RunMode>)]
    mode: Option<RunMode>,
    #[param(inline, value_type = Option<schemas::TriggerKind>)]
    trigger: Option<TriggerKind>,
    /// Made at this time or later.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    from: Option<Time>,
    /// Made before this time.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    to: Option<Time>,
    /// The run of this trigger event, and its replays and resumes.
    #[param(value_type = Option<uuid::Uuid>)]
    trigger_event: Option<RunId>,
    #[param(value_type = Option<uuid::Uuid>)]
    resumed_from: Option<RunId>,
    #[param(value_type = Option<uuid::Uuid>)]
    replayed_from: Option<RunId>,
    /// The code of the error that failed it.
    error_code: Option<String>,
    /// The step that failed it.
    #[param(value_type = Option<String>)]
    failed_step: Option<StepId>,
    /// A text in what came in, in letters of any size: in the body or the input, or in parameters of the address. 2,000 runs of
    /// the rest of the filter are looked through for one answer: `looked_at` says where there are more.
    #[param(min_length = 1, max_length = 200)]
    text: Option<String>,
    /// At least 4 digits of its id, next to each other.
    id: Option<String>,
    /// Only failed runs that wait for a person: none took over, nobody dismissed them.
    #[serde(default)]
    dead_letters: bool,
    /// Only failed runs that somebody dismissed.
    #[serde(default)]
    dismissed: bool,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct RunList {
    #[schema(value_type = Vec<schemas::Run>)]
    runs: Vec<RunRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// With `text`, where not all runs were looked through: how many were. `next_cursor` goes on after them.
    #[serde(skip_serializing_if = "Option::is_none")]
    looked_at: Option<u64>,
}

/// Runs, newest first
#[utoipa::path(get, path = "/runs", operation_id = "list_runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = RunList), Finding))]
async fn list_runs(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let before = paging::after::<RunId>(query.cursor.as_deref())?;
    let which = Which {
        flow: query.flow,
        version: query.version,
        status: query.status,
        mode: query.mode,
        trigger: query.trigger,
        from: query.from,
        to: query.to,
        trigger_event: query.trigger_event,
        resumed_from: query.resumed_from,
        replayed_from: query.replayed_from,
        error_code: query.error_code,
        failed_step: query.failed_step,
        id: query.id,
        dead_letters: query.dead_letters,
        dismissed: query.dismissed,
    };
    let filter = RunFilter { before, limit, ..which.filter(&web.app).await? };
    if let Some(text) = query.text {
        let length = text.chars().count();
        if !(1..=LONGEST_TEXT).contains(&length) {
            let why = text!("use 1 to {LONGEST_TEXT} characters", "請使用 1 到 {LONGEST_TEXT} 個字");
            return Err(Problem::parameter("text", why));
        }
        let FoundRuns { runs, next, looked_at } = web.app.find_runs(filter, &text).await?;
        return Ok(Json(RunList { runs, next_cursor: next.as_ref().map(paging::cursor), looked_at }));
    }
    let page = web.app.list_runs(filter).await?;
    let next_cursor = paging::next(&page, |run| run.id);
    Ok(Json(RunList { runs: page.rows, next_cursor, looked_at: None }))
}
