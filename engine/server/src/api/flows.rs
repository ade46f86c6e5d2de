//! Flows and their drafts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use causeway_model::{Fault, Flow, Slug};
use causeway_store::FlowRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Document, Reading, Replacing};
use super::schemas;
use super::tagged::{self, Tagged};
use crate::app::{Edition, FlowView, Published, SavedDraft};
use crate::auth::{Admin, Editor, Viewer};
use crate::extract::{Body, IfMatch, Path, Query, Text};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(get_flow, delete_flow))
        .routes(routes!(get_draft, save_draft))
        .routes(routes!(get_draft_faults))
        .routes(routes!(publish_flow))
        .routes(routes!(enable_flow))
        .routes(routes!(disable_flow))
        .routes(routes!(archive_flow))
        .routes(routes!(unarchive_flow))
        .routes(routes!(export_flow))
}

/// One flow, and who saved its draft last
#[utoipa::path(get, path = "/flows/{slug}", operation_id = "get_flow", tag = "flows",
    params(("slug" = String, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::FlowView, headers(("ETag" = String))), Document))]
async fn get_flow(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Tagged<FlowView>, Problem> {
    Ok(Tagged(web.app.flow_view(&slug).await?))
}

/// The draft's document; its revision is the ETag
#[utoipa::path(get, path = "/flows/{slug}/draft", operation_id = "get_draft", tag = "flows",
    params(("slug" = String, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = Object, headers(("ETag" = String))), Document))]
async fn get_draft(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<impl IntoResponse, Problem> {
    let (flow, draft) = web.app.draft(&slug).await?;
    Ok(([(ETAG, etag(&flow))], Json::<Flow>(draft)))
}

/// Makes the flow, or replaces its draft
///
/// With `If-Match: "<revision>"` only if the draft is still that one.
#[utoipa::path(put, path = "/flows/{slug}/draft", operation_id = "save_draft", tag = "flows",
    params(("slug" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body(content = Object, description = "A flow document"),
    responses((status = 200, body = schemas::SavedDraft, headers(("ETag" = String))), Replacing))]
async fn save_draft(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    IfMatch(expected): IfMatch,
    Text(document): Text,
) -> Result<impl IntoResponse, Problem> {
    let saved: SavedDraft = web.app.save_draft(&slug, &document, expected, who.actor()).await?;
    Ok(([(ETAG, etag(&saved.flow))], Json(saved)))
}

#[derive(Serialize, ToSchema)]
struct DraftFaults {
    #[schema(value_type = Vec<schemas::Fault>)]
    faults: Vec<Fault>,
}

/// What publishing the draft as it stands would say
#[utoipa::path(get, path = "/flows/{slug}/draft/faults", operation_id = "get_draft_faults", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = DraftFaults), Reading))]
async fn get_draft_faults(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<DraftFaults>, Problem> {
    Ok(Json(DraftFaults { faults: web.app.draft_faults(&slug, who.actor()).await? }))
}

#[derive(Deserialize, ToSchema)]
struct PublishBody {
    /// Why, for those who look at the versions later.
    note: Option<String>,
}

/// Makes the draft the next version
#[utoipa::path(post, path = "/flows/{slug}/publish", operation_id = "publish_flow", tag = "flows",
    params(("slug" = String, Path)), request_body = PublishBody,
    responses((status = 200, body = schemas::Published), Changing))]
async fn publish_flow(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    Body(body): Body<PublishBody>,
) -> Result<Json<Published>, Problem> {
    Ok(Json(web.app.publish(&slug, who.actor(), body.note).await?))
}

/// Switches the flow on
#[utoipa::path(post, path = "/flows/{slug}/enable", operation_id = "enable_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = schemas::Flow), Changing))]
async fn enable_flow(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<FlowRecord>, Problem> {
    Ok(Json(web.app.set_enabled(&slug, true, &who.by()).await?))
}

/// Switches the flow off: no trigger starts it; runs under way go on
#[utoipa::path(post, path = "/flows/{slug}/disable", operation_id = "disable_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = schemas::Flow), Changing))]
async fn disable_flow(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<FlowRecord>, Problem> {
    Ok(Json(web.app.set_enabled(&slug, false, &who.by()).await?))
}

/// Puts the flow away: nothing starts it and its webhook paths are free; runs under way go on
#[utoipa::path(post, path = "/flows/{slug}/archive", operation_id = "archive_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = schemas::Flow), Changing))]
async fn archive_flow(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<FlowRecord>, Problem> {
    Ok(Json(web.app.set_archived(&slug, true, &who.by()).await?))
}

/// Brings an archived flow back as a draft
#[utoipa::path(post, path = "/flows/{slug}/unarchive", operation_id = "unarchive_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = schemas::Flow), Changing))]
async fn unarchive_flow(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<FlowRecord>, Problem> {
    Ok(Json(web.app.set_archived(&slug, false, &who.by()).await?))
}

/// Deletes an archived flow of which no run is kept
#[utoipa::path(delete, path = "/flows/{slug}", operation_id = "delete_flow", tag = "flows",
    params(("slug" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_flow(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<StatusCode, Problem> {
    web.app.delete_flow(&slug, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    edition: Option<String>,
}

/// The document as it is kept in files: canonical JSON text
#[utoipa::path(get, path = "/flows/{slug}/export", operation_id = "export_flow", tag = "flows",
    params(("slug" = String, Path), ("edition" = Option<String>, Query, description = "A version's number, or `draft` (the default)")),
    responses((status = 200, body = Object), Reading))]
async fn export_flow(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    Query(query): Query<ExportQuery>,
) -> Result<impl IntoResponse, Problem> {
    let edition = query.edition.map_or(Ok(Edition::Draft), |text| text.parse())?;
    let text = web.app.export(&slug, edition).await?;
    Ok(([(axum::http::header::CONTENT_TYPE, "application/json")], text))
}

fn etag(flow: &FlowRecord) -> HeaderValue {
    tagged::etag(&flow.draft_revision.to_string())
}
