//! Whether a request comes from a page of our own: what browsers say about that, and pages cannot forge.

use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use causeway_model::text;

use crate::door::{Door, host};
use crate::extract::text_header;
use crate::problem::Problem;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    Own,
    Foreign,
    /// No browser of today leaves both headers out.
    Unsaid,
}

fn sender(parts: &Parts, door: &Door) -> Sender {
    let site = parts.headers.get("sec-fetch-site").map(|site| site == "same-origin");
    let origin = parts.headers.contains_key(ORIGIN).then(|| {
        let origin = text_header(&parts.headers, ORIGIN).unwrap_or_default().to_ascii_lowercase();
        let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        door.origin.as_ref() == Some(&origin)
            || authority
                .is_some_and(|authority| host(parts).is_some_and(|host| host.eq_ignore_ascii_case(authority)))
    });
    match (site, origin) {
        (None, None) => Sender::Unsaid,
        (Some(false), _) | (_, Some(false)) => Sender::Foreign,
        _ => Sender::Own,
    }
}

/// For what a session does.
pub(crate) fn must_be_own(parts: &Parts, door: &Door) -> Result<(), Problem> {
    if sender(parts, door) == Sender::Own { Ok(()) } else { Err(foreign()) }
}

/// For what needs no session: programs say nothing, and that is fine.
pub(crate) fn must_not_be_foreign(parts: &Parts, door: &Door) -> Result<(), Problem> {
    if sender(parts, door) == Sender::Foreign { Err(foreign()) } else { Ok(()) }
}

fn foreign() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "origin_foreign",
        text!(
            "This request does not come from a page of this server; behind a proxy, set CAUSEWAY_PUBLIC_URL to the address in the browser",
            "此請求並非來自本伺服器的頁面；若前面有代理伺服器，請將 CAUSEWAY_PUBLIC_URL 設為瀏覽器中的網址"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_tell_where_a_request_comes_from() {
        let cases: [(&[(&str, &str)], Sender); 10] = [
            (&[], Sender::Unsaid),
            (&[("origin", "http://localhost:7400")], Sender::Own),
            (&[("origin", "https://localhost:7400")], Sender::Own),
            (&[("origin", "https://flows.example.com")], Sender::Own),
            (&[("sec-fetch-site", "same-origin")], Sender::Own),
            (&[("origin", "http://evil.example")], Sender::Foreign),
            (&[("origin", "null")], Sender::Foreign),
            (&[("origin", "http://localhost:7400.evil.example")], Sender::Foreign),
            (&[("origin", "http://localhost:7400"), ("sec-fetch-site", "cross-site")], Sender::Foreign),
            (&[("sec-fetch-site", "same-site")], Sender::Foreign),
        ];
        let listen = "127.0.0.1:7400".parse().expect("an address");
        let door = Door::new(listen, Some("https://Flows.example.com/base".into()), None);
        for (headers, wanted) in cases {
            let mut request = axum::http::Request::builder().header("host", "localhost:7400");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(sender(&parts, &door), wanted, "{headers:?}");
        }
    }
}
