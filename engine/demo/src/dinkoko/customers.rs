//! Customers and their credit: limit, what is used of it, and what was released on top for the next order.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::{Books, Dinkoko, Made};
use crate::simulator::{Asked, Field, Money, Refusal, Rule, Sent, check, may, moment, must, put, since};

const LEVELS: Rule = Rule::OneOf(&["A", "B", "C"]);

const NEW: &[Field] = &[
    may("code", Rule::Text(20)),
    must("name", Rule::Text(100)),
    must("tax_id", Rule::TaxId),
    may("level", LEVELS),
    may("phone", Rule::Text(30)),
    may("email", Rule::Text(200)),
    may("post_code", Rule::Text(6)),
    may("address", Rule::Text(300)),
    may("term_days", Rule::Integer(0, 180)),
    may("credit_limit", Rule::Money),
];

const CHANGE: &[Field] = &[
    must("name", Rule::Text(100)),
    must("tax_id", Rule::TaxId),
    must("level", LEVELS),
    may("phone", Rule::Text(30)),
    may("email", Rule::Text(200)),
    may("post_code", Rule::Text(6)),
    may("address", Rule::Text(300)),
    must("term_days", Rule::Integer(0, 180)),
    must("credit_limit", Rule::Money),
];

const FREE: &[Field] = &[must("amount", Rule::Money), must("reference", Rule::Text(100))];

const RELEASE: &[Field] = &[must("amount", Rule::Money), must("reason", Rule::Text(200))];

pub(super) fn routes() -> Router<Arc<Dinkoko>> {
    Router::new()
        .route("/api/customers", get(list).post(create))
        .route("/api/customers/{code}", get(one).patch(update))
        .route("/api/customers/{code}/credit/release", post(release))
        .route("/api/customers/{code}/credit/free", post(free))
}

async fn list(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let text = asked.text("text").map(str::to_lowercase);
    let says = |customer: &Value, text: &str| {
        ["code", "name", "tax_id"]
            .iter()
            .any(|field| customer[*field].as_str().is_some_and(|value| value.to_lowercase().contains(text)))
    };
    let keep = |customer: &Value| {
        since(customer, changed)
            && asked.fits(customer, &["level", "tax_id"])
            && text.as_ref().is_none_or(|text| says(customer, text))
    };
    erp.books().customers.by_page(&asked, keep).map(Json)
}

pub(super) fn known<'a>(books: &'a mut Books, code: &str) -> Result<&'a mut Value, Refusal> {
    books.customers.get_mut(code).ok_or_else(|| Refusal::not_found("customer", code))
}

async fn one(Shared(erp): Shared<Arc<Dinkoko>>, Path(code): Path<String>) -> Result<Json<Value>, Refusal> {
    known(&mut erp.books(), &code).cloned().map(Json)
}

fn exact(record: &mut Value) {
    record["credit_limit"] = Money::of(record, "credit_limit").value();
}

async fn create(Shared(erp): Shared<Arc<Dinkoko>>, headers: HeaderMap, Sent(body): Sent) -> Made {
    check(&body, NEW, false)?;
    let now = erp.core.clock.now();
    erp.once(&headers, "/customers", &body, |books| {
        if let Some(other) = books.customers.rows().find(|other| other["tax_id"] == body["tax_id"]) {
            let message = "Another customer has this tax number / 統一編號已存在";
            return Err(Refusal::conflict("DUPLICATE_TAX_ID", message).with("customer_code", other["code"].clone()));
        }
        let code = match body.get("code").and_then(Value::as_str) {
            Some(code) if books.customers.get(code).is_some() => {
                return Err(Refusal::conflict("DUPLICATE_CODE", "There is a customer with this code / 客戶代號已存在"));
            }
            Some(code) => code.to_owned(),
            None => books.customers.next_id(),
        };
        let mut customer = json!({
            "code": code, "name": null, "tax_id": null, "level": "C", "phone": null, "email": null, "post_code": null,
            "address": null, "term_days": 30, "credit_limit": "50000.00", "credit_used": "0.00",
            "credit_released": "0.00", "currency": "TWD", "created_at": now, "updated_at": now,
        });
        for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
            customer[name.as_str()] = value.clone();
        }
        exact(&mut customer);
        books.customers.put(&code, customer.clone());
        Ok(customer)
    })
}

async fn update(
    Shared(erp): Shared<Arc<Dinkoko>>,
    Path(code): Path<String>,
    Sent(body): Sent,
) -> Result<Json<Value>, Refusal> {
    check(&body, CHANGE, true)?;
    let (now, mut books) = (erp.core.clock.now(), erp.books());
    let customer = known(&mut books, &code)?;
    let before = customer.clone();
    put(customer, &body);
    exact(customer);
    if *customer != before {
        customer["updated_at"] = moment(now);
    }
    Ok(Json(customer.clone()))
}

/// Room above the limit, which the next order that needs it uses up.
async fn release(
    Shared(erp): Shared<Arc<Dinkoko>>,
    Path(code): Path<String>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, RELEASE, false)?;
    let now = erp.core.clock.now();
    let amount = body.get("amount").and_then(Money::read).unwrap_or_default();
    let made = erp.once(&headers, &format!("/customers/{code}/credit/release"), &body, |books| {
        let customer = known(books, &code)?;
        customer["credit_released"] = (Money::of(customer, "credit_released") + amount).value();
        customer["updated_at"] = moment(now);
        Ok(customer.clone())
    });
    made.map(|(_, customer)| (StatusCode::OK, customer))
}

/// What was paid is no longer used of the limit. Each reference, such as a payment's number, counts once.
async fn free(
    Shared(erp): Shared<Arc<Dinkoko>>,
    Path(code): Path<String>,
    Sent(body): Sent,
) -> Result<Json<Value>, Refusal> {
    check(&body, FREE, false)?;
    let (now, mut books) = (erp.core.clock.now(), erp.books());
    let amount = body.get("amount").and_then(Money::read).unwrap_or_default();
    let reference = body["reference"].as_str().unwrap_or_default().to_owned();
    let customer = known(&mut books, &code)?.clone();
    if let Some(first) = books.freed.get(&reference) {
        if first["customer_code"] == *code && Money::of(first, "amount") == amount {
            return Ok(Json(customer));
        }
        let message = "This reference freed another amount before / 此參考編號已用於其他金額";
        return Err(Refusal::conflict("REFERENCE_REUSED", message));
    }
    let freed = json!({
        "reference": reference, "customer_code": code, "amount": amount.value(), "at": now,
    });
    books.freed.put(&reference, freed);
    let customer = known(&mut books, &code)?;
    let used = Money::of(customer, "credit_used") - amount;
    customer["credit_used"] = used.max(Money::default()).value();
    customer["updated_at"] = moment(now);
    Ok(Json(customer.clone()))
}
