//! `Idempotency-Key`: one layer around every POST of the API. The same request with the same key gets the answer that the
//! first one got, and nothing is done again, from whichever process it comes.
//!
//! What is promised where a process dies in the middle stands in `docs/guides/api.md`; how it is kept, in the store.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use causeway_connector::declared::package::MOST_PACKED_BYTES;
use causeway_model::{Locale, text};
use causeway_store::{Begun, KeptAnswer, KeyAttempt, KeyedRequest};
use futures::FutureExt;
use sha2::{Digest, Sha256};

use crate::auth::{self, Principal, Who};
use crate::extract::{LARGEST_BODY, LARGEST_IMPORT, body};
use crate::problem::{self, Problem};
use crate::state::Web;

pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
pub(crate) const LONGEST_KEY: usize = 255;

/// These let people in: their answers belong to one browser, and are given to whoever knows the password.
pub(crate) const WITHOUT: [&str; 2] = ["/api/v1/sessions", "/api/v1/setup"];

/// What may be done again without being done twice: it changes nothing more (`publish` of an equal draft makes no version),
/// or the repeat is noticed where it is done (a start and a replay by the key itself, a bulk operation run by run).
const REPEATABLE: [&str; 21] = [
    "/api/v1/connections/{name}/test",
    "/api/v1/connectors",
    "/api/v1/connectors/install-from-index",
    "/api/v1/connectors/{connector}/update",
    "/api/v1/connectors/{connector}/versions/{version}/disable",
    "/api/v1/connectors/{connector}/versions/{version}/enable",
    "/api/v1/dead-letters/{run}/replay",
    "/api/v1/flows/{slug}/archive",
    "/api/v1/flows/{slug}/disable",
    "/api/v1/flows/{slug}/enable",
    "/api/v1/flows/{slug}/poll",
    "/api/v1/flows/{slug}/publish",
    "/api/v1/flows/{slug}/runs",
    "/api/v1/flows/{slug}/unarchive",
    "/api/v1/flows/{slug}/versions/{version}/restore",
    "/api/v1/import",
    "/api/v1/runs/bulk",
    "/api/v1/runs/bulk/preview",
    "/api/v1/runs/{run}/cancel",
    "/api/v1/runs/{run}/replay",
    "/api/v1/schedules/preview",
];

/// Headers of an answer that are given again.
const KEPT: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::ETAG, header::LOCATION, crate::problem::RUN_HEADER];

