//! API tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causeway_model::{Role, Slug, Time, TokenId};
use causeway_store::{NewToken, TokenRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::schemas;
use crate::auth::{Admin, Who};
use crate::extract::{Body, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(delete_token))
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
    /// It changes nothing.
    #[serde(default)]
    read_only: bool,
    /// Only these flows, and their runs.
    #[schema(value_type = Option<Vec<String>>)]
    flows: Option<Vec<Slug>>,
    /// From then on it counts no more; never later than the end of a token that makes it.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    expires_at: Option<Time>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
struct MadeToken {
    #[serde(flatten)]
    #[schema(value_type = schemas::ApiToken)]
    record: TokenRecord,
    /// Shown this once.
    token: String,
}

/// Makes a token; its text is given this once
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "people", request_body = TokenBody,
    responses((status = 201, body = MadeToken), Changing))]
async fn create_token(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Body(body): Body<TokenBody>,
) -> Result<impl IntoResponse, Problem> {
    let until = match &who.who {
        Who::Token(token) => token.expires_at,
        Who::User { .. } => None,
    };
    let new = NewToken {
        name: body.name,
        role: body.role,
        owner: who.user(),
        read_only: body.read_only,
        flows: body.flows,
        expires_at: [body.expires_at, until].into_iter().flatten().min(),
    };
    let (record, token) = web.app.create_token(new, who.actor()).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { record, token })))
}

/// Deletes a token: it counts no more from now on
#[utoipa::path(delete, path = "/tokens/{token}", operation_id = "delete_token", tag = "people",
    params(("token" = uuid::Uuid, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_token(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(token): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    web.app.delete_token(token, who.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
