//! The session's cookie: for this host only, out of the reach of scripts, not sent along by other sites' forms.

use axum::http::{HeaderMap, HeaderValue, header};
use causeway_store::SESSION_LASTS;

/// Browsers take a `__Host-` cookie only from this very host, and only over TLS.
fn name(https: bool) -> &'static str {
    if https { "__Host-causeway_session" } else { "causeway_session" }
}

/// What the cookie of a request holds.
pub(crate) fn read(headers: &HeaderMap, https: bool) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name(https)).then_some(value))
}

pub(crate) fn set(secret: &str, https: bool) -> HeaderValue {
    line(secret, SESSION_LASTS.millis() as i64 / 1000, https)
}

/// Takes it away from the browser.
pub(crate) fn forget(https: bool) -> HeaderValue {
    line("", 0, https)
}

fn line(value: &str, seconds: i64, https: bool) -> HeaderValue {
    let (name, secure) = (name(https), if https { "; Secure" } else { "" });
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&line).expect("base64 without blanks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; causeway_session=s1; c=d"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-causeway_session=s2"));
        assert_eq!((read(&headers, false), read(&headers, true)), (Some("s1"), Some("s2")));
        assert_eq!(read(&HeaderMap::new(), true), None);
        let set = set("s", true);
        let set = set.to_str().expect("text");
        assert_eq!(set, "__Host-causeway_session=s; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure");
        assert!(
            forget(false).to_str().is_ok_and(|line| line.starts_with("causeway_session=; Path=/; Max-Age=0"))
        );
    }
}
