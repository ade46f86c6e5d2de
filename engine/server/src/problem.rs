//! Problem documents (RFC 9457): the one table from errors to HTTP, in the reader's language.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use causeway_model::{Fault, Locale, RunId, Text, text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{Class, Error};

/// The header that names the run in every answer of a webhook.
pub(crate) const RUN_HEADER: HeaderName = HeaderName::from_static("x-causeway-run");

/// Why a request got no better answer. As a response, it is English; [`Problem::response`] knows the reader's language.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {text}")]
pub(crate) struct Problem {
    pub status: StatusCode,
    pub code: Cow<'static, str>,
    pub text: Text,
    pub faults: Vec<Fault>,
    /// The run, where one was made.
    pub run: Option<RunId>,
    /// The parameter that does not read.
    pub parameter: Option<Cow<'static, str>>,
    pub headers: Vec<(&'static str, String)>,
}

/// The body of an error answer: `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// `urn:causeway:problem:<code>`
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    /// Stable; programs decide by it.
    code: &'a str,
    /// What happened, to what, and what to do, in the language asked for.
    detail: &'a str,
    /// The same in every language.
    #[schema(value_type = crate::api::TextSchema)]
    text: &'a Text,
    /// What is wrong with a document, all at once.
    #[schema(value_type = Vec<crate::api::FaultSchema>, required = false)]
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    faults: &'a [Fault],
    /// The run, where one was made before the problem.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    /// The parameter of the query or the header that does not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
}

/// The error table.
pub(crate) fn status(class: Class) -> StatusCode {
    match class {
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Busy | Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, text: Text) -> Self {
        Self {
            status,
            code: code.into(),
            text,
            faults: Vec::new(),
            run: None,
            parameter: None,
            headers: Vec::new(),
        }
    }

    /// 500 after a panic or the like; the cause stands in the log.
    pub(crate) fn internal() -> Self {
        Error::bug("see the log").into()
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            text!("There is nothing at this address", "此網址沒有任何內容"),
        )
    }

    /// 400: a parameter of the query does not read. `why` ends the sentence.
    pub(crate) fn parameter(name: impl Into<Cow<'static, str>>, why: Text) -> Self {
        let name = name.into();
        let Text { en, zh_tw } = why;
        let text = text!("The parameter `{name}` does not read: {en}", "參數 `{name}` 無法解讀：{zh_tw}");
        Self { parameter: Some(name), ..Self::new(StatusCode::BAD_REQUEST, "query_invalid", text) }
    }

    #[must_use]
    pub(crate) fn of_run(mut self, run: RunId) -> Self {
        self.run = Some(run);
        self
    }

    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn response(&self, locale: Locale) -> Response<Body> {
        let body = ProblemBody {
            kind: format!("urn:causeway:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: &self.code,
            detail: self.text.in_locale(locale),
            text: &self.text,
            faults: &self.faults,
            run: self.run,
            parameter: self.parameter.as_deref(),
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        if let Some(run) = self.run {
            headers.insert(RUN_HEADER, run_header(run));
        }
        response
    }
}

pub(crate) fn run_header(run: RunId) -> HeaderValue {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    HeaderValue::from_str(run.0.as_hyphenated().encode_lower(&mut text)).expect("an id is ASCII")
}

/// The language that a request asks for.
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(Locale::negotiate)
        .unwrap_or_default()
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match error.code.as_ref() {
            // What `If-Match` asked for is not so any more.
            "changed_meanwhile" | "draft_changed" | "sample_changed" => StatusCode::PRECONDITION_FAILED,
            _ => status(error.class),
        };
        let problem = Self { faults: error.faults, ..Self::new(status, error.code, error.text) };
        match error.class {
            Class::Busy | Class::Unavailable => problem.with_header("retry-after", "1"),
            _ => problem,
        }
    }
}

impl From<causeway_store::Error> for Problem {
    fn from(error: causeway_store::Error) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = self.response(Locale::En);
        // For the layer that knows the reader's language.
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

pub(crate) fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        text!("This address does not take this method", "此網址不接受這個 HTTP 方法"),
    )
}
