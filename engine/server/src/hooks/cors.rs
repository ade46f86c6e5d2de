//! Calls from pages in browsers (the CORS protocol of the Fetch standard). Credentials of the browser are never asked for.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use causeway_document::Cors;

/// What pages may read of an answer beside its body.
const EXPOSED: HeaderValue = HeaderValue::from_static("retry-after, x-causeway-run");
const METHODS: &str = "DELETE, GET, HEAD, PATCH, POST, PUT";

/// The method that a browser asks about before it calls.
pub(super) fn asked_method(method: &Method, headers: &HeaderMap) -> Option<Method> {
    if method != Method::OPTIONS || !headers.contains_key(header::ORIGIN) {
        return None;
    }
    Method::from_bytes(headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?.as_bytes()).ok()
}

/// What an answer has to say to the page that the call comes from.
#[derive(Default)]
pub(super) struct Said {
    origin: Option<HeaderValue>,
    varies: bool,
}

impl Said {
    pub(super) fn of(cors: &Cors, headers: &HeaderMap) -> Self {
        if cors.any {
            return Self { origin: Some(HeaderValue::from_static("*")), varies: true };
        }
        let origin = headers.get(header::ORIGIN);
        let known =
            origin.filter(|origin| cors.origins.iter().any(|known| known.as_bytes() == origin.as_bytes()));
        Self { origin: known.cloned(), varies: true }
    }

    pub(super) fn put(&self, headers: &mut HeaderMap) {
        // What a flow's own answer says of it does not count.
        for name in [
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
        ] {
            if self.varies {
                headers.remove(name);
            }
        }
        if self.varies {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = &self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}

/// The answer to a browser that asks first. A page that may not call gets no permission, and its browser keeps it from calling.
pub(super) fn preflight(cors: &Cors, methods: &[String], said: &Said) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if said.origin.is_none() {
        return response;
    }
    let methods = if methods.is_empty() { METHODS.to_owned() } else { methods.join(", ") };
    let mut names = vec!["content-type".to_owned()];
    names.extend(
        cors.headers.iter().map(|name| name.to_ascii_lowercase()).filter(|name| name != "content-type"),
    );
    let seconds = cors.max_age.millis() / 1000;
    let mut put = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    put(header::ACCESS_CONTROL_ALLOW_HEADERS, names.join(", "));
    put(header::ACCESS_CONTROL_MAX_AGE, seconds.to_string());
    response.headers_mut().append(
        header::VARY,
        HeaderValue::from_static("access-control-request-method, access-control-request-headers"),
    );
    response
}
