//! `/healthz`: the process answers. `/readyz`: work is taken.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use causeway_model::text;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::state::Web;

pub(crate) fn router() -> Router<Arc<Web>> {
    Router::new().route("/healthz", get(healthy)).route("/readyz", get(ready))
}

async fn healthy() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(web): State<Arc<Web>>) -> Result<Json<Value>, Problem> {
    check(&web).await?;
    Ok(Json(json!({ "status": "ready" })))
}

/// Refused while no work is taken.
pub(crate) async fn check(web: &Web) -> Result<(), Problem> {
    if !web.readiness.get() {
        return Err(not_ready("starting_or_stopping"));
    }
    if let Some(needed) = web.app.store().outgrown() {
        return Err(not_ready(&format!("newer_binary_needed: {needed}")));
    }
    web.app.store().ping().await.map_err(|_| not_ready("database"))?;
    if !web.migrated.load(Ordering::Relaxed) {
        let plan = web.app.store().migration_plan().await.map_err(|_| not_ready("database"))?;
        if !plan.pending.is_empty() {
            return Err(not_ready("migrations"));
        }
        web.migrated.store(true, Ordering::Relaxed);
    }
    Ok(())
}

fn not_ready(cause: &str) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not_ready",
        text!("Causeway does not take work just now ({cause})", "Causeway 目前無法接受工作（{cause}）"),
    )
    .with_header("retry-after", "1")
}
