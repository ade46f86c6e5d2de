//! Shipments: made from a posted order, which is shipped by it; they take the goods out of the warehouse.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::seed::WAREHOUSES;
use super::{Books, Dinkoko, Made};
use crate::simulator::{Asked, Field, Refusal, Rule, Sent, check, may, moment, must, since};

const SHIPMENT: &[Field] = &[
    must("order_no", Rule::Text(30)),
    may("carrier", Rule::Text(50)),
    may("warehouse", Rule::OneOf(&WAREHOUSES)),
];

pub(super) fn routes() -> Router<Arc<Dinkoko>> {
    Router::new().route("/api/shipments", get(list).post(create)).route("/api/shipments/{no}", get(one))
}

async fn list(Shared(erp): Shared<Arc<Dinkoko>>, asked: Asked) -> Result<Json<Value>, Refusal> {
    let changed = asked.time("updated_since")?;
    let keep =
        |shipment: &Value| since(shipment, changed) && asked.fits(shipment, &["order_no", "customer_code"]);
    erp.books().shipments.by_page(&asked, keep).map(Json)
}

async fn one(Shared(erp): Shared<Arc<Dinkoko>>, Path(no): Path<String>) -> Result<Json<Value>, Refusal> {
    erp.books().shipments.get(&no).cloned().map(Json).ok_or_else(|| Refusal::not_found("shipment", &no))
}

async fn create(Shared(erp): Shared<Arc<Dinkoko>>, headers: HeaderMap, Sent(body): Sent) -> Made {
    check(&body, SHIPMENT, false)?;
    erp.once(&headers, "/shipments", &body, |books| erp.ship(books, &body))
}

impl Dinkoko {
    pub(super) fn ship(&self, books: &mut Books, body: &Map<String, Value>) -> Result<Value, Refusal> {
        let (now, today) = (self.core.clock.now(), self.core.clock.today());
        let order_no = body["order_no"].as_str().unwrap_or_default();
        let order =
            books.orders.get_mut(order_no).ok_or_else(|| Refusal::not_found("sales order", order_no))?;
        if order["status"] != "posted" {
            let message = "Only a posted order can be shipped / 只有已過帳的訂單可以出貨";
            return Err(
                Refusal::conflict("ORDER_NOT_POSTED", message).with("status", order["status"].clone())
            );
        }
        order["status"] = json!("shipped");
        order["updated_at"] = moment(now);
        let order = order.clone();
        let warehouse = body.get("warehouse").and_then(Value::as_str).unwrap_or(WAREHOUSES[0]);
        take_out(books, &order, warehouse, &moment(now));
        let no = books.shipments.next_id();
        let shipment = json!({
            "no": no,
            "order_no": order_no,
            "customer_code": order["customer_code"],
            "shipped_on": today,
            "carrier": body.get("carrier").filter(|carrier| !carrier.is_null()).unwrap_or(&json!("貨運")),
            "tracking_no": format!("8{:0>11}", no.trim_start_matches("SH")),
            "created_at": now,
            "updated_at": now,
        });
        books.shipments.put(&no, shipment.clone());
        self.tell(books, "shipment.created", &shipment);
        Ok(shipment)
    }
}

/// Below nothing too: people count wrongly, and the ERP lets them.
fn take_out(books: &mut Books, order: &Value, warehouse: &str, now: &Value) {
    for line in order["lines"].as_array().into_iter().flatten() {
        let place = format!("{}/{warehouse}", line["sku"].as_str().unwrap_or_default());
        let Some(level) = books.inventory.get_mut(&place) else { continue };
        let left = level["on_hand"].as_i64().unwrap_or(0) - line["quantity"].as_i64().unwrap_or(0);
        level["on_hand"] = json!(left);
        level["available"] = json!(left - level["reserved"].as_i64().unwrap_or(0));
        level["updated_at"] = now.clone();
    }
}
