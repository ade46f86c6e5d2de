//! The few pages that the server renders itself, in both languages: no scripts, nothing from elsewhere.

mod approval;
mod consent;
mod html;
mod landing;

use std::sync::Arc;

use axum::Router;

use crate::state::Web;

pub(crate) fn router() -> Router<Arc<Web>> {
    Router::new().merge(approval::router()).merge(consent::router()).merge(landing::router())
}
