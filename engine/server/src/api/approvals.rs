//! Approvals: what waits for a person, and deciding it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{ApprovalId, Role, RunId, text};
use causeway_store::{ApprovalFilter, ApprovalRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Finding, Reading};
use super::{paging, run_list, schemas};
use crate::app::Decider;
use crate::auth::Viewer;
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(get_approval))
        .routes(routes!(decide_approval))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Approved,
    Rejected,
    TimedOut,
    /// The run ended first.
    Closed,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Closed => "closed",
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApprovalQuery {
    /// The same as `status=open`.
    #[serde(default)]
    open: bool,
    #[param(inline)]
    status: Option<Status>,
    /// The slug of a flow.
    flow: Option<String>,
    /// Of one run.
    #[param(value_type = Option<uuid::Uuid>)]
    run: Option<RunId>,
    /// Only what this one may decide: `me`, `user:<email>` or `role:<role>`.
    may_decide: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct ApprovalList {
    #[schema(value_type = Vec<schemas::Approval>)]
    approvals: Vec<ApprovalRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Approvals, newest first
///
/// With `may_decide` a page may hold less than `limit`, even nothing, while more follow: only an absent `next_cursor` is
/// the end.
#[utoipa::path(get, path = "/approvals", operation_id = "list_approvals", tag = "approvals", params(ApprovalQuery),
    responses((status = 200, body = ApprovalList), Finding))]
async fn list_approvals(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<ApprovalQuery>,
) -> Result<Json<ApprovalList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let flow = run_list::flow(&web.app, query.flow.as_deref()).await?;
    let filter = ApprovalFilter {
        status: query.status.or(query.open.then_some(Status::Open)).map(|status| status.name().to_owned()),
        flow,
        run: query.run,
        after: paging::after::<ApprovalId>(query.cursor.as_deref())?,
        limit,
    };
    let decider = match query.may_decide.as_deref() {
        None => None,
        Some("me") => Some(who.decider()),
        Some(named) => Some(decider(&web, named).await?),
    };
    let page = web.app.list_approvals(filter, decider.as_ref()).await?;
    let next_cursor = page.next.map(|id| paging::cursor(&id));
    Ok(Json(ApprovalList { approvals: page.approvals, next_cursor }))
}

/// Who `may_decide` names.
async fn decider(web: &Web, named: &str) -> Result<Decider, Problem> {
    let role = named.strip_prefix("role:").and_then(|role| role.parse::<Role>().ok());
    match (named.strip_prefix("user:"), role) {
        (Some(email), _) => Ok(web.app.decider_by_email(email).await?),
        (_, Some(role)) => Ok(Decider::Token { name: String::new(), role }),
        _ => Err(Problem::parameter(
            "may_decide",
            text!(
                "use `me`, `user:<email>` or `role:<role>`",
                "請使用 `me`、`user:<電子郵件>` 或 `role:<角色>`"
            ),
        )),
    }
}

/// One approval
#[utoipa::path(get, path = "/approvals/{approval}", operation_id = "get_approval", tag = "approvals",
    params(("approval" = uuid::Uuid, Path)), responses((status = 200, body = schemas::Approval), Reading))]
async fn get_approval(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(approval): Path<ApprovalId>,
) -> Result<Json<ApprovalRecord>, Problem> {
    Ok(Json(web.app.approval(approval).await?))
}

#[derive(Deserialize, ToSchema)]
struct DecisionBody {
    approved: bool,
    comment: Option<String>,
}

/// Decides, once
///
/// Who may is said by the approval's approvers, whatever the role.
#[utoipa::path(post, path = "/approvals/{approval}/decide", operation_id = "decide_approval", tag = "approvals",
    params(("approval" = uuid::Uuid, Path)), request_body = DecisionBody,
    responses((status = 200, body = schemas::Approval), Changing))]
async fn decide_approval(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Path(approval): Path<ApprovalId>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<ApprovalRecord>, Problem> {
    Ok(Json(web.app.decide(approval, body.approved, &who.decider(), body.comment).await?))
}
