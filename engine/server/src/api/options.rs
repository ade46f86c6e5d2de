//! What a field may be where a connected system knows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use causeway_model::text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Reading;
use super::schemas;
use crate::app::{OptionView, OptionsRequest};
use crate::auth::Editor;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(list_options))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OptionsQuery {
    /// JSON pointer into a record: what is chosen, such as `/code`.
    value: String,
    /// JSON pointer into a record: what people see, such as `/name`; the value unless said.
    title: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct OptionList {
    /// At most 500.
    #[schema(value_type = Vec<schemas::OptionView>)]
    options: Vec<OptionView>,
}

/// The records of a list of the connected system, as choices for a field
///
/// Calls the operation once, with the production values of the connection: one that only reads, and needs no input. It may take
/// 30 seconds.
#[utoipa::path(get, path = "/connections/{name}/options/{operation}", operation_id = "list_options", tag = "settings",
    params(("name" = String, Path), ("operation" = String, Path), OptionsQuery),
    responses((status = 200, body = OptionList), Reading))]
async fn list_options(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Path((name, operation)): Path<(String, String)>,
    Query(query): Query<OptionsQuery>,
) -> Result<Json<OptionList>, Problem> {
    let OptionsQuery { value, title } = query;
    for (parameter, pointer) in [("value", Some(&value)), ("title", title.as_ref())] {
        if pointer.is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
            let why = text!("use a JSON pointer such as /code", "請使用 JSON 指標，例如 /code");
            return Err(Problem::parameter(parameter, why));
        }
    }
    let request = OptionsRequest { operation, value, title };
    Ok(Json(OptionList { options: web.app.options(&name, request, who.actor()).await? }))
}
