//! API tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causeway_model::{Role, TokenId};
use causeway_store::TokenRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::schemas;
use crate::auth::{Admin, Viewer};
use crate::extract::{Body, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(delete_token))
        .routes(routes!(get_me))
}

#[derive(Serialize, ToSchema)]
struct TokenList {
    #[schema(value_type = Vec<schemas::ApiToken>)]
    tokens: Vec<TokenRecord>,
}

/// All tokens, without their text
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "people",
    responses((status = 200, body = TokenList), Listing))]
async fn list_tokens(_: Admin, State(web): State<Arc<Web>>) -> Result<Json<TokenList>, Problem> {
    Ok(Json(TokenList { tokens: web.app.tokens().await? }))
}

#[derive(Deserialize, ToSchema)]
struct TokenBody {
    /// What it is for.
    name: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
}

#[derive(Serialize, ToSchema)]
struct NewToken {
    #[serde(flatten)]
    #[schema(value_type = schemas::ApiToken)]
    record: TokenRecord,
    /// Shown this once.
    token: String,
}

/// Makes a token; its text is given this once
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "people", request_body = TokenBody,
    responses((status = 201, body = NewToken), Changing))]
async fn create_token(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Body(body): Body<TokenBody>,
) -> Result<impl IntoResponse, Problem> {
    who.may_grant(body.role)?;
    let (record, token) = web.app.create_token(&body.name, body.role).await?;
    Ok((StatusCode::CREATED, Json(NewToken { record, token })))
}

/// Deletes a token: it counts no more from now on
#[utoipa::path(delete, path = "/tokens/{token}", operation_id = "delete_token", tag = "people",
    params(("token" = uuid::Uuid, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_token(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(token): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    who.may_grant(web.app.token(token).await?.role)?;
    web.app.delete_token(token, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct Me {
    name: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
}

/// Who the sent token stands for
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "people",
    responses((status = 200, body = Me), Listing))]
async fn get_me(Viewer(who): Viewer) -> Json<Me> {
    Json(Me { name: who.name, role: who.role })
}
