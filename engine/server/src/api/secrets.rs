//! Secrets: set and deleted, never shown.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_store::SecretRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::{paging, schemas};
use crate::auth::{Admin, Editor};
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_secrets)).routes(routes!(set_secret, delete_secret))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SecretQuery {
    /// Stands in the name.
    text: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct SecretList {
    #[schema(value_type = Vec<schemas::Secret>)]
    secrets: Vec<SecretRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The names of the secrets there are
#[utoipa::path(get, path = "/secrets", operation_id = "list_secrets", tag = "settings",
    params(SecretQuery), responses((status = 200, body = SecretList), Listing))]
async fn list_secrets(
    _: Editor,
    State(web): State<Arc<Web>>,
    Query(query): Query<SecretQuery>,
) -> Result<Json<SecretList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let after = paging::after::<String>(query.cursor.as_deref())?;
    let page = web.app.list_secrets(query.text.as_deref(), after, limit).await?;
    let next_cursor = paging::next(&page, |secret| secret.name.clone());
    Ok(Json(SecretList { secrets: page.rows, next_cursor }))
}

#[derive(Deserialize, ToSchema)]
struct SecretBody {
    #[schema(format = Password)]
    value: String,
}

/// Sets a secret
#[utoipa::path(put, path = "/secrets/{name}", operation_id = "set_secret", tag = "settings",
    params(("name" = String, Path)), request_body = SecretBody,
    responses((status = 204, description = "It is set"), Changing))]
async fn set_secret(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    Body(body): Body<SecretBody>,
) -> Result<StatusCode, Problem> {
    web.app.set_secret(&name, &body.value, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a secret
#[utoipa::path(delete, path = "/secrets/{name}", operation_id = "delete_secret", tag = "settings",
    params(("name" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_secret(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    web.app.delete_secret(&name, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
