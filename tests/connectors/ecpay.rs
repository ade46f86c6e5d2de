//! ECPay e-invoices through the front door: what goes out is sealed, and nobody sees with what.

use causeway_testkit::{Reaction, Sink, both, hook_flow, step};
use serde_json::json;

const HASH_KEY: &str = "ejCk326UnaZWKisg";

#[tokio::test]
async fn an_invoice_goes_out_sealed_and_its_keys_are_seen_nowhere() {
    both(async |app| {
        // It takes no envelope, and repeats what it got.
        let sink = Sink::answering(|call| {
            Reaction::ok(json!({ "TransCode": 0, "TransMsg": format!("Refused: {}", call.text), "Data": "" }))
        })
        .await;
        let made = json!({
            "name": "invoices", "connector": "ecpay-einvoice",
            "settings": { "production": { "base_url": sink.url(""), "merchant_id": "2000132" } },
            "credentials": { "production": { "hash_key": HASH_KEY, "hash_iv": "q9jcZX8Ib9LM8wYk" } },
        });
        let _made = app.post("/connections", &made).await.expect(201);
        let short = json!({ "hash_key": "short" });
        let refused = app.api("PUT", "/connections/invoices/credentials?environment=production", Some(&short)).await;
        assert_eq!(refused.status, 422, "{}", refused.text);

        let mut issue = step("issue", "ecpay-einvoice.issue_invoice", json!({
            "CustomerEmail": "test@example.com", "Print": "0", "Donation": "0", "TaxType": "1", "InvType": "07", "SalesAmount": 100,
            "Items": [{ "ItemName": "螺絲", "ItemCount": 1, "ItemWord": "件", "ItemPrice": 100, "ItemAmount": 100 }] }), &[]);
        issue["connection"] = json!("invoices");
        app.publish(&hook_flow("invoice", json!([issue]))).await;

        let dry = app.post("/flows/invoice/draft/test", &json!({ "input": {}, "dry_run": true })).await.expect(202).run();
        let dry = app.finished(&dry).await;
        let shown = dry["test"]["effects"][0]["request"].to_string();
        assert!(shown.contains(r#""signed":"seal""#) && shown.contains("螺絲"), "{shown}");
        assert_eq!(sink.count(), 0, "a dry run reaches nobody");

        let id = app.start_run("invoice", &json!({})).await;
        let run = app.finished(&id).await;
        assert_eq!((&run["status"], &run["failure"]["error"]["class"]), (&json!("failed"), &json!("auth")), "{run}");
        let sent = sink.calls().last().expect("a call").json();
        assert_eq!((&sent["MerchantID"], &sent["RqHeader"]["Revision"]), (&json!("2000132"), &json!("3.0.0")));
        assert!(sent["RqHeader"]["Timestamp"].is_number(), "{sent}");
        let data = sent["Data"].as_str().expect("sealed data");
        assert!(data.len() % 4 == 0 && !data.contains("螺絲"), "{data}");
        let kept = run.to_string();
        assert!(kept.contains("{{ signature }}") && !kept.contains(data) && !kept.contains(HASH_KEY), "{kept}");
        assert!(!app.log().contains(HASH_KEY), "the log");
    })
    .await;
}
