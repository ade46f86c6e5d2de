//! The first visit: somebody makes themselves the owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use causeway_model::{Locale, Role, text};
use causeway_store::NewUser;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Listing, SigningIn};
use super::schemas;
use super::sessions::{SignedInBody, signed_in};
use crate::app::Error;
use crate::client::Client;
use crate::extract::Body;
use crate::origin;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_setup, create_owner))
}

#[derive(Serialize, ToSchema)]
struct Setup {
    /// Whether nobody has an account yet.
    needed: bool,
    /// Whether the code is asked for that the server printed at its start.
    code_needed: bool,
}

/// Whether this installation needs its owner
#[utoipa::path(get, path = "/setup", operation_id = "get_setup", tag = "people", security(()),
    responses((status = 200, body = Setup), Listing))]
async fn get_setup(State(web): State<Arc<Web>>, parts: Parts) -> Result<Json<Setup>, Problem> {
    let needed = web.app.store().owner_needed().await?;
    Ok(Json(Setup { needed, code_needed: needed && web.door.code_needed(&parts) }))
}

#[derive(Deserialize, ToSchema)]
struct OwnerBody {
    email: String,
    #[schema(format = Password)]
    password: String,
    #[serde(default)]
    name: String,
    #[schema(value_type = Option<schemas::Locale>)]
    locale: Option<Locale>,
    /// The one-time code that the server printed at its start; not asked for on the machine itself.
    code: Option<String>,
}

/// Makes the owner, and signs in
///
/// Once, while nobody has an account; of several who try at once, one is first.
#[utoipa::path(post, path = "/setup", operation_id = "create_owner", tag = "people", security(()),
    request_body = OwnerBody, responses((status = 201, body = SignedInBody), SigningIn))]
async fn create_owner(
    State(web): State<Arc<Web>>,
    parts: Parts,
    client: Client,
    Body(body): Body<OwnerBody>,
) -> Result<impl IntoResponse, Problem> {
    origin::must_not_be_foreign(&parts, &web.door)?;
    web.throttle.take(web.app.store(), &client.address, None).await?;
    let needed = web.app.store().owner_needed().await?;
    if needed && web.door.code_needed(&parts) && !web.door.is_code(body.code.as_deref().unwrap_or_default()) {
        return Err(Error::forbidden(
            "setup_code_wrong",
            text!(
                "From elsewhere than the machine itself, the owner needs the one-time code that the server printed when it started; restart the server for a new one",
                "從本機以外的地方建立擁有者時，需要伺服器啟動時顯示的一次性代碼；重新啟動伺服器即可取得新的代碼"
            ),
        )
        .into());
    }
    let new = NewUser {
        email: body.email,
        password: body.password,
        name: body.name,
        role: Role::Owner,
        locale: body.locale,
    };
    let session = web.app.set_up(new, &client.agent).await?;
    web.throttle.give_back(web.app.store(), &client.address, None).await;
    Ok(signed_in(&web, session))
}
