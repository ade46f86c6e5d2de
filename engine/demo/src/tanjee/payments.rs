//! Payments: received, confirmed, and allocated to receivables, which are paid by it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::response::Json;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::{Answer, Books, TanJee, customers, date, date_of, journal, modified, one, repeated};
use crate::simulator::{Asked, Field, Money, Refusal, Rule, Sent, check, may, must, roc};

const PAYMENT: &[Field] = &[
    may("external_id", Rule::Text(100)),
    must("customer_no", Rule::Text(20)),
    must("amount", Rule::Money),
    may("method", Rule::OneOf(&["transfer", "cheque", "cash", "card"])),
    may("paid_on", Rule::RocDate),
    may("note", Rule::Text(500)),
];

const ALLOCATION: &[Field] = &[must("receivable_no", Rule::Text(20)), must("amount", Rule::Money)];

const ALLOCATIONS: &[Field] = &[must("allocations", Rule::List(ALLOCATION))];

pub(super) fn routes() -> Router<Arc<TanJee>> {
    Router::new()
        .route("/api/payments", get(list).post(create))
        .route("/api/payments/{no}", get(read))
        .route("/api/payments/{no}/confirm", post(confirm))
        .route("/api/payments/{no}/allocate", post(allocate))
}

async fn list(Shared(tanjee): Shared<Arc<TanJee>>, asked: Asked) -> Answer {
    let (from, to, modified) = (date(&asked, "paid_from")?, date(&asked, "paid_to")?, modified(&asked)?);
    let keep = |payment: &Value| {
        let paid = date_of(payment, "paid_on");
        from.is_none_or(|from| paid >= from)
            && to.is_none_or(|to| paid <= to)
            && modified(payment)
            && asked.fits(payment, &["status", "customer_no", "external_id"])
    };
    tanjee.books().payments.by_offset(&asked, keep).map(Json)
}

async fn read(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>) -> Answer {
    let books = tanjee.books();
    books.payments.get(&no).map(one).ok_or_else(|| Refusal::not_found("payment", &no))
}

async fn create(Shared(tanjee): Shared<Arc<TanJee>>, Sent(body): Sent) -> Answer {
    check(&body, PAYMENT, false)?;
    let mut books = tanjee.books();
    if let Some(first) = repeated(&books.payments, &body, &["customer_no", "amount"])? {
        return Ok(one(&first));
    }
    customers::known(&books, body["customer_no"].as_str().unwrap_or_default())?;
    let no = tanjee.received(&mut books, &body);
    Ok(one(books.payments.get(&no).unwrap_or(&Value::Null)))
}

async fn confirm(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>) -> Answer {
    tanjee.confirm(&mut tanjee.books(), &no).map(|payment| one(&payment))
}

async fn allocate(Shared(tanjee): Shared<Arc<TanJee>>, Path(no): Path<String>, Sent(body): Sent) -> Answer {
    check(&body, ALLOCATIONS, false)?;
    allocated(&mut tanjee.books(), &no, &body, &tanjee.now()).map(|payment| one(&payment))
}

impl TanJee {
    /// Confirming twice is once.
    pub(super) fn confirm(&self, books: &mut Books, no: &str) -> Result<Value, Refusal> {
        let payment = books.payments.get_mut(no).ok_or_else(|| Refusal::not_found("payment", no))?;
        if payment["status"] == "confirmed" {
            return Ok(payment.clone());
        }
        payment["status"] = json!("confirmed");
        payment["modified_at"] = self.now();
        let payment = payment.clone();
        let (today, amount) = (roc::write(self.core.clock.today()), Money::of(&payment, "amount"));
        journal::write(books, &today, &format!("收款 {no}"), amount, ["1102", "1131"]);
        self.tell(books, "payment.confirmed", &payment);
        Ok(payment)
    }

    /// The customer pays what is open of a receivable, and somebody in accounting allocates and confirms it.
    pub(super) fn pay(&self, receivable: &str) -> Result<(), Refusal> {
        let mut books = self.books();
        let record =
            books.receivables.get(receivable).ok_or_else(|| Refusal::not_found("receivable", receivable))?;
        let amount = Money::of(record, "balance");
        if amount == Money::default() {
            return Ok(());
        }
        let customer = ("customer_no".to_owned(), record["customer_no"].clone());
        let no =
            self.received(&mut books, &Map::from_iter([customer, ("amount".to_owned(), amount.value())]));
        let allocations = json!([{ "receivable_no": receivable, "amount": amount.value() }]);
        let wish = Map::from_iter([("allocations".to_owned(), allocations)]);
        allocated(&mut books, &no, &wish, &self.now())?;
        self.confirm(&mut books, &no).map(|_| ())
    }

