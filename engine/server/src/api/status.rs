//! How the installation fares, and what the sweep of finished runs does.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::responses::Listing;
use crate::auth::Viewer;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(get_health))
        .routes(routes!(get_status))
        .routes(routes!(get_retention))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Health {
    /// `ready`: work is taken.
    status: &'static str,
}

/// Whether work is taken, for everybody; 503 with the reason where it is not
#[utoipa::path(get, path = "/health", operation_id = "get_health", tag = "watching", security(()),
    responses((status = 200, body = Health), Listing))]
async fn get_health(State(web): State<Arc<Web>>) -> Result<Json<Health>, Problem> {
    crate::health::check(&web).await?;
    Ok(Json(Health { status: "ready" }))
}

/// Workers, runs under way and due, what finished lately, dead letters, the database's size, and the retention
#[utoipa::path(get, path = "/status", operation_id = "get_status", tag = "watching",
    responses((status = 200, body = shapes::Status), Listing))]
async fn get_status(_: Viewer, State(web): State<Arc<Web>>) -> Result<Json<causeway_store::Status>, Problem> {
    Ok(Json((*web.app.store().status_lately().await?).clone()))
}

/// How many finished runs are kept, what the next sweep removes, and what the last one removed
#[utoipa::path(get, path = "/retention", operation_id = "get_retention", tag = "watching",
    responses((status = 200, body = shapes::Retention), Listing))]
async fn get_retention(
    _: Viewer,
    State(web): State<Arc<Web>>,
) -> Result<Json<causeway_store::Retention>, Problem> {
    Ok(Json((*web.app.store().retention_lately().await?).clone()))
}

/// Shapes of what the store tells, for the OpenAPI document only.
mod shapes {
    #![expect(dead_code, reason = "read by the OpenAPI derive only")]

    use chrono::{DateTime, Utc};
    use utoipa::ToSchema;
    use uuid::Uuid;

    #[derive(ToSchema)]
    pub(super) struct Status {
        version: String,
        /// `sqlite` or `postgres`.
        backend: String,
        migrations_applied: u64,
        migrations_pending: u64,
        /// The version that the database has come to need, where the process that answers is older and takes no work any more.
        needs_binary: Option<String>,
        /// `false`: runs are due and no worker is alive.
        working: bool,
        workers: Vec<Worker>,
        /// The processes that answer requests; with SQLite there is one, which is on no list.
        web_nodes: Vec<WebNode>,
        active: ActiveRuns,
        /// Runs that a worker might take now, those of dead workers among them.
        due: u64,
        /// Since when the oldest of them has been due, as far as it is known.
        oldest_due_at: Option<DateTime<Utc>>,
        /// Failed runs that wait for a person.
        dead_letters: u64,
        database_bytes: u64,
        finished_last_hour: FinishedRuns,
        finished_last_day: FinishedRuns,
        open_approvals: u64,
        retention: Retention,
    }

    #[derive(ToSchema)]
    pub(super) struct Worker {
        id: Uuid,
        /// Of its binary; old ones do not say.
        version: Option<String>,
        started_at: DateTime<Utc>,
        /// How long ago it was last heard of.
        heartbeat_age_ms: u64,
        alive: bool,
    }

    #[derive(ToSchema)]
    pub(super) struct WebNode {
        id: Uuid,
        version: String,
        started_at: DateTime<Utc>,
        /// How long ago it was last heard of.
        heartbeat_age_ms: u64,
        alive: bool,
    }

    #[derive(ToSchema)]
    pub(super) struct ActiveRuns {
        queued: u64,
        running: u64,
        waiting: u64,
    }

    #[derive(ToSchema)]
    pub(super) struct FinishedRuns {
        succeeded: u64,
        failed: u64,
        cancelled: u64,
    }

    #[derive(ToSchema)]
    pub(super) struct Retention {
        /// How long finished runs are kept where their flow does not say; null until a worker has started.
        keep_ms: Option<u64>,
        sweep_every_ms: Option<u64>,
        /// Finished runs that are kept.
        runs: u64,
        /// Whether `runs` is the database's estimate.
        estimated: bool,
        /// When the oldest of them was made.
        oldest_created_at: Option<DateTime<Utc>>,
        /// What they take on the disk; Postgres only.
        bytes: Option<u64>,
        next_sweep_at: Option<DateTime<Utc>>,
        next_sweep_removes: Option<u64>,
        last_sweep: Option<Sweep>,
    }

    #[derive(ToSchema)]
    pub(super) struct Sweep {
        at: DateTime<Utc>,
        removed: u64,
    }
}
