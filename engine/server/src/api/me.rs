//! Who one is, and what people change about themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causeway_model::{Locale, Role};
use causeway_store::{Actor, SessionRecord, TokenRecord, UserChange, UserRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing, SigningIn};
use super::schemas;
use super::sessions::{SignedInBody, signed_in};
use crate::auth::{SignedIn, Viewer, Who};
use crate::client::Client;
use crate::extract::Body;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_me, change_me)).routes(routes!(change_own_password))
}

/// A token or a person.
#[derive(Serialize, ToSchema)]
struct Me {
    /// As records keep it: `user:<email>` or `token:<name>`.
    by: String,
    /// As of now.
    #[schema(value_type = schemas::Role)]
    role: Role,
    #[schema(value_type = Option<schemas::ApiToken>)]
    token: Option<TokenRecord>,
    #[schema(value_type = Option<schemas::User>)]
    user: Option<UserRecord>,
    #[schema(value_type = Option<schemas::Session>)]
    session: Option<SessionRecord>,
    /// To be sent as `X-CSRF-Token` with what changes something; of sessions only.
    csrf_token: Option<String>,
}

/// Who the sent token or cookie stands for
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "people",
    responses((status = 200, body = Me), Listing))]
async fn get_me(Viewer(who): Viewer, State(web): State<Arc<Web>>) -> Json<Me> {
    let mut me =
        Me { by: who.by(), role: who.role, token: None, user: None, session: None, csrf_token: None };
    match who.who {
        Who::Token(token) => me.token = Some(token),
        Who::User { user, session } => {
            me.csrf_token = Some(web.app.store().csrf_token(session.id));
            (me.user, me.session) = (Some(user), Some(session));
        }
    }
    Json(me)
}

#[derive(Deserialize, ToSchema)]
struct MeBody {
    name: Option<String>,
    #[schema(value_type = Option<schemas::Locale>)]
    locale: Option<Locale>,
}

/// Changes one's own name or language
#[utoipa::path(patch, path = "/me", operation_id = "change_me", tag = "people", request_body = MeBody,
    responses((status = 200, body = schemas::User), Changing))]
async fn change_me(
    who: SignedIn,
    State(web): State<Arc<Web>>,
    Body(body): Body<MeBody>,
) -> Result<Json<UserRecord>, Problem> {
    let change = UserChange { name: body.name, locale: body.locale, ..UserChange::default() };
    let by = who.principal.by();
    // Of themselves, everybody may change these.
    let actor = Actor { by: &by, most: Role::Owner };
    Ok(Json(web.app.change_user(who.user.id, change, actor).await?))
}

#[derive(Deserialize, ToSchema)]
struct OwnPasswordBody {
    /// The present one.
    #[schema(format = Password)]
    old: String,
    #[schema(format = Password)]
    new: String,
}

/// Changes one's own password
///
/// All sessions end; the answer begins a new one.
#[utoipa::path(put, path = "/me/password", operation_id = "change_own_password", tag = "people",
    request_body = OwnPasswordBody, responses((status = 201, body = SignedInBody), SigningIn))]
async fn change_own_password(
    who: SignedIn,
    State(web): State<Arc<Web>>,
    client: Client,
    Body(body): Body<OwnPasswordBody>,
) -> Result<impl IntoResponse, Problem> {
    web.throttle.take(web.app.store(), &client.address, Some(&who.user.email)).await?;
    let by = who.principal.by();
    let session = web.app.change_password(who.user.id, (&body.old, &body.new), &by, &client.agent).await?;
    web.throttle.give_back(web.app.store(), &client.address, Some(&who.user.email)).await;
    Ok(signed_in(&web, session))
}
