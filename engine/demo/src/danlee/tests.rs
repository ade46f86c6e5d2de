//! Through the front door: paging, versions, quotes, signatures.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::Simulators;
use crate::simulator::testing::{Caller, Receiver, config, free};
use crate::simulator::{Simulator, Written, signature};

async fn crm() -> (Simulator, Caller) {
    let simulator = Simulators::danlee(&config(), free()).await.expect("a free port");
    let caller = Caller::new(&simulator, &[("X-DanLee-Key", "demo-secret")]);
    (simulator, caller)
}

#[tokio::test]
async fn every_customer_comes_once_however_small_the_pages() {
    let (simulator, caller) = crm().await;
    let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let (status, page) = caller.get(&format!("/api/v1/customers?limit=47&cursor={cursor}")).await;
        assert_eq!(status, 200);
        for customer in page["items"].as_array().expect("items") {
            assert!(seen.insert(customer["id"].to_string()), "{customer} came twice");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((seen.len(), simulator.records("customers").len()), (306, 306));
}

#[tokio::test]
async fn only_what_changed_since_is_listed() {
    let (_simulator, caller) = crm().await;
    assert_eq!(
        caller.call("PATCH", "/api/v1/customers/DL00005", json!({ "phone": "02-2345-6789" })).await.0,
        200
    );
    let changed = caller.get("/api/v1/customers?updated_since=2026-08-15T10:00:00%2B08:00").await.1;
    let ids: Vec<&Value> =
        changed["items"].as_array().expect("items").iter().map(|item| &item["id"]).collect();
    assert!(ids.contains(&&json!("DL00005")) && ids.len() < 10, "{ids:?}");
    assert_eq!(caller.get("/api/v1/customers?updated_since=yesterday").await.0, 422);
    assert_eq!(caller.get("/api/v1/customers?text=dl00005").await.1["items"][0]["id"], "DL00005");
}

#[tokio::test]
async fn who_has_seen_an_old_version_is_told_so() {
    let (_simulator, caller) = crm().await;
    let change = |version: i64, note: &str| json!({ "version": version, "note": note });
    let (status, customer) = caller.call("PATCH", "/api/v1/customers/DL00001", change(1, "甲")).await;
    assert_eq!((status, &customer["version"]), (200, &json!(2)));
    let (status, refused) = caller.call("PATCH", "/api/v1/customers/DL00001", change(1, "乙")).await;
    assert_eq!(
        (status, &refused["error"]["code"], &refused["error"]["version"]),
        (409, &json!("VERSION_CONFLICT"), &json!(2))
    );
    assert_eq!(caller.call("DELETE", "/api/v1/customers/DL00001", Value::Null).await.0, 204);
    assert_eq!(caller.get("/api/v1/customers/DL00001").await.1["status"], "archived");
}

#[tokio::test]
async fn bad_customers_are_refused_with_all_that_is_wrong() {
    let (simulator, caller) = crm().await;
    let (status, refused) =
        caller.post("/api/v1/customers", json!({ "tax_id": "12345678", "status": null, "x": 1 })).await;
    let fields: BTreeSet<&str> = refused["error"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|fault| fault["field"].as_str())
        .collect();
    assert_eq!((status, fields), (422, BTreeSet::from(["name", "status", "tax_id", "x"])));
    let known = simulator.records("customers")[0]["tax_id"].clone();
    let (status, refused) =
        caller.post("/api/v1/customers", json!({ "name": "又一家", "tax_id": known })).await;
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("DUPLICATE_TAX_ID")));
    let stranger = Caller::new(&simulator, &[("X-DanLee-Key", "wrong")]);
    assert_eq!(stranger.get("/api/v1/customers").await.0, 401);
    assert_eq!(caller.get("/api/v1/nothing").await.1["error"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn a_confirmed_quote_is_told_of_once_and_signed() {
    let (_simulator, caller) = crm().await;
    let receiver = Receiver::refusing(0).await;
    let hook = json!({ "url": receiver.url, "events": ["quote.confirmed"], "secret": "shared" });
    assert_eq!(caller.post("/api/v1/webhooks", hook).await.0, 201);
    let lines = json!([{ "sku": "P-1001", "quantity": 3, "price": "650.50" }]);
    let (status, quote) =
        caller.post("/api/v1/quotes", json!({ "customer_id": "DL00002", "lines": lines })).await;
    assert_eq!(
        (status, &quote["subtotal"], &quote["tax"], &quote["total"]),
        (201, &json!("1951.50"), &json!("98.00"), &json!("2049.50"))
    );
    let path = format!("/api/v1/quotes/{}/confirm", quote["id"].as_str().expect("an id"));
    assert_eq!(caller.post(&path, Value::Null).await.1["status"], "confirmed");
    assert_eq!(caller.post(&path, Value::Null).await.0, 200);
    let letters = receiver.letters(1).await;
    let (headers, body) = &letters[0];
    assert_eq!(headers["x-danlee-signature"], signature("shared", body, Written::Hex).as_str());
    let event: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&event["event"], &event["data"]["id"]), (&json!("quote.confirmed"), &quote["id"]));
    assert_eq!(headers["x-danlee-event"], event["id"].as_str().expect("an id"));
    let second = caller.post("/api/v1/quotes", json!({ "customer_id": "DL00002", "lines": lines })).await.1;
    caller
        .post(&format!("/api/v1/quotes/{}/confirm", second["id"].as_str().expect("an id")), Value::Null)
        .await;
    assert_eq!(receiver.letters(2).await.len(), 2);
}

