//! Through the front door: tokens, paging, credit, idempotency, shipping, the rate limit.

use std::time::Duration;

use causeway_connector::http::Body;
use serde_json::{Value, json};

use crate::Simulators;
use crate::simulator::testing::{Caller, Receiver, config, free};
use crate::simulator::{Config, Simulator, Written, signature};

fn roomy() -> Config {
    Config { rate: 10_000, ..config() }
}

async fn token(caller: &Caller) -> String {
    let form =
        [("grant_type", "client_credentials"), ("client_id", "causeway"), ("client_secret", "demo-secret")];
    let form = form.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let answer = caller.send("POST", "/oauth/token", Body::Form(form)).await.expect("an answer");
    assert_eq!((answer.status, &answer.body["token_type"]), (200, &json!("Bearer")));
    answer.body["access_token"].as_str().expect("a token").to_owned()
}

async fn erp(config: &Config) -> (Simulator, Caller) {
    let simulator = Simulators::dinkoko(config, free()).await.expect("a free port");
    let stranger = Caller::new(&simulator, &[]);
    let token = token(&stranger).await;
    let caller = stranger.with("Authorization", &format!("Bearer {token}"));
    (simulator, caller)
}

fn order(quantity: i64) -> Value {
    json!({ "customer_code": "C0001", "reference": "Q1", "lines": [{ "sku": "P-1001", "quantity": quantity }] })
}

#[tokio::test]
async fn tokens_expire() {
    let (simulator, caller) = erp(&Config { token_ttl: Duration::from_millis(150), ..roomy() }).await;
    assert_eq!(caller.get("/api/company").await.0, 200);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(caller.get("/api/company").await.1["code"], "TOKEN_INVALID");
    let stranger = Caller::new(&simulator, &[]);
    let wrong = vec![("grant_type".to_owned(), "client_credentials".to_owned())];
    let refused = stranger.send("POST", "/oauth/token", Body::Form(wrong)).await.expect("an answer");
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")));
    let (simulator, caller) = erp(&roomy()).await;
    simulator.expire_tokens();
    assert_eq!(caller.get("/api/company").await.0, 401);
}

#[tokio::test]
async fn pages_make_up_the_total() {
    let (simulator, caller) = erp(&roomy()).await;
    let (mut seen, mut total) = (0, 0);
    for page in 1.. {
        let answer = caller.get(&format!("/api/customers?page={page}&size=70")).await.1;
        let items = answer["items"].as_array().expect("items").len();
        total = answer["total"].as_u64().expect("a total") as usize;
        seen += items;
        if items == 0 {
            break;
        }
    }
    assert_eq!((seen, total, simulator.records("customers").len()), (300, 300, 300));
    let a = caller.get("/api/customers?level=A").await.1;
    assert!(a["total"] == 30 && a["items"][0]["level"] == "A", "{a}");
}

#[tokio::test]
async fn an_order_is_made_once_for_each_key() {
    let (simulator, caller) = erp(&roomy()).await;
    let before = simulator.records("sales_orders").len();
    let caller = caller.with("Idempotency-Key", "k1");
    let (status, first) = caller.post("/api/sales-orders", order(2)).await;
    assert_eq!((status, &first["total"], &first["status"]), (201, &json!("1365.00"), &json!("draft")));
    assert_eq!(caller.post("/api/sales-orders", order(2)).await, (201, first));
    assert_eq!(caller.post("/api/sales-orders", order(3)).await.1["code"], "KEY_REUSED");
    assert_eq!(simulator.records("sales_orders").len(), before + 1);
}

