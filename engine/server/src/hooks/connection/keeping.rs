//! The first call of a system that makes up its webhooks' secret itself: nothing verifies it, and it brings what verifies
//! the others.

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts;
use causeway_model::Value;

use super::super::body::Intake;
use super::super::verify::Check;
use super::receiver::Receiver;
use super::taken;
use crate::problem::Problem;
use crate::state::Web;

/// Such a call is small.
const MOST_BYTES: u64 = 64 * 1024;

/// `refused`: what every other call is told.
pub(super) async fn keep(
    web: &Web,
    head: &Parts,
    body: Body,
    receiver: &Receiver,
    connection: &str,
    refused: Problem,
) -> Result<Response<Body>, Problem> {
    let keeps = receiver.keeps(head.method.as_str());
    if keeps.is_empty() {
        return Err(refused);
    }
    let mut intake = Intake::new(body, &head.headers, Check::Passed, MOST_BYTES.min(web.max_body_bytes))?;
    let body = intake.whole().await?;
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return Err(refused) };
    for (at, credential) in keeps {
        let Some(value) = body.pointer(at).and_then(Value::as_str) else { continue };
        if web.app.keep_credential(connection, credential, value).await? {
            return Ok(taken(0, 0));
        }
    }
    Err(refused)
}
