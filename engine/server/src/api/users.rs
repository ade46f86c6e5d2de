//! People with an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causeway_model::Role;
use causeway_store::UserRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::schemas;
use crate::auth::Admin;
use crate::extract::Body;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_users, create_user))
}

#[derive(Serialize, ToSchema)]
struct UserList {
    #[schema(value_type = Vec<schemas::User>)]
    users: Vec<UserRecord>,
}

/// All users
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "people",
    responses((status = 200, body = UserList), Listing))]
async fn list_users(_: Admin, State(web): State<Arc<Web>>) -> Result<Json<UserList>, Problem> {
    Ok(Json(UserList { users: web.app.users().await? }))
}

#[derive(Deserialize, ToSchema)]
struct UserBody {
    email: String,
    #[schema(format = Password)]
    password: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
}

/// Makes a user
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "people", request_body = UserBody,
    responses((status = 201, body = schemas::User), Changing))]
async fn create_user(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Body(body): Body<UserBody>,
) -> Result<impl IntoResponse, Problem> {
    who.may_grant(body.role)?;
    let user = web.app.create_user(&body.email, &body.password, body.role).await?;
    Ok((StatusCode::CREATED, Json(user)))
}
