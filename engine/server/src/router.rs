//! Which part of the server answers a request. Webhooks come first and pass no layer: they are the hot path.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::middleware::from_fn;
use causeway_model::text;
use futures::FutureExt as _;
use tower::ServiceExt as _;

use crate::app::CONSENT_PATH;
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
            Serves::Health => router.fallback(async || Problem::not_found()),
            Serves::Everything => router
                .merge(api::router(&web))
                .merge(links::router())
                .merge(pages::router())
                .fallback(pages::ui),
        };
        let router = router
            .method_not_allowed_fallback(async || problem::method_not_allowed())
            .layer(from_fn(headers::translate))
            .with_state(Arc::clone(&web));
        Self { web, router: headers::on_every_answer(router), serves }
    }

    /// A panic is answered 500 and ends nothing but its own request.
    pub(crate) async fn answer(&self, request: Request) -> Response<Body> {
        let locale = problem::locale(request.headers());
        let work = async {
            let is_hook = self.serves == Serves::Everything && request.uri().path().starts_with("/hooks/");
            if let Some(problem) = self.outgrown(&request, is_hook) {
                return problem.response(locale);
            }
            if is_hook {
                let began = Instant::now();
                let response = hooks::call(&self.web, request).await;
                let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.web.app.store().metrics().webhooks.answered(response.status().as_u16(), took_us);
                return response;
            }
            let (parts, body) = request.into_parts();
            if !is_open(parts.uri.path()) && !self.web.door.is_known(&parts) {
                return host_unknown().response(locale);
            }
            let request = Request::from_parts(parts, body);
            self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
        };
        AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!("a request handler panicked");
            Problem::internal().response(locale)
        })
    }
}

impl Front {
    /// What an old binary must not write any more is left to the newer ones.
    fn outgrown(&self, request: &Request, is_hook: bool) -> Option<Problem> {
        let writes = is_hook || !request.method().is_safe() || changes_by_get(request.uri().path());
        let error = self.web.app.store().check_outgrown().err().filter(|_| writes)?;
        let problem = Problem::from(error).with_header("retry-after", "5");
        Some(Problem { status: StatusCode::SERVICE_UNAVAILABLE, ..problem })
    }
}

/// Links that do something when they are opened.
fn changes_by_get(path: &str) -> bool {
    path.starts_with("/callbacks/") || path == CONSENT_PATH
}

/// What says nothing but how the process is.
fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

fn host_unknown() -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host_unknown",
        text!(
            "This server is not known by the host name that was asked for; set CAUSEWAY_PUBLIC_URL to the address in the browser",
            "本伺服器不使用此主機名稱；請將 CAUSEWAY_PUBLIC_URL 設為瀏覽器中的網址"
        ),
    )
}
