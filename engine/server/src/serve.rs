//! Listening: connections, their limits, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use causeway_document::Cidr;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::client::Peer;
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
    /// How long requests under way may take once the server stops.
    pub grace: Duration,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
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
            grace: Duration::from_secs(20),
            metrics: MetricsAccess::default(),
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

/// How long a client may take for a request's head, or leave a connection idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
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
        .header_read_timeout(HEAD_TIMEOUT)
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
                    config.grace,
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
    grace: Duration,
) {
    // Answers are small: they must not wait for more to be sent.
    let _ = stream.set_nodelay(true);
    let cut = Cut(CancellationToken::new());
    let cut_off = cut.0.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(cut.clone());
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(request.map(Body::new)).await) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
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
