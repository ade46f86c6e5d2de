//! TanJee accounting, simulated: receivables, payments, invoices (統一發票), journal. Its API is our own; the vendor publishes none.
//!
//! An old system: callers log in for a session that ends when it is idle, every answer is HTTP 200 and says in `ok` whether it
//! went well, and dates are in years of the Republic.

mod customers;
mod invoices;
mod journal;
mod payments;
mod receivables;
mod seed;
mod session;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{delete, get};
use causeway_model::Time;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::company::{Company, NAME, TAX_ID};
use crate::simulator::{
    Action, Asked, Config, Core, Event, Form, Kind, Money, Refusal, Sent, Simulator, System, Table, Tokens,
    Written, events_after, put, roc,
};

pub(crate) const EVENTS: &[&str] = &["payment.confirmed"];

const FORM: Form = Form {
    signature_header: "X-TanJee-Signature",
    event_header: Some("X-TanJee-Event"),
    written: Written::Base64,
    events: EVENTS,
};

pub(crate) struct TanJee {
    core: Core,
    sessions: Tokens,
    books: Mutex<Books>,
}

pub(crate) struct Books {
    pub customers: Table,
    pub receivables: Table,
    pub payments: Table,
    pub invoices: Table,
    pub journal: Table,
    events: u64,
}

/// What an answer is: always an object with `ok`.
type Answer = Result<Json<Value>, Refusal>;

/// A record, and that it went well.
fn one(record: &Value) -> Json<Value> {
    let mut answer = json!({ "ok": true });
    if let Value::Object(fields) = record {
        put(&mut answer, fields);
    }
    Json(answer)
}

impl TanJee {
    /// Listens on `addr`; port 0 takes a free one.
    pub async fn start(config: &Config, company: &Company, addr: SocketAddr) -> io::Result<Simulator> {
        let system = Self {
            core: Core::new(config, FORM)?,
            sessions: Tokens::until_idle_for(config.session_idle),
            books: Mutex::new(seed::books(company)),
        };
        Simulator::serve(Arc::new(system), addr).await
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Value {
        Value::String(roc::write_time(self.core.clock.now()))
    }

    fn today(&self) -> Value {
        Value::String(roc::write(self.core.clock.today()))
    }

    /// Tells whoever wants to hear it.
    fn tell(&self, books: &mut Books, event: &str, data: &Value) {
        books.events += 1;
        let id = format!("TJ{:08}", books.events);
        let body = json!({ "event_id": id, "event": event, "time": self.now(), "data": data }).to_string();
        self.core.webhooks.send(Event { id, name: event.to_owned(), body, repeated_body: None });
    }
}

/// A parameter that is a date of the Republic.
fn date(asked: &Asked, name: &str) -> Result<Option<NaiveDate>, Refusal> {
    let read = |text: &str| {
        roc::read(text)
            .ok_or_else(|| Refusal::field(name, "must be a date such as 115/08/15 / 必須是民國日期"))
    };
    asked.text(name).map(read).transpose()
}

/// A record's date.
fn date_of(record: &Value, name: &str) -> NaiveDate {
    record[name].as_str().and_then(|text| roc::read(text.get(..9)?)).unwrap_or_default()
}

/// `?modified_from=115/08/15` holds for records changed on that day or later.
fn modified(asked: &Asked) -> Result<impl Fn(&Value) -> bool + use<>, Refusal> {
    let from = date(asked, "modified_from")?;
    Ok(move |record: &Value| from.is_none_or(|from| date_of(record, "modified_at") >= from))
}

/// What came before under the same `external_id`. The same again is no mistake; something else under it is.
fn repeated(table: &Table, body: &Map<String, Value>, same: &[&str]) -> Result<Option<Value>, Refusal> {
    let Some(id) = body.get("external_id").filter(|id| id.is_string()) else { return Ok(None) };
    let Some(first) = table.rows().find(|record| record["external_id"] == *id) else { return Ok(None) };
    if same.iter().all(|name| body.get(*name).is_none_or(|value| alike(value, &first[*name]))) {
        return Ok(Some(first.clone()));
    }
    let message = "This external_id belongs to another record / 此外部編號已用於其他資料";
    Err(Refusal::conflict("EXTERNAL_ID_REUSED", message))
}

/// Amounts may be written in several ways.
fn alike(one: &Value, other: &Value) -> bool {
    one == other || Money::read(one).is_some_and(|amount| Money::read(other) == Some(amount))
}

/// The time of a record that the company made on a date.
fn written(at: Time) -> Value {
    Value::String(roc::write_time(at))
}

impl System for TanJee {
    fn core(&self) -> &Core {
        &self.core
    }

    fn title(&self) -> [&'static str; 2] {
        ["TanJee accounting (simulator)", "TanJee 會計（模擬系統）"]
    }

    fn kinds(&self) -> &'static [Kind] {
        KINDS
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        let books = self.books();
        match kind {
            "customers" => books.customers.all(),
            "receivables" => books.receivables.all(),
            "payments" => books.payments.all(),
            "invoices" => books.invoices.all(),
            "journal" => books.journal.all(),
            _ => Vec::new(),
        }
    }

