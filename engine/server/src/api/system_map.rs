//! The map of systems: what flows join, and what people add by hand.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_model::{Slug, Text};
use causeway_store::{HandOver, MapSystem};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Listing};
use super::schemas;
use crate::app::SystemMap;
use crate::auth::{Editor, Viewer};
use crate::extract::{Body, Path};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(get_system_map))
        .routes(routes!(set_map_system, delete_map_system))
        .routes(routes!(set_hand_over, delete_hand_over))
}

/// Which systems the published flows join, in which direction, with their runs of seven days; and what people added
///
/// What comes in goes to each system in which a flow changes something; what the flow only reads elsewhere goes there too, and
/// where it changes nothing, back to who asked. Webhooks come from the system `webhook`.
#[utoipa::path(get, path = "/system-map", operation_id = "get_system_map", tag = "watching",
    responses((status = 200, body = schemas::SystemMap), Listing))]
async fn get_system_map(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<SystemMap>, Problem> {
    Ok(Json(web.app.system_map().await?))
}

/// In one language for all, or in each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Title {
    Plain(String),
    Both(Text),
}

impl From<Title> for Text {
    fn from(title: Title) -> Self {
        match title {
            Title::Plain(words) => Text { en: words.clone(), zh_tw: words },
            Title::Both(text) => text,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MapSystemBody {
    /// Needed where no flow reaches the system; else it stands instead of the connector's.
    #[schema(value_type = Option<schemas::MapTitle>)]
    title: Option<Title>,
    /// Where it stands on the map.
    x: Option<f64>,
    y: Option<f64>,
}

/// Adds a system, or names or places one
#[utoipa::path(put, path = "/system-map/systems/{id}", operation_id = "set_map_system", tag = "watching",
    params(("id" = String, Path)), request_body = MapSystemBody,
    responses((status = 204, description = "It is kept"), Changing))]
async fn set_map_system(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(id): Path<Slug>,
    Body(body): Body<MapSystemBody>,
) -> Result<StatusCode, Problem> {
    let place = |at: Option<f64>| at.map(|at| at.clamp(-FURTHEST, FURTHEST).round() as i64);
    let system = MapSystem { id, title: body.title.map(Text::from), x: place(body.x), y: place(body.y) };
    web.app.set_map_system(system, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far from the middle of the map.
const FURTHEST: f64 = 1e6;

/// Takes a system off the map, with what people carry from and to it
///
/// One that flows reach stays, without the place and the title that somebody gave it.
#[utoipa::path(delete, path = "/system-map/systems/{id}", operation_id = "delete_map_system", tag = "watching",
    params(("id" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_map_system(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(id): Path<Slug>,
) -> Result<StatusCode, Problem> {
    web.app.delete_map_system(&id, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOverBody {
    /// Ids of systems on the map.
    #[schema(value_type = String)]
    from: Slug,
    #[schema(value_type = String)]
    to: Slug,
    /// Such as `Excel by mail`.
    how: Option<String>,
    note: Option<String>,
}

/// Adds or changes what people carry from one system to another
#[utoipa::path(put, path = "/system-map/hand-overs/{id}", operation_id = "set_hand_over", tag = "watching",
    params(("id" = String, Path)), request_body = HandOverBody,
    responses((status = 204, description = "It is kept"), Changing))]
async fn set_hand_over(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(id): Path<Slug>,
    Body(body): Body<HandOverBody>,
) -> Result<StatusCode, Problem> {
    let HandOverBody { from, to, how, note } = body;
    let [how, note] = [how, note].map(|words| words.filter(|words| !words.trim().is_empty()));
    web.app.set_hand_over(HandOver { id, from, to, how, note }, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a hand-over off the map
#[utoipa::path(delete, path = "/system-map/hand-overs/{id}", operation_id = "delete_hand_over", tag = "watching",
    params(("id" = String, Path)), responses((status = 204, description = "It is gone"), Changing))]
async fn delete_hand_over(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path(id): Path<Slug>,
) -> Result<StatusCode, Problem> {
    web.app.delete_hand_over(&id, &who.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
