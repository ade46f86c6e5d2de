//! API tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causeway_model::{Role, Slug, Time, TokenId, UserId};
use causeway_store::{NewToken, TokenFilter, TokenRecord, TokenState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::{paging, schemas};
use crate::auth::{Admin, Who};
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(delete_token))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Valid,
    Expired,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TokenQuery {
    /// Stands in the name.
    text: Option<String>,
    #[param(inline, value_type = Option<schemas::Role>)]
    role: Option<Role>,
    /// The id of a user.
    #[param(value_type = Option<uuid::Uuid>)]
    owner: Option<UserId>,
    #[param(inline)]
    state: Option<Condition>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct TokenList {
    #[schema(value_type = Vec<schemas::ApiToken>)]
    tokens: Vec<TokenRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Tokens, oldest first, without their text
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "people",
    params(TokenQuery), responses((status = 200, body = TokenList), Listing))]
async fn list_tokens(
    _: Admin,
    State(web): State<Arc<Web>>,
    Query(query): Query<TokenQuery>,
) -> Result<Json<TokenList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let filter = TokenFilter {
        text: query.text,
        role: query.role,
        owner: query.owner,
        state: query.state.map(|state| match state {
            Condition::Valid => TokenState::Valid,
            Condition::Expired => TokenState::Expired,
        }),
        after: paging::after::<TokenId>(query.cursor.as_deref())?,
        limit,
    };
    let page = web.app.list_tokens(filter).await?;
    let next_cursor = paging::next(&page, |token| token.id);
    Ok(Json(TokenList { tokens: page.rows, next_cursor }))
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
