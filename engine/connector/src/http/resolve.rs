//! Names to addresses: one look-up per connection, and only addresses that passed the check are connected to, so that a name
//! cannot change its mind in between.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::outbound::Allowed;

/// Looks names up.
#[async_trait]
pub trait Resolver: Send + Sync {
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver.
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// The resolver given to reqwest: hands on only what may be connected to.
pub(super) struct Checked {
    pub resolver: Arc<dyn Resolver>,
    pub allowed: Arc<Allowed>,
    /// Whether the names asked for are allowed by name, so that any address will do.
    pub open: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, allowed, open) = (self.resolver.clone(), self.allowed.clone(), self.open);
        Box::pin(async move {
            let found = resolver.lookup(name.as_str()).await.map_err(|_| NotFound)?;
            if found.is_empty() {
                return Err(NotFound.into());
            }
            let fit: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| open || allowed.address(*address, None))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if fit.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(fit.into_iter()) as Addrs)
        })
    }
}

/// The name has no address.
#[derive(Debug)]
pub(super) struct NotFound;

/// The name has only addresses that may not be reached.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no address")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has only private addresses")
    }
}

impl std::error::Error for NotFound {}
impl std::error::Error for Refused {}
