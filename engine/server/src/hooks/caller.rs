//! The address that a call comes from: the connection's, or what a trusted proxy says of it.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, StatusCode};
use causeway_document::Cidr;
use causeway_model::text;

use crate::problem::Problem;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whose word about where a call came from is believed.
#[derive(Clone, Copy)]
pub(crate) enum Believed<'a> {
    /// The proxies that the settings name.
    Trusted(&'a [Cidr]),
    /// And whatever stands on this machine: for what nobody gains by pretending to be somebody else.
    TrustedOrLocal(&'a [Cidr]),
}

impl Believed<'_> {
    fn holds(self, address: IpAddr) -> bool {
        let (ranges, local) = match self {
            Self::Trusted(ranges) => (ranges, false),
            Self::TrustedOrLocal(ranges) => (ranges, address.is_loopback()),
        };
        local || ranges.iter().any(|range| range.contains(address))
    }
}

/// `None`: it cannot be told.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap, believed: Believed<'_>) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    let is_trusted = |address: &IpAddr| believed.holds(*address);
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let listed = |name: HeaderName| -> Option<String> {
        let values: Vec<&str> =
            headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    let walk = |entries: Vec<Option<IpAddr>>| -> Option<IpAddr> {
        let mut last = peer;
        for entry in entries.into_iter().rev() {
            last = entry?.to_canonical();
            if !is_trusted(&last) {
                break;
            }
        }
        Some(last)
    };
    let plain = listed(X_FORWARDED_FOR).map(|list| walk(list.split(',').map(host).collect()));
    let standard =
        listed(axum::http::header::FORWARDED).map(|list| walk(list.split(',').map(forwarded_for).collect()));
    match (plain, standard) {
        (None, None) => Some(peer),
        (Some(found), None) | (None, Some(found)) => found,
        // A proxy writes one of the two; the other may be the caller's own invention.
        (Some(plain), Some(standard)) => plain.filter(|plain| standard == Some(*plain)),
    }
}

/// Who comes from elsewhere is told so.
pub(super) fn check(ips: &[Cidr], address: Option<IpAddr>) -> Result<(), Problem> {
    if ips.is_empty() || address.is_some_and(|address| ips.iter().any(|range| range.contains(address))) {
        return Ok(());
    }
    tracing::info!(?address, "a webhook was called from an address that it does not take");
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "address_refused",
        text!(
            "This webhook takes no calls from your address; ask its owner to add it",
            "此 Webhook 不接受來自您的位址的呼叫，請擁有者加入此位址"
        ),
    ))
}

/// The `for` of one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| host(value.trim().trim_matches('"')))
    })?
}

/// `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]` or `[::1]:80`.
fn host(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']')?.0.parse().ok();
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => address.parse().ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, headers: &[(&str, &str)], trusted: &[&str]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                name.parse::<HeaderName>().expect("a name"),
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        let trusted: Vec<Cidr> = trusted.iter().map(|range| range.parse().expect("a range")).collect();
        let peer = Some(peer.parse().expect("an address"));
        address(peer, &map, Believed::Trusted(&trusted)).map(|address| address.to_string())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let spoofed = [("x-forwarded-for", "1.1.1.1")];
        assert_eq!(seen("9.9.9.9", &spoofed, &[]).as_deref(), Some("9.9.9.9"));
        assert_eq!(seen("9.9.9.9", &spoofed, &["10.0.0.0/8"]).as_deref(), Some("9.9.9.9"));
        assert_eq!(seen("10.0.0.1", &spoofed, &["10.0.0.0/8"]).as_deref(), Some("1.1.1.1"));
        assert_eq!(seen("::ffff:10.0.0.1", &spoofed, &["10.0.0.0/8"]).as_deref(), Some("1.1.1.1"));
        assert_eq!(seen("10.0.0.1", &spoofed, &["::ffff:10.0.0.0/104"]).as_deref(), Some("1.1.1.1"));
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn the_rightmost_that_is_not_trusted_counts() {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"];
        let from = |headers: &[(&str, &str)]| seen("10.0.0.1", headers, &trusted);
        assert_eq!(from(&[("x-forwarded-for", "6.6.6.6, 1.1.1.1, 10.0.0.2")]).as_deref(), Some("1.1.1.1"));
        assert_eq!(
            from(&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.1.1.1:80")]).as_deref(),
            Some("1.1.1.1")
        );
        assert_eq!(
            from(&[("x-forwarded-for", "10.0.0.9, 10.0.0.2")]).as_deref(),
            Some("10.0.0.9"),
            "all of them"
        );
        assert_eq!(from(&[("x-forwarded-for", "1.1.1.1, unknown")]), None);
        assert_eq!(from(&[("x-forwarded-for", "")]), None);
        let standard = r#"for=6.6.6.6;proto=http, For="[2001:db8::1]:4711""#;
        assert_eq!(from(&[("forwarded", standard)]).as_deref(), Some("6.6.6.6"));
        assert_eq!(from(&[("forwarded", "for=_hidden")]), None);
        assert_eq!(from(&[("forwarded", "proto=https")]), None);
        assert_eq!(
            from(&[("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "6.6.6.6")]),
            None,
            "which is it?"
        );
        assert_eq!(
            from(&[("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "1.1.1.1")]).as_deref(),
            Some("1.1.1.1")
        );
        assert_eq!(from(&[("x-forwarded-for", "::ffff:1.1.1.1")]).as_deref(), Some("1.1.1.1"));
    }
}
