//! The web UI: files that `make web` built, embedded in the binary. Its pages have addresses of their own, which all begin
//! with the same document.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use causeway_model::text;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::html::{escape, locale, page};
use crate::api::{etag, names_etag};
use crate::extract::text_header;
use crate::problem::Problem;

/// Read from the folder by debug builds; part of the binary of releases.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
#[exclude = ".vite/*"]
struct Files;

const DOCUMENT: &str = "index.html";

/// Scripts of this origin only, and nothing is asked of anybody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// What the build pressed beside a file, best first.
const PRESSED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers what no other route does: a file, or for a page's address the document.
pub(crate) async fn ui(method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Problem::not_found().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if !path.is_empty()
        && path != DOCUMENT
        && let Some(found) = Files::get(path)
    {
        // The build names these by their content.
        let kept =
            if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        return file((path, found), &headers, kept);
    }
    let is_page = !matches!(path.split('/').next(), Some("api" | "hooks" | "assets"));
    if !is_page || (!path.is_empty() && path != DOCUMENT && !reads_html(&headers)) {
        return Problem::not_found().into_response();
    }
    let Some(found) = Files::get(DOCUMENT) else { return not_built(&headers) };
    let mut response = file((DOCUMENT, found), &headers, "no-cache");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// Browsers that open a page ask for HTML by name; programs that mistyped a path should hear so.
fn reads_html(headers: &HeaderMap) -> bool {
    named(headers, &header::ACCEPT, "text/html")
}

fn named(headers: &HeaderMap, name: &header::HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|line| line.split(',')).any(|part| {
        let mut part = part.split(';').map(str::trim);
        part.next() == Some(wanted) && part.all(|weight| weight != "q=0")
    })
}

fn file((path, whole): (&str, EmbeddedFile), headers: &HeaderMap, kept: &'static str) -> Response<Body> {
    let mime = mime_of(&whole);
    let mut accepted =
        PRESSED.iter().filter(|(encoding, _)| named(headers, &header::ACCEPT_ENCODING, encoding));
    let pressed =
        accepted.find_map(|(encoding, ending)| Some((*encoding, Files::get(&format!("{path}{ending}"))?)));
    let (encoding, found) = pressed.map_or((None, whole), |(encoding, found)| (Some(encoding), found));
    let tag = etag(&hex::encode(&found.metadata.sha256_hash()[..12]));
    let known = text_header(headers, header::IF_NONE_MATCH).is_some_and(|list| names_etag(list, &tag));
    let mut response = if known { Response::new(Body::empty()) } else { Response::new(body(found)) };
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let into = response.headers_mut();
    into.extend(HeaderValue::try_from(mime).ok().map(|mime| (header::CONTENT_TYPE, mime)));
    into.extend(encoding.map(|encoding| (header::CONTENT_ENCODING, HeaderValue::from_static(encoding))));
    into.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    into.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    into.insert(header::ETAG, tag);
    response
}

fn body(file: EmbeddedFile) -> Body {
    match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

fn mime_of(file: &EmbeddedFile) -> String {
    let guessed = file.metadata.mimetype();
    if guessed.starts_with("text/") { format!("{guessed}; charset=utf-8") } else { guessed.to_owned() }
}

/// A debug build beside which nobody ran `make web`.
fn not_built(headers: &HeaderMap) -> Response<Body> {
    let locale = locale(headers, None);
    let say = |text: causeway_model::Text| escape(text.in_locale(locale));
    let html = format!(
        "<h1>Causeway</h1><p>{}</p><pre>make web</pre>",
        say(text!(
            "The server runs, but this development build has no web pages yet. Build them, and load this page again:",
            "伺服器已在執行，但這個開發版本尚未建置網頁。請執行以下指令後重新載入："
        ))
    );
    page(StatusCode::OK, locale, "Causeway", &html)
}
