//! A header that holds a token; in `Authorization`, behind `Bearer` too.

use axum::http::HeaderMap;

use super::{Problem, header, same, unauthorized};

pub(in crate::hooks) struct Token {
    /// In lower case.
    pub(super) header: String,
    /// Before the token.
    prefix: String,
    token: Vec<u8>,
}

impl Token {
    pub(super) fn new(header: &str, prefix: String, token: &str) -> Self {
        Self { header: header.to_ascii_lowercase(), prefix, token: token.as_bytes().to_vec() }
    }

    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let value = header(headers, &self.header)?.trim();
        let value = value.strip_prefix(self.prefix.as_str()).ok_or_else(unauthorized)?;
        let bearer = value
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let fits = same(value.as_bytes(), &self.token)
            | bearer.is_some_and(|token| same(token.as_bytes(), &self.token));
        if fits { Ok(()) } else { Err(unauthorized()) }
    }
}
