//! The client: sends a request hop by hop, each hop's address checked before anything leaves.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causeway_model::StepError;
use reqwest::Url;
use reqwest::header::LOCATION;
use rustls::{ClientConfig, RootCertStore};

use super::failure::{Target, invalid_allow_hosts, unbuilt};
use super::identity::{Identities, Pem};
use super::mask::Masker;
use super::outbound::{Allowed, is_public};
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
    /// Where there are any, private addresses are reached at these hosts only.
    own: Option<Arc<[OwnHost]>>,
}

/// A host that a connection names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnHost {
    /// As URLs write it.
    pub host: String,
    /// Any where none is said.
    pub port: Option<u16>,
}

struct Inner {
    config: Config,
    allowed: Arc<Allowed>,
    resolver: Arc<dyn Resolver>,
    /// The authorities that are trusted.
    roots: RootCertStore,
    /// Without a certificate of our own.
    plain: Pair,
    identities: Identities,
}

/// The clients of one TLS configuration. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pair {
    /// For all hosts: resolves names to public and allowed addresses only.
    checked: reqwest::Client,
    /// For names that are allowed: resolves them to whatever they say. Its connections are never shared with the others'.
    open: reqwest::Client,
    /// For hosts that a connection does not name: resolves names to public addresses only.
    public: reqwest::Client,
}

impl Pair {
    fn new(
        tls: &ClientConfig,
        config: &Config,
        allowed: &Arc<Allowed>,
        resolver: &Arc<dyn Resolver>,
    ) -> Result<Self, StepError> {
        let build = |open, allowed: &Arc<Allowed>| {
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
        let public = build(false, &Arc::default())?;
        Ok(Self { checked: build(false, allowed)?, open: build(true, allowed)?, public })
    }
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
        let roots = tls::roots();
        let tls = tls::config(&roots).map_err(|error| unbuilt(&error))?;
        let plain = Pair::new(&tls, &config, &allowed, &resolver)?;
        let identities = Identities::default();
        Ok(Self { inner: Arc::new(Inner { config, allowed, resolver, roots, plain, identities }), own: None })
    }

    /// One that reaches private addresses only at these hosts, and there only what is allowed to all. For what comes from
    /// somebody else's document: what the administrator allows is meant for the connection that names it.
    #[must_use]
    pub fn within(&self, own: Vec<OwnHost>) -> Self {
        Self { inner: Arc::clone(&self.inner), own: Some(own.into()) }
    }

    /// Sends a request and reads its answer. Dropping the future closes the connection.
    pub async fn send(&self, mut request: Request, services: &Services) -> Result<Response, StepError> {
        let body = std::mem::replace(&mut request.body, Body::Empty);
        let mut hop = Prepared::new(&request, body, services)?;
        let timeout = request.timeout.unwrap_or(self.inner.config.timeout);
        let target = Mutex::new(hop.target(false));
        let exchange = async {
            for signature in &request.signatures {
                hop.sign(signature, services).await?;
            }
            self.exchange(&request, &mut hop, services, &target).await
        };
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
        self.way_to(&hop.url).ok_or_else(|| self.refused(&hop.url, &hop.target(false)))?;
        let mut shown = Shown::of(&hop);
        for signature in &request.signatures {
            shown.headers.extend(signature.shown_headers());
            shown.signed.push(signature.0.name());
        }
        Ok(shown)
    }

    /// What [`Client::send`] would send, signed and with every secret in it: for accounts that have none.
    pub(crate) fn made(&self, mut request: Request, services: &Services) -> Result<Shown, StepError> {
        let body = std::mem::replace(&mut request.body, Body::Empty);
        let mut hop = Prepared::new(&request, body, services)?;
        for signature in &request.signatures {
            hop.sign_here(signature)?;
        }
        hop.masker = Masker::default();
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
            let location = response.headers().get(LOCATION).filter(|_| {
                request.follow_redirects && request.signatures.is_empty() && redirect::asks(status)
            });
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
        let way = self.way_to(&hop.url).ok_or_else(|| self.refused(&hop.url, target))?;
        let own;
        let pair = match &hop.identity {
            None => &self.inner.plain,
            Some(pem) => {
                own = self.with_certificate(pem)?;
                &own
            }
        };
        let client = match way {
            Way::Checked => &pair.checked,
            Way::Open => &pair.open,
            Way::Public => &pair.public,
        };
        let mut request = client.request(hop.method.clone(), hop.url.clone()).headers(hop.headers.clone());
        if !hop.payload.is_empty() {
            request = request.body(hop.payload.body(&services.files));
        }
        request.send().await.map_err(|error| match target.failed(&error) {
            failure if failure.code == "address_refused" => self.refused(&hop.url, target),
            failure => failure,
        })
    }

    fn refused(&self, url: &Url, target: &Target) -> StepError {
        if self.is_own(url) { target.refused() } else { target.refused_to_connector() }
    }

    /// Whether a URL's host may be a private one, as far as the connection is concerned.
    fn is_own(&self, url: &Url) -> bool {
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
        let plain = |host: &str| host.trim_end_matches('.').to_ascii_lowercase();
        self.own.as_ref().is_none_or(|own| {
            own.iter().any(|own| plain(&own.host) == plain(host) && (own.port.is_none() || own.port == port))
        })
    }

    fn with_certificate(&self, pem: &Pem) -> Result<Pair, StepError> {
        let Inner { config, allowed, resolver, roots, identities, .. } = &*self.inner;
        identities.find(pem, |pem| Pair::new(&pem.config(roots)?, config, allowed, resolver))
    }

    /// How a URL is reached; `None` where it may not be. A host that is an address is checked here, since no resolver sees it.
    fn way_to(&self, url: &Url) -> Option<Way> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let own = self.is_own(url);
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !own => is_public(address).then_some(Way::Public),
            Ok(address) => self.inner.allowed.address(address, Some(port)).then_some(Way::Checked),
            Err(_) if !own => Some(Way::Public),
            Err(_) if self.inner.allowed.name(host, port) => Some(Way::Open),
            Err(_) => Some(Way::Checked),
        }
    }
}

/// Which client of a [`Pair`].
#[derive(Clone, Copy)]
enum Way {
    Checked,
    Open,
    Public,
}

fn current(target: &Mutex<Target>) -> Target {
    target.lock().map_or_else(|poisoned| poisoned.into_inner().clone(), |target| target.clone())
}