pub(crate) async fn layer(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response<Body> {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let path = path.unwrap_or_default();
    if WITHOUT.contains(&path.as_str()) {
        return next.run(request).await;
    }
    match keyed(&web, &path, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(web: &Arc<Web>, path: &str, request: Request, next: Next) -> Result<Response<Body>, Problem> {
    let key = key(request.headers())?;
    let (mut parts, incoming) = request.into_parts();
    // Who may not, hears so from the endpoint itself.
    let Ok(principal) = auth::principal(&parts, web).await else {
        return Ok(next.run(Request::from_parts(parts, incoming)).await);
    };
    let most = match path {
        "/api/v1/import" => LARGEST_IMPORT,
        "/api/v1/connectors" => MOST_PACKED_BYTES,
        _ => LARGEST_BODY,
    };
    let bytes = body(Request::new(incoming), most).await?;
    let owner = owner(&principal);
    parts.extensions.insert(principal);
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let address = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let asked = KeyedRequest {
        id: digest(&[&owner, key.as_bytes()]),
        owner,
        request: digest(&[b"POST", address.as_bytes(), kind, &bytes]),
        repeatable: REPEATABLE.contains(&path),
    };
    let attempt = match web.app.store().begin_keyed(&asked).await? {
        Begun::New(attempt) => attempt,
        Begun::Known(answer) => return Ok(again(answer)),
        Begun::Differs => return Err(differs()),
        Begun::UnderWay => return Err(under_way()),
        Begun::AnswerLost(done) => return Err(answer_lost(&done)),
        Begun::TooMany => return Err(too_many()),
    };
    let locale = problem::locale(&parts.headers);
    let request = Request::from_parts(parts, Body::from(bytes));
    let web = Arc::clone(web);
    // What was begun is brought to its end, also where the caller goes away meanwhile.
    let work = tokio::spawn(async move {
        let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = web.app.store().under_key(&attempt, handled).await.unwrap_or_else(|_| {
            tracing::error!("a request handler panicked");
            Problem::internal().into_response()
        });
        settle(&web, &attempt, response, locale).await
    });
    work.await.map_err(|_| Problem::internal())
}

/// Keeps the answer, or gives the key back where the same request may get a better one.
async fn settle(
    web: &Web,
    attempt: &KeyAttempt,
    mut response: Response<Body>,
    locale: Locale,
) -> Response<Body> {
    let store = web.app.store();
    let status = response.status();
    let passing = status.is_server_error() || matches!(status.as_u16(), 401 | 403 | 408 | 429);
    let kept = if passing {
        store.release_key(attempt).await
    } else {
        // A problem is kept in the language that it was first told in.
        if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
            response = problem.response(locale);
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut headers = Vec::new();
        for name in KEPT {
            if let Some(value) = parts.headers.get(&name).and_then(|value| value.to_str().ok()) {
                headers.push((name.as_str().to_owned(), value.to_owned()));
            }
        }
        let answer = KeptAnswer { status: status.as_u16(), headers, body: body.to_vec() };
        response = Response::from_parts(parts, Body::from(body));
        store.keep_answer(attempt, &answer).await
    };
    if let Err(error) = kept {
        tracing::warn!(%error, "an answer was not kept under its idempotency key");
    }
    response
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut given = headers.get_all(KEY).iter();
    let key = given.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    if fits && given.next().is_none() {
        return Ok(key.to_owned());
    }
    let text = text!(
        "`Idempotency-Key` has 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID, and is given once",
        "`Idempotency-Key` 須為 1 到 {LONGEST_KEY} 個可見的 ASCII 字元，例如 UUID，且只能提供一次"
    );
    let problem = Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_invalid", text);
    Err(Problem { parameter: Some("Idempotency-Key".into()), ..problem })
}

/// A token, or a person on whatever device.
fn owner(principal: &Principal) -> [u8; 32] {
    match &principal.who {
        Who::Token(token) => digest(&[b"token", token.id.0.as_bytes()]),
        Who::User { user, .. } => digest(&[b"user", user.id.0.as_bytes()]),
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

fn again(answer: KeptAnswer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn differs() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        text!(
            "This Idempotency-Key was used for another request; take a fresh one for each thing that is done",
            "此 Idempotency-Key 已用於另一個請求；每個動作請使用新的值"
        ),
    )
}

fn under_way() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency_in_progress",
        text!(
            "A request with this Idempotency-Key is under way; ask again in a moment",
            "使用此 Idempotency-Key 的請求正在處理中，請稍後再試"
        ),
    )
    .with_header("retry-after", "1")
}

fn answer_lost(done: &str) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency_answer_lost",
        text!(
            "This was done ({done}) and is not done again, but its answer is not kept: look at what is there, or use a fresh Idempotency-Key to do it once more",
            "此動作已完成（{done}），不會重複執行，但未保留當時的回應：請查看目前的內容，若要再做一次請使用新的 Idempotency-Key"
        ),
    )
}

fn too_many() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "idempotency_keys_full",
        text!(
            "You have used too many Idempotency-Keys within a day; wait until the oldest are forgotten",
            "您在一天內使用了過多的 Idempotency-Key，請等較舊的值過期"
        ),
    )
    .with_header("retry-after", "3600")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_are_those_of_posts() {
        let document = serde_json::to_value(crate::openapi()).expect("JSON");
        for path in REPEATABLE.iter().chain(&WITHOUT) {
            assert!(document["paths"][path]["post"].is_object(), "{path}");
        }
    }
}
