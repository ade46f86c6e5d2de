//! Invoices (統一發票): numbered by the period's letters, 5 % tax to the dollar.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::response::Json;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Answer, TanJee, customers, date, date_of, modified, one, repeated};
use crate::company::invoice_no;
use crate::simulator::{Asked, Field, Money, Refusal, Rule, Sent, check, may, must, roc};

const INVOICE: &[Field] = &[
    may("external_id", Rule::Text(100)),
    must("customer_no", Rule::Text(20)),
    may("order_no", Rule::Text(30)),
    must("sales", Rule::Money),
    may("date", Rule::RocDate),
];

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new().route("/api/invoices", get(list).post(create)).route("/api/invoices/{number}", get(read))
}

async fn list(Shared(tanjee): Shared<Arc<TanJee>>, asked: Asked) -> Answer {
    let (from, to, modified) = (date(&asked, "from")?, date(&asked, "to")?, modified(&asked)?);
    let keep = |invoice: &Value| {
        let at = date_of(invoice, "date");
        from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
            && modified(invoice)
            && asked.fits(invoice, &["customer_no", "order_no", "external_id"])
    };
    tanjee.books().invoices.by_offset(&asked, keep).map(Json)
}

async fn read(Shared(tanjee): Shared<Arc<TanJee>>, Path(number): Path<String>) -> Answer {
    let books = tanjee.books();
    books.invoices.get(&number).map(one).ok_or_else(|| Refusal::not_found("invoice", &number))
}

async fn create(Shared(tanjee): Shared<Arc<TanJee>>, Sent(body): Sent) -> Answer {
    check(&body, INVOICE, false)?;
    let mut books = tanjee.books();
    if let Some(first) = repeated(&books.invoices, &body, &["customer_no", "sales"])? {
        return Ok(one(&first));
    }
    let customer_no = body["customer_no"].as_str().unwrap_or_default();
    customers::known(&books, customer_no)?;
    let customer = books.customers.get(customer_no).cloned().unwrap_or_default();
    let sales = body.get("sales").and_then(Money::read).unwrap_or_default();
    let day = body
        .get("date")
        .and_then(Value::as_str)
        .and_then(roc::read)
        .unwrap_or_else(|| tanjee.core.clock.today());
    let issued = books.invoices.rows().count();
    let number = (issued..)
        .map(|no| invoice_no(day, no))
        .find(|number| books.invoices.get(number).is_none())
        .ok_or_else(|| {
            Refusal::conflict("NUMBERS_USED_UP", "No invoice numbers are left / 發票號碼已用完")
        })?;
    let invoice = json!({
        "number": number,
        "external_id": body.get("external_id"),
        "customer_no": customer_no,
        "buyer_name": customer["name"],
        "buyer_tax_id": customer["tax_id"],
        "order_no": body.get("order_no"),
        "date": roc::write(day),
        "sales": sales.value(),
        "tax": sales.tax().value(),
        "total": (sales + sales.tax()).value(),
        "currency": "TWD",
        "status": "issued",
        "modified_at": tanjee.now(),
    });
    books.invoices.put(&number, invoice.clone());
    Ok(one(&invoice))
}
