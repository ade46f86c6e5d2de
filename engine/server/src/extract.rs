//! Reading requests: path, query and JSON body, refused as problems with what is wrong.

use std::time::Duration;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use causeway_model::{Text as Words, text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;

/// The largest JSON body of the API.
pub(crate) const LARGEST_BODY: usize = 6 * 1024 * 1024;
/// That of an import.
pub(crate) const LARGEST_IMPORT: usize = 50 * 1024 * 1024;

/// The longest that a body may take to come in.
const SLOWEST: Duration = Duration::from_secs(60);

/// A part of a path that is no id or name at all leads nowhere.
pub(crate) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // No text that databases keep has a NUL.
        if parts.uri.path().contains("%00") {
            return Err(Problem::not_found());
        }
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path)).map_err(|_: PathRejection| Problem::not_found())
    }
}

/// A query that names only what the operation knows. Refused with the name of the parameter that does not read.
pub(crate) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        // No text that databases keep has a NUL.
        if let Some((name, _)) =
            pairs.clone().find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            let name = name.replace('\0', "");
            return Err(Problem::parameter(name, text!("it holds a NUL", "含有 NUL 字元")));
        }
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(query)| Self(query)).map_err(|rejection: QueryRejection| {
            let told = rejection.body_text();
            let cause = told.split_once("query string: ").map_or(told.as_str(), |(_, cause)| cause);
            let (name, why) = named(cause);
            Problem::parameter(name.to_owned(), Words { en: why.to_owned(), zh_tw: why.to_owned() })
        })
    }
}

/// The parameter that an error of reading is about, and what is wrong with it.
fn named(cause: &str) -> (&str, &str) {
    if let Some((name, why)) = cause.split_once(": ")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return (name, why);
    }
    // `unknown field `x`, expected ...`, and the like.
    (cause.split('`').nth(1).unwrap_or("?"), cause)
}

/// The body as it came, within the API's limit.
pub(crate) async fn body(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let bytes = tokio::time::timeout(SLOWEST, axum::body::to_bytes(request.into_body(), limit)).await;
    bytes.ok().and_then(Result::ok).ok_or_else(|| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            text!(
                "The body did not come whole in time, or is larger than {limit} bytes",
                "內容未能及時完整傳入，或超過上限 {limit} 位元組"
            ),
        )
    })
}

/// A JSON body. An empty one is an empty object, so that all-optional bodies may be left out.
pub(crate) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = body(request, LARGEST_BODY).await?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Self).map_err(|cause| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "body_invalid",
                text!("The JSON body does not read: {cause}", "JSON 內容無法解讀：{cause}"),
            )
        })
    }
}

/// A body that is text.
pub(crate) struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = body(request, LARGEST_BODY).await?;
        String::from_utf8(bytes.into()).map(Self).map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "body_invalid",
                text!("The body is no UTF-8 text", "內容不是 UTF-8 文字"),
            )
        })
    }
}

/// The draft revision that a change was made on: `If-Match: "<revision>"`; `*` and no header mean any.
pub(crate) struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = text_header(&parts.headers, header::IF_MATCH).filter(|value| *value != "*") else {
            return Ok(Self(None));
        };
        let revision = value.trim().trim_matches('"').parse();
        revision.map(|revision| Self(Some(revision))).map_err(|_| {
            Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "if_match_invalid",
                text!(
                    "`If-Match` holds no ETag of a draft; read the draft again",
                    "`If-Match` 不是草稿的 ETag，請重新讀取草稿"
                ),
            )
        })
    }
}

/// For a field that may be null: tells that from what is left out.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

pub(crate) fn text_header(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
