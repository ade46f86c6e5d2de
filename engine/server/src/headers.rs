//! Headers that every answer gets, and the reader's language in problems.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;

use crate::problem::{self, Problem};

const SAFE: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    ),
];

/// Answers are not kept by anybody on the way: they hold what one person may see.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

pub(crate) async fn finish(request: Request, next: Next) -> Response<Body> {
    let locale = problem::locale(request.headers());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        response = problem.response(locale);
    }
    let headers = response.headers_mut();
    for (name, value) in SAFE {
        headers.entry(name).or_insert(value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    response
}
