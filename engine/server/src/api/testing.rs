//! Test runs of drafts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::IntoResponse;
use causeway_model::{RunId, Slug, StepId, TestPart, Value, text};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Replacing;
use super::schemas;
use super::tagged::etag;
use crate::app::{Error, TestRequest};
use crate::auth::Editor;
use crate::extract::{Body, IfMatch, Path, given};
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(test_draft))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TestBody {
    /// Only up to this step: it, and all that comes before it.
    #[schema(value_type = Option<String>)]
    until: Option<StepId>,
    /// This step alone; what comes before it is given.
    #[schema(value_type = Option<String>)]
    step: Option<StepId>,
    /// Send nothing: scripts and branches are evaluated, steps of effect show what they would send.
    #[serde(default)]
    dry_run: bool,
    /// Fields of `trigger` (a webhook's `body`, `headers`, `query`, `params`, `method`); they win over those of the sample or run.
    trigger: Option<Value>,
    /// `trigger.input` of manual and called flows; the body of a webhook flow.
    input: Option<Value>,
    /// A sample of the flow.
    sample: Option<String>,
    /// An earlier run of the flow, whose trigger event and outputs are taken.
    #[schema(value_type = Option<uuid::Uuid>)]
    from_run: Option<RunId>,
    /// What steps gave, by id; they win over those of the sample or run.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Object>)]
    outputs: BTreeMap<StepId, Value>,
    /// Which named exit steps took, by id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    ports: BTreeMap<StepId, String>,
    /// Do not run the steps whose output is given. (Before the one step of `step` that is always so.)
    #[serde(default)]
    pinned: bool,
    /// The only item of the loop around `step`, null included; the first one that the loop computes unless said.
    #[serde(default, deserialize_with = "given")]
    item: Option<Value>,
}

/// Tests the draft as it stands, in a run of its own
///
/// The run has `mode: test`: it is no dead letter, starts no `flow_failed` flows, takes no concurrency slot and is kept for a
/// day at most. With `If-Match: "<revision>"` only if the draft is still that one; the ETag says which was tested.
#[utoipa::path(post, path = "/flows/{slug}/draft/test", operation_id = "test_draft", tag = "flows",
    params(("slug" = String, Path), ("If-Match" = Option<String>, Header)), request_body = TestBody,
    responses((status = 202, body = schemas::StartedTest, headers(("ETag" = String))), Replacing))]
async fn test_draft(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    IfMatch(expected): IfMatch,
    Body(body): Body<TestBody>,
) -> Result<impl IntoResponse, Problem> {
    let part = match (body.until, body.step) {
        (None, None) => TestPart::Whole,
        (Some(step), None) => TestPart::Until { step },
        (None, Some(step)) => TestPart::Step { step },
        (Some(_), Some(_)) => return Err(both_parts().into()),
    };
    let request = TestRequest {
        part,
        dry_run: body.dry_run,
        trigger: body.trigger,
        input: body.input,
        sample: body.sample,
        from_run: body.from_run,
        outputs: body.outputs,
        ports: body.ports,
        pinned: body.pinned,
        item: body.item,
        expected,
        by: who.by(),
        role: who.role,
    };
    let started = web.app.test_draft(&slug, request).await?;
    let revision = started.draft_revision.unwrap_or_default();
    let headers = [(ETAG, etag(&revision.to_string())), (RUN_HEADER, run_header(started.run))];
    Ok((StatusCode::ACCEPTED, headers, Json(started)))
}

fn both_parts() -> Error {
    Error::invalid(
        "test_part_invalid",
        text!(
            "Give `until` or `step`, not both: up to a step, or one step alone",
            "`until` 與 `step` 只能擇一：執行到某個步驟為止，或單獨執行一個步驟"
        ),
    )
}
