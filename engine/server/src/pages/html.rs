//! The frame of a page: style, language, safety headers; and escaping.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_model::Locale;
use sha2::{Digest, Sha256};

use crate::problem;

const STYLE: &str = include_str!("style.css");

/// Only this style, and forms to this origin.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// `?lang=` wins over what the browser asks for.
pub(super) fn locale(headers: &HeaderMap, lang: Option<&str>) -> Locale {
    lang.map_or_else(|| problem::locale(headers), Locale::negotiate)
}

pub(super) fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en",
        Locale::ZhTw => "zh-TW",
    }
}

/// `body` is HTML already; everything from outside in it went through [`escape`].
pub(super) fn page(status: StatusCode, locale: Locale, title: &str, body: &str) -> Response<Body> {
    framed(status, locale, title, body, Some(""))
}

/// `query`: with which the page can be had in the other language; `None` where it can be had once only.
pub(super) fn framed(
    status: StatusCode,
    locale: Locale,
    title: &str,
    body: &str,
    query: Option<&str>,
) -> Response<Body> {
    let (lang, title) = (tag(locale), escape(title));
    let (other, label) = match locale {
        Locale::En => ("zh-TW", "繁體中文"),
        Locale::ZhTw => ("en", "English"),
    };
    let nav = query.map(|query| {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        let href: String = kept.iter().map(|pair| format!("{}&amp;", escape(pair))).collect();
        format!(
            "<nav><a href=\"?{href}lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{label}</a></nav>"
        )
    });
    let nav = nav.unwrap_or_default();
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main>{nav}{body}</main></body></html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Text as HTML, also inside of attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_escaping() {
        assert_eq!(escape("<a href='x\">&"), "&lt;a href=&#39;x&quot;&gt;&amp;");
    }
}
