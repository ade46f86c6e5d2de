//! Recipes: the shipped flows, to begin with.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Listing, Reading};
use super::schemas;
use crate::app::{Recipe, RecipeView};
use crate::auth::Viewer;
use crate::extract::Path;
use crate::problem::{Problem, locale};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_recipes)).routes(routes!(get_recipe))
}

#[derive(Serialize, ToSchema)]
struct RecipeList {
    #[schema(value_type = Vec<schemas::Recipe>)]
    recipes: Vec<Recipe>,
}

/// The shipped flows, by name
#[utoipa::path(get, path = "/recipes", operation_id = "list_recipes", tag = "catalogue",
    responses((status = 200, body = RecipeList), Listing))]
async fn list_recipes(_: Viewer, State(web): State<Arc<Web>>) -> Json<RecipeList> {
    let recipes = web.app.recipes().iter().map(|view| view.recipe.clone()).collect();
    Json(RecipeList { recipes })
}

/// A shipped flow: its document in the asked language, what it is for, and what may come in
#[utoipa::path(get, path = "/recipes/{slug}", operation_id = "get_recipe", tag = "catalogue",
    params(("slug" = String, Path), ("Accept-Language" = Option<String>, Header, description = "`en` or `zh-TW`: what the document says")),
    responses((status = 200, body = schemas::RecipeView), Reading))]
async fn get_recipe(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Json<RecipeView>, Problem> {
    Ok(Json(web.app.recipe(&slug, locale(&headers))?))
}
