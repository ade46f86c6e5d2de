//! Sales orders: drafts until they are posted, then shipped or cancelled. Who has no credit left gets none.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::{Books, Dinkoko, Made, customers};
use crate::simulator::{
    Asked, Field, Money, Refusal, Rule, Sent, check, may, may_not_be_null, moment, must, since,
};

const LINE: &[Field] =
    &[must("sku", Rule::Text(30)), must("quantity", Rule::Integer(1, 100_000)), may("price", Rule::Money)];

const ORDER: &[Field] = &[
    must("customer_code", Rule::Text(20)),
    must("lines", Rule::List(LINE)),
    may("order_date", Rule::Date),
    may("reference", Rule::Text(100)),
    may("note", Rule::Text(2000)),
    may_not_be_null("on_short_credit", Rule::OneOf(&["refuse", "hold"])),
];

pub(super) fn routes() -> Router<Arc<Dinkoko>> {
    Router::new()
        .route("/api/sales-orders", get(list).post(create))
        .route("/api/sales-orders/{no}", get(one))
        .route("/api/sales-orders/{no}/post", post(post_order))
        .route("/api/sales-orders/{no}/cancel", post(cancel))
}

async fn list(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep =
        |order: &Value| since(order, changed) && asked.fits(order, &["status", "customer_code", "reference"]);
    erp.books().orders.by_page(&asked, keep).map(Json)
}

async fn one(Shared(erp): Shared<Arc<Dinkoko>>, Path(no): Path<String>) -> Result<Json<Value>, Refusal> {
    erp.books().orders.get(&no).cloned().map(Json).ok_or_else(|| Refusal::not_found("sales order", &no))
}

async fn create(Shared(erp): Shared<Arc<Dinkoko>>, headers: HeaderMap, Sent(body): Sent) -> Made {
    check(&body, ORDER, false)?;
    let today = json!(erp.core.clock.today());
    let now = erp.core.clock.now();
    erp.once(&headers, "/sales-orders", &body, |books| {
        let code = body["customer_code"].as_str().unwrap_or_default();
        let name = customers::known(books, code)?["name"].clone();
        let lines = lines(books, &body)?;
        let net: Money = lines.iter().map(|line| Money::of(line, "amount")).sum();
        let total = net + net.tax();
        let short = match take_credit(customers::known(books, code)?, total) {
            Err(refusal) if body.get("on_short_credit").is_some_and(|wish| wish == "hold") => {
                refusal.more.get("short_by").cloned()
            }
            taken => taken.map(|()| None)?,
        };
        let no = books.orders.next_id();
        let mut order = json!({
            "no": no,
            "customer_code": code,
            "customer_name": name,
            "status": if short.is_some() { "held" } else { "draft" },
            "order_date": body.get("order_date").filter(|date| !date.is_null()).unwrap_or(&today),
            "reference": body.get("reference"),
            "lines": lines,
            "subtotal": net.value(),
            "tax": net.tax().value(),
            "total": total.value(),
            "currency": "TWD",
            "note": body.get("note"),
            "created_at": now,
            "updated_at": now,
        });
        if let Some(short) = short {
            order["short_by"] = short;
        }
        books.orders.put(&no, order.clone());
        Ok(order)
    })
}

/// With the list's price where none is given.
fn lines(books: &Books, body: &Map<String, Value>) -> Result<Vec<Value>, Refusal> {
    let line = |(no, given): (usize, &Value)| {
        let sku = given["sku"].as_str().unwrap_or_default();
        let product = books.products.get(sku).ok_or_else(|| {
            let message = format!("There is no product {sku} / 查無料號 {sku}");
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "UNKNOWN_PRODUCT", message).with("sku", json!(sku))
        })?;
        let price = Money::read(&given["price"]).unwrap_or_else(|| Money::of(product, "price"));
        let amount = price.times(given["quantity"].as_i64().unwrap_or(0));
        Ok(json!({
            "line_no": no + 1, "sku": sku, "name": product["name"], "quantity": given["quantity"],
            "price": price.value(), "amount": amount.value(),
        }))
    };
    body["lines"].as_array().into_iter().flatten().enumerate().map(line).collect()
}

fn take_credit(customer: &mut Value, total: Money) -> Result<(), Refusal> {
    let (limit, used) = (Money::of(customer, "credit_limit"), Money::of(customer, "credit_used") + total);
    let released = Money::of(customer, "credit_released");
    if used > limit + released {
        let message = "The order is above the customer's credit / 訂單金額超過客戶信用額度";
        let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "CREDIT_EXCEEDED", message)
            .with("credit_limit", limit.value())
            .with("credit_used", customer["credit_used"].clone())
            .with("order_total", total.value())
            .with("short_by", (used - limit - released).value());
        return Err(refusal);
    }
    customer["credit_used"] = used.value();
    if used > limit {
        customer["credit_released"] = "0.00".into();
    }
    Ok(())
}

async fn post_order(
    Shared(erp): Shared<Arc<Dinkoko>>,
    Path(no): Path<String>,
) -> Result<Json<Value>, Refusal> {
    erp.post_order(&no).map(Json)
}

impl Dinkoko {
    /// Posting twice is once. An order that is held takes its credit now, and stays held where there is too little still.
    pub(super) fn post_order(&self, no: &str) -> Result<Value, Refusal> {
        let (now, mut books) = (self.core.clock.now(), self.books());
        let order = books.orders.get(no).ok_or_else(|| Refusal::not_found("sales order", no))?.clone();
        match order["status"].as_str() {
            Some("posted" | "shipped") => return Ok(order),
            Some("held") => {
                let code = order["customer_code"].as_str().unwrap_or_default();
                take_credit(customers::known(&mut books, code)?, Money::of(&order, "total"))?;
            }
            Some("draft") => {}
            _ => return Err(Refusal::conflict("ORDER_CANCELLED", "The order is cancelled / 訂單已取消")),
        }
        let order = books.orders.get_mut(no).ok_or_else(|| Refusal::not_found("sales order", no))?;
        if let Some(fields) = order.as_object_mut() {
            fields.remove("short_by");
        }
        order["status"] = json!("posted");
        order["updated_at"] = moment(now);
        let order = order.clone();
        self.tell(&mut books, "order.posted", &order);
        Ok(order)
    }
}

/// Gives the credit back. Cancelling twice is once.
async fn cancel(Shared(erp): Shared<Arc<Dinkoko>>, Path(no): Path<String>) -> Result<Json<Value>, Refusal> {
    let (now, mut books) = (erp.core.clock.now(), erp.books());
    let order = books.orders.get_mut(&no).ok_or_else(|| Refusal::not_found("sales order", &no))?;
    let held = order["status"] == "held";
    match order["status"].as_str() {
        Some("cancelled") => return Ok(Json(order.clone())),
        Some("shipped") => {
            return Err(Refusal::conflict("ORDER_SHIPPED", "The order has been shipped / 訂單已出貨"));
        }
        _ => {}
    }
    order["status"] = json!("cancelled");
    order["updated_at"] = moment(now);
    let order = order.clone();
    if !held
        && let Ok(customer) =
            customers::known(&mut books, order["customer_code"].as_str().unwrap_or_default())
    {
        let used = Money::of(customer, "credit_used") - Money::of(&order, "total");
        customer["credit_used"] = used.max(Money::default()).value();
    }
    Ok(Json(order))
}
