//! From a run's end or reply to an HTTP answer.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use causeway_document::ReplyMode;
use causeway_model::{FileRef, Reply, RunId, RunStatus, StreamRef, Value, text};
use causeway_store::{Finished, Store};
use serde_json::json;

use super::reply::Ended;
use crate::app::App;
use crate::problem::{Problem, RUN_HEADER, run_header};

/// What a flow answers is other people's content on this origin: pages in it get an origin of their own.
const NO_SAME_ORIGIN: &str = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

/// Headers that a flow may not set: framing, what belongs to the connection, and what would reach beyond this answer
/// into the rest of the origin.
const REFUSED: [&str; 24] = [
    "alt-svc",
    "clear-site-data",
    "connection",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "date",
    "expect-ct",
    "keep-alive",
    "nel",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "public-key-pins",
    "report-to",
    "reporting-endpoints",
    "server",
    "service-worker-allowed",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Read from the store at once when a list goes out.
const PAGE: u64 = 500;

pub(super) fn accepted(run: RunId) -> Response<Body> {
    of_run(json_response(StatusCode::ACCEPTED, format!(r#"{{"run":"{run}"}}"#).into()), run)
}

/// Somebody who writes a flow took the call, and nothing was started.
pub(super) fn kept() -> Response<Body> {
    let message = text!(
        "Kept as a sample for a flow that is being written; nothing was started",
        "已保留為撰寫中流程的範例資料，未啟動任何執行"
    );
    json_response(StatusCode::OK, json!({ "sample": true, "message": message }).to_string().into())
}

pub(super) async fn ended(
    app: &App,
    run: RunId,
    mode: ReplyMode,
    ended: Ended,
) -> Result<Response<Body>, Problem> {
    let response = match ended {
        Ended::Waiting => return Ok(accepted(run)),
        Ended::TimedOut => {
            return Err(Problem::new(
                StatusCode::GATEWAY_TIMEOUT,
                "reply_timeout",
                text!(
                    "The run {run} goes on, but did not answer in time; look at it later",
                    "執行 {run} 仍在進行，但未能及時回覆，請稍後查看"
                ),
            )
            .of_run(run));
        }
        Ended::Replied(reply) => replied(app, run, reply)?,
        Ended::Finished(finished) => match (finished.status, mode) {
            (RunStatus::Succeeded, ReplyMode::Last) => {
                content(app, StatusCode::OK, finished.output.unwrap_or_default())?
            }
            (RunStatus::Succeeded, _) => {
                let body = json!({ "run": run, "status": finished.status });
                json_response(StatusCode::OK, body.to_string().into())
            }
            _ => return Err(unsuccessful(run, *finished)),
        },
    };
    Ok(of_run(response, run))
}

/// A run that failed or was cancelled. What its error says may be the flow's own data, so only its code goes out.
fn unsuccessful(run: RunId, finished: Finished) -> Problem {
    let problem = match finished.failure {
        Some(failure) => {
            let code = failure.error.code;
            let text = match failure.step {
                Some(step) => text!(
                    "The run {run} failed at the step `{step}` ({code})",
                    "執行 {run} 在步驟「{step}」失敗（{code}）"
                ),
                None => text!("The run {run} failed ({code})", "執行 {run} 失敗（{code}）"),
            };
            Problem::new(StatusCode::BAD_GATEWAY, code, text)
        }
        None => {
            let text =
                finished.reason.unwrap_or_else(|| text!("The run {run} was cancelled", "執行 {run} 已取消"));
            Problem::new(StatusCode::BAD_GATEWAY, "run_cancelled", text)
        }
    };
    problem.of_run(run)
}

fn replied(app: &App, run: RunId, reply: Reply) -> Result<Response<Body>, Problem> {
    let status = StatusCode::from_u16(reply.status)
        .ok()
        .filter(|status| (200..=599).contains(&status.as_u16()))
        .ok_or_else(|| invalid_reply(run))?;
    let mut response = content(app, status, reply.body)?;
    let headers = response.headers_mut();
    let mut set = Vec::new();
    for (name, value) in reply.headers {
        let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) else {
            return Err(invalid_reply(run));
        };
        if REFUSED.contains(&name.as_str()) || name.as_str().starts_with("x-causeway-") {
            tracing::warn!(%run, header = %name, "a flow may not set this header; it was left out");
            continue;
        }
        // The first of a name replaces ours, those that follow stand beside it.
        if set.contains(&name) {
            headers.append(name, value);
        } else {
            set.push(name.clone());
            headers.insert(name, value);
        }
    }
    Ok(response)
}

fn invalid_reply(run: RunId) -> Problem {
    Problem::new(
        StatusCode::BAD_GATEWAY,
        "reply_invalid",
        text!(
            "The flow answered with a status or a header that HTTP does not know",
            "流程回覆的狀態碼或標頭不符合 HTTP 規範"
        ),
    )
    .of_run(run)
}

/// A string goes out as text, a file as its bytes, a record stream as a JSON list, null as nothing, anything else as
/// JSON. Sealed tokens never leave.
fn content(app: &App, status: StatusCode, value: Value) -> Result<Response<Body>, Problem> {
    let mut response = match value {
        Value::Null => Response::new(Body::empty()),
        Value::String(text) => {
            let text = if app.sealer().is_sealed(&text) { app.sealer().shown(&text) } else { text };
            typed(HeaderValue::from_static("text/plain; charset=utf-8"), text.into())
        }
        value => {
            if let Some(file) = FileRef::from_value(&value) {
                file_response(app.store().clone(), file)
            } else if let Some(stream) = StreamRef::from_value(&value) {
                typed(HeaderValue::from_static("application/json"), records(app.clone(), stream))
            } else {
                let mut text = value.to_string();
                if app.sealer().is_sealed(&text) {
                    text = app.sealer().shown_value(&value).to_string();
                }
                json_response(status, text.into())
            }
        }
    };
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_SAME_ORIGIN));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn typed(content_type: HeaderValue, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

pub(super) fn json_response(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut response = typed(HeaderValue::from_static("application/json"), body.into());
    *response.status_mut() = status;
    response
}

fn file_response(store: Store, file: FileRef) -> Response<Body> {
    let media_type = HeaderValue::from_str(&file.media_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let size = file.size;
    let parts = futures::stream::try_unfold(0, move |offset| {
        let (store, id) = (store.clone(), file.id);
        async move {
            let part = store.read_file(id, offset).await?;
            let next = offset + part.len() as u64;
            Ok::<_, causeway_store::Error>((!part.is_empty()).then_some((part, next)))
        }
    });
    let mut response = typed(media_type, Body::from_stream(parts));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    response
}

/// A record stream as one JSON list, page by page.
fn records(app: App, stream: StreamRef) -> Body {
    let pages = futures::stream::try_unfold(Some(0), move |from: Option<u64>| {
        let app = app.clone();
        async move {
            let Some(from) = from else { return Ok::<_, causeway_store::Error>(None) };
            let page = app.store().read_stream(stream.id, from, PAGE).await?;
            let mut text = String::from(if from == 0 { "[" } else { "" });
            for (at, record) in page.iter().enumerate() {
                if from + at as u64 > 0 {
                    text.push(',');
                }
                text.push_str(&app.sealer().shown_value(record).to_string());
            }
            let next = from + page.len() as u64;
            let more = !page.is_empty() && next < stream.count;
            if !more {
                text.push(']');
            }
            Ok(Some((Bytes::from(text), more.then_some(next))))
        }
    });
    Body::from_stream(pages)
}

fn of_run(mut response: Response<Body>, run: RunId) -> Response<Body> {
    response.headers_mut().insert(RUN_HEADER, run_header(run));
    response
}
