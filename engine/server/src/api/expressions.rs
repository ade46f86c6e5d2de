//! Expressions and scripts while they are written: what they give, or what is wrong.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::{Text, Value};
use causeway_script::Trouble;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Changing;
use super::schemas;
use crate::app::{ScopeRequest, ValueRequest};
use crate::auth::Editor;
use crate::extract::Body;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(evaluate_expressions)).routes(routes!(run_script))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EvaluateBody {
    /// At most 100.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::ValueRequest>)]
    values: Vec<ValueRequest>,
    #[serde(default)]
    #[schema(value_type = schemas::ScopeRequest, required = false)]
    scope: ScopeRequest,
}

#[derive(Serialize, ToSchema)]
struct Evaluated {
    /// In the order of `values`.
    results: Vec<EvaluatedValue>,
}

#[derive(Serialize, ToSchema)]
struct EvaluatedValue {
    /// Null where there is an error.
    value: Value,
    error: Option<SourceError>,
}

/// Why a source gives no value.
#[derive(Serialize, ToSchema)]
struct SourceError {
    /// Stable.
    code: String,
    #[schema(value_type = schemas::Text)]
    message: Text,
    /// From 1, in the source; null where it is about the whole of it.
    line: Option<u32>,
    column: Option<u32>,
}

impl From<Trouble> for SourceError {
    fn from(trouble: Trouble) -> Self {
        let Trouble { code, message, line, column } = trouble;
        Self { code: code.into_owned(), message, line, column }
    }
}

fn parted(result: Result<Value, Trouble>) -> (Value, Option<SourceError>) {
    match result {
        Ok(value) => (value, None),
        Err(trouble) => (Value::Null, Some(trouble.into())),
    }
}

/// What values of a document would be, over data that is given
///
/// Each value by itself, with the functions and limits of scripts. `now()` is now, `uuid()` and `random()` give the same each
/// time. Secrets show as `{{ secret.x }}`.
#[utoipa::path(post, path = "/expressions/evaluate", operation_id = "evaluate_expressions", tag = "flows",
    request_body = EvaluateBody, responses((status = 200, body = Evaluated), Changing))]
async fn evaluate_expressions(
    _: Editor,
    State(web): State<Arc<Web>>,
    Body(body): Body<EvaluateBody>,
) -> Result<Json<Evaluated>, Problem> {
    let results = web.app.evaluate(body.values, body.scope).await?.into_iter();
    let results = results.map(|result| {
        let (value, error) = parted(result);
        EvaluatedValue { value, error }
    });
    Ok(Json(Evaluated { results: results.collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScriptBody {
    /// The code of a `script` step.
    #[serde(default)]
    code: String,
    #[serde(default)]
    #[schema(value_type = schemas::ScopeRequest, required = false)]
    scope: ScopeRequest,
    /// Compile it and no more.
    #[serde(default)]
    check_only: bool,
}

#[derive(Serialize, ToSchema)]
struct ScriptResult {
    /// Null where there is an error, and where it was only checked.
    output: Value,
    error: Option<SourceError>,
    /// Microseconds.
    took_us: u64,
}

/// What the code of a `script` step gives, over data that is given
#[utoipa::path(post, path = "/scripts/run", operation_id = "run_script", tag = "flows",
    request_body = ScriptBody, responses((status = 200, body = ScriptResult), Changing))]
async fn run_script(
    _: Editor,
    State(web): State<Arc<Web>>,
    Body(body): Body<ScriptBody>,
) -> Result<Json<ScriptResult>, Problem> {
    let tried = web.app.try_script(body.code, body.scope, body.check_only).await?;
    let (output, error) = parted(tried.result);
    let took_us = u64::try_from(tried.took.as_micros()).unwrap_or(u64::MAX);
    Ok(Json(ScriptResult { output, error, took_us }))
}
