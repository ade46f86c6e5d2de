//! Money by Stripe's connector on a stateful stand-in that others wrote: a customer pays, a part goes back, refusals are told in its
//! words, events come in signed, and lists come page by page.

use std::collections::BTreeSet;

use causeway_model::Value;
use causeway_testkit::{
    Answer, Backend, TestApp, both, eventually, flow, free_port, root, script_step, timeline,
};
use serde_json::json;
use tokio::process::Command;

use super::desk::{mac, now};
use super::peers::{Peer, folder};

const KEY: &str = "sk_test_a_key_of_ours";
const SIGNING: &str = "whsec_of_the_endpoint";

struct Stripe {
    server: Peer,
    _folder: tempfile::TempDir,
}

impl Stripe {
    async fn start() -> Self {
        let (own, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let mut command = Command::new(folder("peers").join("bin/python"));
        command.arg(root().join("tests/data/stripe/serve.py")).arg(port.to_string());
        Self { server: Peer::start(&mut command, port, &own.path().join("log")).await, _folder: own }
    }

    async fn connect(&self, app: &TestApp, name: &str, key: &str) {
        let made = json!({ "name": name, "connector": "stripe",
            "settings": { "production": { "base_url": self.server.url("") } },
            "credentials": { "production": { "token": key, "webhook_secret": SIGNING } } });
        let _made = app.post("/connections", &made).await.expect(201);
    }

    /// It tells the connection's address of these events from now on, signed with this secret.
    async fn tells(&self, app: &TestApp, name: &str, secret: &str, events: &[&str]) {
        let endpoint = json!({ "url": app.url("/hooks/@pay"), "secret": secret, "events": events });
        let url = self.server.url(&format!("/_config/webhooks/{name}"));
        let answer = app.client().post(url).json(&endpoint).send().await.expect("answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Somebody makes customers at Stripe itself: their ids.
    async fn customers(&self, app: &TestApp, count: usize) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for number in 0..count {
            let request = app.client().post(self.server.url("/v1/customers")).bearer_auth(KEY);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = request.body(format!("name=Customer+{number}")).send().await.expect("answers");
            let made: Value = serde_json::from_str(&answer.text().await.expect("a text")).expect("JSON");
            ids.insert(made["id"].as_str().expect("an id").to_owned());
        }
        ids
    }
}

/// As Stripe signs.
async fn send(app: &TestApp, at: i64, secret: &str, body: &str) -> Answer {
    let signature = format!("t={at},v1={}", mac(secret, &format!("{at}.{body}")));
    let headers = [("content-type", "application/json"), ("stripe-signature", signature.as_str())];
    app.hook_raw("POST", "@pay", &headers, body.to_owned()).await
}

fn step(id: &str, operation: &str, with: Value, after: &str) -> Value {
    let mut step =
        json!({ "id": id, "use": format!("stripe.{operation}"), "connection": "pay", "with": with });
    if !after.is_empty() {
        step["after"] = json!([after]);
    }
    step
}

async fn run(app: &TestApp, slug: &str, steps: Value) -> Value {
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": slug, "name": slug,
        "trigger": { "use": "manual", "with": {} }, "steps": steps });
    app.publish(&flow).await;
    app.finished(&app.start_run(slug, &json!({})).await).await
}

fn output<'a>(run: &'a Value, step: &str) -> &'a Value {
    let steps = run["steps"].as_array().expect("steps");
    &steps.iter().find(|one| one["id"] == step).expect("the step")["output"]
}

fn card(number: &str) -> Value {
    json!({ "type": "card", "card": { "number": number, "exp_month": 8, "exp_year": 2090, "cvc": "123" } })
}

/// A customer with a card who pays NT$380, of which NT$100 go back.
fn payment() -> Value {
    json!([
        step(
            "customer",
            "create_customer",
            json!({ "name": "王小明", "email": "wang@example.com", "address": { "line1": "忠孝東路一段 1 號", "city": "台北市" },
            "preferred_locales": ["zh-TW"], "metadata": { "erp": "C0001" }, "expand": ["default_source"] }),
            ""
        ),
        step("card", "create_payment_method", card("4242424242424242"), "customer"),
        step(
            "attached",
            "attach_payment_method",
            json!({ "payment_method": "{{ steps.card.id }}", "customer": "{{ steps.customer.id }}" }),
            "card"
        ),
        step(
            "paid",
            "create_payment_intent",
            json!({ "amount": 38000, "currency": "twd", "customer": "{{ steps.customer.id }}",
            "payment_method": "{{ steps.card.id }}", "confirm": true, "metadata": { "order": "SO000001" } }),
            "attached"
        ),
        step(
            "back",
            "create_refund",
            json!({ "payment_intent": "{{ steps.paid.id }}", "amount": 10000 }),
            "paid"
        ),
        step(
            "now",
            "get_payment_intent",
            json!({ "intent": "{{ steps.paid.id }}", "expand": ["latest_charge"] }),
            "back"
        ),
    ])
}

#[tokio::test]
async fn a_customer_pays_and_gets_a_part_back() {
    let stripe = Stripe::start().await;
    let app = TestApp::start(Backend::Sqlite).await;
    stripe.connect(&app, "pay", KEY).await;
    let tested = app.post("/connections/pay/test", &json!({})).await.expect(200).json();
    assert_eq!(tested["ok"], true, "{tested}");
    let run = run(&app, "payment", payment()).await;
    assert_eq!(run["status"], "succeeded", "{}", timeline(&run));
    let customer = output(&run, "customer");
    assert_eq!(
        (&customer["name"], &customer["address"]["city"]),
        (&json!("王小明"), &json!("台北市")),
        "{customer}"
    );
    assert_eq!(
        (&customer["metadata"]["erp"], &customer["preferred_locales"]),
        (&json!("C0001"), &json!(["zh-TW"])),
        "{customer}"
    );
    let paid = output(&run, "paid");
    assert_eq!(
        (&paid["status"], &paid["metadata"]["order"]),
        (&json!("succeeded"), &json!("SO000001")),
        "{paid}"
    );
    assert_eq!(output(&run, "back")["amount"], 10000);
    assert_eq!(output(&run, "now")["latest_charge"]["amount_refunded"], 10000, "{run}");
    let shown = app.get(&format!("/runs/{}/timeline", run["id"].as_str().expect("an id"))).await.expect(200);
    assert!(!shown.text.contains(KEY), "{}", shown.text);
}

