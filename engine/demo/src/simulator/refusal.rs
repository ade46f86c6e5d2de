//! What a simulator does not do, and why; each system writes it in its own form.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    /// English and Chinese in one line, as such systems write them.
    pub message: String,
    /// `{field, message}` of what was wrong in the request.
    pub fields: Vec<Value>,
    /// What else the answer holds.
    pub more: Map<String, Value>,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            fields: Vec::new(),
            more: Map::new(),
            retry_after: None,
        }
    }

    pub fn invalid(fields: Vec<Value>) -> Self {
        let message = "Some fields are not valid / 部分欄位不正確";
        Self { fields, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID", message) }
    }

    pub fn field(name: &str, message: &str) -> Self {
        Self::invalid(vec![json!({ "field": name, "message": message })])
    }

    pub fn not_found(what: &str, id: &str) -> Self {
        let message = format!("There is no {what} {id} / 查無資料：{id}");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub fn unauthorised(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// What else the answer holds, put into it.
    pub fn add_to(&self, error: &mut Value) {
        for (name, value) in &self.more {
            error[name.as_str()] = value.clone();
        }
    }
}

/// The middleware puts the system's own form in its place.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
