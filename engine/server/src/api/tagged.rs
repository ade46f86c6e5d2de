//! Documents with an ETag: an answer that the caller has already is 304 and no more, and a change may say on which state it
//! was made.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use causeway_model::text;
use causeway_store::tag_of;
use serde::Serialize;

use crate::extract::text_header;
use crate::problem::Problem;

/// JSON whose ETag follows from its content.
pub(super) struct Tagged<T>(pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response<Body> {
        let tag = etag(&tag_of(&self.0));
        ([(header::ETAG, tag)], Json(self.0)).into_response()
    }
}

pub(crate) fn etag(tag: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Answers 304 to a GET whose caller has what it would get.
pub(super) async fn not_modified(request: Request, next: Next) -> Response<Body> {
    let known = (request.method() == Method::GET)
        .then(|| text_header(request.headers(), header::IF_NONE_MATCH).map(str::to_owned))
        .flatten();
    let response = next.run(request).await;
    let tag = response.headers().get(header::ETAG).cloned();
    match (known, tag) {
        (Some(known), Some(tag)) if response.status() == StatusCode::OK && names_etag(&known, &tag) => {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            response.headers_mut().insert(header::ETAG, tag);
            response
        }
        _ => response,
    }
}

/// Whether a list of ETags, as `If-None-Match` has them, names this one.
pub(crate) fn names_etag(list: &str, tag: &HeaderValue) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tag.to_str().is_ok_and(|tag| list.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag)))
}

/// The state that a change was made on: `If-Match`, without its quotation marks; no header means any.
pub(super) struct Expected(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Expected {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(expected(&parts.headers)))
    }
}

fn expected(headers: &HeaderMap) -> Option<String> {
    // What is no text is no ETag of ours.
    let value = headers.get(header::IF_MATCH)?;
    Some(value.to_str().unwrap_or_default().trim().trim_matches('"').to_owned())
}

/// A change that must say on which state it was made.
pub(super) struct MustExpect(pub String);

impl<S: Send + Sync> FromRequestParts<S> for MustExpect {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        expected(&parts.headers).map(Self).ok_or_else(|| {
            let text = text!(
                "Say with `If-Match` on which state the change was made: the ETag of the answer to GET, or `*` for any",
                "請以 `If-Match` 說明變更所依據的內容：GET 回應的 ETag，或以 `*` 表示不限"
            );
            Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_missing", text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_etags_are_read() {
        let tag = etag("abc");
        for list in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert!(names_etag(list, &tag), "{list}");
        }
        for list in ["", "abc", "\"ab\"", "\"x\""] {
            assert!(!names_etag(list, &tag), "{list}");
        }
    }
}
