//! What the buttons and lines of a page send: a form, or JSON with the same names.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use super::Refusal;

pub(crate) struct Given {
    /// Whether it is a form, which wants the page again.
    pub form: bool,
    fields: Value,
}

impl Given {
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let form = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        if !form {
            return Self { form, fields: serde_json::from_slice(body).unwrap_or_default() };
        }
        let fields = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
        Self { form, fields: Value::Object(fields.collect()) }
    }

    pub fn text(&self, name: &str) -> &str {
        self.fields[name].as_str().unwrap_or_default()
    }

    /// To the page that it came from, and to no other place.
    pub fn back(&self, refusal: Option<&Refusal>) -> Response {
        let query = self.text("back").strip_prefix("/?").unwrap_or_default();
        let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "refused");
        let refused = refusal.map(|refusal| ("refused", refusal.message.as_str()));
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(refused).finish();
        Redirect::to(&format!("/?{query}")).into_response()
    }
}