    /// Keeps a payment that was checked; gives its number.
    fn received(&self, books: &mut Books, body: &Map<String, Value>) -> String {
        let amount = body.get("amount").and_then(Money::read).unwrap_or_default();
        let given = |name: &str, otherwise: Value| {
            body.get(name).filter(|given| !given.is_null()).cloned().unwrap_or(otherwise)
        };
        let no = books.payments.next_id();
        let payment = json!({
            "no": no,
            "external_id": body.get("external_id"),
            "customer_no": body["customer_no"],
            "amount": amount.value(),
            "currency": "TWD",
            "method": given("method", json!("transfer")),
            "paid_on": given("paid_on", self.today()),
            "status": "received",
            "allocations": [],
            "unallocated": amount.value(),
            "note": body.get("note"),
            "modified_at": self.now(),
        });
        books.payments.put(&no, payment);
        no
    }
}

/// All or nothing. A receivable that has its allocation of this payment already, of the same amount, is left alone.
fn allocated(books: &mut Books, no: &str, body: &Map<String, Value>, now: &Value) -> Result<Value, Refusal> {
    let payment = books.payments.get(no).ok_or_else(|| Refusal::not_found("payment", no))?.clone();
    let wanted = wanted(books, &payment, body)?;
    let sum: Money = wanted.iter().map(|(_, amount)| *amount).sum();
    let left = Money::of(&payment, "unallocated");
    if sum > left {
        let message = format!("Only {left} of the payment is left / 此收款僅餘 {left} 可沖帳");
        return Err(Refusal::conflict("NOTHING_LEFT", message).with("unallocated", left.value()));
    }
    for (receivable, amount) in &wanted {
        let Some(record) = books.receivables.get_mut(receivable) else { continue };
        let balance = Money::of(record, "balance") - *amount;
        record["balance"] = balance.value();
        record["status"] = json!(if balance == Money::default() { "paid" } else { "partial" });
        record["modified_at"] = now.clone();
    }
    let payment = books.payments.get_mut(no).ok_or_else(|| Refusal::not_found("payment", no))?;
    if let Some(allocations) = payment["allocations"].as_array_mut() {
        allocations.extend(
            wanted
                .iter()
                .map(|(receivable, amount)| json!({ "receivable_no": receivable, "amount": amount.value() })),
        );
    }
    payment["unallocated"] = (left - sum).value();
    payment["modified_at"] = now.clone();
    Ok(payment.clone())
}

/// What is to be allocated anew; refused where a receivable does not take so much.
fn wanted(
    books: &Books,
    payment: &Value,
    body: &Map<String, Value>,
) -> Result<Vec<(String, Money)>, Refusal> {
    let mut wanted: Vec<(String, Money)> = Vec::new();
    for given in body["allocations"].as_array().into_iter().flatten() {
        let (no, amount) = (given["receivable_no"].as_str().unwrap_or_default(), Money::of(given, "amount"));
        let done = |known: &Value| known["receivable_no"] == no && Money::of(known, "amount") == amount;
        if payment["allocations"].as_array().into_iter().flatten().any(done) {
            continue;
        }
        let record = books.receivables.get(no).ok_or_else(|| Refusal::not_found("receivable", no))?;
        let here: Money = wanted.iter().filter(|(known, _)| known == no).map(|(_, amount)| *amount).sum();
        if record["customer_no"] != payment["customer_no"] {
            let message = format!("{no} is of another customer / {no} 屬於其他客戶");
            return Err(Refusal::conflict("OTHER_CUSTOMER", message));
        }
        if here + amount > Money::of(record, "balance") {
            let message = format!("{no} has less open than that / {no} 的未收金額不足");
            return Err(
                Refusal::conflict("MORE_THAN_OPEN", message).with("balance", record["balance"].clone())
            );
        }
        wanted.push((no.to_owned(), amount));
    }
    Ok(wanted)
}
