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
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::company::{Company, NAME, NAME_EN, TAX_ID};
use crate::simulator::{
    Action, Asked, Config, Core, Event, Form, Kind, Refusal, Simulator, System, Table, Written, events_after,
    webhook_routes,
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

    fn shown(&self, kind: &str) -> Vec<Value> {
        let mut records = self.records(kind);
        if kind == "activities" {
            let books = self.books();
            for record in &mut records {
                let customer = books.customers.get(record["customer_id"].as_str().unwrap_or_default());
                record["customer_name"] =
                    customer.map(|customer| customer["name"].clone()).unwrap_or_default();
            }
        }
        records
    }

    fn act(&self, action: &str, id: &str) -> Result<(), Refusal> {
        match action {
            "confirm" => self.confirm(id).map(|_| ()),
            "offer" => self.offer(id).map(|_| ()),
            _ => Err(Refusal::not_found("action", action)),
        }
    }

    fn save(&self) -> Value {
        let books = self.books();
        json!({
            "salespeople": books.salespeople.save(), "customers": books.customers.save(),
            "contacts": books.contacts.save(), "quotes": books.quotes.save(),
            "activities": books.activities.save(), "complaints": books.complaints.save(), "events": books.events,
        })
    }

    fn load(&self, saved: &Value) {
        let mut books = self.books();
        books.salespeople.load(&saved["salespeople"]);
        books.customers.load(&saved["customers"]);
        books.contacts.load(&saved["contacts"]);
        books.quotes.load(&saved["quotes"]);
        books.activities.load(&saved["activities"]);
        books.complaints.load(&saved["complaints"]);
        books.events = events_after(saved);
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
            .route("/api/v1/salespeople/{id}", get(salesperson))
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

async fn salespeople(Shared(crm): Shared<Arc<DanLee>>, asked: Asked) -> Json<Value> {
    let books = crm.books();
    let found: Vec<&Value> =
        books.salespeople.rows().filter(|person| asked.fits(person, &["line_user_id"])).collect();
    Json(json!({ "items": found }))
}

async fn salesperson(
    Shared(crm): Shared<Arc<DanLee>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let person = crm.books().salespeople.get(&id).cloned();
    person.map(Json).ok_or_else(|| Refusal::not_found("salesperson", &id))
}

const KINDS: &[Kind] = &[
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
        actions: &[Action { name: "confirm", title: ["Confirm", "確認"], status: "draft", waits: true }],
    },
    Kind {
        name: "activities",
        title: ["Activities", "往來紀錄"],
        columns: &[
            ("at", ["When", "時間"]),
            ("customer_name", ["Customer", "客戶"]),
            ("kind", ["Kind", "類型"]),
            ("subject", ["Subject", "主旨"]),
        ],
        actions: &[],
    },
    Kind {
        name: "customers",
        title: ["Customers", "客戶"],
        columns: &[
            ("id", ["Id", "識別碼"]),
            ("name", ["Name", "名稱"]),
            ("tax_id", ["Tax number", "統一編號"]),
            ("salesperson", ["Salesperson", "業務人員"]),
            ("level", ["Level", "等級"]),
            ("status", ["Status", "狀態"]),
        ],
        actions: &[Action {
            name: "offer",
            title: ["New quote", "新報價單"],
            status: "active",
            waits: false,
        }],
    },
    Kind {
        name: "complaints",
        title: ["Complaints", "客訴"],
        columns: &[
            ("id", ["Number", "案號"]),
            ("order_no", ["Order", "訂單"]),
            ("subject", ["Subject", "主旨"]),
            ("status", ["Status", "狀態"]),
        ],
        actions: &[],
    },
];
