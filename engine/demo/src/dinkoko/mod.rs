//! Dinkoko ERP, simulated: customers with credit, products, stock, sales orders, shipments. Its API is our own; the vendor
//! publishes none.
//!
//! OAuth 2 client credentials let callers in; lists go by page; what creates something may be repeated under the same
//! `Idempotency-Key`; twenty calls a second are enough.

mod customers;
mod goods;
mod oauth;
mod orders;
mod seed;
mod shipments;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::company::{Company, NAME, NAME_EN, TAX_ID};
use crate::simulator::{
    Action, Answers, Config, Core, Event, Form, Kind, Rate, Refusal, Simulator, System, Table, Tokens,
    Written, events_after, webhook_routes,
};

pub(crate) const EVENTS: &[&str] = &["order.posted", "shipment.created"];

const FORM: Form = Form {
    signature_header: "X-Dinkoko-Signature",
    event_header: Some("X-Dinkoko-Event"),
    written: Written::Hex,
    events: EVENTS,
};

pub(crate) struct Dinkoko {
    core: Core,
    tokens: Tokens,
    rate: Rate,
    books: Mutex<Books>,
}

pub(crate) struct Books {
    pub customers: Table,
    pub products: Table,
    pub inventory: Table,
    pub orders: Table,
    pub shipments: Table,
    pub returns: Table,
    /// What of the customers' credit was freed, by reference.
    pub freed: Table,
    answers: Answers,
    events: u64,
}

/// What came of a creation.
type Made = Result<(StatusCode, Json<Value>), Refusal>;

impl Dinkoko {
    /// Listens on `addr`; port 0 takes a free one.
    pub async fn start(config: &Config, company: &Company, addr: SocketAddr) -> io::Result<Simulator> {
        let system = Self {
            core: Core::new(config, FORM)?,
            tokens: Tokens::lasting(config.token_ttl),
            rate: Rate::new(config.rate),
            books: Mutex::new(seed::books(company)),
        };
        Simulator::serve(Arc::new(system), addr).await
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes something once for each idempotency key: a repeat gets the first answer.
    fn once(
        &self,
        headers: &HeaderMap,
        path: &str,
        body: &Map<String, Value>,
        make: impl FnOnce(&mut Books) -> Result<Value, Refusal>,
    ) -> Made {
        let key = crate::record::key(headers);
        let request = hex::encode(Sha256::digest(format!("{path} {}", json!(body))));
        let mut books = self.books();
        if let Some(answer) = books.answers.known(key, &request)? {
            return Ok((StatusCode::CREATED, Json(answer)));
        }
        let answer = make(&mut books)?;
        books.answers.keep(key, request, &answer);
        Ok((StatusCode::CREATED, Json(answer)))
    }

    /// Tells whoever wants to hear it.
    fn tell(&self, books: &mut Books, event: &str, data: &Value) {
        books.events += 1;
        let id = format!("DK-EV-{:06}", books.events);
        let body =
            json!({ "event_id": id, "event": event, "occurred_at": self.core.clock.now(), "data": data });
        let body = body.to_string();
        self.core.webhooks.send(Event { id, name: event.to_owned(), body, repeated_body: None });
    }
}

impl System for Dinkoko {
    fn core(&self) -> &Core {
        &self.core
    }

    fn title(&self) -> [&'static str; 2] {
        ["Dinkoko ERP (simulator)", "Dinkoko ERP（模擬系統）"]
    }

    fn kinds(&self) -> &'static [Kind] {
        KINDS
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        let books = self.books();
        match kind {
            "customers" => books.customers.all(),
            "products" => books.products.all(),
            "inventory" => books.inventory.all(),
            "sales_orders" => books.orders.all(),
            "shipments" => books.shipments.all(),
            "returns" => books.returns.all(),
            "freed_credit" => books.freed.all(),
            _ => Vec::new(),
        }
    }

    fn act(&self, action: &str, id: &str) -> Result<(), Refusal> {
        match action {
            "post" => self.post_order(id).map(|_| ()),
            "ship" => {
                let wish = Map::from_iter([("order_no".to_owned(), json!(id))]);
                self.ship(&mut self.books(), &wish).map(|_| ())
            }
            _ => Err(Refusal::not_found("action", action)),
        }
    }

