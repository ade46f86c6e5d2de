//! The web UI, which the binary holds; and the few pages that the server renders itself, in both languages: no scripts,
//! nothing from elsewhere.

mod approval;
mod consent;
mod html;
mod ui;

use std::sync::Arc;

use axum::Router;

pub(crate) use ui::ui;

use crate::state::Web;

pub(crate) fn router() -> Router<Arc<Web>> {
    Router::new().merge(approval::router()).merge(consent::router())
}
