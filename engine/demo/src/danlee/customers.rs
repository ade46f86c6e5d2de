//! Customers: by cursor, by time of change, by text; with versions. Removing one archives it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::{Books, DanLee};
use crate::simulator::{
    Asked, Field, Refusal, Rule, Sent, check, may, may_not_be_null, moment, must, put, since,
};

const FIELDS: &[Field] = &[
    must("name", Rule::Text(100)),
    may("name_en", Rule::Text(200)),
    may("tax_id", Rule::TaxId),
    may("phone", Rule::Text(30)),
    may("email", Rule::Text(200)),
    may("post_code", Rule::Text(6)),
    may("address", Rule::Text(300)),
    may("salesperson", Rule::Text(10)),
    may("level", Rule::OneOf(&["A", "B", "C"])),
    may("credit_limit", Rule::Money),
    may_not_be_null("status", Rule::OneOf(&["lead", "active", "archived"])),
    may("note", Rule::Text(2000)),
    may_not_be_null("version", Rule::Integer(1, i64::MAX)),
];

pub(super) fn routes() -> Router<Arc<DanLee>> {
    Router::new()
        .route("/api/v1/customers", get(list).post(create))
        .route("/api/v1/customers/{id}", get(one).patch(update).delete(archive))
}

async fn list(Shared(crm): Shared<Arc<DanLee>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let text = asked.text("text").map(str::to_lowercase);
    let says = |customer: &Value, text: &str| {
        ["id", "name", "name_en", "tax_id", "phone", "email"]
            .iter()
            .any(|field| customer[*field].as_str().is_some_and(|value| value.to_lowercase().contains(text)))
    };
    let keep = |customer: &Value| {
        since(customer, changed)
            && asked.fits(customer, &["status", "tax_id", "salesperson"])
            && text.as_ref().is_none_or(|text| says(customer, text))
    };
    crm.books().customers.by_cursor(&asked, keep).map(Json)
}

/// The customer, or that there is none.
pub(super) fn known<'a>(books: &'a Books, id: &str) -> Result<&'a Value, Refusal> {
    books.customers.get(id).ok_or_else(|| Refusal::not_found("customer", id))
}

async fn one(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    known(&crm.books(), &id).cloned().map(Json)
}

/// Nobody else may have the number.
fn unique(books: &Books, id: &str, body: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(tax_id) = body.get("tax_id").filter(|tax_id| tax_id.is_string()) else { return Ok(()) };
    match books.customers.rows().find(|other| other["tax_id"] == *tax_id && other["id"] != id) {
        None => Ok(()),
        Some(other) => {
            let message =
                format!("Customer {} has this tax number / 此統一編號已屬於 {}", other["id"], other["id"]);
            Err(Refusal::conflict("DUPLICATE_TAX_ID", message.replace('"', ""))
                .with("customer_id", other["id"].clone()))
        }
    }
}

async fn create(
    Shared(crm): Shared<Arc<DanLee>>,
    Sent(mut body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, FIELDS, false)?;
    body.remove("version");
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    unique(&books, "", &body)?;
    let id = books.customers.next_id();
    let mut customer = json!({
        "id": id, "name": null, "name_en": null, "tax_id": null, "phone": null, "email": null, "post_code": null,
        "address": null, "salesperson": null, "level": null, "credit_limit": null, "status": "active", "note": null,
        "version": 1, "created_at": now, "updated_at": now,
    });
    put(&mut customer, &body);
    books.customers.put(&id, customer.clone());
    crm.tell(&mut books, "customer.created", &customer);
    Ok((StatusCode::CREATED, Json(customer)))
}

/// What is not there stays; `version` says which state of it the caller has seen.
async fn update(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Result<Json<Value>, Refusal> {
    check(&body, FIELDS, true)?;
    change(&crm, &id, body).map(Json)
}

fn change(crm: &DanLee, id: &str, mut body: Map<String, Value>) -> Result<Value, Refusal> {
    let (now, mut books) = (crm.core.clock.now(), crm.books());
    let version = known(&books, id)?["version"].as_i64().unwrap_or(1);
    if body.remove("version").is_some_and(|seen| seen != version) {
        let message = format!(
            "It was changed meanwhile and is at version {version} / 資料已被修改，目前版本為 {version}"
        );
        return Err(Refusal::conflict("VERSION_CONFLICT", message).with("version", json!(version)));
    }
    unique(&books, id, &body)?;
    let customer = books.customers.get_mut(id).ok_or_else(|| Refusal::not_found("customer", id))?;
    if body.iter().all(|(name, value)| customer[name.as_str()] == *value) {
        return Ok(customer.clone());
    }
    put(customer, &body);
    customer["version"] = json!(version + 1);
    customer["updated_at"] = moment(now);
    let customer = customer.clone();
    crm.tell(&mut books, "customer.updated", &customer);
    Ok(customer)
}

async fn archive(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    change(&crm, &id, Map::from_iter([("status".to_owned(), json!("archived"))]))?;
    Ok(StatusCode::NO_CONTENT)
}
