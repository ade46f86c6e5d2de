//! Customers, as accounts: put under their number, whether they were there or not.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::routing::get;
use serde_json::{Value, json};

use super::{Answer, Books, TanJee, modified, one};
use crate::simulator::{Asked, Field, Refusal, Rule, Sent, check, may, must, put};

const CUSTOMER: &[Field] = &[
    must("name", Rule::Text(100)),
    may("short_name", Rule::Text(50)),
    may("tax_id", Rule::TaxId),
    may("phone", Rule::Text(30)),
    may("address", Rule::Text(300)),
    may("term_days", Rule::Integer(0, 180)),
];

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new()
        .route("/api/customers", get(list).post(create))
        .route("/api/customers/{no}", get(read).put(replace))
}

pub(super) fn known(books: &Books, no: &str) -> Result<(), Refusal> {
    books.customers.get(no).map(|_| ()).ok_or_else(|| Refusal::not_found("customer", no))
}

async fn list(Shared(tanjee): Shared<Arc<TanJee>>, asked: Asked) -> Answer {
    let modified = modified(&asked)?;
    let keep = |customer: &Value| modified(customer) && asked.fits(customer, &["tax_id"]);
    tanjee.books().customers.by_offset(&asked, keep).map(axum::Json)
}

async fn read(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>) -> Answer {
    let books = tanjee.books();
    books.customers.get(&no).map(one).ok_or_else(|| Refusal::not_found("customer", &no))
}

fn blank(no: &str) -> Value {
    json!({
        "no": no, "name": null, "short_name": null, "tax_id": null, "phone": null, "address": null, "term_days": 30,
        "modified_at": null,
    })
}

async fn create(Shared(tanjee): Shared<Arc<TanJee>>, Sent(body): Sent) -> Answer {
    check(&body, CUSTOMER, false)?;
    let mut books = tanjee.books();
    let tax_id = body.get("tax_id").filter(|tax_id| tax_id.is_string());
    if let Some(other) =
        books.customers.rows().find(|other| tax_id.is_some_and(|tax_id| other["tax_id"] == *tax_id))
    {
        let message = "Another customer has this tax number / 統一編號已存在";
        return Err(Refusal::conflict("DUPLICATE_TAX_ID", message).with("customer_no", other["no"].clone()));
    }
    let no = books.customers.next_id();
    let mut customer = blank(&no);
    put(&mut customer, &body);
    customer["modified_at"] = tanjee.now();
    books.customers.put(&no, customer.clone());
    Ok(one(&customer))
}

/// What is not there becomes empty.
async fn replace(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>, Sent(body): Sent) -> Answer {
    check(&body, CUSTOMER, false)?;
    let mut books = tanjee.books();
    known(&books, &no)?;
    let mut customer = blank(&no);
    put(&mut customer, &body);
    customer["modified_at"] = tanjee.now();
    books.customers.put(&no, customer.clone());
    Ok(one(&customer))
}
