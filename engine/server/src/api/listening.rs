//! Listening: the next real call of a flow's webhook, as a sample.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use causeway_model::{Slug, Time, text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::{Changing, Reading};
use super::schemas;
use crate::app::HeardView;
use crate::auth::Editor;
use crate::client::Reached;
use crate::extract::{Body, Path, Query};
use crate::problem::Problem;
use crate::state::Web;

/// The longest that one request waits.
const MOST_WAIT: u64 = 30;

/// A server that stops lets go after this.
const SLICE: Duration = Duration::from_secs(1);

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new().routes(routes!(start_listening, get_listening, stop_listening))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ListenBody {
    /// 1 to 600; 120 unless said.
    seconds: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct StartedListening {
    id: uuid::Uuid,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    expires_at: Time,
    /// Where to call; null where the address of this server is not known.
    url: Option<String>,
    /// The same below this server, such as `/hooks/orders`.
    path: String,
}

/// Takes the next real call of the draft's webhook, as a sample
///
/// The draft's path, methods and `verify` count as they are now. A published version that has the path works on as ever, and its next
/// call is given here too. Where nothing published and switched on has the path, the call is answered 200, and nothing is
/// started. Who listened before hears nothing any more.
#[utoipa::path(post, path = "/flows/{slug}/listen", operation_id = "start_listening", tag = "flows",
    params(("slug" = String, Path)), request_body = ListenBody,
    responses((status = 200, body = StartedListening), Changing))]
async fn start_listening(
    Editor(who): Editor,
    State(web): State<Arc<Web>>,
    Reached(reached): Reached,
    Path(slug): Path<Slug>,
    Body(body): Body<ListenBody>,
) -> Result<Json<StartedListening>, Problem> {
    let started = web.app.start_listening(&slug, body.seconds.unwrap_or(120), &who.by()).await?;
    let path = format!("/hooks/{}", started.path);
    let url = reached.map(|origin| format!("{origin}{path}"));
    Ok(Json(StartedListening { id: started.id, expires_at: started.expires_at, url, path }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListenQuery {
    /// Seconds to wait for a call that has not come yet: 0 to 30; 0 unless said.
    #[param(minimum = 0, maximum = 30)]
    wait: Option<u64>,
}

/// What came, or whether somebody still listens
#[utoipa::path(get, path = "/flows/{slug}/listen", operation_id = "get_listening", tag = "flows",
    params(("slug" = String, Path), ListenQuery), responses((status = 200, body = schemas::Heard), Reading))]
async fn get_listening(
    _: Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
    Query(query): Query<ListenQuery>,
) -> Result<Json<HeardView>, Problem> {
    let wait = query.wait.unwrap_or(0);
    if wait > MOST_WAIT {
        let why = text!("use a number from 0 to {MOST_WAIT}", "請使用 0 到 {MOST_WAIT} 的數字");
        return Err(Problem::parameter("wait", why));
    }
    let until = Instant::now() + Duration::from_secs(wait);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let heard = web.app.heard(&slug, left.min(SLICE)).await?;
        // Whoever stops the server does not wait for this.
        if !heard.listening || Instant::now() >= until || !web.readiness.get() {
            return Ok(Json(heard));
        }
    }
}

/// Listens no more; what came is forgotten
#[utoipa::path(delete, path = "/flows/{slug}/listen", operation_id = "stop_listening", tag = "flows",
    params(("slug" = String, Path)), responses((status = 204, description = "Nobody listens"), Changing))]
async fn stop_listening(
    _: Editor,
    State(web): State<Arc<Web>>,
    Path(slug): Path<Slug>,
) -> Result<StatusCode, Problem> {
    web.app.stop_listening(&slug).await?;
    Ok(StatusCode::NO_CONTENT)
}
