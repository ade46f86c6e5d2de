//! People with an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causeway_model::{Locale, Role, UserId};
use causeway_store::{NewUser, UserChange, UserFilter, UserRecord, UserState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Document, Listing, Replacing};
use super::tagged::{Expected, Tagged};
use super::{paging, schemas};
use crate::auth::Admin;
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, change_user, delete_user))
        .routes(routes!(reset_password))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Active,
    Disabled,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UserQuery {
    /// Stands in the mail address or the name.
    text: Option<String>,
    #[param(inline, value_type = Option<schemas::Role>)]
    role: Option<Role>,
    #[param(inline)]
    state: Option<Condition>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct UserList {
    #[schema(value_type = Vec<schemas::User>)]
    users: Vec<UserRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Users, by mail address
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "people",
    params(UserQuery), responses((status = 200, body = UserList), Listing))]
async fn list_users(
    _: Admin,
    State(web): State<Arc<Web>>,
    Query(query): Query<UserQuery>,
) -> Result<Json<UserList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let filter = UserFilter {
        text: query.text,
        role: query.role,
        state: query.state.map(|state| match state {
            Condition::Active => UserState::Active,
            Condition::Disabled => UserState::Disabled,
        }),
        after: paging::after::<String>(query.cursor.as_deref())?,
        limit,
    };
    let page = web.app.list_users(filter).await?;
    let next_cursor = paging::next(&page, |user| user.email.clone());
    Ok(Json(UserList { users: page.rows, next_cursor }))
}

/// One user
#[utoipa::path(get, path = "/users/{user}", operation_id = "get_user", tag = "people",
    params(("user" = uuid::Uuid, Path), ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::User, headers(("ETag" = String))), Document))]
async fn get_user(
    _: Admin,
    State(web): State<Arc<Web>>,
    Path(user): Path<UserId>,
) -> Result<Tagged<UserRecord>, Problem> {
    Ok(Tagged(web.app.user(user).await?))
}

#[derive(Deserialize, ToSchema)]
struct UserBody {
    email: String,
    #[schema(format = Password)]
    password: String,
    #[schema(value_type = schemas::Role)]
    role: Role,
    #[serde(default)]
    name: String,
    #[schema(value_type = Option<schemas::Locale>)]
    locale: Option<Locale>,
}

/// Makes a user
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "people", request_body = UserBody,
    responses((status = 201, body = schemas::User), Changing))]
async fn create_user(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Body(body): Body<UserBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = NewUser {
        email: body.email,
        password: body.password,
        name: body.name,
        role: body.role,
        locale: body.locale,
    };
    Ok((StatusCode::CREATED, Json(web.app.create_user(new, who.actor()).await?)))
}

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
struct UserPatch {
    name: Option<String>,
    #[schema(value_type = Option<schemas::Role>)]
    role: Option<Role>,
    #[schema(value_type = Option<schemas::Locale>)]
    locale: Option<Locale>,
    /// Ends all sessions.
    disabled: Option<bool>,
}

/// Changes a user: name, role, language, whether disabled
///
/// With `If-Match` only if they are still as that says.
#[utoipa::path(patch, path = "/users/{user}", operation_id = "change_user", tag = "people",
    params(("user" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag of the state that the change was made on")),
    request_body = UserPatch,
    responses((status = 200, body = schemas::User, headers(("ETag" = String))), Replacing))]
async fn change_user(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(user): Path<UserId>,
    Expected(expected): Expected,
    Body(body): Body<UserPatch>,
) -> Result<Tagged<UserRecord>, Problem> {
    let UserPatch { name, role, locale, disabled } = body;
    let change = UserChange { name, role, locale, disabled, expected };
    Ok(Tagged(web.app.change_user(user, change, who.actor()).await?))
}

#[derive(Deserialize, ToSchema)]
struct PasswordBody {
    #[schema(format = Password)]
    password: String,
}

/// Gives a user another password; ends their sessions
#[utoipa::path(put, path = "/users/{user}/password", operation_id = "reset_password", tag = "people",
    params(("user" = uuid::Uuid, Path)), request_body = PasswordBody,
    responses((status = 204, description = "It counts from now on"), Changing))]
async fn reset_password(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(user): Path<UserId>,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, Problem> {
    web.app.reset_password(user, &body.password, who.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a user, with their sessions and tokens
#[utoipa::path(delete, path = "/users/{user}", operation_id = "delete_user", tag = "people",
    params(("user" = uuid::Uuid, Path)), responses((status = 204, description = "They are gone"), Changing))]
async fn delete_user(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    Path(user): Path<UserId>,
) -> Result<StatusCode, Problem> {
    web.app.delete_user(user, who.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
