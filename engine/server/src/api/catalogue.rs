//! What flows can be made of: connectors, functions, and the documents' own schema.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_document::specs::{KindSpec, step_specs, trigger_specs};
use causeway_model::{ConnectorSpec, OperationSpec, Value};
use causeway_script::FunctionGroup;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Document, Listing};
use super::schemas;
use super::tagged::Tagged;
use crate::app::TriggerForm;
use crate::auth::Viewer;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(get_catalogue))
        .routes(routes!(get_operation))
        .routes(routes!(get_trigger))
        .routes(routes!(list_functions))
        .routes(routes!(get_flow_schema))
}

#[derive(Serialize, ToSchema)]
struct Catalogue {
    #[schema(value_type = Vec<schemas::Kind>)]
    steps: Vec<KindSpec>,
    #[schema(value_type = Vec<schemas::Kind>)]
    triggers: Vec<KindSpec>,
    #[schema(value_type = Vec<schemas::Connector>)]
    connectors: Vec<ConnectorSpec>,
}

/// The step kinds, the trigger kinds, and the connectors with the names of their operations
#[utoipa::path(get, path = "/catalogue", operation_id = "get_catalogue", tag = "catalogue",
    params(("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = Catalogue, headers(("ETag" = String))), Document))]
async fn get_catalogue(_: Viewer, State(web): State<Arc<Web>>) -> Result<Tagged<Catalogue>, Problem> {
    let catalogue = &web.app.compiler_by_now().await?.catalogue;
    Ok(Tagged(Catalogue {
        steps: step_specs(),
        triggers: trigger_specs(),
        connectors: catalogue.connectors().iter().map(|connector| connector.spec().clone()).collect(),
    }))
}

/// An operation of a connector, with the schemas of its input and output
#[utoipa::path(get, path = "/connectors/{connector}/operations/{operation}", operation_id = "get_operation",
    tag = "catalogue",
    params(("connector" = String, Path), ("operation" = String, Path),
        ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::Operation, headers(("ETag" = String))), Document))]
async fn get_operation(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((connector, operation)): Path<(String, String)>,
) -> Result<Tagged<OperationSpec>, Problem> {
    Ok(Tagged(web.app.operation(&connector, &operation).await?.as_ref().clone()))
}

/// A trigger of a connector, with the schemas of its event and of a flow's `with`
#[utoipa::path(get, path = "/connectors/{connector}/triggers/{trigger}", operation_id = "get_trigger",
    tag = "catalogue",
    params(("connector" = String, Path), ("trigger" = String, Path),
        ("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = schemas::Trigger, headers(("ETag" = String))), Document))]
async fn get_trigger(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path((connector, trigger)): Path<(String, String)>,
) -> Result<Tagged<TriggerForm>, Problem> {
    Ok(Tagged(web.app.connector_trigger(&connector, &trigger).await?))
}

#[derive(Serialize, ToSchema)]
struct FunctionList {
    #[schema(value_type = Vec<schemas::FunctionGroup>)]
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
    params(("If-None-Match" = Option<String>, Header, description = "ETags of what the caller has")),
    responses((status = 200, body = Object, headers(("ETag" = String))), Document))]
async fn get_flow_schema(_: Viewer) -> Result<Tagged<Value>, Problem> {
    Ok(Tagged(causeway_document::schema()))
}
