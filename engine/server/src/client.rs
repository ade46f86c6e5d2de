//! Who is at the other end: address and browser, as far as they can be known.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use causeway_document::Cidr;

use crate::extract::text_header;
use crate::hooks::{self, Believed};
use crate::state::Web;

/// The other end of the connection; an extension of each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

/// The address and the browser of a request.
pub(crate) struct Client {
    /// For throttling only: what a proxy on this machine, or a trusted one, says about where the request came from is believed.
    pub address: String,
    pub agent: String,
}

impl FromRequestParts<Arc<Web>> for Client {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Infallible> {
        Ok(Self::of(parts, &web.trusted_proxies))
    }
}

/// The address of this server for the browser that asks; `None` where that is not known.
pub(crate) struct Reached(pub Option<String>);

impl FromRequestParts<Arc<Web>> for Reached {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Infallible> {
        Ok(Self(web.door.reached(parts)))
    }
}

impl Client {
    fn of(parts: &Parts, trusted: &[Cidr]) -> Self {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.to_canonical());
        let address = hooks::address(peer, &parts.headers, Believed::TrustedOrLocal(trusted))
            .or(peer)
            .unwrap_or_else(|| IpAddr::from([0, 0, 0, 0]));
        let agent = text_header(&parts.headers, header::USER_AGENT).unwrap_or_default().to_owned();
        Self { address: network(address), agent }
    }
}

/// One household has 2^64 addresses of IPv6.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: Option<&str>) -> String {
        let mut request = axum::http::Request::builder();
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(Peer(peer.parse().expect("an address")));
        Client::of(&parts, &["10.0.0.0/8".parse().expect("a range")]).address
    }

    #[test]
    fn only_a_proxy_on_this_machine_or_a_trusted_one_is_believed() {
        assert_eq!(address("203.0.113.9", Some("198.51.100.1")), "203.0.113.9");
        assert_eq!(address("127.0.0.1", Some("10.0.0.1, 198.51.100.1")), "198.51.100.1");
        assert_eq!(address("10.1.1.1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(
            address("127.0.0.1", Some("6.6.6.6, 198.51.100.1, 10.0.0.1")),
            "198.51.100.1",
            "two proxies"
        );
        assert_eq!(address("127.0.0.1", Some("198.51.100.1, 127.0.0.1, ::1")), "198.51.100.1", "all local");
        assert_eq!(address("10.1.1.1", Some("198.51.100.1, 127.0.0.1")), "198.51.100.1");
        assert_eq!(address("127.0.0.1", Some("nonsense")), "127.0.0.1");
        assert_eq!(address("::ffff:203.0.113.9", None), "203.0.113.9");
        assert_eq!(address("2001:db8:1:2:3::4", None), "2001:db8:1:2::/64");
    }
}
