//! Listening: connections, their limits, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Version, header};
use causeway_document::Cidr;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, SettingView};
use crate::client::Peer;
use crate::connection::{Answer, Turns};
use crate::door::Door;
use crate::live::{Cut, LiveLimits};
use crate::metrics::MetricsAccess;
use crate::readiness::Readiness;
use crate::router::Front;
use crate::state::{Inbound, Web};

/// What a process answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    Everything,
    /// Only how it is: a worker apart from the web.
    Health,
}

#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub serves: Serves,
    /// No webhook takes a larger body, whatever its flow says.
    pub max_body_bytes: u64,
    /// Proxies whose `X-Forwarded-For` or `Forwarded` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Further connections wait to be accepted.
    pub max_connections: usize,
    /// How this server is reached from outside, where that is known.
    pub public_url: Option<String>,
    /// What whoever makes the owner from elsewhere must know; see [`crate::setup_code`].
    pub setup_code: Option<String>,
    /// How long a client may take for a request's head, leave a connection idle, or not read its answer.
    pub patience: Duration,
    /// How long requests under way may take once the server stops.
    pub grace: Duration,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// What the process was told from outside, for those who ask.
    pub settings: Vec<SettingView>,
    /// How many may listen to live streams.
    pub live: LiveLimits,
}

impl Config {
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            serves: Serves::Everything,
            max_body_bytes: 1024 * 1024 * 1024,
            trusted_proxies: Vec::new(),
            max_connections: 10_000,
            public_url: None,
            setup_code: None,
            patience: Duration::from_secs(75),
            grace: Duration::from_secs(20),
            metrics: MetricsAccess::default(),
            settings: Vec::new(),
            live: LiveLimits::default(),
        }
    }
}

pub struct Server;

/// A running server; it stops when told to, not when dropped.
pub struct Handle {
    /// Where it listens; the port is the true one, also where 0 was asked for.
    pub addr: SocketAddr,
    stop: CancellationToken,
    connections: TaskTracker,
    grace: Duration,
}

/// The pause after an accept that failed (no file descriptors left, mostly).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Server {
    /// Listens and answers in the background.
    pub async fn start(config: Config, app: App, readiness: Readiness) -> std::io::Result<Handle> {
        let listener = TcpListener::bind(config.listen).await?;
        let addr = listener.local_addr()?;
        let door = Door::new(config.listen, config.public_url.clone(), config.setup_code.clone());
        let inbound = Inbound {
            max_body_bytes: config.max_body_bytes,
            trusted_proxies: config.trusted_proxies.clone(),
            metrics: config.metrics,
            settings: config.settings.clone(),
            live: config.live,
        };
        let web = Web::new(app, readiness, inbound, door);
        // Live streams end with it at once, as they would not by themselves.
        let stop = web.live.stop.clone();
        let front = Front::new(web, config.serves);
        let connections = TaskTracker::new();
        connections.spawn(accept(listener, front, config.clone(), stop.clone(), connections.clone()));
        Ok(Handle { addr, stop, connections, grace: config.grace })
    }
}

impl Handle {
    /// Accepts no more, lets requests under way end, and cuts what takes longer than the grace time.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.connections.close();
        if tokio::time::timeout(self.grace + Duration::from_secs(1), self.connections.wait()).await.is_err() {
            tracing::warn!("connections were cut at shutdown");
        }
    }
}

async fn accept(
    listener: TcpListener,
    front: Front,
    config: Config,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(config.patience)
        .max_buf_size(128 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(200)
        .max_header_list_size(128 * 1024);
    let room = Arc::new(Semaphore::new(config.max_connections));
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = serve(
                    (stream, Peer(peer.ip())),
                    front.clone(),
                    builder.clone(),
                    stop.clone(),
                    (config.patience, config.grace),
                );
                connections.spawn(async move {
                    connection.await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(
    (stream, peer): (TcpStream, Peer),
    front: Front,
    builder: Builder<TokioExecutor>,
    stop: CancellationToken,
    (patience, grace): (Duration, Duration),
) {
    // Answers are small: they must not wait for more to be sent.
    let _ = stream.set_nodelay(true);
    let turns = Turns::new();
    let watched = Arc::clone(&turns);
    let cut = Cut(CancellationToken::new());
    let cut_off = cut.0.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let exchange = turns.begin();
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(cut.clone());
        let front = front.clone();
        async move {
            let last = is_last(&request);
            let mut response = front.answer(request.map(Body::new)).await;
            if last {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| Answer::new(body, exchange)))
        }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = watched.tired_of_waiting(patience) => {
            tracing::debug!("a connection that kept the server waiting was closed");
            return;
        }
        () = cut_off.cancelled() => return,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = cut_off.cancelled() => return,
                () = tokio::time::sleep(grace) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A body in chunks may have come with a length beside, which the library hides: a proxy that went by the length would take
/// the rest of the body for a request of somebody else. So nothing is read after it.
fn is_last<B>(request: &hyper::Request<B>) -> bool {
    request.version() < Version::HTTP_2 && request.headers().contains_key(header::TRANSFER_ENCODING)
}
