//! Receivables: what customers owe, when it is due, and what is still open of it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::response::Json;
use axum::routing::get;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Answer, TanJee, customers, date, date_of, journal, modified, one, repeated};
use crate::simulator::{Asked, Field, Money, Refusal, Rule, Sent, check, may, must, roc};

const RECEIVABLE: &[Field] = &[
    may("external_id", Rule::Text(100)),
    must("customer_no", Rule::Text(20)),
    may("order_no", Rule::Text(30)),
    may("invoice_number", Rule::Text(10)),
    must("amount", Rule::Money),
    may("date", Rule::RocDate),
    must("due_date", Rule::RocDate),
    may("note", Rule::Text(500)),
];

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new().route("/api/receivables", get(list).post(create)).route("/api/receivables/{no}", get(read))
}

/// As it stands on a day: being overdue is a matter of the date.
fn seen(record: &Value, today: NaiveDate) -> Value {
    let mut record = record.clone();
    record["overdue"] = json!(record["status"] != "paid" && date_of(&record, "due_date") < today);
    record
}

async fn list(Shared(tanjee): Shared<Arc<TanJee>>, asked: Asked) -> Answer {
    let (from, to, modified) = (date(&asked, "due_from")?, date(&asked, "due_to")?, modified(&asked)?);
    let (today, overdue) = (tanjee.core.clock.today(), asked.flag("overdue"));
    let keep = |record: &Value| {
        let due = date_of(record, "due_date");
        from.is_none_or(|from| due >= from)
            && to.is_none_or(|to| due <= to)
            && (!overdue || record["status"] != "paid" && due < today)
            && modified(record)
            && asked.fits(record, &["status", "customer_no", "invoice_number", "external_id", "order_no"])
    };
    let mut page = tanjee.books().receivables.by_offset(&asked, keep)?;
    for record in page["items"].as_array_mut().into_iter().flatten() {
        *record = seen(record, today);
    }
    Ok(Json(page))
}

async fn read(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>) -> Answer {
    let (today, books) = (tanjee.core.clock.today(), tanjee.books());
    let record = books.receivables.get(&no).ok_or_else(|| Refusal::not_found("receivable", &no))?;
    Ok(one(&seen(record, today)))
}

async fn create(Shared(tanjee): Shared<Arc<TanJee>>, Sent(body): Sent) -> Answer {
    check(&body, RECEIVABLE, false)?;
    let (today, mut books) = (tanjee.core.clock.today(), tanjee.books());
    if let Some(first) = repeated(&books.receivables, &body, &["customer_no", "amount"])? {
        return Ok(one(&seen(&first, today)));
    }
    customers::known(&books, body["customer_no"].as_str().unwrap_or_default())?;
    let amount = body.get("amount").and_then(Money::read).unwrap_or_default();
    let no = books.receivables.next_id();
    let record = json!({
        "no": no,
        "external_id": body.get("external_id"),
        "customer_no": body["customer_no"],
        "order_no": body.get("order_no"),
        "invoice_number": body.get("invoice_number"),
        "amount": amount.value(),
        "balance": amount.value(),
        "currency": "TWD",
        "date": body.get("date").filter(|date| !date.is_null()).unwrap_or(&json!(roc::write(today))),
        "due_date": body["due_date"],
        "status": "open",
        "overdue": false,
        "note": body.get("note"),
        "modified_at": tanjee.now(),
    });
    books.receivables.put(&no, record.clone());
    journal::write(&mut books, &roc::write(today), &format!("應收 {no}"), amount, ["1131", "4101"]);
    Ok(one(&seen(&record, today)))
}
