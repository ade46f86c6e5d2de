//! Headers that every answer gets, and the reader's language in problems.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::problem::{self, Problem};

const EVERY: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    ),
    // Answers are not kept by anybody on the way: they hold what one person may see.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie")),
];

/// Every answer gets these, where it does not say otherwise itself.
pub(crate) fn on_every_answer(mut router: Router) -> Router {
    for (name, value) in EVERY {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router
}

/// Puts problems into the reader's language.
pub(crate) async fn translate(request: Request, next: Next) -> Response<Body> {
    let locale = problem::locale(request.headers());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        response = problem.response(locale);
    }
    response
}
