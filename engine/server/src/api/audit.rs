//! The audit trail: who changed what.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::Time;
use causeway_store::{AuditFilter, AuditRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Listing;
use super::{paging, schemas};
use crate::auth::Admin;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_audit_entries))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Who did it, such as `user:lin@example.com`.
    by: Option<String>,
    /// What it was done to: `flow`, or `flow:<slug>`.
    subject: Option<String>,
    /// What was done: `flow`, or `flow.published`.
    action: Option<String>,
    /// At this time or later.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    from: Option<Time>,
    /// Before this time.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    to: Option<Time>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct AuditList {
    #[schema(value_type = Vec<schemas::AuditEntry>)]
    entries: Vec<AuditRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who changed what, newest first
#[utoipa::path(get, path = "/audit", operation_id = "list_audit_entries", tag = "people", params(AuditQuery),
    responses((status = 200, body = AuditList), Listing))]
async fn list_audit_entries(
    _: Admin,
    State(web): State<Arc<Web>>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let filter = AuditFilter {
        by: query.by,
        subject: query.subject,
        action: query.action,
        from: query.from,
        to: query.to,
        before: paging::after(query.cursor.as_deref())?,
        limit,
    };
    let page = web.app.list_audit(filter).await?;
    let next_cursor = paging::next(&page, |entry| entry.id);
    Ok(Json(AuditList { entries: page.rows, next_cursor }))
}
