//! Variables: `vars.x` in expressions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::IntoResponse;
use causeway_model::Value;
use causeway_store::{VariableRecord, tag_of};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Document, Listing, Replacing};
use super::tagged::{Expected, Tagged, etag};
use super::{paging, schemas};
use crate::auth::{Editor, Viewer};
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_variables)).routes(routes!(
        get_variable,
        set_variable,
        delete_variable
    ))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VariableQuery {
    /// Stands in the name.
    text: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct VariableList {
    #[schema(value_type = Vec<schemas::Variable>)]
    variables: Vec<VariableRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Variables, by name
#[utoipa::path(get, path = "/variables", operation_id = "list_variables", tag = "settings",
    params(VariableQuery), responses((status = 200, body = VariableList), Listing))]
async fn list_variables(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<VariableQuery>,
) -> Result<Json<VariableList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let after = paging::after::<String>(query.cursor.as_deref())?;
    let page = web.app.list_variables(query.text.as_deref(), after, limit).await?;
    let next_cursor = paging::next(&page, |variable| variable.name.clone());
    Ok(Json(VariableList { variables: page.rows, next_cursor }))
}

/// One variable
#[utoipa::path(get, path = "/variables/{name}", operation_id = "get_variable", tag = "settings",
    params(("name" = String, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::Variable, headers(("ETag" = String))), Document))]
async fn get_variable(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
) -> Result<Tagged<VariableRecord>, Problem> {
    Ok(Tagged(web.app.variable(&name).await?))
}

#[derive(Deserialize, ToSchema)]
struct VariableBody {
    /// Any JSON.
    value: Value,
}

/// Sets a variable; runs under way keep the value that they started with
///
/// With `If-Match` only if it is still as that says; the answer's ETag is the new one.
#[utoipa::path(put, path = "/variables/{name}", operation_id = "set_variable", tag = "settings",
    params(("name" = String, Path), ("If-Match" = Option<String>, Header, description = "The ETag of the state that the change was made on")),
    request_body = VariableBody,
    responses((status = 204, description = "It is set", headers(("ETag" = String))), Replacing))]
async fn set_variable(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    Expected(expected): Expected,
    Body(body): Body<VariableBody>,
) -> Result<impl IntoResponse, Problem> {
    let set = web.app.set_variable_if(&name, &body.value, expected.as_deref(), &who.by()).await?;
    Ok((StatusCode::NO_CONTENT, [(ETAG, etag(&tag_of(&set)))]))
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
