//! The server around a system: records what comes in, lets faults happen, asks who calls, and writes refusals.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::faults::{Fate, failure, half};
use super::wire::{Wire, Wires};
use super::{Refusal, Simulator, System, Visit, control};
use crate::record::record;

impl Simulator {
    /// Listens on `addr`; port 0 takes a free one.
    pub(crate) async fn serve(system: Arc<impl System>, addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let router = router(system.clone()).into_make_service_with_connect_info::<Wire>();
        let task = tokio::spawn(async move { axum::serve(Wires(listener), router).await }).abort_handle();
        Ok(Self { addr, system, task })
    }
}

fn router<S: System>(system: Arc<S>) -> Router {
    let shared: Arc<dyn System> = system.clone();
    let api = system
        .clone()
        .routes()
        .fallback(async |request: Request| Refusal::not_found("path", request.uri().path()))
        .layer(from_fn_with_state(shared.clone(), through))
        .layer(from_fn_with_state(shared.core().received.clone(), record));
    let page = Router::new().route("/", get(page)).with_state(shared.clone());
    Router::new().merge(page).nest("/_control", control::routes(shared).merge(system.controls())).merge(api)
}

async fn page(Shared(system): Shared<Arc<dyn System>>, uri: Uri, headers: HeaderMap) -> Response {
    system.page(&Visit::of(&uri, &headers)).into_response()
}

async fn through(
    Shared(system): Shared<Arc<dyn System>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let switches = &system.core().switches;
    let (fate, latency) = (switches.next(), switches.latency());
    if fate == Fate::Expired {
        system.expire();
    }
    let writes = !request.method().is_safe();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let answer = match fate {
        Fate::Cut => {
            wire.cut();
            return Response::default();
        }
        Fate::Failed { status, retry_after } => failure(status, retry_after).into_response(),
        _ => match system.admit(request.method(), request.uri().path(), request.headers()) {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        },
    };
    if writes {
        system.core().changed();
    }
    let answer = written(system.as_ref(), answer);
    match fate {
        Fate::CutAfter => wire.cut(),
        Fate::Half => return half(answer).await,
        _ => {}
    }
    answer
}

/// A refusal in the system's own form; other answers as they are.
fn written(system: &dyn System, mut answer: Response) -> Response {
    let Some(refusal) = answer.extensions_mut().remove::<Refusal>() else { return answer };
    let mut answer = system.refuse(&refusal);
    if let Some(seconds) = refusal.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}
