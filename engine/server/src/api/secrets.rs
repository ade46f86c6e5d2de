//! Secrets: set and deleted, never shown.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_model::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use crate::auth::{Admin, Editor};
use crate::extract::{Body, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_secrets)).routes(routes!(set_secret, delete_secret))
}

#[derive(Serialize, ToSchema)]
struct SecretList {
    secrets: Vec<SecretName>,
}

#[derive(Serialize, ToSchema)]
struct SecretName {
    name: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    set_at: Time,
}

/// The names of the secrets there are
#[utoipa::path(get, path = "/secrets", operation_id = "list_secrets", tag = "settings",
    responses((status = 200, body = SecretList), Listing))]
async fn list_secrets(_: Editor, State(web): State<Arc<Web>>) -> Result<Json<SecretList>, Problem> {
    let names = web.app.secrets().await?;
    let secrets = names.into_iter().map(|(name, set_at)| SecretName { name, set_at }).collect();
    Ok(Json(SecretList { secrets }))
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
