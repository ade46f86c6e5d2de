//! Approvals: what waits for a person, and deciding it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::ApprovalId;
use causeway_store::ApprovalRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing, Reading};
use super::schemas;
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ApprovalQuery {
    /// Only those that wait for a decision.
    #[serde(default)]
    open: bool,
    /// 1 to 200; 50 unless said.
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct ApprovalList {
    #[schema(value_type = Vec<schemas::Approval>)]
    approvals: Vec<ApprovalRecord>,
}

/// Approvals, newest first
#[utoipa::path(get, path = "/approvals", operation_id = "list_approvals", tag = "approvals", params(ApprovalQuery),
    responses((status = 200, body = ApprovalList), Listing))]
async fn list_approvals(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<ApprovalQuery>,
) -> Result<Json<ApprovalList>, Problem> {
    let approvals = web.app.approvals(query.open, query.limit.unwrap_or(50)).await?;
    Ok(Json(ApprovalList { approvals }))
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
