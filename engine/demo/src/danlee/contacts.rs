//! The people at a customer, and what was talked with them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Value, json};

use super::{DanLee, customers};
use crate::simulator::{Asked, Field, Refusal, Rule, Sent, check, may, moment, must, put, since};

const CONTACT: &[Field] = &[
    must("customer_id", Rule::Text(20)),
    must("name", Rule::Text(100)),
    may("name_en", Rule::Text(100)),
    may("title", Rule::Text(100)),
    may("mobile", Rule::Text(30)),
    may("email", Rule::Text(200)),
    may("line_user_id", Rule::Text(64)),
];

const ACTIVITY: &[Field] = &[
    must("kind", Rule::OneOf(&["call", "visit", "email", "message", "note"])),
    must("subject", Rule::Text(200)),
    may("text", Rule::Text(5000)),
    may("salesperson", Rule::Text(10)),
    may("external_id", Rule::Text(100)),
];

pub(super) fn routes() -> Router<Arc<DanLee>> {
    Router::new()
        .route("/api/v1/contacts", get(list).post(create))
        .route("/api/v1/contacts/{id}", get(one).patch(update).delete(remove))
        .route("/api/v1/customers/{id}/activities", get(activities).post(add_activity))
}

async fn list(Shared(crm): Shared<Arc<DanLee>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep = |contact: &Value| {
        since(contact, changed) && asked.fits(contact, &["customer_id", "line_user_id", "email"])
    };
    crm.books().contacts.by_cursor(&asked, keep).map(Json)
}

async fn one(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    crm.books().contacts.get(&id).cloned().map(Json).ok_or_else(|| Refusal::not_found("contact", &id))
}

async fn create(
    Shared(crm): Shared<Arc<DanLee>>,
    Sent(body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, CONTACT, false)?;
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    customers::known(&books, body["customer_id"].as_str().unwrap_or_default())?;
    let id = books.contacts.next_id();
    let mut contact = json!({
        "id": id, "customer_id": null, "name": null, "name_en": null, "title": null, "mobile": null, "email": null,
        "line_user_id": null, "updated_at": now,
    });
    put(&mut contact, &body);
    books.contacts.put(&id, contact.clone());
    Ok((StatusCode::CREATED, Json(contact)))
}

async fn update(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Result<Json<Value>, Refusal> {
    check(&body, CONTACT, true)?;
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    if let Some(customer) = body.get("customer_id").and_then(Value::as_str) {
        customers::known(&books, customer)?;
    }
    let contact = books.contacts.get_mut(&id).ok_or_else(|| Refusal::not_found("contact", &id))?;
    put(contact, &body);
    contact["updated_at"] = moment(now);
    Ok(Json(contact.clone()))
}

async fn remove(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    crm.books()
        .contacts
        .remove(&id)
        .map(|_| StatusCode::NO_CONTENT)
        .ok_or_else(|| Refusal::not_found("contact", &id))
}

async fn activities(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Refusal> {
    let books = crm.books();
    customers::known(&books, &id)?;
    books.activities.by_cursor(&asked, |activity| activity["customer_id"] == *id).map(Json)
}

/// The same `external_id` again is no second activity.
async fn add_activity(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(customer): Path<String>,
    Sent(body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, ACTIVITY, false)?;
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    customers::known(&books, &customer)?;
    let given = body.get("external_id").filter(|id| id.is_string());
    if let Some(first) =
        given.and_then(|id| books.activities.rows().find(|known| known["external_id"] == *id))
    {
        return Ok((StatusCode::CREATED, Json(first.clone())));
    }
    let id = books.activities.next_id();
    let mut activity = json!({
        "id": id, "customer_id": customer, "kind": null, "subject": null, "text": null, "salesperson": null,
        "external_id": null, "at": now, "created_at": now,
    });
    put(&mut activity, &body);
    books.activities.put(&id, activity.clone());
    Ok((StatusCode::CREATED, Json(activity)))
}
