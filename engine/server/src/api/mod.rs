//! `/api/v1`: one file per resource, with its routes, bodies and handlers together.

mod approvals;
mod audit;
mod bulk;
mod catalogue;
mod connections;
mod connector_files;
mod connectors;
mod dead_letters;
mod event_schemas;
mod events;
mod expressions;
mod flow_list;
mod flow_stats;
mod flows;
mod import;
mod keys;
mod listening;
mod me;
mod options;
mod overview;
mod paging;
mod polls;
mod recipes;
mod responses;
mod run_list;
mod runs;
mod samples;
mod schedules;
mod schemas;
mod secrets;
mod sessions;
mod settings;
mod setup;
mod status;
mod steps;
mod system_map;
mod tagged;
mod testing;
#[cfg(test)]
mod tests;
mod tokens;
mod trigger_events;
mod users;
mod variables;
mod versions;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::{HeaderValue, Response, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use schemas::{Fault as FaultSchema, Text as TextSchema};
pub(crate) use tagged::{etag, names_etag};

use crate::idempotency;
use crate::state::Web;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Causeway",
        description = "The API of Causeway: flows, runs, approvals and what they need. 流程、執行、簽核與相關設定的 API。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(crate::problem::ProblemBody<'static>)),
    modifiers(&Token),
    security(("token" = []), ("session" = [])),
    tags(
        (name = "flows", description = "Flows, their drafts and versions"),
        (name = "runs", description = "Starting, watching and steering runs"),
        (name = "approvals", description = "Questions that runs ask people"),
        (name = "settings", description = "Connections, variables and secrets"),
        (name = "people", description = "Users and tokens"),
        (name = "catalogue", description = "What flows can be made of"),
        (name = "watching", description = "How the installation fares")
    )
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token made with `causeway token create` or `POST /api/v1/tokens`"))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(
            "causeway_session",
            "Of `POST /api/v1/sessions`; `__Host-causeway_session` where the server is reached over https. What changes something needs the header `X-CSRF-Token` too",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Below `/api/v1`.
fn resources() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .merge(approvals::routes())
        .merge(audit::routes())
        .merge(bulk::routes())
        .merge(catalogue::routes())
        .merge(connections::routes())
        .merge(connector_files::routes())
        .merge(connectors::routes())
        .merge(dead_letters::routes())
        .merge(flow_list::routes())
        .merge(flow_stats::routes())
        .merge(events::routes())
        .merge(expressions::routes())
        .merge(flows::routes())
        .merge(import::routes())
        .merge(listening::routes())
        .merge(me::routes())
        .merge(options::routes())
        .merge(overview::routes())
        .merge(run_list::routes())
        .merge(runs::routes())
        .merge(samples::routes())
        .merge(polls::routes())
        .merge(recipes::routes())
        .merge(schedules::routes())
        .merge(secrets::routes())
        .merge(sessions::routes())
        .merge(settings::routes())
        .merge(setup::routes())
        .merge(status::routes())
        .merge(steps::routes())
        .merge(system_map::routes())
        .merge(testing::routes())
        .merge(tokens::routes())
        .merge(trigger_events::routes())
        .merge(users::routes())
        .merge(variables::routes())
        .merge(versions::routes())
}

/// The API as it is, from the code.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let routes = OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", resources());
    let mut document = routes.into_openapi();
    keys::describe(&mut document);
    document
}

static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());

pub(crate) fn router(web: &Arc<Web>) -> Router<Arc<Web>> {
    let (resources, _) = resources().split_for_parts();
    let resources = resources
        .layer(from_fn_with_state(Arc::clone(web), idempotency::layer))
        .layer(from_fn(tagged::not_modified));
    Router::new().nest("/api/v1", resources).route("/api/v1/openapi.json", get(document))
}

async fn document() -> Response<axum::body::Body> {
    let mut response = Response::new(axum::body::Body::from(TEXT.as_str()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