#[tokio::test]
async fn an_order_above_the_credit_is_refused_until_credit_is_released() {
    let (_simulator, caller) = erp(&roomy()).await;
    let (status, refused) = caller.post("/api/sales-orders", order(9000)).await;
    assert_eq!((status, &refused["code"]), (422, &json!("CREDIT_EXCEEDED")));
    let release = json!({ "amount": refused["short_by"], "reason": "主管核准" });
    let customer = caller.post("/api/customers/C0001/credit/release", release).await.1;
    assert_eq!(customer["credit_released"], refused["short_by"]);
    let (status, made) = caller.post("/api/sales-orders", order(9000)).await;
    assert_eq!(status, 201);
    assert_eq!(caller.get("/api/customers/C0001").await.1["credit_released"], "0.00");
    assert_eq!(caller.post("/api/sales-orders", order(1)).await.1["code"], "CREDIT_EXCEEDED");
    let path = format!("/api/sales-orders/{}/cancel", made["no"].as_str().expect("a number"));
    assert_eq!(caller.post(&path, Value::Null).await.1["status"], "cancelled");
    assert_eq!(caller.post("/api/sales-orders", order(1)).await.0, 201);
    let unknown = json!({ "customer_code": "C0001", "lines": [{ "sku": "P-0000", "quantity": 1 }] });
    assert_eq!(caller.post("/api/sales-orders", unknown).await.1["code"], "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn a_posted_order_is_shipped_and_both_are_told_of() {
    let (_simulator, caller) = erp(&roomy()).await;
    let receiver = Receiver::refusing(0).await;
    let hook =
        json!({ "url": receiver.url, "events": ["order.posted", "shipment.created"], "secret": "shared" });
    assert_eq!(caller.post("/api/webhooks", hook).await.0, 201);
    let no = caller.post("/api/sales-orders", order(2)).await.1["no"].as_str().expect("a number").to_owned();
    assert_eq!(caller.post("/api/shipments", json!({ "order_no": no })).await.1["code"], "ORDER_NOT_POSTED");
    for _ in 0..2 {
        assert_eq!(
            caller.post(&format!("/api/sales-orders/{no}/post"), Value::Null).await.1["status"],
            "posted"
        );
    }
    let stock = || caller.get("/api/inventory?sku=P-1001&warehouse=TPE");
    let before = stock().await.1["items"][0]["on_hand"].as_i64().expect("a number");
    let (status, shipment) = caller.post("/api/shipments", json!({ "order_no": no })).await;
    assert_eq!(
        (status, &shipment["order_no"], &shipment["shipped_on"]),
        (201, &json!(no), &json!("2026-08-15"))
    );
    assert_eq!(stock().await.1["items"][0]["on_hand"], before - 2);
    assert_eq!(caller.get(&format!("/api/sales-orders/{no}")).await.1["status"], "shipped");
    let mut events: Vec<String> = Vec::new();
    for (headers, body) in receiver.letters(2).await {
        assert_eq!(headers["x-dinkoko-signature"], signature("shared", &body, Written::Hex).as_str());
        let event: Value = serde_json::from_str(&body).expect("JSON");
        events.push(event["event"].as_str().expect("an event").to_owned());
    }
    events.sort();
    assert_eq!(events, ["order.posted", "shipment.created"]);
}

#[tokio::test]
async fn twenty_calls_a_second_are_enough() {
    let (_simulator, caller) = erp(&config()).await;
    let mut refused = None;
    for _ in 0..60 {
        let answer = caller.send("GET", "/api/company", Body::Empty).await.expect("an answer");
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the limit");
    assert_eq!(
        (&refused.headers["retry-after"], &refused.body["code"]),
        (&json!("1"), &json!("RATE_LIMITED"))
    );
}

#[tokio::test]
async fn an_order_without_credit_is_held_where_that_is_wanted_and_posted_once_there_is_some() {
    let (simulator, caller) = erp(&roomy()).await;
    let mut wish = order(9000);
    wish["on_short_credit"] = json!("hold");
    let (status, held) = caller.post("/api/sales-orders", wish).await;
    assert_eq!((status, &held["status"]), (201, &json!("held")));
    let used = || async { caller.get("/api/customers/C0001").await.1["credit_used"].clone() };
    let before = used().await;
    let path = format!("/api/sales-orders/{}/post", held["no"].as_str().expect("a number"));
    assert_eq!(caller.post(&path, Value::Null).await.1["code"], "CREDIT_EXCEEDED");
    let release = json!({ "amount": held["short_by"], "reason": "主管核准" });
    assert_eq!(caller.post("/api/customers/C0001/credit/release", release).await.0, 200);
    let posted = caller.post(&path, Value::Null).await.1;
    assert!(posted["status"] == "posted" && posted.get("short_by").is_none(), "{posted}");
    assert_ne!(used().await, before, "it takes its credit now");
    let newest = caller.get("/api/sales-orders?newest_first=true&size=1").await.1;
    assert_eq!(newest["items"][0]["no"], simulator.records("sales_orders").pop().expect("an order")["no"]);
}

#[tokio::test]
async fn each_payment_frees_credit_once() {
    let (_simulator, caller) = erp(&roomy()).await;
    let free = |amount: &str| json!({ "amount": amount, "reference": "RC900001" });
    let path = "/api/customers/C0001/credit/free";
    let (status, freed) = caller.post(path, free("1000.00")).await;
    assert_eq!(status, 200);
    assert_eq!(caller.post(path, free("1000.00")).await, (200, freed));
    assert_eq!(caller.post(path, free("2000.00")).await.1["code"], "REFERENCE_REUSED");
}
