//! The connectors' fixtures say what the simulators answer: each is sent, and the answer must look the same. What an operation
//! makes of an answer, the plugins test.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use causeway_connector::http::{Body, Response};
use serde_json::{Value, json};

use crate::company::Company;
use crate::danlee::DanLee;
use crate::dinkoko::Dinkoko;
use crate::line::Line;
use crate::simulator::testing::{Caller, Receiver, config, free};
use crate::simulator::{Config, Faults, Simulator, day};
use crate::tanjee::TanJee;

const RETRY_KEY: &str = "X-Line-Retry-Key";
const SYSTEMS: [&str; 4] = ["danlee-crm", "dinkoko-erp", "line", "tanjee-accounting"];

fn folder(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins").join(system).join("fixtures")
}

/// `(file name, content)`, by name, those first that change nothing.
fn fixtures(system: &str) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder(system))
        .expect("a folder of fixtures")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("a text");
            (name.clone(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")))
        })
        .collect();
    found.sort_by_key(|(name, fixture)| (fixture["request"]["method"] != "GET", name.clone()));
    found
}

type Running = Box<dyn Deref<Target = Simulator>>;

/// A system with one webhook, and a caller that it lets in.
async fn stage(system: &str, company: &Company) -> (Running, Caller) {
    let config = Config { rate: 10_000, ..config() };
    match system {
        "danlee-crm" => {
            let crm = DanLee::start(&config, company, free()).await.expect("a free port");
            let caller = Caller::new(&crm, &[("X-DanLee-Key", "demo-secret")]);
            caller.post("/api/v1/webhooks", hook("customer.created")).await;
            (Box::new(Arc::new(crm)), caller)
        }
        "dinkoko-erp" => {
            let erp = Dinkoko::start(&config, company, free()).await.expect("a free port");
            let caller = Caller::new(&erp, &[]);
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", "causeway"),
                ("client_secret", "demo-secret"),
            ];
            let form = form.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            let token = caller.send("POST", "/oauth/token", Body::Form(form)).await.expect("a token").body;
            let token = token["access_token"].as_str().expect("a token");
            let caller = caller.with("Authorization", &format!("Bearer {token}"));
            caller.post("/api/webhooks", hook("order.posted")).await;
            (Box::new(Arc::new(erp)), caller)
        }
        "tanjee-accounting" => {
            let accounting = TanJee::start(&config, company, free()).await.expect("a free port");
            let caller = Caller::new(&accounting, &[]);
            let caller = caller.with("X-TanJee-Session", &session(&caller).await);
            caller.post("/api/webhooks", hook("payment.confirmed")).await;
            (Box::new(Arc::new(accounting)), caller)
        }
        _ => {
            let line = Line::start(&config, company, free()).await.expect("a free port");
            let caller = Caller::new(&line, &[("Authorization", "Bearer demo-secret")]);
            (Box::new(line), caller)
        }
    }
}

async fn session(caller: &Caller) -> String {
    let login = json!({ "user": "causeway", "password": "demo-secret" });
    caller.post("/api/session", login).await.1["session_id"].as_str().expect("a session").to_owned()
}

/// A token for something that a user just said.
async fn reply_token(simulator: &Simulator, caller: &Caller) -> Value {
    let receiver = Receiver::refusing(0).await;
    caller.call("PUT", "/v2/bot/channel/webhook/endpoint", json!({ "endpoint": receiver.url })).await;
    let user = simulator.records("users")[0]["userId"].clone();
    caller.post("/_control/say", json!({ "user_id": user, "text": "查訂單" })).await;
    let event: Value = serde_json::from_str(&receiver.letters(1).await[0].1).expect("JSON");
    event["events"][0]["replyToken"].clone()
}

/// Sends a fixture's request, where its name says so by somebody who is not let in.
async fn answer(simulator: &Simulator, caller: &Caller, name: &str, fixture: &Value) -> Response {
    let mut request = fixture["request"].clone();
    if request["headers"].get(RETRY_KEY).is_some() {
        // The connector's key is the same in all fixtures; what was sent by another is no repeat.
        let own: u64 = name.bytes().map(u64::from).sum();
        request["headers"][RETRY_KEY] = json!(format!("123e4567-e89b-12d3-a456-{own:012}"));
    }
    let stranger = |name: &str, value: &str| Caller::new(simulator, &[(name, value)]);
    match name {
        "get_account.key_invalid.json" => {
            send(simulator, stranger("X-DanLee-Key", "wrong"), "", &request).await
        }
        "get_company.session_expired.json" => {
            send(simulator, stranger("X-TanJee-Session", "ended"), "", &request).await
        }
        "get_company.token_invalid.json" | "get_message_quota.unauthorised.json" => {
            send(simulator, stranger("Authorization", "Bearer wrong"), "", &request).await
        }
        "delete_session.json" => {
            let session = session(caller).await;
            send(simulator, stranger("X-TanJee-Session", &session), "", &request).await
        }
        _ => {
            if name == "reply_message.json" {
                request["json"]["replyToken"] = reply_token(simulator, caller).await;
            }
            let case = name.split('.').nth(1).unwrap_or_default();
            send(simulator, caller.clone(), case, &request).await
        }
    }
}

fn hook(event: &str) -> Value {
    json!({ "url": "https://causeway.example/hooks/first", "events": [event], "secret": "demo-webhook-secret" })
}

async fn send(simulator: &Simulator, mut caller: Caller, case: &str, request: &Value) -> Response {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        caller = caller.with(name, &text(value));
    }
    let query = request["query"].as_object().into_iter().flatten();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query.map(|(name, value)| (name, text(value))))
        .finish();
    let body = || request.get("json").map_or(Body::Empty, |json| Body::Json(json.clone()));
    let (method, path) = (text(&request["method"]), format!("{}?{query}", text(&request["path"])));
    match case {
        "repeated" => {
            caller.send(&method, &path, body()).await.expect("an answer");
        }
        "rate_limited" => {
            simulator.set_faults(Faults {
                fail: 1,
                status: Some(429),
                retry_after: Some(1),
                ..Faults::default()
            });
        }
        _ => {}
    }
    caller.send(&method, &path, body()).await.expect("an answer")
}

/// Names and kinds, and of a list the first item.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("boolean"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(items) => Value::Array(items.first().map(shape).into_iter().collect()),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
    }
}

#[tokio::test]
async fn every_fixture_is_what_the_simulator_answers() {
    let company = Company::seeded(day(config().now));
    let (mut faults, mut count) = (Vec::new(), 0);
    for system in SYSTEMS {
        let (simulator, caller) = stage(system, &company).await;
        for (name, fixture) in fixtures(system) {
            let expected = &fixture["response"];
            let answer = answer(&simulator, &caller, &name, &fixture).await;
            if expected["status"] != answer.status || shape(&expected["json"]) != shape(&answer.body) {
                faults.push(format!("{system}/{name}: {} {}, not {expected}", answer.status, answer.body));
            }
            count += 1;
        }
    }
    assert!(faults.is_empty() && count > 100, "{count} fixtures\n{}", faults.join("\n"));
}
