//! Variables: `vars.x` in expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_model::Value;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use crate::auth::{Editor, Viewer};
use crate::extract::{Body, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_variables)).routes(routes!(set_variable, delete_variable))
}

#[derive(Serialize, ToSchema)]
struct VariableList {
    /// Values by name.
    variables: BTreeMap<String, Value>,
}

/// All variables
#[utoipa::path(get, path = "/variables", operation_id = "list_variables", tag = "settings",
    responses((status = 200, body = VariableList), Listing))]
async fn list_variables(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<VariableList>, Problem> {
    Ok(Json(VariableList { variables: web.app.variables().await? }))
}

#[derive(Deserialize, ToSchema)]
struct VariableBody {
    /// Any JSON.
    value: Value,
}

/// Sets a variable; runs under way keep the value that they started with
#[utoipa::path(put, path = "/variables/{name}", operation_id = "set_variable", tag = "settings",
    params(("name" = String, Path)), request_body = VariableBody,
    responses((status = 204, description = "It is set"), Changing))]
async fn set_variable(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    Body(body): Body<VariableBody>,
) -> Result<StatusCode, Problem> {
    web.app.set_variable(&name, &body.value, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a variable
#[utoipa::path(delete, path = "/variables/{name}", operation_id = "delete_variable", tag = "settings",
    params(("name" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_variable(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    web.app.delete_variable(&name, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
