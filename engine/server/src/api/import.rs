//! Importing documents: one as JSON, or many as a zip.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use causeway_document::Source;
use causeway_model::{Fault, text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Changing;
use super::schemas;
use crate::app::{Error, ImportReport};
use crate::auth::Editor;
use crate::extract::{LARGEST_IMPORT, Query, body};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(import_flows))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Publish what was imported.
    #[serde(default)]
    publish: bool,
    /// The file's name: gives the slug of a single document that has none.
    name: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ImportAnswer {
    #[schema(value_type = Vec<schemas::ImportReport>)]
    documents: Vec<ImportReport>,
}

/// Imports documents, each all or nothing, and says what it did with every step
#[utoipa::path(post, path = "/import", operation_id = "import_flows", tag = "flows", params(ImportQuery),
    request_body(content(("application/json"), ("application/zip")), description = "A flow document, or a zip of them"),
    responses((status = 200, body = ImportAnswer), Changing))]
async fn import_flows(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<ImportAnswer>, Problem> {
    let bytes = body(request, LARGEST_IMPORT).await?;
    let sources = if bytes.starts_with(b"PK") {
        // Unpacking takes a while: not on the threads that answer.
        let unpacked = tokio::task::spawn_blocking(move || causeway_document::from_zip(&bytes)).await;
        unpacked.map_err(|_| Problem::internal())?.map_err(Error::from)?
    } else {
        let path = query.name.unwrap_or_else(|| "flow.json".to_owned());
        let text = String::from_utf8(bytes.into()).map_err(|_| {
            Fault::error("not_utf8", "", text!("The document is no UTF-8 text.", "文件不是 UTF-8 文字。"))
        });
        vec![Source { path, text }]
    };
    let documents = web.app.import(sources, query.publish, who.actor()).await?;
    Ok(Json(ImportAnswer { documents }))
}
