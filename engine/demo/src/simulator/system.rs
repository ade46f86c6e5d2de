//! What makes one system different from the others.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, Method};
use axum::response::{Html, Response};
use serde_json::Value;

use super::page::{Kind, Visit, tables};
use super::{Core, Refusal};

pub(crate) trait System: Send + Sync + 'static {
    fn core(&self) -> &Core;

    /// `[English, 繁體中文]`
    fn title(&self) -> [&'static str; 2];

    /// The kinds of its records, for the page.
    fn kinds(&self) -> &'static [Kind];

    /// All records of a kind; none of a kind that it does not know.
    fn records(&self, kind: &str) -> Vec<Value>;

    /// Ends every token and session.
    fn expire(&self) {}

    /// Whether a request may come in.
    fn admit(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Refusal>;

    /// A refusal in the system's own form.
    fn refuse(&self, refusal: &Refusal) -> Response;

    /// Its own API.
    fn routes(self: Arc<Self>) -> Router;

    /// More that can be switched by hand, below `/_control`.
    fn controls(self: Arc<Self>) -> Router {
        Router::new()
    }

    /// The records of a kind as the page shows them.
    fn shown(&self, kind: &str) -> Vec<Value> {
        self.records(kind)
    }

    /// Somebody presses a button of the page beside a record.
    fn act(&self, action: &str, id: &str) -> Result<(), Refusal> {
        let _ = id;
        Err(Refusal::not_found("action", action))
    }

    /// Everything that it has, for [`System::load`].
    fn save(&self) -> Value;

    /// What was saved takes the place of what is there.
    fn load(&self, saved: &Value);

    fn page(&self, visit: &Visit) -> Html<String> {
        tables(self, visit)
    }
}
