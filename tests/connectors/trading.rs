//! A confirmed quote travels: from the CRM to the ERP, to the customer by LINE, and back into the CRM as an activity.

use causeway_demo::{Faults, Subscription};
use causeway_model::Value;
use causeway_testkit::{Backend, TestApp, eventually};
use serde_json::json;

use super::systems::{Company, HOOK_SECRET};

/// Nothing is written for it but this document.
fn flow() -> Value {
    json!({
        "causeway": 1, "kind": "flow", "slug": "quote-travels", "name": "Quote confirmed -> sales order -> LINE",
        "trigger": { "use": "danlee-crm.quote_confirmed", "connection": "crm" },
        "steps": [
            { "id": "customer", "use": "dinkoko-erp.list_customers", "connection": "erp",
              "with": { "tax_id": "{{ trigger.body.data.customer_tax_id }}", "max_items": 1 } },
            { "id": "lines", "use": "script", "with": { "code":
                "trigger.body.data.lines.map(|line| #{ sku: line.sku, quantity: line.quantity, price: line.price })" } },
            { "id": "order", "use": "dinkoko-erp.create_sales_order", "connection": "erp", "after": ["customer", "lines"], "join": "all",
              "retry": { "attempts": 5, "first": "100ms" },
              "with": { "customer_code": "{{ steps.customer.items[0].code }}", "reference": "{{ trigger.body.data.id }}",
                        "lines": "{{ steps.lines }}" } },
            { "id": "post", "use": "dinkoko-erp.post_sales_order", "connection": "erp", "after": ["order"],
              "with": { "no": "{{ steps.order.no }}" } },
            { "id": "contacts", "use": "danlee-crm.list_contacts", "connection": "crm", "after": ["post"],
              "with": { "customer_id": "{{ trigger.body.data.customer_id }}" } },
            { "id": "to", "use": "script", "after": ["contacts"], "with": { "code":
                "let found = steps.contacts.items.filter(|contact| contact.line_user_id != ()); found[0].line_user_id" } },
            { "id": "tell", "use": "line.push_message", "connection": "line", "after": ["to"],
              "with": { "to": "{{ steps.to }}", "messages": [ { "type": "text", "text": "您的訂單 {{ steps.order.no }} 已成立。" } ] } },
            { "id": "note", "use": "danlee-crm.create_activity", "connection": "crm", "after": ["tell"],
              "with": { "id": "{{ trigger.body.data.customer_id }}", "kind": "note", "subject": "訂單 {{ steps.order.no }} 已成立" } },
        ],
    })
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

/// A draft quote whose customer the ERP knows, lets order so much, and who can be told by LINE.
fn quote(company: &Company) -> Value {
    let contacts = company.systems.danlee.records("contacts");
    let customers = company.systems.dinkoko.records("customers");
    let number = |record: &Value, field: &str| text(record, field).parse::<f64>().unwrap_or_default();
    let fits = |quote: &Value| {
        let by_line = contacts.iter().any(|contact| {
            contact["customer_id"] == quote["customer_id"] && contact["line_user_id"].is_string()
        });
        let has_credit = customers.iter().any(|customer| {
            customer["tax_id"] == quote["customer_tax_id"]
                && customer["tax_id"].is_string()
                && number(customer, "credit_limit") - number(customer, "credit_used") > number(quote, "total")
        });
        quote["status"] == "draft" && by_line && has_credit
    };
    company.systems.danlee.records("quotes").into_iter().find(fits).expect("such a quote")
}

async fn confirm(company: &Company, quote: &Value) {
    let url = format!("{}/api/v1/quotes/{}/confirm", company.systems.danlee.base_url(), text(quote, "id"));
    let answer = company.app.client().post(url).header("X-DanLee-Key", "demo-secret").send().await;
    assert!(answer.expect("an answer").status().is_success());
}

async fn publish(company: &Company) {
    company.app.publish(&flow()).await;
    let subscription = Subscription {
        url: company.app.url("/hooks/@crm"),
        events: vec!["quote.confirmed".to_owned()],
        secret: HOOK_SECRET.to_owned(),
    };
    company.systems.danlee.subscribe(subscription).expect("it is registered");
}

async fn run_of(app: &TestApp) -> Value {
    let id = eventually("the run", async || {
        let runs = app.get("/runs?flow=quote-travels").await.expect(200).json();
        runs["runs"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    app.finished(&id).await
}

async fn a_confirmed_quote_travels(backend: Backend) {
    let company = Company::on(backend).await;
    for connection in ["crm", "erp", "accounting", "line"] {
        let tested =
            company.app.post(&format!("/connections/{connection}/test"), &json!({})).await.expect(200).json();
        assert_eq!(tested["ok"], true, "{connection}: {tested}");
    }
    publish(&company).await;
    let quote = quote(&company);
    // Whatever token the test of the connection got is over by then.
    company.systems.dinkoko.expire_tokens();
    confirm(&company, &quote).await;
    let run = run_of(&company.app).await;
    assert_eq!(run["status"], "succeeded", "{run}");
    let orders = company.systems.dinkoko.records("sales_orders");
    let made: Vec<&Value> = orders.iter().filter(|order| order["reference"] == quote["id"]).collect();
    assert_eq!(made.len(), 1, "one order: {made:?}");
    assert_eq!((text(made[0], "status"), &made[0]["subtotal"]), ("posted", &quote["subtotal"]));
    let no = text(made[0], "no");
    let told =
        company.systems.line.requests().into_iter().filter(|request| request.path.ends_with("/message/push"));
    let told = told.filter(|request| text(&request.body["messages"][0], "text").contains(no)).count();
    assert_eq!(told, 1);
    let activities = company.systems.danlee.records("activities");
    assert!(activities.iter().any(|activity| text(activity, "subject").contains(no)));
    let timeline = company.app.get(&format!("/runs/{}/timeline", text(&run, "id"))).await.expect(200);
    assert!(!timeline.text.contains("demo-secret"), "{}", timeline.text);
}

#[tokio::test]
async fn a_confirmed_quote_travels_on_sqlite() {
    a_confirmed_quote_travels(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_confirmed_quote_travels_on_postgres() {
    a_confirmed_quote_travels(Backend::Postgres).await;
}

#[tokio::test]
async fn what_a_system_refuses_is_told_in_its_own_words() {
    let company = Company::on(Backend::Sqlite).await;
    let order = json!({ "id": "order", "use": "dinkoko-erp.create_sales_order", "connection": "erp",
        "with": { "customer_code": "C0001", "lines": [ { "sku": "NO-SUCH", "quantity": 1 } ] } });
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": "refused", "name": "Refused",
        "trigger": { "use": "manual", "with": {} }, "steps": [order] });
    company.app.publish(&flow).await;
    let id = company.app.start_run("refused", &json!({})).await;
    let run = company.app.finished(&id).await;
    let error = &run["failure"]["error"];
    assert_eq!((text(&run, "status"), text(error, "class")), ("failed", "invalid"), "{run}");
    assert!(text(&error["message"], "en").starts_with("Dinkoko ERP answered: "), "{error}");
    assert!(text(&error["message"], "zh-TW").contains("UNKNOWN_PRODUCT"), "{error}");
}

#[tokio::test]
async fn a_system_that_fails_a_few_times_is_tried_again() {
    let company = Company::on(Backend::Sqlite).await;
    publish(&company).await;
    let quote = quote(&company);
    company.systems.dinkoko.set_faults(Faults { fail: 2, ..company.systems.dinkoko.faults() });
    let mut patient = flow();
    patient["steps"][0]["retry"] = json!({ "attempts": 5, "first": "100ms" });
    company.app.publish(&patient).await;
    confirm(&company, &quote).await;
    let run = run_of(&company.app).await;
    assert_eq!(run["status"], "succeeded", "{run}");
    let orders = company.systems.dinkoko.records("sales_orders");
    assert_eq!(orders.iter().filter(|order| order["reference"] == quote["id"]).count(), 1);
}

#[tokio::test]
async fn a_dry_run_shows_what_would_go_out_and_no_credential() {
    let company = Company::on(Backend::Sqlite).await;
    let before = company.systems.line.requests().len();
    let tell = json!({ "id": "tell", "use": "line.push_message", "connection": "line",
        "with": { "to": "U1", "messages": [ { "type": "text", "text": "你好" } ] } });
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": "dry", "name": "Dry",
        "trigger": { "use": "manual", "with": {} }, "steps": [tell] });
    company.app.publish(&flow).await;
    let started = company.app.post("/flows/dry/draft/test", &json!({ "dry_run": true })).await;
    let id = started.expect(202).run();
    let _run = company.app.finished(&id).await;
    let timeline = company.app.get(&format!("/runs/{id}/timeline")).await.expect(200);
    assert!(timeline.text.contains("/v2/bot/message/push"), "{}", timeline.text);
    assert!(timeline.text.contains("{{ connection.token }}"), "{}", timeline.text);
    assert!(!timeline.text.contains("demo-secret"), "{}", timeline.text);
    assert_eq!(company.systems.line.requests().len(), before, "nothing went out");
}

#[tokio::test]
async fn what_systems_send_is_signed_by_them() {
    let company = Company::on(Backend::Sqlite).await;
    publish(&company).await;
    let wrong = Subscription {
        url: company.app.url("/hooks/@crm"),
        events: vec!["customer.created".to_owned()],
        secret: "another secret".to_owned(),
    };
    company.systems.danlee.subscribe(wrong).expect("it is registered");
    let url = format!("{}/api/v1/customers", company.systems.danlee.base_url());
    let new = json!({ "name": "新客戶" });
    let made = company.app.client().post(url).header("X-DanLee-Key", "demo-secret").json(&new).send().await;
    assert!(made.expect("an answer").status().is_success());
    let told = eventually("the CRM to give up", async || {
        company.systems.danlee.deliveries().into_iter().find(|told| told.event == "customer.created")
    })
    .await;
    assert!(!told.delivered && told.error.is_some_and(|error| error.contains("401")));
    assert!(company.app.runs("").await.is_empty());
}

#[tokio::test]
async fn a_bot_hears_what_people_say() {
    let company = Company::on(Backend::Sqlite).await;
    let answer = json!({ "id": "answer", "use": "line.reply_message", "connection": "line", "with": {
        "replyToken": "{{ trigger.body.replyToken }}",
        "messages": [ { "type": "text", "text": "您說：{{ trigger.body.message.text }}" } ] } });
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": "bot", "name": "Bot",
        "trigger": { "use": "line.message", "connection": "line" }, "steps": [answer] });
    company.app.publish(&flow).await;
    let endpoint = format!("{}/v2/bot/channel/webhook/endpoint", company.systems.line.base_url());
    let body = json!({ "endpoint": company.app.url("/hooks/@line") });
    let set = company.app.client().put(endpoint).bearer_auth("demo-secret").json(&body).send().await;
    assert!(set.expect("an answer").status().is_success());
    let user = company.systems.line.users().remove(0);
    company.systems.line.say(&user, "你好").expect("it is said");
    let told = eventually("the answer", async || {
        let replies = company.systems.line.requests();
        replies.into_iter().find(|request| request.path.ends_with("/message/reply"))
    })
    .await;
    assert_eq!(told.body["messages"][0]["text"], "您說：你好");
}

#[tokio::test]
async fn calls_side_by_side_with_one_connection_all_end() {
    let company = Company::on(Backend::Sqlite).await;
    let call = |no: usize| json!({ "id": format!("call{no}"), "use": "danlee-crm.list_contacts", "connection": "crm", "with": { "max_items": 1 } });
    let steps: Vec<Value> = (0..8).map(call).collect();
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": "side-by-side", "name": "Side by side",
        "trigger": { "use": "manual", "with": {} }, "steps": steps });
    company.app.publish(&flow).await;
    for _ in 0..5 {
        let id = company.app.start_run("side-by-side", &json!({})).await;
        assert_eq!(company.app.finished(&id).await["status"], "succeeded");
    }
}
