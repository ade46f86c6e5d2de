//! Live streams (`text/event-stream`): the events of one run, and which lists changed.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderName, Response, StatusCode};
use axum::response::IntoResponse;
use causeway_model::RunId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::event_schemas;
use super::responses::{Listening, ListeningToRun};
use crate::auth::Viewer;
use crate::extract::{Path, Query, text_header};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(get_run_events)).routes(routes!(get_events))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LastQuery {
    /// As the header `Last-Event-ID`, which counts before it, for what cannot send headers.
    last_event_id: Option<String>,
}

impl LastQuery {
    /// The header is the newer one: browsers send it when they come again, to the address of their first visit.
    fn or_header<'a>(&'a self, parts: &'a Parts) -> Option<&'a str> {
        let header = text_header(&parts.headers, HeaderName::from_static("last-event-id"));
        header.or(self.last_event_id.as_deref()).filter(|id| !id.is_empty())
    }
}

/// What happens to a run, as it happens
///
/// First `snapshot`, then `run`, `step` and `progress` as they come, and `end`, after which the server closes. Whoever
/// comes with the id of the last event they read gets only what came after it; where that is not known any more, or too
/// much came after it, a snapshot. 204: they have read the end.
#[utoipa::path(get, path = "/runs/{run}/events", operation_id = "get_run_events", tag = "runs",
    params(("run" = uuid::Uuid, Path), LastQuery, ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, description = "Events, each as its `event`, `id` and `data`", body = event_schemas::RunEvent,
        content_type = "text/event-stream"),
        (status = 204, description = "Nothing follows: do not come again"), ListeningToRun))]
async fn get_run_events(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Path(run): Path<RunId>,
    Query(query): Query<LastQuery>,
    parts: Parts,
) -> Result<Response<Body>, Problem> {
    let events = web.live.run(&who, &parts, run, query.or_header(&parts)).await?;
    Ok(events.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response()))
}

/// Which lists change
///
/// First `ready`, then `changed` for each list that may not be what it was: read it again. A list is told of a few times a
/// second at most. Whoever comes with the id of the last event they read is told of all that they may have missed.
#[utoipa::path(get, path = "/events", operation_id = "get_events", tag = "watching",
    params(LastQuery, ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, description = "Events, each as its `event`, `id` and `data`", body = event_schemas::ListEvent,
        content_type = "text/event-stream"), Listening))]
async fn get_events(
    Viewer(who): Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<LastQuery>,
    parts: Parts,
) -> Result<Response<Body>, Problem> {
    web.live.lists(&who, &parts, query.or_header(&parts)).await
}
