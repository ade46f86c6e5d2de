//! Redirects: where the next hop goes, what it may take along.

use causeway_model::StepError;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, StatusCode};

use super::failure::invalid_url;
use super::prepare::{self, Prepared};

/// Whether a status asks for another hop, given a `Location`.
pub(super) fn asks(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

impl Prepared {
    /// Turns this hop into the next one (RFC 9110, and what browsers do). Credentials stay behind when the origin changes.
    pub fn follow(&mut self, status: StatusCode, location: &[u8]) -> Result<(), StepError> {
        let fault = || invalid_url("it is redirected to does not read", "被重新導向到無法解析的位置");
        let location = std::str::from_utf8(location).map_err(|_| fault())?;
        let next = self.url.join(location).map_err(|_| fault())?;
        let next = prepare::url(next.as_str())?;
        let elsewhere = next.origin() != self.url.origin();
        self.url = next;

        let reads = matches!(self.method, Method::GET | Method::HEAD);
        let becomes_get = match status.as_u16() {
            303 => !reads,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.payload.clear();
            for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, CONTENT_LANGUAGE] {
                self.headers.remove(name);
            }
        }
        if elsewhere {
            if self.payload.sealed {
                return Err(self.target(true).redirect_refused());
            }
            self.identity = None;
            for name in std::mem::take(&mut self.private) {
                self.headers.remove(&name);
            }
        }
        Ok(())
    }
}
