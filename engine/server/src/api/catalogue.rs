//! What flows can be made of: connectors, functions, and the documents' own schema.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_document::specs::{KindSpec, step_specs, trigger_specs};
use causeway_model::{ConnectorSpec, Value};
use causeway_script::FunctionGroup;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Listing;
use crate::auth::Viewer;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(get_catalogue))
        .routes(routes!(list_functions))
        .routes(routes!(get_flow_schema))
}

#[derive(Serialize, ToSchema)]
struct Catalogue {
    /// `{name, title, description, input, ports, ...}` each.
    #[schema(value_type = Vec<Object>)]
    steps: Vec<KindSpec>,
    /// `{name, title, description, input, ...}` each.
    #[schema(value_type = Vec<Object>)]
    triggers: Vec<KindSpec>,
    /// `{name, version, title, description, operations}` each.
    #[schema(value_type = Vec<Object>)]
    connectors: Vec<ConnectorSpec>,
}

/// The step kinds, the trigger kinds, the connectors and their operations
#[utoipa::path(get, path = "/catalogue", operation_id = "get_catalogue", tag = "catalogue",
    responses((status = 200, body = Catalogue), Listing))]
async fn get_catalogue(_: Viewer, State(web): State<Arc<Web>>) -> Json<Catalogue> {
    let catalogue = &web.app.compiler().catalogue;
    Json(Catalogue {
        steps: step_specs(),
        triggers: trigger_specs(),
        connectors: catalogue.connectors().map(|connector| connector.spec().clone()).collect(),
    })
}

#[derive(Serialize, ToSchema)]
struct FunctionList {
    /// `{name, title, functions}` each.
    #[schema(value_type = Vec<Object>)]
    groups: Vec<FunctionGroup>,
}

/// The functions that scripts and expressions can call
#[utoipa::path(get, path = "/functions", operation_id = "list_functions", tag = "catalogue",
    responses((status = 200, body = FunctionList), Listing))]
async fn list_functions(_: Viewer, State(web): State<Arc<Web>>) -> Json<FunctionList> {
    Json(FunctionList { groups: web.app.compiler().engine.functions() })
}

/// The JSON Schema of flow documents, step and trigger kinds included
#[utoipa::path(get, path = "/schemas/flow", operation_id = "get_flow_schema", tag = "catalogue",
    responses((status = 200, body = Object), Listing))]
async fn get_flow_schema(_: Viewer) -> Result<Json<Value>, Problem> {
    Ok(Json(causeway_document::schema()))
}
