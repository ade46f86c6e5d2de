//! `/oauth/token`: client credentials for an access token, as RFC 6749 has it, by form or by basic authentication.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Dinkoko;
use crate::simulator::USER;

pub(super) fn routes() -> Router<Arc<Dinkoko>> {
    Router::new().route("/oauth/token", post(token))
}

async fn token(Shared(erp): Shared<Arc<Dinkoko>>, headers: HeaderMap, body: Bytes) -> Response {
    let mut given = [None, None, None];
    for (name, value) in form_urlencoded::parse(&body) {
        if let Some(place) =
            ["grant_type", "client_id", "client_secret"].iter().position(|known| name == **known)
        {
            given[place] = Some(value.into_owned());
        }
    }
    let [grant, id, secret] = given;
    if grant.as_deref() != Some("client_credentials") {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let (id, secret) = basic(&headers).unwrap_or((id.unwrap_or_default(), secret.unwrap_or_default()));
    if id != USER || !erp.core.is_secret(&secret) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let token = json!({
        "access_token": erp.tokens.issue(),
        "token_type": "Bearer",
        "expires_in": erp.core.config.token_ttl.as_secs(),
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn refused(status: StatusCode, error: &str) -> Response {
    (
        status,
        Json(json!({ "error": error, "error_description": "the client is not let in / 用戶端驗證失敗" })),
    )
        .into_response()
}
