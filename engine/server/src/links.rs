//! One-time links of waits: `/callbacks/<token>` with any method ends the wait, once.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::any;
use causeway_model::{INLINE_LIMIT, text};
use causeway_store::{Link, Store};
use serde_json::json;

use crate::app::{Class, Error};
use crate::extract::{Path, body, text_header};
use crate::hooks;
use crate::problem::{Problem, RUN_HEADER, run_header};
use crate::state::Web;

pub(crate) fn router() -> Router<Arc<Web>> {
    Router::new().route("/callbacks/{token}", any(call_back))
}

async fn call_back(
    State(web): State<Arc<Web>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let Some(Link::Callback { run, frame, step }) = read(web.app.store(), &token) else {
        return Err(unknown());
    };
    // These two only ask; link checkers send them.
    if matches!(*request.method(), Method::HEAD | Method::OPTIONS) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let query = request.uri().query().map(str::to_owned);
    let content_type = text_header(request.headers(), header::CONTENT_TYPE).map(str::to_owned);
    let bytes = body(request, INLINE_LIMIT).await?;
    let payload = hooks::payload(content_type.as_deref(), bytes, query.as_deref())?;
    let called = web.app.store().call_back(run, frame, step.clone(), payload).await;
    called.map_err(|error| gone(error.into()).of_run(run))?;
    tracing::info!(%run, %step, "callback received");
    let mut response = axum::Json(json!({ "run": run, "step": step })).into_response();
    response.headers_mut().insert(RUN_HEADER, run_header(run));
    Ok(response)
}

/// Tokens are short; what is long is none.
pub(crate) fn read(store: &Store, token: &str) -> Option<Link> {
    (token.len() <= 4096).then(|| store.read_link(token)).flatten()
}

pub(crate) fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "link_unknown",
        text!("This link is not valid; check that it was copied whole", "此連結無效，請確認是否完整複製"),
    )
}

/// A link that was used, or whose run is over, will not work again.
pub(crate) fn gone(error: Error) -> Problem {
    let over = matches!(error.class, Class::Conflict | Class::NotFound);
    let mut problem = Problem::from(error);
    if over {
        problem.status = StatusCode::GONE;
    }
    problem
}
