//! Complaints: what a customer is not content with, and what became of it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Value, json};

use super::{DanLee, customers};
use crate::simulator::{
    Asked, Field, Refusal, Rule, Sent, check, may, may_not_be_null, moment, must, put, since,
};

const NEW: &[Field] = &[
    must("customer_id", Rule::Text(20)),
    may("order_no", Rule::Text(30)),
    must("subject", Rule::Text(200)),
    may_not_be_null("reason", Rule::OneOf(&["damaged", "short", "wrong_item", "late", "quality", "other"])),
];

const CHANGE: &[Field] = &[
    may_not_be_null("subject", Rule::Text(200)),
    may_not_be_null("status", Rule::OneOf(&["open", "closed"])),
    may("resolution", Rule::Text(2000)),
];

pub(super) fn routes() -> Router<Arc<DanLee>> {
    Router::new()
        .route("/api/v1/complaints", get(list).post(create))
        .route("/api/v1/complaints/{id}", get(one).patch(update))
}

async fn list(Shared(crm): Shared<Arc<DanLee>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep =
        |case: &Value| since(case, changed) && asked.fits(case, &["customer_id", "order_no", "status"]);
    crm.books().complaints.by_cursor(&asked, keep).map(Json)
}

async fn one(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    crm.books().complaints.get(&id).cloned().map(Json).ok_or_else(|| Refusal::not_found("complaint", &id))
}

async fn create(
    Shared(crm): Shared<Arc<DanLee>>,
    Sent(body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, NEW, false)?;
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    customers::known(&books, body["customer_id"].as_str().unwrap_or_default())?;
    let id = books.complaints.next_id();
    let mut case = json!({
        "id": id, "customer_id": null, "order_no": null, "subject": null, "reason": "other", "status": "open",
        "resolution": null, "created_at": now, "updated_at": now,
    });
    put(&mut case, &body);
    books.complaints.put(&id, case.clone());
    Ok((StatusCode::CREATED, Json(case)))
}

async fn update(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Result<Json<Value>, Refusal> {
    check(&body, CHANGE, true)?;
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    let case = books.complaints.get_mut(&id).ok_or_else(|| Refusal::not_found("complaint", &id))?;
    put(case, &body);
    case["updated_at"] = moment(now);
    Ok(Json(case.clone()))
}
