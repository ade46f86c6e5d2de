//! Quotes: drafts until they are confirmed, which tells whoever subscribed. Confirming twice is once.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::{DanLee, customers};
use crate::simulator::{Asked, Field, Money, Refusal, Rule, Sent, check, may, moment, must, since};

const LINE: &[Field] = &[
    must("sku", Rule::Text(30)),
    may("description", Rule::Text(200)),
    must("quantity", Rule::Integer(1, 100_000)),
    must("price", Rule::Money),
];

const QUOTE: &[Field] = &[
    must("customer_id", Rule::Text(20)),
    must("lines", Rule::List(LINE)),
    may("valid_until", Rule::Date),
    may("note", Rule::Text(2000)),
];

pub(super) fn routes() -> Router<Arc<DanLee>> {
    Router::new()
        .route("/api/v1/quotes", get(list).post(create))
        .route("/api/v1/quotes/{id}", get(one))
        .route("/api/v1/quotes/{id}/confirm", post(confirm))
}

async fn list(Shared(crm): Shared<Arc<DanLee>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep = |quote: &Value| since(quote, changed) && asked.fits(quote, &["customer_id", "status"]);
    crm.books().quotes.by_cursor(&asked, keep).map(Json)
}

async fn one(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    crm.books().quotes.get(&id).cloned().map(Json).ok_or_else(|| Refusal::not_found("quote", &id))
}

fn line(given: &Value) -> (Value, Money) {
    let price = Money::of(given, "price");
    let amount = price.times(given["quantity"].as_i64().unwrap_or(0));
    let line = json!({
        "sku": given["sku"], "description": given["description"], "quantity": given["quantity"],
        "price": price.value(), "amount": amount.value(),
    });
    (line, amount)
}

async fn create(
    Shared(crm): Shared<Arc<DanLee>>,
    Sent(body): Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    check(&body, QUOTE, false)?;
    crm.draft(&body).map(|quote| (StatusCode::CREATED, Json(quote)))
}

impl DanLee {
    /// A small quote for a customer, as somebody makes it with one press of a button.
    pub(super) fn offer(&self, customer: &str) -> Result<Value, Refusal> {
        let lines = json!([
            { "sku": "P-1001", "description": "A4 影印紙 80 磅", "quantity": 10, "price": "650.00" },
            { "sku": "P-3004", "description": "封箱膠帶 48mm", "quantity": 24, "price": "28.00" },
        ]);
        let fields = [("customer_id".to_owned(), json!(customer)), ("lines".to_owned(), lines)];
        self.draft(&Map::from_iter(fields))
    }

    /// Keeps a draft of a body that was checked.
    fn draft(&self, body: &Map<String, Value>) -> Result<Value, Refusal> {
        let (now, mut books) = (self.core.clock.now(), self.books());
        let customer = customers::known(&books, body["customer_id"].as_str().unwrap_or_default())?.clone();
        let (lines, amounts): (Vec<Value>, Vec<Money>) =
            body["lines"].as_array().into_iter().flatten().map(line).unzip();
        let net: Money = amounts.into_iter().sum();
        let until = json!(self.core.clock.today() + chrono::Days::new(30));
        let id = books.quotes.next_id();
        let quote = json!({
            "id": id,
            "customer_id": customer["id"],
            "customer_name": customer["name"],
            "customer_tax_id": customer["tax_id"],
            "status": "draft",
            "lines": lines,
            "subtotal": net.value(),
            "tax": net.tax().value(),
            "total": (net + net.tax()).value(),
            "currency": "TWD",
            "valid_until": body.get("valid_until").filter(|given| !given.is_null()).unwrap_or(&until),
            "note": body.get("note"),
            "confirmed_at": null,
            "created_at": now,
            "updated_at": now,
        });
        books.quotes.put(&id, quote.clone());
        Ok(quote)
    }
}

async fn confirm(Shared(crm): Shared<Arc<DanLee>>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    crm.confirm(&id).map(Json)
}

impl DanLee {
    pub(super) fn confirm(&self, id: &str) -> Result<Value, Refusal> {
        let (now, mut books) = (self.core.clock.now(), self.books());
        let quote = books.quotes.get_mut(id).ok_or_else(|| Refusal::not_found("quote", id))?;
        match quote["status"].as_str() {
            Some("confirmed") => return Ok(quote.clone()),
            Some("draft") => {}
            _ => {
                let message = "A lost quote cannot be confirmed / 已失效的報價單無法確認";
                return Err(Refusal::conflict("QUOTE_LOST", message));
            }
        }
        quote["status"] = json!("confirmed");
        quote["confirmed_at"] = moment(now);
        quote["updated_at"] = moment(now);
        let quote = quote.clone();
        self.tell(&mut books, "quote.confirmed", &quote);
        Ok(quote)
    }
}
