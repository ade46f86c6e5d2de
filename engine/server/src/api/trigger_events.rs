//! Trigger events: what came in. Their bodies are given as attachments that no browser shows.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as Content;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use causeway_model::{FileRef, RunId, StreamRef, Time, TriggerKind, text};
use causeway_store::{RunFilter, Store};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Finding, Reading};
use super::{paging, run_list, schemas};
use crate::app::{EventBody, TriggerEventRecord, TriggerEventView};
use crate::auth::Viewer;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(list_trigger_events))
        .routes(routes!(get_trigger_event))
        .routes(routes!(get_trigger_event_body))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// The slug of a flow.
    flow: Option<String>,
    #[param(inline, value_type = Option<schemas::TriggerKind>)]
    kind: Option<TriggerKind>,
    /// Received at this time or later.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    from: Option<Time>,
    /// Received before this time.
    #[param(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    to: Option<Time>,
    /// Of this run.
    #[param(value_type = Option<uuid::Uuid>)]
    run: Option<RunId>,
    /// The key that it was known by, while its window is open; the flow must be named too.
    dedupe_key: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct EventList {
    #[schema(value_type = Vec<schemas::TriggerEvent>)]
    events: Vec<TriggerEventRecord>,
    /// Give it as `cursor` for the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Trigger events, newest first
#[utoipa::path(get, path = "/trigger-events", operation_id = "list_trigger_events", tag = "runs", params(EventQuery),
    responses((status = 200, body = EventList), Finding))]
async fn list_trigger_events(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Query(query): Query<EventQuery>,
) -> Result<Json<EventList>, Problem> {
    let limit = paging::limit(query.limit, 50, 200)?;
    let before = paging::after::<RunId>(query.cursor.as_deref())?;
    let flow = run_list::flow(&web.app, query.flow.as_deref()).await?;
    let mut ids = query.run.map(|run| vec![run]);
    if let Some(key) = &query.dedupe_key {
        let flow = flow
            .ok_or_else(|| Problem::parameter("dedupe_key", text!("name the flow too", "請同時指定流程")))?;
        let run = web.app.run_of_dedupe_key(flow, key).await?;
        ids = Some(run.into_iter().filter(|run| query.run.is_none_or(|asked| asked == *run)).collect());
    }
    let filter = RunFilter {
        flow,
        trigger: query.kind,
        from: query.from,
        to: query.to,
        ids,
        before,
        limit,
        ..RunFilter::default()
    };
    let page = web.app.trigger_events(filter).await?;
    let next_cursor = paging::next(&page, |event| event.id);
    Ok(Json(EventList { events: page.rows, next_cursor }))
}

/// One trigger event, as expressions see it
///
/// Headers and fields of the query that may hold credentials are masked.
#[utoipa::path(get, path = "/trigger-events/{event}", operation_id = "get_trigger_event", tag = "runs",
    params(("event" = uuid::Uuid, Path)), responses((status = 200, body = schemas::TriggerEventView), Reading))]
async fn get_trigger_event(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(event): Path<RunId>,
) -> Result<Json<TriggerEventView>, Problem> {
    Ok(Json(web.app.trigger_event_view(event).await?))
}

/// The body of a trigger event, as it came
///
/// Always an attachment. JSON comes to the letter, a large list as one record per line.
#[utoipa::path(get, path = "/trigger-events/{event}/body", operation_id = "get_trigger_event_body", tag = "runs",
    params(("event" = uuid::Uuid, Path)),
    responses((status = 200, description = "The body", content(
        (Vec<u8> = "application/octet-stream"), (serde_json::Value = "application/json"), (String = "text/plain"),
        (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/zip"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"))), Reading))]
async fn get_trigger_event_body(
    _: Viewer,
    State(web): State<Arc<Web>>,
    Path(event): Path<RunId>,
) -> Result<impl IntoResponse, Problem> {
    let store = web.app.store().clone();
    let (kind, name, content) = match web.app.trigger_event_body(event).await? {
        EventBody::Json(text) => ("application/json", format!("{event}.json"), Content::from(text)),
        EventBody::Text(text) => ("text/plain; charset=utf-8", format!("{event}.txt"), Content::from(text)),
        EventBody::File(file) => (safe(&file.media_type), plain(&file.name), file_content(store, file)),
        EventBody::Records(records) => {
            ("application/x-ndjson", format!("{event}.ndjson"), record_content(store, records))
        }
    };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, content))
}

/// The types that no browser runs; all others are just bytes.
fn safe(media_type: &str) -> &'static str {
    const SAFE: [&str; 6] =
        ["application/json", "application/pdf", "application/zip", "image/jpeg", "image/png", "text/csv"];
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    SAFE.into_iter().find(|safe| safe.eq_ignore_ascii_case(bare)).unwrap_or("application/octet-stream")
}

/// A name for the header, of letters that mean nothing there.
fn plain(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .take(100)
        .collect();
    if name.is_empty() { "body".to_owned() } else { name }
}

fn file_content(store: Store, file: FileRef) -> Content {
    Content::from_stream(futures::stream::try_unfold((store, 0), move |(store, offset)| async move {
        if offset >= file.size {
            return Ok::<_, causeway_store::Error>(None);
        }
        let part = store.read_file(file.id, offset).await?;
        let next = offset + part.len() as u64;
        Ok((!part.is_empty()).then_some((part, (store, next))))
    }))
}

fn record_content(store: Store, records: StreamRef) -> Content {
    const AT_ONCE: u64 = 500;
    Content::from_stream(futures::stream::try_unfold((store, 0), move |(store, from)| async move {
        let page = store.read_stream(records.id, from, AT_ONCE).await?;
        if page.is_empty() {
            return Ok::<_, causeway_store::Error>(None);
        }
        let lines: String = page.iter().map(|record| format!("{record}\n")).collect();
        let next = from + page.len() as u64;
        Ok(Some((lines, (store, next))))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_never_shown_by_a_browser() {
        assert_eq!(safe("image/png"), "image/png");
        assert_eq!(safe("Text/CSV; charset=big5"), "text/csv");
        for active in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", ""] {
            assert_eq!(safe(active), "application/octet-stream", "{active}");
        }
        assert_eq!(plain("../a\"b\r\n.pdf"), ".._a_b__.pdf");
        assert_eq!(plain(""), "body");
    }
}
