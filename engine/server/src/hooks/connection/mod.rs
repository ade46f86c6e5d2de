//! `/hooks/@<connection>`: all webhooks of one connected system.
//!
//! The way of a call: whose is it ([`receiver`]) -> who is it (`verify`; before that is known, [`keeping`]) -> is it a
//! challenge, and which events does it bring ([`events`]) -> a durable run for each flow that wants one ([`runs`]) -> answer.
//! Nothing is answered before it is durable.

mod events;
mod keeping;
mod receiver;
mod runs;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use bytes::Bytes;
use causeway_connector::Challenge;
use causeway_model::{Value, text};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::answer;
use super::body::{self, Intake};
use super::call::{options, other_methods};
use super::verify::{Asked, Check, unauthorized};
use crate::door;
use crate::problem::Problem;
use crate::state::Web;
use events::Call;
use receiver::Receiver;
pub(crate) use receiver::Receivers;

/// What systems send is small; whatever the settings allow, an event is no file.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// The longest challenge that is given back from a query.
const LONGEST_CHALLENGE: usize = 2000;

/// The connection that a path below `/hooks/` means.
pub(super) fn named(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    path.strip_prefix('@').map(|name| name.trim_end_matches('/').to_owned())
}

pub(super) async fn call(
    web: &Web,
    head: Parts,
    body: Body,
    connection: &str,
) -> Result<Response<Body>, Problem> {
    let receiver = web.receivers.find(&web.app, connection).await?;
    if let Some(answer) = challenged_by_query(web, &head, &receiver)? {
        return Ok(answer);
    }
    let method = head.method.as_str();
    if !receiver.takes(method) {
        let methods = receiver.methods();
        if head.method == Method::OPTIONS || head.method == Method::HEAD {
            return Ok(options(&methods));
        }
        return Err(other_methods(&methods));
    }
    let limit = MOST_BYTES.min(web.max_body_bytes);
    let mut checks = match begin(web, &head, &receiver) {
        Ok(checks) => checks,
        Err(refused) => return keeping::keep(web, &head, body, &receiver, connection, refused).await,
    };
    let mut intake = Intake::new(body, &head.headers, Check::Passed, limit)?;
    let body = intake.whole().await?;
    checks.retain_mut(|(_, check)| {
        let mut check = std::mem::replace(check, Check::Passed);
        check.update(&body);
        check.finish().is_ok()
    });
    if checks.is_empty() {
        return Err(unauthorized());
    }
    let groups: Vec<usize> = checks.into_iter().map(|(group, _)| group).collect();
    let call = Call::read(&head.headers, body::value(&head.headers, body)?, receiver.of(&groups, method))?;
    if let Some((name, value, as_text)) = call.challenge() {
        return Ok(challenge_answer(&name, &value, as_text));
    }
    let runs::Taken { events, runs } = runs::take(web, &receiver, &call, connection).await?;
    tracing::debug!(connection, events, runs, "events of a connection taken");
    Ok(taken(events, runs))
}

fn taken(events: usize, runs: usize) -> Response<Body> {
    let body = json!({ "events": events, "runs": runs });
    answer::json_response(StatusCode::OK, Bytes::from(body.to_string()))
}

/// Where a call shows whom it is from, so far as headers can.
fn begin(web: &Web, head: &Parts, receiver: &Receiver) -> Result<Vec<(usize, Check)>, Problem> {
    let base = base(web, head);
    let asked = asked(head, &base);
    let (now, mut begun, mut usable) = (web.app.now(), Vec::new(), false);
    for (group, verifier) in receiver.verifiers(head.method.as_str()) {
        let Some(verifier) = verifier else { continue };
        usable = true;
        if let Ok(check) = verifier.begin(&asked, now) {
            begun.push((group, check));
        }
    }
    match (usable, begun.is_empty()) {
        (false, _) => Err(receiver.unusable()),
        (true, true) => Err(unauthorized()),
        (true, false) => Ok(begun),
    }
}

fn asked<'a>(head: &'a Parts, base: &'a str) -> Asked<'a> {
    let target = head.uri.path_and_query().map_or_else(|| head.uri.path(), |target| target.as_str());
    Asked { headers: &head.headers, method: head.method.as_str(), target, base }
}

/// Where this server stands, as the system was told.
fn base(web: &Web, head: &Parts) -> String {
    match &web.door.url {
        Some(url) => url.clone(),
        None => format!("http://{}", door::host(head).unwrap_or_default()),
    }
}

/// A system that tries the address with nothing but a query: what it wants to hear is in it. A signature signs a body, so
/// none is asked for here; a token must be there.
fn challenged_by_query(
    web: &Web,
    head: &Parts,
    receiver: &Receiver,
) -> Result<Option<Response<Body>>, Problem> {
    let is_empty = head.headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0");
    let query = head.uri.query().unwrap_or_default();
    if query.is_empty() || !(head.method == Method::GET || is_empty) {
        return Ok(None);
    }
    for (incoming, verifier) in receiver.all() {
        let Some(Challenge::Parameter(parameter)) = &incoming.challenge else { continue };
        let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| *name == **parameter);
        let Some((_, value)) = given else { continue };
        let Some(verifier) = verifier else { return Err(receiver.unusable()) };
        if verifier.is_by_token() {
            verifier.begin(&asked(head, &base(web, head)), web.app.now())?;
        }
        if value.is_empty() || value.len() > LONGEST_CHALLENGE {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "challenge_too_long",
                text!(
                    "A challenge has 1 to {LONGEST_CHALLENGE} bytes",
                    "驗證字串長度必須為 1 到 {LONGEST_CHALLENGE} 位元組"
                ),
            ));
        }
        return Ok(Some(plain(value.into_owned())));
    }
    Ok(None)
}

fn challenge_answer(name: &str, value: &Value, as_text: bool) -> Response<Body> {
    if !as_text {
        let mut answer = serde_json::Map::new();
        answer.insert(name.to_owned(), value.clone());
        return answer::json_response(StatusCode::OK, Value::Object(answer).to_string().into());
    }
    plain(match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// What a caller sent goes back to it: never as anything that a browser would run.
fn plain(text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    response
}