    fn shown(&self, kind: &str) -> Vec<Value> {
        let mut records = self.records(kind);
        let books = self.books();
        for record in &mut records {
            if let Some(customer) = record["customer_no"].as_str().and_then(|no| books.customers.get(no)) {
                record["customer_name"] = customer["name"].clone();
            }
        }
        records
    }

    fn act(&self, action: &str, id: &str) -> Result<(), Refusal> {
        match action {
            "pay" => self.pay(id),
            "confirm" => self.confirm(&mut self.books(), id).map(|_| ()),
            _ => Err(Refusal::not_found("action", action)),
        }
    }

    fn save(&self) -> Value {
        let books = self.books();
        json!({
            "customers": books.customers.save(), "receivables": books.receivables.save(),
            "payments": books.payments.save(), "invoices": books.invoices.save(),
            "journal": books.journal.save(), "events": books.events,
        })
    }

    fn load(&self, saved: &Value) {
        let mut books = self.books();
        books.customers.load(&saved["customers"]);
        books.receivables.load(&saved["receivables"]);
        books.payments.load(&saved["payments"]);
        books.invoices.load(&saved["invoices"]);
        books.journal.load(&saved["journal"]);
        books.events = events_after(saved);
    }

    fn expire(&self) {
        self.sessions.end_all();
    }

    fn admit(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        let session =
            headers.get("x-tanjee-session").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if (path == "/api/session" && method == Method::POST) || self.sessions.good(session) {
            return Ok(());
        }
        let message =
            "The session is missing or has ended; log in again / 工作階段不存在或已逾時，請重新登入";
        Err(Refusal::unauthorised("SESSION_EXPIRED", message))
    }

    /// Whatever it refuses comes with 200; only what fails does not.
    fn refuse(&self, refusal: &Refusal) -> Response {
        let mut error = json!({ "code": refusal.code, "message": refusal.message });
        if !refusal.fields.is_empty() {
            error["fields"] = json!(refusal.fields);
        }
        refusal.add_to(&mut error);
        let broken = refusal.status.is_server_error() || refusal.status == StatusCode::TOO_MANY_REQUESTS;
        let status = if broken { refusal.status } else { StatusCode::OK };
        (status, Json(json!({ "ok": false, "error": error }))).into_response()
    }

    fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/api/company", get(company))
            .route("/api/webhooks", get(webhooks).post(register))
            .route("/api/webhooks/{id}", delete(unregister))
            .merge(session::routes())
            .merge(customers::routes())
            .merge(receivables::routes())
            .merge(payments::routes())
            .merge(invoices::routes())
            .merge(journal::routes())
            .with_state(self)
    }
}

async fn company(Shared(books): Shared<Arc<TanJee>>) -> Json<Value> {
    let company = json!({ "name": NAME, "tax_id": TAX_ID, "currency": "TWD", "today": books.today() });
    one(&company)
}

async fn webhooks(Shared(books): Shared<Arc<TanJee>>) -> Json<Value> {
    Json(json!({ "ok": true, "items": books.core.webhooks.list() }))
}

async fn register(Shared(books): Shared<Arc<TanJee>>, body: Sent) -> Answer {
    Ok(one(&books.core.webhooks.register(&body)?))
}

async fn unregister(Shared(books): Shared<Arc<TanJee>>, Path(id): Path<String>) -> Answer {
    if books.core.webhooks.remove(&id) {
        Ok(Json(json!({ "ok": true })))
    } else {
        Err(Refusal::not_found("webhook", &id))
    }
}

const KINDS: &[Kind] = &[
    Kind {
        name: "receivables",
        title: ["Receivables", "應收帳款"],
        columns: &[
            ("no", ["Number", "單號"]),
            ("customer_name", ["Customer", "客戶"]),
            ("order_no", ["Order", "訂單"]),
            ("amount", ["Amount", "金額"]),
            ("balance", ["Open", "未收"]),
            ("due_date", ["Due", "到期日"]),
            ("status", ["Status", "狀態"]),
        ],
        actions: &[
            Action { name: "pay", title: ["Paid", "收款"], status: "open", waits: true },
            Action { name: "pay", title: ["Paid", "收款"], status: "partial", waits: true },
        ],
    },
    Kind {
        name: "payments",
        title: ["Payments", "收款"],
        columns: &[
            ("no", ["Number", "單號"]),
            ("customer_name", ["Customer", "客戶"]),
            ("amount", ["Amount", "金額"]),
            ("paid_on", ["Date", "日期"]),
            ("status", ["Status", "狀態"]),
        ],
        actions: &[Action { name: "confirm", title: ["Confirm", "確認"], status: "received", waits: true }],
    },
    Kind {
        name: "invoices",
        title: ["Invoices", "統一發票"],
        columns: &[
            ("number", ["Number", "發票號碼"]),
            ("buyer_name", ["Buyer", "買方"]),
            ("date", ["Date", "日期"]),
            ("total", ["Total", "總計"]),
        ],
        actions: &[],
    },
    Kind {
        name: "journal",
        title: ["Journal", "傳票"],
        columns: &[
            ("no", ["Number", "傳票號"]),
            ("date", ["Date", "日期"]),
            ("summary", ["Summary", "摘要"]),
            ("amount", ["Amount", "金額"]),
        ],
        actions: &[],
    },
];
