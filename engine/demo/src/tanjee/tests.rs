//! Through the front door: sessions that end with 200, external ids, allocation, dates of the Republic.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Simulators;
use crate::simulator::testing::{Caller, Receiver, config, free};
use crate::simulator::{Config, Faults, Simulator, Written, signature};

async fn accounting(config: &Config) -> (Simulator, Caller) {
    let simulator = Simulators::tanjee(config, free()).await.expect("a free port");
    let stranger = Caller::new(&simulator, &[]);
    let login = json!({ "user": "causeway", "password": "demo-secret" });
    let answer = stranger.post("/api/session", login).await.1;
    let caller = stranger.with("X-TanJee-Session", answer["session_id"].as_str().expect("a session"));
    (simulator, caller)
}

#[tokio::test]
async fn an_ended_session_is_told_with_200() {
    let (simulator, caller) =
        accounting(&Config { session_idle: Duration::from_millis(200), ..config() }).await;
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(80)).await;
        assert_eq!(caller.get("/api/company").await.1["ok"], true, "each use keeps it");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, refused) = caller.get("/api/company").await;
    assert_eq!(
        (status, &refused["ok"], &refused["error"]["code"]),
        (200, &json!(false), &json!("SESSION_EXPIRED"))
    );
    let wrong = json!({ "user": "causeway", "password": "wrong" });
    assert_eq!(caller.post("/api/session", wrong).await.1["error"]["code"], "LOGIN_FAILED");
    simulator.set_faults(Faults { fail: 1, ..Faults::default() });
    assert_eq!(caller.get("/api/company").await.0, 503, "what fails does not come with 200");
}

#[tokio::test]
async fn an_external_id_gives_the_first_record() {
    let (simulator, caller) = accounting(&config()).await;
    let before = simulator.records("receivables").len();
    let mut body =
        json!({ "external_id": "run-1", "customer_no": "A10001", "amount": "1050", "due_date": "115/09/14" });
    let first = caller.post("/api/receivables", body.clone()).await.1;
    assert_eq!(
        (&first["ok"], &first["amount"], &first["date"]),
        (&json!(true), &json!("1050.00"), &json!("115/08/15"))
    );
    assert_eq!(caller.post("/api/receivables", body.clone()).await.1, first);
    body["amount"] = json!("1051.00");
    assert_eq!(caller.post("/api/receivables", body).await.1["error"]["code"], "EXTERNAL_ID_REUSED");
    assert_eq!(simulator.records("receivables").len(), before + 1);
    let bad = json!({ "customer_no": "A10001", "amount": "1050", "due_date": "2026-09-14" });
    assert_eq!(caller.post("/api/receivables", bad).await.1["error"]["fields"][0]["field"], "due_date");
}

#[tokio::test]
async fn a_payment_pays_receivables_and_no_more_than_it_has() {
    let (_simulator, caller) = accounting(&config()).await;
    let owed =
        json!({ "external_id": "r", "customer_no": "A10002", "amount": "1000.00", "due_date": "115/09/14" });
    let receivable = caller.post("/api/receivables", owed).await.1["no"].clone();
    let paid = json!({ "external_id": "p", "customer_no": "A10002", "amount": "800.00" });
    let payment = caller.post("/api/payments", paid).await.1["no"].as_str().expect("a number").to_owned();
    let allocate =
        |amount: &str| json!({ "allocations": [{ "receivable_no": receivable, "amount": amount }] });
    let path = format!("/api/payments/{payment}/allocate");
    assert_eq!(caller.post(&path, allocate("1000.01")).await.1["error"]["code"], "MORE_THAN_OPEN");
    assert_eq!(caller.post(&path, allocate("900")).await.1["error"]["code"], "NOTHING_LEFT");
    for _ in 0..2 {
        assert_eq!(caller.post(&path, allocate("800")).await.1["unallocated"], "0.00");
    }
    let open = caller.get(&format!("/api/receivables/{}", receivable.as_str().expect("a number"))).await.1;
    assert_eq!((&open["balance"], &open["status"]), (&json!("200.00"), &json!("partial")));
}

#[tokio::test]
async fn a_confirmed_payment_is_told_of_and_booked() {
    let (simulator, caller) = accounting(&config()).await;
    let receiver = Receiver::refusing(0).await;
    let hook = json!({ "url": receiver.url, "events": ["payment.confirmed"], "secret": "shared" });
    assert_eq!(caller.post("/api/webhooks", hook).await.1["ok"], true);
    let booked = simulator.records("journal").len();
    let paid =
        json!({ "external_id": "p", "customer_no": "A10002", "amount": "800.00", "paid_on": "115/08/14" });
    let payment = caller.post("/api/payments", paid).await.1["no"].as_str().expect("a number").to_owned();
    for _ in 0..2 {
        let confirmed = caller.post(&format!("/api/payments/{payment}/confirm"), Value::Null).await.1;
        assert_eq!(confirmed["status"], "confirmed");
    }
    assert_eq!(simulator.records("journal").len(), booked + 1);
    let (headers, body) = &receiver.letters(1).await[0];
    assert_eq!(headers["x-tanjee-signature"], signature("shared", body, Written::Base64).as_str());
    assert!(body.contains("payment.confirmed") && body.contains("115/08/14"), "{body}");
}

#[tokio::test]
async fn overdue_receivables_are_found_and_pages_make_up_the_total() {
    let (_simulator, caller) = accounting(&config()).await;
    let (mut seen, mut total) = (0, 1);
    while seen < total {
        let page = caller.get(&format!("/api/receivables?overdue=true&limit=60&offset={seen}")).await.1;
        let items = page["items"].as_array().expect("items");
        assert!(!items.is_empty(), "{page}");
        for item in items {
            assert!(
                item["overdue"] == true && item["due_date"].as_str().expect("a date") < "115/08/15",
                "{item}"
            );
        }
        (seen, total) = (seen + items.len(), page["total"].as_u64().expect("a total") as usize);
    }
    assert!(seen == total && total > 20, "{seen} of {total}");
    let invoice = json!({ "external_id": "i", "customer_no": "A10003", "sales": "999" });
    let invoice = caller.post("/api/invoices", invoice).await.1;
    assert_eq!((&invoice["tax"], &invoice["total"]), (&json!("50.00"), &json!("1049.00")));
    assert_eq!(invoice["number"].as_str().map(str::len), Some(10));
    let changed = caller.get("/api/invoices?modified_from=115/08/15&limit=200").await.1;
    assert!(
        changed["items"].as_array().expect("items").iter().any(|item| item["number"] == invoice["number"])
    );
}