#[tokio::test]
async fn what_stripe_refuses_is_told_in_its_words() {
    let stripe = Stripe::start().await;
    let app = TestApp::start(Backend::Sqlite).await;
    stripe.connect(&app, "pay", KEY).await;
    let declined = json!([
        step("customer", "create_customer", json!({ "name": "王小明" }), ""),
        step("card", "create_payment_method", card("4000000000000002"), "customer"),
        step(
            "attached",
            "attach_payment_method",
            json!({ "payment_method": "{{ steps.card.id }}", "customer": "{{ steps.customer.id }}" }),
            "card"
        ),
    ]);
    stripe.connect(&app, "wrong", "pk_not_a_secret_key").await;
    let mut stranger = step("stranger", "get_balance", json!({}), "");
    stranger["connection"] = json!("wrong");
    for (slug, steps, class, zh) in [
        ("declined", declined, "invalid", "Stripe 回應：Your card was declined. (card_declined) (402)"),
        (
            "nobody",
            json!([step("nobody", "get_customer", json!({ "customer": "cus_none" }), "")]),
            "not_found",
            "(404)；請檢查編號",
        ),
        ("stranger", json!([stranger]), "auth", "請檢查連線的憑證及其權限"),
    ] {
        let run = run(&app, slug, steps).await;
        let error = &run["failure"]["error"];
        assert_eq!((&run["status"], &error["class"]), (&json!("failed"), &json!(class)), "{slug}: {run}");
        assert!(error["message"]["zh-TW"].as_str().is_some_and(|text| text.contains(zh)), "{slug}: {error}");
    }
}

#[tokio::test]
async fn signed_events_start_one_run_each() {
    both(async |app| {
        let stripe = Stripe::start().await;
        stripe.connect(&app, "pay", KEY).await;
        let trigger = json!({ "use": "stripe.payment_intent_succeeded", "connection": "pay" });
        let steps = json!([script_step("order", "trigger.body.data.object.metadata.order", &[])]);
        app.publish(&flow("paid", trigger, steps)).await;
        // One endpoint has an old secret: what it sends is refused.
        stripe.tells(&app, "old", "whsec_from_before", &["payment_intent.succeeded"]).await;
        stripe.tells(&app, "ours", SIGNING, &["payment_intent.succeeded", "customer.created"]).await;
        let paid = run(&app, "payment", payment()).await;
        assert_eq!(paid["status"], "succeeded", "{}", timeline(&paid));
        let told = eventually("the payment to be told", async || app.runs("flow=paid").await.pop()).await;
        let id = told["id"].as_str().expect("an id");
        let told = app.finished(id).await;
        assert_eq!((&told["status"], &told["output"]), (&json!("succeeded"), &json!("SO000001")), "{told}");

        // The same event again, as Stripe sends what it does not know to be taken.
        let event = app.get(&format!("/trigger-events/{id}")).await.expect(200).json();
        assert!(event["event"]["headers"]["stripe-signature"].is_null(), "{event}");
        let body = app.get(&format!("/trigger-events/{id}/body")).await.expect(200).text;
        assert!(body.contains("payment_intent.succeeded") && body.contains("evt_"), "{body}");
        let again = send(&app, now(), SIGNING, &body).await.expect(200).json();
        assert_eq!(again, json!({ "events": 1, "runs": 0 }));
        for (at, secret) in [(now(), "whsec_from_before"), (now() - 400, SIGNING)] {
            let refused = send(&app, at, secret, &body.replace("evt_", "evt_other_")).await;
            assert_eq!(refused.refusal(), (401, "webhook_unauthorized".into()));
        }
        assert_eq!(app.hook_raw("POST", "@pay", &[], body.clone()).await.status, 401, "not signed");
        assert_eq!(app.runs("flow=paid").await.len(), 1, "each event starts one run");
        let other = send(&app, now(), SIGNING, &body.replace("evt_", "evt_other_")).await.expect(200).json();
        assert_eq!(other, json!({ "events": 1, "runs": 1 }));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_through_all_of_its_pages() {
    both(async |app| {
        let stripe = Stripe::start().await;
        stripe.connect(&app, "pay", KEY).await;
        let made = stripe.customers(&app, 23).await;
        let listed = step("all", "list_customers", json!({ "limit": 5 }), "");
        let few = step("few", "list_customers", json!({ "limit": 5, "max_items": 12 }), "all");
        let run = run(&app, "customers", json!([listed, few])).await;
        assert_eq!(run["status"], "succeeded", "{}", timeline(&run));
        let ids = |output: &Value| -> Vec<String> {
            let items = output["items"].as_array().into_iter().flatten();
            items.filter_map(|one| one["id"].as_str()).map(str::to_owned).collect()
        };
        let all = output(&run, "all");
        assert_eq!((&all["count"], ids(all).len()), (&json!(23), 23), "each once: {all}");
        assert_eq!(ids(all).into_iter().collect::<BTreeSet<_>>(), made);
        let few = ids(output(&run, "few"));
        assert_eq!((few.len(), few.as_slice()), (12, &ids(all)[..12]));
    })
    .await;
}
