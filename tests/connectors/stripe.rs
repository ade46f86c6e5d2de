//! Money by Stripe's connector on a stateful stand-in that others wrote: a customer pays, a part goes back, and refusals are told in
//! its words.

use causeway_model::Value;
use causeway_testkit::{Backend, TestApp, free_port, root, timeline};
use serde_json::json;
use tokio::process::Command;

use super::peers::{Peer, folder};

const KEY: &str = "sk_test_a_key_of_ours";

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
            "settings": { "production": { "base_url": self.server.url("") } }, "credentials": { "production": { "token": key } } });
        let _made = app.post("/connections", &made).await.expect(201);
    }
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
