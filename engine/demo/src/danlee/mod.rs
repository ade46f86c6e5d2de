//! DanLee CRM, simulated: customers, contacts, quotes, activities, complaints. Its API is our own; the vendor publishes none.
//!
//! An API key lets callers in; lists go by cursor; customers have versions, and who changes an old one is told so.

mod complaints;
mod contacts;
mod customers;
mod quotes;
mod seed;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::company::{Company, NAME, NAME_EN, TAX_ID};
use crate::simulator::{
    Config, Core, Event, Form, Kind, Refusal, Simulator, System, Table, Written, webhook_routes,
};

pub(crate) const EVENTS: &[&str] = &["customer.created", "customer.updated", "quote.confirmed"];

const FORM: Form = Form {
    signature_header: "X-DanLee-Signature",
    event_header: Some("X-DanLee-Event"),
    written: Written::Hex,
    events: EVENTS,
};

pub(crate) struct DanLee {
    core: Core,
    books: Mutex<Books>,
}

pub(crate) struct Books {
    pub salespeople: Table,
    pub customers: Table,
    pub contacts: Table,
    pub quotes: Table,
    pub activities: Table,
    pub complaints: Table,
    events: u64,
}

impl DanLee {
    /// Listens on `addr`; port 0 takes a free one.
    pub async fn start(config: &Config, company: &Company, addr: SocketAddr) -> io::Result<Simulator> {
        let core = Core::new(config, FORM)?;
        let books = Mutex::new(seed::books(company));
        Simulator::serve(Arc::new(Self { core, books }), addr).await
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever wants to hear it.
    fn tell(&self, books: &mut Books, event: &str, data: &Value) {
        books.events += 1;
        let id = format!("evt_{:06}", books.events);
        let body = json!({ "id": id, "event": event, "occurred_at": self.core.clock.now(), "data": data });
        let body = body.to_string();
        self.core.webhooks.send(Event { id, name: event.to_owned(), body, repeated_body: None });
    }
}

impl System for DanLee {
    fn core(&self) -> &Core {
        &self.core
    }

    fn title(&self) -> [&'static str; 2] {
        ["DanLee CRM (simulator)", "DanLee CRM（模擬系統）"]
    }

    fn kinds(&self) -> &'static [Kind] {
        KINDS
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        let books = self.books();
        match kind {
            "salespeople" => books.salespeople.all(),
            "customers" => books.customers.all(),
            "contacts" => books.contacts.all(),
            "quotes" => books.quotes.all(),
            "activities" => books.activities.all(),
            "complaints" => books.complaints.all(),
            _ => Vec::new(),
        }
    }

    fn admit(&self, _: &Method, _: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        let key = headers.get("x-danlee-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        if self.core.is_secret(key) {
            return Ok(());
        }
        Err(Refusal::unauthorised("KEY_INVALID", "X-DanLee-Key is missing or not valid / 金鑰缺少或無效"))
    }

    fn refuse(&self, refusal: &Refusal) -> Response {
        let mut error = json!({ "code": refusal.code, "message": refusal.message, "fields": refusal.fields });
        refusal.add_to(&mut error);
        (refusal.status, Json(json!({ "error": error }))).into_response()
    }

    fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/v1/account", get(account))
            .route("/api/v1/salespeople", get(salespeople))
            .merge(webhook_routes("/api/v1/webhooks"))
            .merge(customers::routes())
            .merge(contacts::routes())
            .merge(quotes::routes())
            .merge(complaints::routes())
            .with_state(self)
    }
}

async fn account(Shared(_): Shared<Arc<DanLee>>) -> Json<Value> {
    Json(json!({ "name": NAME, "name_en": NAME_EN, "tax_id": TAX_ID, "plan": "standard", "currency": "TWD" }))
}

async fn salespeople(Shared(crm): Shared<Arc<DanLee>>) -> Json<Value> {
    Json(json!({ "items": crm.books().salespeople.all() }))
}

const KINDS: &[Kind] = &[
    Kind {
        name: "customers",
        title: ["Customers", "客戶"],
        columns: &[
            ("id", ["Id", "識別碼"]),
            ("name", ["Name", "名稱"]),
            ("tax_id", ["Tax number", "統一編號"]),
            ("phone", ["Phone", "電話"]),
            ("status", ["Status", "狀態"]),
            ("updated_at", ["Changed", "異動時間"]),
        ],
    },
    Kind {
        name: "quotes",
        title: ["Quotes", "報價單"],
        columns: &[
            ("id", ["Number", "單號"]),
            ("customer_name", ["Customer", "客戶"]),
            ("total", ["Total", "總計"]),
            ("status", ["Status", "狀態"]),
            ("updated_at", ["Changed", "異動時間"]),
        ],
    },
    Kind {
        name: "complaints",
        title: ["Complaints", "客訴"],
        columns: &[
            ("id", ["Number", "案號"]),
            ("customer_id", ["Customer", "客戶"]),
            ("subject", ["Subject", "主旨"]),
            ("status", ["Status", "狀態"]),
        ],
    },
    Kind {
        name: "activities",
        title: ["Activities", "往來紀錄"],
        columns: &[
            ("at", ["When", "時間"]),
            ("customer_id", ["Customer", "客戶"]),
            ("kind", ["Kind", "類型"]),
            ("subject", ["Subject", "主旨"]),
        ],
    },
];
