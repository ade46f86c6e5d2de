//! Signing in and out. Each login has a new session; its cookie is out of the reach of scripts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use causeway_model::{SessionId, text};
use causeway_store::{NewSession, SessionRecord, UserRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing, SigningIn};
use super::{paging, schemas};
use crate::auth::SignedIn;
use crate::client::Client;
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;
use crate::{cookie, origin};

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(create_session, list_sessions))
        .routes(routes!(delete_current_session))
        .routes(routes!(delete_session))
}

#[derive(Deserialize, ToSchema)]
struct LoginBody {
    email: String,
    #[schema(format = Password)]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub(super) struct SignedInBody {
    #[schema(value_type = schemas::User)]
    user: UserRecord,
    #[schema(value_type = schemas::Session)]
    session: SessionRecord,
    /// To be sent as `X-CSRF-Token` with what changes something.
    csrf_token: String,
}

/// The answer that puts a new session's cookie into the browser.
pub(super) fn signed_in(web: &Web, new: NewSession) -> impl IntoResponse + use<> {
    let cookie = cookie::set(&new.secret, web.door.is_https());
    let csrf_token = web.app.store().csrf_token(new.record.id);
    let body = SignedInBody { user: new.user, session: new.record, csrf_token };
    (StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(body))
}

/// Signs in
///
/// Gives a cookie, and the CSRF token that goes with it. A session that the request came with ends.
#[utoipa::path(post, path = "/sessions", operation_id = "create_session", tag = "people", security(()),
    request_body = LoginBody, responses((status = 201, body = SignedInBody), SigningIn))]
async fn create_session(
    State(web): State<Arc<Web>>,
    parts: Parts,
    client: Client,
    Body(body): Body<LoginBody>,
) -> Result<impl IntoResponse, Problem> {
    origin::must_not_be_foreign(&parts, &web.door)?;
    web.throttle.take(web.app.store(), &client.address, Some(&body.email)).await?;
    let before = cookie::read(&parts.headers, web.door.is_https());
    let session = web.app.sign_in(&body.email, &body.password, &client.agent, before).await?;
    let session = session.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "login_refused",
            text!(
                "The mail address or the password is not right, or the account is disabled; try again or ask an admin",
                "電子郵件或密碼不正確，或帳號已停用；請再試一次，或洽管理員"
            ),
        )
    })?;
    web.throttle.give_back(web.app.store(), &client.address, Some(&body.email)).await;
    Ok(signed_in(&web, session))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SessionQuery {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct SessionList {
    #[schema(value_type = Vec<schemas::Session>)]
    sessions: Vec<SessionRecord>,
    /// The one that asks.
    #[schema(value_type = uuid::Uuid)]
    current: SessionId,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One's own sessions, newest first
#[utoipa::path(get, path = "/sessions", operation_id = "list_sessions", tag = "people",
    params(SessionQuery), responses((status = 200, body = SessionList), Listing))]
async fn list_sessions(
    who: SignedIn,
    State(web): State<Arc<Web>>,
    Query(query): Query<SessionQuery>,
) -> Result<Json<SessionList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let after = paging::after::<SessionId>(query.cursor.as_deref())?;
    let page = web.app.store().list_sessions(who.user.id, after, limit).await?;
    let next_cursor = paging::next(&page, |session| session.id);
    Ok(Json(SessionList { sessions: page.rows, current: who.session.id, next_cursor }))
}

/// Signs out
#[utoipa::path(delete, path = "/sessions/current", operation_id = "delete_current_session", tag = "people",
    responses((status = 204, description = "The session is over"), Changing))]
async fn delete_current_session(
    who: SignedIn,
    State(web): State<Arc<Web>>,
) -> Result<impl IntoResponse, Problem> {
    web.app.store().end_session(who.session.id, who.user.id, &who.principal.by()).await?;
    Ok((StatusCode::NO_CONTENT, forget(&web)))
}

/// Ends one of one's own sessions, such as that of a lost device
#[utoipa::path(delete, path = "/sessions/{session}", operation_id = "delete_session", tag = "people",
    params(("session" = uuid::Uuid, Path)),
    responses((status = 204, description = "The session is over"), Changing))]
async fn delete_session(
    who: SignedIn,
    State(web): State<Arc<Web>>,
    Path(session): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    web.app.store().end_session(session, who.user.id, &who.principal.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn forget(web: &Web) -> [(header::HeaderName, HeaderValue); 1] {
    [(header::SET_COOKIE, cookie::forget(web.door.is_https()))]
}
