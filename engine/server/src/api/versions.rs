//! Published versions of a flow.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_document::Diff;
use causeway_model::{Flow, Slug};
use causeway_store::VersionRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Document, Reading};
use super::tagged::Tagged;
use super::{paging, schemas};
use crate::app::{Edition, SavedDraft};
use crate::auth::{Editor, Viewer};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_versions))
        .routes(routes!(get_version))
        .routes(routes!(diff_versions))
        .routes(routes!(restore_version))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct VersionList {
    #[schema(value_type = Vec<schemas::FlowVersion>)]
    versions: Vec<VersionRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The versions of a flow, newest first
#[utoipa::path(get, path = "/flows/{slug}/versions", operation_id = "list_versions", tag = "flows",
    params(("slug" = String, Path), VersionQuery), responses((status = 200, body = VersionList), Reading))]
async fn list_versions(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<VersionList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let before = paging::after::<i32>(query.cursor.as_deref())?;
    let page = web.app.list_versions(&slug, before, limit).await?;
    let next_cursor = paging::next(&page, |version| version.version);
    Ok(Json(VersionList { versions: page.rows, next_cursor }))
}

/// The document of a version
#[utoipa::path(get, path = "/flows/{slug}/versions/{version}", operation_id = "get_version", tag = "flows",
    params(("slug" = String, Path), ("version" = i32, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = Object, headers(("ETag" = String))), Document))]
async fn get_version(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((slug, version)): Path<(Slug, i32)>,
) -> Result<Tagged<Flow>, Problem> {
    Ok(Tagged(web.app.document(&slug, Edition::Version(version)).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DiffQuery {
    /// A version's number, or `draft`.
    from: String,
    /// A version's number, or `draft`.
    to: String,
}

/// What changed between two versions
#[utoipa::path(get, path = "/flows/{slug}/diff", operation_id = "diff_versions", tag = "flows",
    params(("slug" = String, Path), DiffQuery), responses((status = 200, body = schemas::Diff), Reading))]
async fn diff_versions(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<Diff>, Problem> {
    Ok(Json(web.app.diff(&slug, query.from.parse()?, query.to.parse()?).await?))
}

/// Makes an old version the draft again
#[utoipa::path(post, path = "/flows/{slug}/versions/{version}/restore", operation_id = "restore_version", tag = "flows",
    params(("slug" = String, Path), ("version" = i32, Path)),
    responses((status = 200, body = schemas::SavedDraft), Changing))]
async fn restore_version(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path((slug, version)): Path<(Slug, i32)>,
) -> Result<Json<SavedDraft>, Problem> {
    Ok(Json(web.app.restore(&slug, version, &who.by()).await?))
}
