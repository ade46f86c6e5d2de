//! What a request says, as handlers take it: its query, and its body as a JSON object. What does not read is refused.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use causeway_model::Time;
use serde_json::{Map, Value};

use super::Refusal;

/// The query.
pub(crate) struct Asked(BTreeMap<String, String>);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri);
        query
            .map(|query| Self(query.0))
            .map_err(|_| Refusal::field("query", "cannot be read / 查詢參數無法解讀"))
    }
}

impl Asked {
    /// An empty one is none.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn number(&self, name: &str, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.text(name) else { return Ok(default) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
            Refusal::field(name, &format!("must be a whole number up to {most} / 必須是不大於 {most} 的整數"))
        })
    }

    pub fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text == "true" || text == "1")
    }

    /// RFC 3339.
    pub fn time(&self, name: &str) -> Result<Option<Time>, Refusal> {
        let read = |text: &str| {
            Time::from_str(text)
                .map_err(|_| Refusal::field(name, "must be an RFC 3339 time / 必須是 RFC 3339 時間"))
        };
        self.text(name).map(read).transpose()
    }

    /// Whether a record has what each of these parameters asks for in its field of the same name.
    pub fn fits(&self, record: &Value, names: &[&str]) -> bool {
        names.iter().all(|name| self.text(name).is_none_or(|wanted| record[*name] == wanted))
    }
}

/// A body that is a JSON object; an empty body is an empty one.
pub(crate) struct Sent(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let refused = || Refusal::field("body", "must be a JSON object / 內容必須是 JSON 物件");
        let body = Bytes::from_request(request, state).await.map_err(|_| refused())?;
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        serde_json::from_slice(&body).map(Self).map_err(|_| refused())
    }
}
