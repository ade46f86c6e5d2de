//! A request as a connector describes it. Any string in it may hold sealed tokens.

use std::time::Duration;

use causeway_model::{FileRef, StreamRef, Value};

use super::{Identity, Signature, StatusSet};

/// One request. Nothing in it is checked yet; sending does that.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// `http` or `https`, without user and password.
    pub url: String,
    /// Added to the query that the URL has.
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    pub auth: Option<Auth>,
    /// What signs it, one after the other, when all else stands. A signed request follows no redirect.
    pub signatures: Vec<Signature>,
    /// The certificate that it is sent with.
    pub identity: Option<Identity>,
    /// Bound of the whole exchange, redirects and reading included; the client's when absent.
    pub timeout: Option<Duration>,
    pub follow_redirects: bool,
    /// The statuses that count as success; the others are errors.
    pub success: StatusSet,
    /// Whether it signs in: its answer is for whoever keeps credentials, and nothing in it is masked.
    pub answers_credentials: bool,
}

impl Request {
    pub fn new(method: &str, url: &str) -> Self {
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::Empty,
            auth: None,
            signatures: Vec::new(),
            identity: None,
            timeout: None,
            follow_redirects: true,
            success: StatusSet::default(),
            answers_credentials: false,
        }
    }

    /// Whether a header is set, in any case.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// What is sent. Files and streams are read from the store part by part while they go out.
#[derive(Clone, Debug)]
pub enum Body {
    Empty,
    Json(Value),
    /// A record stream as one JSON array, or as lines where the content type says so (`application/x-ndjson`).
    Records(StreamRef),
    Form(Vec<(String, String)>),
    Multipart(Vec<Part>),
    Text {
        text: String,
        media_type: String,
    },
    File(FileRef),
}

/// One part of a multipart form.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub content: PartContent,
    /// As the receiver sees it; a file's own name when absent.
    pub file_name: Option<String>,
    /// A file's own type when absent, and none for text.
    pub media_type: Option<String>,
}

#[derive(Clone, Debug)]
pub enum PartContent {
    Text(String),
    File(FileRef),
}

/// How the request shows who sends it.
#[derive(Clone, Debug)]
pub enum Auth {
    Basic { username: String, password: String },
    Bearer { token: String },
    Header { name: String, value: String },
    Query { name: String, value: String },
}
