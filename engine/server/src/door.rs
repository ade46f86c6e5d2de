//! How people come in: where this server stands, as browsers see it, and the one-time code of the first visit.

use std::net::{IpAddr, SocketAddr};

use axum::http::header;
use axum::http::request::Parts;
use subtle::ConstantTimeEq;

use crate::extract::text_header;

pub(crate) struct Door {
    /// `https://host:port`, in small letters.
    pub origin: Option<String>,
    /// The public address as it was set, without a slash at the end.
    pub url: Option<String>,
    /// Whether it listens to this machine only.
    loopback: bool,
    /// Whether only this machine reaches the server, as far as the settings say.
    local: bool,
    setup_code: Option<String>,
}

/// A fresh one-time code for the first visit, for reading and typing.
pub fn setup_code() -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    [&random[..4], &random[4..8], &random[20..24], &random[24..28]].join("-")
}

impl Door {
    pub(crate) fn new(listen: SocketAddr, public_url: Option<String>, setup_code: Option<String>) -> Self {
        let url = public_url.map(|url| url.trim_end_matches('/').to_owned());
        let origin = url.as_ref().map(|url| {
            let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
            let authority = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{authority}").to_ascii_lowercase()
        });
        let outside = origin.as_deref().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        let loopback = listen.ip().is_loopback();
        let local = loopback && outside.is_none_or(is_local);
        Self { origin, url, loopback, local, setup_code }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.starts_with("https://"))
    }

    /// The address of this server for the browser that asks: the one that was said, else the loopback one that was asked for.
    /// Any other may be whatever the request says.
    pub(crate) fn reached(&self, parts: &Parts) -> Option<String> {
        let asked = || host(parts).filter(|host| is_local(host)).map(|host| format!("http://{host}"));
        self.url.clone().or_else(asked)
    }

    /// Whether a request asks for a host that this server is. One that only this machine reaches knows all its names: a page
    /// that pointed a name of its own here (DNS rebinding) would be of one origin with it.
    pub(crate) fn is_known(&self, parts: &Parts) -> bool {
        let Some(asked) = host(parts).filter(|_| self.loopback) else { return true };
        let own =
            self.origin.as_deref().and_then(|origin| origin.split_once("://")).map(|(_, host)| name(host));
        is_local(asked) || own.is_some_and(|own| own.eq_ignore_ascii_case(name(asked)))
    }

    /// Whether a request comes by a way on which anybody might come: then the first visitor must know the code. A proxy
    /// in front of a loopback address is noticed by the host that it was asked for.
    pub(crate) fn code_needed(&self, parts: &Parts) -> bool {
        let forwarded = ["x-forwarded-for", "x-forwarded-host", "forwarded"];
        !self.local
            || forwarded.iter().any(|name| parts.headers.contains_key(*name))
            || !host(parts).is_some_and(is_local)
    }

    /// In constant time; blanks, dashes and the size of letters do not matter.
    pub(crate) fn is_code(&self, given: &str) -> bool {
        let bare = |text: &str| {
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
        };
        self.setup_code
            .as_deref()
            .is_some_and(|code| bool::from(bare(code).as_bytes().ct_eq(bare(given).as_bytes())))
    }
}

/// The host and port that were asked for.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let named = text_header(&parts.headers, header::HOST);
    named.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str))
}

/// Without the port.
fn name(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => authority,
    }
}

fn is_local(authority: &str) -> bool {
    let bare = name(authority).trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(listen: &str, public: Option<&str>, headers: &[(&str, &str)]) -> bool {
        let door = Door::new(listen.parse().expect("an address"), public.map(str::to_owned), None);
        let mut request = axum::http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        door.code_needed(&request.body(()).expect("a request").into_parts().0)
    }

    #[test]
    fn only_this_machine_needs_no_code() {
        for host in ["127.0.0.1:7400", "localhost:7400", "[::1]:7400", "localhost"] {
            assert!(!needed("127.0.0.1:7400", None, &[("host", host)]), "{host}");
            assert!(!needed("127.0.0.1:7400", Some("http://localhost:7400"), &[("host", host)]), "{host}");
            assert!(needed("0.0.0.0:7400", None, &[("host", host)]), "{host}");
            assert!(needed("127.0.0.1:7400", Some("https://flows.example.com"), &[("host", host)]), "{host}");
            assert!(needed("127.0.0.1:7400", None, &[("host", host), ("x-forwarded-for", "198.51.100.1")]));
        }
        assert!(needed("127.0.0.1:7400", None, &[("host", "evil.example")]), "a name that was bound anew");
        assert!(needed("127.0.0.1:7400", None, &[]));
    }

    #[test]
    fn names_that_others_point_here_are_not_known() {
        let known = |listen: &str, public: Option<&str>, host: &str| {
            let door = Door::new(listen.parse().expect("an address"), public.map(str::to_owned), None);
            let request = axum::http::Request::builder().header("host", host).body(()).expect("a request");
            door.is_known(&request.into_parts().0)
        };
        let public = Some("https://Flows.example.com/base");
        for (listen, public, host, wanted) in [
            ("127.0.0.1:7400", None, "127.0.0.1:7400", true),
            ("127.0.0.1:7400", None, "LocalHost", true),
            ("[::1]:7400", None, "[::1]:7400", true),
            ("127.0.0.1:7400", None, "evil.example", false),
            ("127.0.0.1:7400", None, "127.0.0.1.evil.example:7400", false),
            ("127.0.0.1:7400", None, "localhost.evil.example", false),
            ("127.0.0.1:7400", None, "", false),
            ("127.0.0.1:7400", public, "flows.example.com", true),
            ("127.0.0.1:7400", public, "FLOWS.example.com:443", true),
            ("127.0.0.1:7400", public, "evil.example", false),
            ("0.0.0.0:7400", None, "flows.lan", true),
        ] {
            assert_eq!(known(listen, public, host), wanted, "{listen} {public:?} {host}");
        }
    }

    #[test]
    fn only_a_known_address_is_given_to_others() {
        let reached = |public: Option<&str>, host: &str| {
            let door =
                Door::new("0.0.0.0:7400".parse().expect("an address"), public.map(str::to_owned), None);
            let request = axum::http::Request::builder().header("host", host).body(()).expect("a request");
            door.reached(&request.into_parts().0)
        };
        assert_eq!(reached(None, "localhost:7400").as_deref(), Some("http://localhost:7400"));
        assert_eq!(reached(None, "evil.example"), None);
        assert_eq!(reached(Some("https://f.tw/base/"), "evil.example").as_deref(), Some("https://f.tw/base"));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = setup_code();
        assert_eq!(code.len(), 19);
        assert_ne!(code, setup_code());
        let door = Door::new("0.0.0.0:1".parse().expect("an address"), None, Some(code.clone()));
        assert!(door.is_code(&code) && door.is_code(&code.to_uppercase().replace('-', " ")));
        assert!(!door.is_code("") && !door.is_code(&code[..18]));
        assert!(!Door::new("0.0.0.0:1".parse().expect("an address"), None, None).is_code(""));
    }
}
