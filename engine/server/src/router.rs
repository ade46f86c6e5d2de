//! Which part of the server answers a request. Webhooks come first and pass no layer: they are the hot path.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use axum::middleware::from_fn;
use futures::FutureExt as _;
use tower::ServiceExt as _;

use crate::problem::{self, Problem};
use crate::serve::Serves;
use crate::state::Web;
use crate::{api, headers, health, hooks, links, metrics, pages};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    web: Arc<Web>,
    router: Router,
    serves: Serves,
}

impl Front {
    pub(crate) fn new(web: Arc<Web>, serves: Serves) -> Self {
        let router = Router::new().merge(health::router()).merge(metrics::router());
        let router = match serves {
            Serves::Health => router,
            Serves::Everything => {
                router.merge(api::router(&web)).merge(links::router()).merge(pages::router())
            }
        };
        let router = router
            .fallback(async || Problem::not_found())
            .method_not_allowed_fallback(async || problem::method_not_allowed())
            .layer(from_fn(headers::translate))
            .with_state(Arc::clone(&web));
        Self { web, router: headers::on_every_answer(router), serves }
    }

    /// A panic is answered 500 and ends nothing but its own request.
    pub(crate) async fn answer(&self, request: Request) -> Response<Body> {
        let locale = problem::locale(request.headers());
        let work = async {
            if self.serves == Serves::Everything && request.uri().path().starts_with("/hooks/") {
                let began = Instant::now();
                let response = hooks::call(&self.web, request).await;
                let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.web.app.store().metrics().webhooks.answered(response.status().as_u16(), took_us);
                return response;
            }
            self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
        };
        AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!("a request handler panicked");
            Problem::internal().response(locale)
        })
    }
}
