//! The settings of the installation.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::response::IntoResponse;
use causeway_store::{TunableChange, Tunables, tag_of};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Document, Replacing};
use super::schemas;
use super::tagged::{MustExpect, etag};
use crate::app::{SettingView, span};
use crate::auth::Admin;
use crate::extract::{Body, given};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_settings, change_settings))
}

#[derive(Serialize, ToSchema)]
struct Settings {
    /// As the process that answers has them.
    #[schema(value_type = Vec<schemas::Setting>)]
    settings: Vec<SettingView>,
}

/// The settings, with where each comes from; secrets are masked
#[utoipa::path(get, path = "/settings", operation_id = "get_settings", tag = "settings",
    params(("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = Settings, headers(("ETag" = String))), Document))]
async fn get_settings(_: Admin, State(web): State<Arc<Web>>) -> Result<impl IntoResponse, Problem> {
    Ok(answer(web.app.settings(&web.settings).await?))
}

fn answer((settings, stored): (Vec<SettingView>, Tunables)) -> impl IntoResponse {
    ([(ETAG, etag(&tag_of(&stored)))], Json(Settings { settings }))
}

/// What is left out stays; null goes back to the default.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsPatch {
    /// How long finished runs are kept where their flow does not say, such as `30d`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    keep: Option<Option<String>>,
    /// How long audit entries are kept.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    audit_keep: Option<Option<String>>,
}

/// Changes what may be set while running
///
/// What was set when Causeway was started is changed there.
#[utoipa::path(patch, path = "/settings", operation_id = "change_settings", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The ETag of the state that the change was made on; it must be given")),
    request_body = SettingsPatch,
    responses((status = 200, body = Settings, headers(("ETag" = String))),
        (status = 428, description = "`If-Match` is missing", content_type = "application/problem+json",
            body = crate::problem::ProblemBody<'static>), Replacing))]
async fn change_settings(
    Admin(who): Admin,
    State(web): State<Arc<Web>>,
    MustExpect(expected): MustExpect,
    Body(body): Body<SettingsPatch>,
) -> Result<impl IntoResponse, Problem> {
    let change = TunableChange {
        keep: body.keep.map(|text| span("keep", text)).transpose()?,
        audit_keep: body.audit_keep.map(|text| span("audit_keep", text)).transpose()?,
    };
    Ok(answer(web.app.change_settings(&web.settings, change, &expected, &who.by()).await?))
}
