//! The client: sends a request hop by hop, each hop's address checked before anything leaves.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causeway_model::StepError;
use reqwest::Url;
use reqwest::header::LOCATION;

use super::failure::{Target, invalid_allow_hosts, unbuilt};
use super::outbound::Allowed;
use super::prepare::Prepared;
use super::resolve::{Checked, Resolver, SystemResolver};
use super::{Body, Request, Response, Shown, answer, redirect, tls};
use crate::Services;

/// Limits and permissions of outbound calls.
#[derive(Clone, Debug)]
pub struct Config {
    /// `host`, `host:port` or CIDR that may be reached although private (`CAUSEWAY_ALLOW_HOSTS`).
    pub allow_hosts: Vec<String>,
    pub connect_timeout: Duration,
    /// Bound of a whole attempt when the step says none.
    pub timeout: Duration,
    pub max_redirects: usize,
    /// Larger answers fail.
    pub max_response_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            allow_hosts: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            max_redirects: 5,
            max_response_bytes: 100 * 1024 * 1024,
        }
    }
}

/// One for the process; cheap to clone. No cookies, no proxy from the environment.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    allowed: Arc<Allowed>,
    /// For all hosts: resolves names to public and allowed addresses only.
    checked: reqwest::Client,
    /// For names that are allowed: resolves them to whatever they say. Its connections are never shared with the other's.
    open: reqwest::Client,
}

impl Client {
    /// Refuses entries of `allow_hosts` that do not read.
    pub fn new(config: Config) -> Result<Self, StepError> {
        Self::with_resolver(config, Arc::new(SystemResolver))
    }

    /// With another resolver than the machine's.
    pub fn with_resolver(config: Config, resolver: Arc<dyn Resolver>) -> Result<Self, StepError> {
        let allowed =
            Arc::new(Allowed::parse(&config.allow_hosts).map_err(|entry| invalid_allow_hosts(&entry))?);
        let tls = tls::config().map_err(|error| unbuilt(&error))?;
        let build = |open| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(Arc::new(Checked {
                    resolver: resolver.clone(),
                    allowed: allowed.clone(),
                    open,
                }))
                .connect_timeout(config.connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .pool_max_idle_per_host(32)
                .tcp_nodelay(true)
                .build()
                .map_err(|error| unbuilt(&error))
        };
        let (checked, open) = (build(false)?, build(true)?);
        Ok(Self { inner: Arc::new(Inner { config, allowed, checked, open }) })
    }

    /// Sends a request and reads its answer. Dropping the future closes the connection.
    pub async fn send(&self, mut request: Request, services: &Services) -> Result<Response, StepError> {
        let body = std::mem::replace(&mut request.body, Body::Empty);
        let mut hop = Prepared::new(&request, body, services)?;
        let timeout = request.timeout.unwrap_or(self.inner.config.timeout);
        let target = Mutex::new(hop.target(false));
        let exchange = self.exchange(&request, &mut hop, services, &target);
        match tokio::time::timeout(timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(current(&target).timed_out(timeout)),
        }
    }

    /// What [`Client::send`] would send first, made by the same code. Looks no name up and connects to nothing; a request that
    /// would not be sent is refused in the same way.
    pub fn rehearse(&self, mut request: Request, services: &Services) -> Result<Shown, StepError> {
        let body = std::mem::replace(&mut request.body, Body::Empty);
        let hop = Prepared::rehearsed(&request, body, services)?;
        self.client_for(&hop.url).ok_or_else(|| hop.target(false).refused())?;
        Ok(Shown::of(&hop))
    }

    /// `target` always holds the hop under way.
    async fn exchange(
        &self,
        request: &Request,
        hop: &mut Prepared,
        services: &Services,
        target: &Mutex<Target>,
    ) -> Result<Response, StepError> {
        let config = &self.inner.config;
        for hops in 0.. {
            let now = current(target);
            let response = self.hop(hop, services, &now).await?;
            let status = response.status();
            let location = response
                .headers()
                .get(LOCATION)
                .filter(|_| request.follow_redirects && redirect::asks(status));
            let Some(location) = location else {
                return answer::read(response, hop, &now, &request.success, services, config).await;
            };
            if hops >= config.max_redirects {
                return Err(now.too_many_redirects(config.max_redirects));
            }
            hop.follow(status, location.as_bytes())?;
            if let Ok(mut target) = target.lock() {
                *target = hop.target(true);
            }
        }
        unreachable!("the loop ends by returning")
    }

    async fn hop(
        &self,
        hop: &Prepared,
        services: &Services,
        target: &Target,
    ) -> Result<reqwest::Response, StepError> {
        let client = self.client_for(&hop.url).ok_or_else(|| target.refused())?;
        let mut request = client.request(hop.method.clone(), hop.url.clone()).headers(hop.headers.clone());
        if !hop.payload.is_empty() {
            request = request.body(hop.payload.body(&services.files));
        }
        request.send().await.map_err(|error| target.failed(&error))
    }

    /// The client that may go to a URL; `None` where none may. A host that is an address is checked here, since no resolver sees it.
    fn client_for(&self, url: &Url) -> Option<&reqwest::Client> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self.inner.allowed.address(address, Some(port)).then_some(&self.inner.checked),
            Err(_) if self.inner.allowed.name(host, port) => Some(&self.inner.open),
            Err(_) => Some(&self.inner.checked),
        }
    }
}

fn current(target: &Mutex<Target>) -> Target {
    target.lock().map_or_else(|poisoned| poisoned.into_inner().clone(), |target| target.clone())
}