    fn save(&self) -> Value {
        let books = self.books();
        json!({
            "customers": books.customers.save(), "products": books.products.save(),
            "inventory": books.inventory.save(), "orders": books.orders.save(),
            "shipments": books.shipments.save(), "returns": books.returns.save(), "freed": books.freed.save(),
            "answers": books.answers.save(), "events": books.events,
        })
    }

    fn load(&self, saved: &Value) {
        let mut books = self.books();
        books.customers.load(&saved["customers"]);
        books.products.load(&saved["products"]);
        books.inventory.load(&saved["inventory"]);
        books.orders.load(&saved["orders"]);
        books.shipments.load(&saved["shipments"]);
        books.returns.load(&saved["returns"]);
        books.freed.load(&saved["freed"]);
        books.answers.load(&saved["answers"]);
        books.events = events_after(saved);
    }

    fn expire(&self) {
        self.tokens.end_all();
    }

    fn admit(&self, _: &Method, path: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        self.rate.take()?;
        let bearer =
            headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if path == "/oauth/token" || bearer.is_some_and(|token| self.tokens.good(token)) {
            return Ok(());
        }
        Err(Refusal::unauthorised(
            "TOKEN_INVALID",
            "The access token is missing or has expired / 存取權杖缺少或已過期",
        ))
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        let mut error =
            json!({ "code": refusal.code, "message": refusal.message, "details": refusal.fields });
        refusal.add_to(&mut error);
        (refusal.status, Json(error)).into_response()
    }

    fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/company", get(company))
            .merge(webhook_routes("/api/webhooks"))
            .merge(oauth::routes())
            .merge(customers::routes())
            .merge(goods::routes())
            .merge(orders::routes())
            .merge(shipments::routes())
            .with_state(self)
    }
}

async fn company(Shared(_): Shared<Arc<Dinkoko>>) -> Json<Value> {
    Json(
        json!({ "name": NAME, "name_en": NAME_EN, "tax_id": TAX_ID, "currency": "TWD", "warehouses": ["TPE", "KHH"] }),
    )
}

const KINDS: &[Kind] = &[
    Kind {
        name: "sales_orders",
        title: ["Sales orders", "銷售訂單"],
        columns: &[
            ("no", ["Number", "單號"]),
            ("customer_name", ["Customer", "客戶"]),
            ("order_date", ["Date", "日期"]),
            ("total", ["Total", "總計"]),
            ("status", ["Status", "狀態"]),
            ("reference", ["Reference", "參考編號"]),
        ],
        actions: &[
            Action { name: "ship", title: ["Ship", "出貨"], status: "posted", waits: true },
            Action { name: "post", title: ["Post", "過帳"], status: "held", waits: true },
            Action { name: "post", title: ["Post", "過帳"], status: "draft", waits: true },
        ],
    },
    Kind {
        name: "shipments",
        title: ["Shipments", "出貨單"],
        columns: &[
            ("no", ["Number", "單號"]),
            ("order_no", ["Order", "訂單"]),
            ("shipped_on", ["Date", "日期"]),
            ("carrier", ["Carrier", "貨運"]),
            ("tracking_no", ["Tracking number", "貨運單號"]),
        ],
        actions: &[],
    },
    Kind {
        name: "customers",
        title: ["Customers", "客戶"],
        columns: &[
            ("code", ["Code", "代號"]),
            ("name", ["Name", "名稱"]),
            ("tax_id", ["Tax number", "統一編號"]),
            ("level", ["Level", "等級"]),
            ("credit_limit", ["Credit limit", "信用額度"]),
            ("credit_used", ["Used", "已用額度"]),
        ],
        actions: &[],
    },
    Kind {
        name: "inventory",
        title: ["Stock", "庫存"],
        columns: &[
            ("sku", ["Product", "料號"]),
            ("warehouse", ["Warehouse", "倉別"]),
            ("on_hand", ["On hand", "現有量"]),
            ("reserved", ["Reserved", "保留量"]),
        ],
        actions: &[],
    },
];
