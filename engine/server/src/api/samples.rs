//! Samples: named data that a flow is tried with.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use causeway_model::{RunId, Sample, Slug, StepId, Value};
use causeway_store::SampleRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Document, Reading, Replacing};
use super::{schemas, tagged};
use crate::app::{SampleRequest, SavedSample};
use crate::auth::{Editor, Viewer};
use crate::extract::{Body, IfMatch, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_samples))
        .routes(routes!(get_sample, set_sample, delete_sample))
        .routes(routes!(get_sample_case))
}

#[derive(Serialize, ToSchema)]
struct SampleList {
    #[schema(value_type = Vec<schemas::SampleRecord>)]
    samples: Vec<SampleRecord>,
}

/// The samples of a flow, by name
#[utoipa::path(get, path = "/flows/{slug}/samples", operation_id = "list_samples", tag = "flows",
    params(("slug" = String, Path)), responses((status = 200, body = SampleList), Reading))]
async fn list_samples(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<Json<SampleList>, Problem> {
    Ok(Json(SampleList { samples: web.app.samples(&slug).await? }))
}

/// One sample; its revision is the ETag
#[utoipa::path(get, path = "/flows/{slug}/samples/{name}", operation_id = "get_sample", tag = "flows",
    params(("slug" = String, Path), ("name" = String, Path),
        ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::Sample, headers(("ETag" = String))), Document))]
async fn get_sample(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((slug, name)): Path<(Slug, String)>,
) -> Result<impl IntoResponse, Problem> {
    let (record, sample) = web.app.sample(&slug, &name).await?;
    Ok(([(ETAG, etag(&record))], Json::<Sample>(sample)))
}

/// The sample as a test case: what `workflows/<slug>/cases` holds
#[utoipa::path(get, path = "/flows/{slug}/samples/{name}/case", operation_id = "get_sample_case", tag = "flows",
    params(("slug" = String, Path), ("name" = String, Path)), responses((status = 200, body = Object), Reading))]
async fn get_sample_case(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((slug, name)): Path<(Slug, String)>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(web.app.sample_as_case(&slug, &name).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SampleBody {
    /// Take the trigger event of this run of the flow, and what its steps gave; what else is given here wins over it.
    #[schema(value_type = Option<uuid::Uuid>)]
    from_run: Option<RunId>,
    /// Take the run's trigger event only.
    #[serde(default)]
    only_trigger: bool,
    /// What it is, for people.
    #[serde(default)]
    description: String,
    /// `trigger` as expressions see it, or those fields of it that matter.
    #[serde(default)]
    trigger: Value,
    /// What steps gave, by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Object>)]
    outputs: BTreeMap<StepId, Value>,
    /// Which named exit steps took, by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    ports: BTreeMap<StepId, String>,
}

/// Makes or replaces a sample
///
/// Values of secrets are replaced by `{{ secret.x }}`, credentials in the trigger's headers by `[redacted]`. At most 256 kB, and
/// 50 samples for a flow. With `If-Match: "<revision>"` only if it is still that one.
#[utoipa::path(put, path = "/flows/{slug}/samples/{name}", operation_id = "set_sample", tag = "flows",
    params(("slug" = String, Path), ("name" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = SampleBody,
    responses((status = 200, body = schemas::SavedSample, headers(("ETag" = String))), Replacing))]
async fn set_sample(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path((slug, name)): Path<(Slug, String)>,
    IfMatch(expected): IfMatch,
    Body(body): Body<SampleBody>,
) -> Result<impl IntoResponse, Problem> {
    let SampleBody { from_run, only_trigger, description, trigger, outputs, ports } = body;
    let sample = Sample { description, trigger, outputs, ports };
    let request = SampleRequest { sample, from_run, only_trigger, expected, by: who.by() };
    let saved: SavedSample = web.app.set_sample(&slug, &name, request).await?;
    Ok(([(ETAG, etag(&saved.record))], Json(saved)))
}

/// Deletes a sample
#[utoipa::path(delete, path = "/flows/{slug}/samples/{name}", operation_id = "delete_sample", tag = "flows",
    params(("slug" = String, Path), ("name" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204, description = "It is gone"), Replacing))]
async fn delete_sample(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path((slug, name)): Path<(Slug, String)>,
    IfMatch(expected): IfMatch,
) -> Result<StatusCode, Problem> {
    web.app.delete_sample(&slug, &name, expected, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn etag(sample: &SampleRecord) -> HeaderValue {
    tagged::etag(&sample.revision.to_string())
}