#[tokio::test]
async fn contacts_activities_and_complaints_belong_to_a_customer() {
    let (_simulator, caller) = crm().await;
    let (status, contact) =
        caller.post("/api/v1/contacts", json!({ "customer_id": "DL00003", "name": "周大明" })).await;
    assert_eq!(status, 201);
    let path = format!("/api/v1/contacts/{}", contact["id"].as_str().expect("an id"));
    assert_eq!(
        caller.call("PATCH", &path, json!({ "mobile": "0912-000-111" })).await.1["mobile"],
        "0912-000-111"
    );
    assert_eq!(caller.call("DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(caller.get(&path).await.0, 404);
    let activity = json!({ "kind": "call", "subject": "詢價" });
    assert_eq!(caller.post("/api/v1/customers/DL00003/activities", activity.clone()).await.0, 201);
    assert_eq!(caller.post("/api/v1/customers/DL99999/activities", activity).await.0, 404);
    let listed = caller.get("/api/v1/customers/DL00003/activities?limit=200").await.1;
    assert!(listed["items"].as_array().expect("items").iter().all(|item| item["customer_id"] == "DL00003"));
    let case =
        caller.post("/api/v1/complaints", json!({ "customer_id": "DL00003", "subject": "外箱破損" })).await.1;
    let path = format!("/api/v1/complaints/{}", case["id"].as_str().expect("a number"));
    let change = json!({ "status": "closed", "resolution": "補寄" });
    assert_eq!(caller.call("PATCH", &path, change).await.1["status"], "closed");
}

#[tokio::test]
async fn a_salesperson_is_found_by_line_and_an_activity_is_noted_once() {
    let (simulator, caller) = crm().await;
    let person = simulator.records("salespeople")[2].clone();
    let path =
        format!("/api/v1/salespeople?line_user_id={}", person["line_user_id"].as_str().expect("an id"));
    assert_eq!(caller.get(&path).await.1["items"], json!([person]));
    assert_eq!(caller.get("/api/v1/salespeople/S03").await.1, person);
    assert_eq!(caller.get("/api/v1/salespeople/S99").await.0, 404);
    let before = simulator.records("activities").len();
    let note = json!({ "kind": "note", "subject": "一次就好", "external_id": "once" });
    let first = caller.post("/api/v1/customers/DL00003/activities", note.clone()).await;
    assert_eq!((first.0, caller.post("/api/v1/customers/DL00003/activities", note).await), (201, first));
    assert_eq!(simulator.records("activities").len(), before + 1);
}
