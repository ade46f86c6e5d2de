//! Samples: made by hand or from a run, bounded, free of secrets, and used by tests.

use causeway_testkit::{Sink, TestApp, both, hook_flow, http_step, missing, script_step};
use serde_json::{Value, json};

use super::tested;

async fn set(app: &TestApp, name: &str, body: &Value) -> causeway_testkit::Answer {
    app.api("PUT", &format!("/flows/orders/samples/{name}"), Some(body)).await
}

async fn with_etag(app: &TestApp, method: &str, etag: &str, body: &Value) -> (u16, String) {
    let (path, headers) = ("/flows/orders/samples/small", [("if-match", etag)]);
    app.api_with(&app.token().await, method, path, &headers, Some(body)).await.refusal()
}

fn draft(sink: &Sink) -> Value {
    let steps = json!([
        script_step("order", "#{ no: trigger.body.no, total: trigger.body.total }", &[]),
        http_step("create", &sink.url("/orders"), json!("{{ steps.order }}"), &["order"]),
        http_step("tell", &sink.url("/tell"), json!({"id": "{{ steps.create.body.n }}"}), &["create"]),
    ]);
    hook_flow("orders", steps)
}

#[tokio::test]
async fn a_sample_is_made_changed_used_and_deleted() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&draft(&sink)).await.expect(200);
        let trigger: Value = serde_json::from_str(r#"{"body": {"no": "A", "total": 10.50}}"#).expect("JSON");
        let small =
            json!({"description": "小額訂單", "trigger": trigger, "outputs": {"create": {"body": {"n": 9}}}});
        let made = set(&app, "small", &small).await.expect(200);
        assert_eq!((made.header("etag"), &made.json()["left_out"]), (Some("\"1\""), &json!([])));
        let again = set(&app, "small", &small).await.expect(200);
        assert_eq!(again.header("etag"), Some("\"1\""), "an equal one changes nothing");
        let read = app.get("/flows/orders/samples/small").await.expect(200);
        assert_eq!(read.json(), small);
        assert!(read.text.contains("10.50"), "numbers keep their digits: {}", read.text);
        let list = app.get("/flows/orders/samples").await.json();
        assert_eq!(
            (&list["samples"][0]["name"], &list["samples"][0]["revision"]),
            (&json!("small"), &json!(1))
        );
        assert_eq!(list["samples"][0]["bytes"], made.json()["bytes"], "bytes, not letters");

        let dry = tested(&app, "orders", &json!({"sample": "small", "dry_run": true})).await;
        assert_eq!(dry["test"]["sample"], "small");
        assert_eq!(dry["test"]["effects"][0]["request"]["body"], r#"{"no":"A","total":10.50}"#);
        assert_eq!(dry["test"]["effects"][1]["request"]["body"], r#"{"id":9}"#);
        let one = tested(&app, "orders", &json!({"sample": "small", "step": "tell"})).await;
        assert_eq!(one["status"], "succeeded");
        assert_eq!(sink.calls()[0].json(), json!({"id": 9}));

        assert_eq!(with_etag(&app, "PUT", "\"7\"", &json!({})).await, (412, "sample_changed".to_owned()));
        assert_eq!(with_etag(&app, "PUT", "\"1\"", &json!({"trigger": {"body": 2}})).await.0, 200);
        assert_eq!(with_etag(&app, "DELETE", "\"1\"", &json!({})).await, (412, "sample_changed".to_owned()));
        assert_eq!(with_etag(&app, "DELETE", "\"2\"", &json!({})).await.0, 204);
        assert_eq!(
            app.get("/flows/orders/samples/small").await.refusal(),
            (404, "sample_not_found".to_owned())
        );
        let audit = app.get("/audit?subject=sample:orders/small").await.json();
        let actions: Vec<_> =
            audit["entries"].as_array().expect("a list").iter().map(|one| one["action"].clone()).collect();
        assert_eq!(actions, ["sample.deleted", "sample.set", "sample.set"]);
        assert!(!audit.to_string().contains("小額"), "the audit trail holds no data: {audit}");
    })
    .await;
}

#[tokio::test]
async fn a_sample_is_taken_from_a_run_without_its_secrets() {
    both(async |app| {
        let sink = Sink::start().await;
        app.set_secret("crm", "canary-77aa01").await;
        app.publish(&draft(&sink)).await;
        let headers = [("content-type", "application/json"), ("x-shop-token", "abcdefgh"), ("x-shop", "tpe")];
        let body = json!({"no": "B", "total": 2, "echo": "it is canary-77aa01!"});
        let live = app.hook_raw("POST", "orders", &headers, body.to_string()).await.expect(200).run();
        let saved = set(&app, "live", &json!({"from_run": live, "description": "from the shop"}))
            .await
            .expect(200)
            .json();
        let sample = &saved["sample"];
        assert_eq!(sample["trigger"]["headers"]["x-shop-token"], "[redacted]");
        assert_eq!(sample["trigger"]["headers"]["x-shop"], "tpe");
        assert_eq!(sample["trigger"]["body"]["echo"], "it is {{ secret.crm }}!");
        assert_eq!(sample["outputs"]["create"]["body"]["n"], 0);
        let only =
            set(&app, "only", &json!({"from_run": live, "only_trigger": true, "outputs": {"tell": 1}})).await;
        assert_eq!(only.expect(200).json()["sample"]["outputs"], json!({"tell": 1}));

        // As a case of a shipped flow: what comes in, and what the steps give.
        let case = app.get("/flows/orders/samples/live/case").await.expect(200).json();
        let wanted = json!({"title": {"en": "from the shop"}, "run": {"status": "succeeded"},
            "webhook": {"method": "POST", "path": "orders", "body": {"no": "B"}}});
        assert!(missing(&wanted, &case).is_empty(), "{case:#}");
        let order = json!({"id": "order", "status": "succeeded", "output": {"no": "B", "total": 2}});
        assert_eq!(case["run"]["steps"][0], order);
        let run = app.run(&live).await;
        assert!(missing(&case["run"], &run).is_empty(), "the run fits its own case: {case:#}");
    })
    .await;
}

#[tokio::test]
async fn samples_have_limits() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&draft(&sink)).await.expect(200);
        let large = json!({"trigger": {"body": "x".repeat(300_000)}});
        assert_eq!(set(&app, "large", &large).await.refusal(), (422, "sample_too_large".to_owned()));
        assert_eq!(set(&app, "Not-A-Name", &json!({})).await.refusal(), (422, "name_invalid".to_owned()));
        assert_eq!(
            set(&app, "list", &json!({"trigger": []})).await.refusal(),
            (422, "sample_invalid".to_owned())
        );
        assert_eq!(
            set(&app, "typo", &json!({"triger": {}})).await.refusal(),
            (400, "body_invalid".to_owned())
        );
        for number in 0..50 {
            let _set =
                set(&app, &format!("s{number}"), &json!({"trigger": {"body": number}})).await.expect(200);
        }
        assert_eq!(set(&app, "more", &json!({})).await.refusal(), (409, "samples_too_many".to_owned()));
        let _changed = set(&app, "s7", &json!({"trigger": {"body": "other"}})).await.expect(200);
    })
    .await;
}
