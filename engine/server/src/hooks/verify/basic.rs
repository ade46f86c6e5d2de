//! HTTP Basic authentication (RFC 7617).

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Problem, header, same, unauthorized};

pub(in crate::hooks) struct Basic {
    /// `username:password`
    pair: Vec<u8>,
}

impl Basic {
    pub(super) fn new(username: &str, password: &str) -> Self {
        Self { pair: format!("{username}:{password}").into_bytes() }
    }

    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let refused =
            || unauthorized().with_header("www-authenticate", r#"Basic realm="webhook", charset="UTF-8""#);
        let value = header(headers, "authorization").map_err(|_| refused())?;
        let (scheme, pair) = value.split_once(' ').ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(refused());
        }
        let pair = STANDARD.decode(pair.trim()).map_err(|_| refused())?;
        if same(&pair, &self.pair) { Ok(()) } else { Err(refused()) }
    }
}
