//! `/metrics`: what the process counts and how the installation fares, for Prometheus.

mod families;
mod process;
mod text;

use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Response, header};
use axum::routing::get;

use crate::auth::Viewer;
use crate::problem::Problem;
use crate::state::Web;

/// Who may read the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody: there is nothing at the address.
    Off,
    /// Who has a token of a viewer or more.
    #[default]
    Token,
    /// Everybody who reaches the server, such as a scraper in a private network.
    Open,
}

impl FromStr for MetricsAccess {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "off" => Ok(Self::Off),
            "token" => Ok(Self::Token),
            "open" => Ok(Self::Open),
            _ => Err(()),
        }
    }
}

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

pub(crate) fn router() -> Router<Arc<Web>> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(web): State<Arc<Web>>, request: Request) -> Result<Response<Body>, Problem> {
    match web.metrics {
        MetricsAccess::Off => return Err(Problem::not_found()),
        MetricsAccess::Token => {
            let (mut parts, _) = request.into_parts();
            Viewer::from_request_parts(&mut parts, &web).await?;
        }
        MetricsAccess::Open => {}
    }
    let store = web.app.store();
    let vitals = store.vitals().await?;
    let finished = store.finished_by_flow().await;
    let text = families::all(store, &vitals, &finished, web.live.listeners());
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
    Ok(response)
}
