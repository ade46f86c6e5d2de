//! The company's whole story through its flows, while systems fail and the engine is killed: what stands in the systems at the
//! end is what would stand there had nothing gone wrong.

use std::time::Duration;

use causeway_demo::Faults;
use causeway_model::{Clock, Time, Value};
use causeway_store::SystemClock;
use causeway_testkit::{Backend, Options, eventually, eventually_within};
use serde_json::json;

use super::systems::{Company, FLOWS};
use crate::runs::ShiftedClock;

const PATIENCE: Duration = Duration::from_secs(180);

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

/// Of an amount such as `1200.50`.
fn cents(record: &Value, field: &str) -> i64 {
    text(record, field).replace('.', "").parse().expect("an amount")
}

/// A customer whom all systems know, with somebody on LINE and much credit.
struct Buyer {
    crm: String,
    code: String,
    user: String,
    used: i64,
}

fn buyers(company: &Company, count: usize) -> Vec<Buyer> {
    let contacts = company.records("crm", "contacts", &[]);
    let buyer = |customer: &Value| {
        let number = &customer["tax_id"];
        let known = company.records("erp", "customers", &[("tax_id", number)]);
        let known = known.first().filter(|_| number.is_string())?;
        let contact = contacts.iter().find(|contact| {
            contact["customer_id"] == customer["id"] && contact["line_user_id"].is_string()
        })?;
        let used = cents(known, "credit_used");
        (cents(known, "credit_limit") - used > 10_000_000).then(|| Buyer {
            crm: text(customer, "id").to_owned(),
            code: text(known, "code").to_owned(),
            user: text(contact, "line_user_id").to_owned(),
            used,
        })
    };
    let found: Vec<Buyer> =
        company.records("crm", "customers", &[]).iter().filter_map(buyer).take(count).collect();
    assert_eq!(found.len(), count);
    found
}

async fn quote(company: &Company, customer: &str, quantity: i64) -> Value {
    let body = json!({ "customer_id": customer, "lines": [{ "sku": "P-1001", "quantity": quantity, "price": "650.00" }] });
    company.call("crm", "POST", "/api/v1/quotes", Some(&body)).await["id"].clone()
}

/// The records once there is one.
async fn come(company: &Company, system: &str, kind: &str, with: (&str, &Value)) -> Vec<Value> {
    eventually_within(PATIENCE, &format!("{kind} in {system} with {with:?}"), async || {
        let found = company.records(system, kind, &[with]);
        (!found.is_empty()).then_some(found)
    })
    .await
}

async fn killed(company: &Company) {
    company.app.kill9();
    tokio::time::sleep(Duration::from_millis(300)).await;
    company.app.launch().await;
}

/// What the bot sent to somebody.
fn told(company: &Company, user: &str) -> Vec<Value> {
    company.records("line", "messages", &[("user_id", &json!(user)), ("by_bot", &json!(true))])
}

#[tokio::test]
async fn the_story_ends_well_whatever_goes_wrong_on_sqlite() {
    story(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_story_ends_well_whatever_goes_wrong_on_postgres() {
    story(Backend::Postgres).await;
}

async fn story(backend: Backend) {
    let company = Company::on(backend).await;
    company.publish_shipped(&FLOWS).await;
    company.tell_everything();
    let buyers = buyers(&company, 3);
    let mut quotes = Vec::new();
    for buyer in &buyers {
        quotes.push(quote(&company, &buyer.crm, 20).await);
    }
    let short = quote(&company, &buyers[0].crm, 90_000).await;
    let salesperson = {
        let customer = &company.records("crm", "customers", &[("id", &json!(buyers[0].crm))])[0];
        company.records("crm", "salespeople", &[("id", &customer["salesperson"])])[0].clone()
    };
    let faults = Faults { every: 5, latency_ms: 10, ..Faults::default() };
    for system in ["erp", "accounting", "line"] {
        company.system(system).set_faults(faults.clone());
    }
    let newcomer = json!({ "name": "晨曦文創有限公司", "tax_id": "90200004", "level": "B" });
    let newcomer = company.call("crm", "POST", "/api/v1/customers", Some(&newcomer)).await;
    company.systems.danlee.set_faults(faults);

    for quote in quotes.iter().chain([&short]) {
        company.press("crm", "confirm", quote.as_str().expect("an id")).await;
    }
    let _first = come(&company, "erp", "sales_orders", ("reference", &quotes[0])).await;
    killed(&company).await;
    let mut orders = Vec::new();
    for quote in &quotes {
        let order = come(&company, "erp", "sales_orders", ("reference", quote)).await.remove(0);
        let receivable =
            come(&company, "accounting", "receivables", ("order_no", &order["no"])).await.remove(0);
        orders.push((order, receivable));
    }
    for (order, _) in &orders {
        company.press("erp", "ship", text(order, "no")).await;
    }
    eventually_within(PATIENCE, "a customer to hear of it", async || {
        (!told(&company, &buyers[0].user).is_empty()).then_some(())
    })
    .await;
    killed(&company).await;
    for (_, receivable) in &orders {
        company.press("accounting", "pay", text(receivable, "no")).await;
    }
    settled(&company, 3 * 4 + 2).await;

    for (quote, (buyer, (order, receivable))) in quotes.iter().zip(buyers.iter().zip(&orders)) {
        let made = company.records("erp", "sales_orders", &[("reference", quote)]);
        assert_eq!((made.len(), text(&made[0], "status")), (1, "shipped"), "{made:?}");
        let owed = company.records("accounting", "receivables", &[("order_no", &order["no"])]);
        assert_eq!((owed.len(), &owed[0]["amount"], text(&owed[0], "balance")), (1, &order["total"], "0.00"));
        let heard = told(&company, &buyer.user);
        assert_eq!(heard.len(), 1, "one message: {heard:?}");
        assert!(text(&heard[0]["message"], "text").contains(text(order, "no")));
        let shipment = &company.records("erp", "shipments", &[("order_no", &order["no"])])[0];
        for id in [format!("order-{}", text(order, "no")), format!("shipment-{}", text(shipment, "no"))] {
            let noted = company.records("crm", "activities", &[("external_id", &json!(id))]);
            assert_eq!(noted.len(), 1, "{id}");
        }
        let payment = company.records("accounting", "payments", &[("status", &json!("confirmed"))]);
        let payment =
            payment.iter().find(|payment| payment["allocations"][0]["receivable_no"] == receivable["no"]);
        let reference = &payment.expect("its payment")["no"];
        let freed = company.records("erp", "freed_credit", &[("reference", reference)]);
        assert_eq!((freed.len(), &freed[0]["amount"]), (1, &order["total"]));
        let customer = &company.records("erp", "customers", &[("code", &json!(buyer.code))])[0];
        assert_eq!(cents(customer, "credit_used"), buyer.used, "the credit is free again");
    }
    let held = company.records("erp", "sales_orders", &[("reference", &short)]);
    assert_eq!((held.len(), text(&held[0], "status")), (1, "held"));
    let heard = told(&company, text(&salesperson, "line_user_id"));
    assert_eq!(heard.len(), 1, "{heard:?}");
    let created = company.records("erp", "customers", &[("tax_id", &newcomer["tax_id"])]);
    assert_eq!((created.len(), text(&created[0], "level")), (1, "B"));
    bot(&company, &salesperson, &buyers[1].code).await;
}

/// So many runs in all, and every one of them went well.
async fn settled(company: &Company, runs: usize) {
    let all = eventually_within(PATIENCE, &format!("{runs} runs to end"), async || {
        let all = company.app.runs("").await;
        let open = ["queued", "running", "waiting"];
        let ended = all.iter().all(|run| !open.contains(&text(run, "status")));
        (ended && all.len() >= runs).then_some(all)
    })
    .await;
    let failed: Vec<&Value> = all.iter().filter(|run| run["status"] != "succeeded").collect();
    assert!(all.len() == runs && failed.is_empty(), "{} runs, failed: {failed:#?}", all.len());
}

/// A salesperson asks and is answered by reply token, which costs nothing, although each system fails once.
async fn bot(company: &Company, salesperson: &Value, code: &str) {
    company.systems.set_faults(&Faults { fail: 1, status: Some(503), ..Faults::default() });
    company.systems.line.set_faults(Faults::default());
    let used = company.call("line", "GET", "/v2/bot/message/quota/consumption", None).await;
    company.systems.line.set_faults(Faults {
        fail: 1,
        status: Some(429),
        retry_after: Some(1),
        ..Faults::default()
    });
    let user = text(salesperson, "line_user_id");
    let before = told(company, user).len();
    company.systems.line.say(user, &code.to_lowercase()).expect("a user");
    let heard = eventually("the answer", async || {
        let heard = told(company, user);
        (heard.len() > before).then_some(heard)
    })
    .await;
    let answer = &heard[before]["message"];
    assert_eq!((heard.len(), text(answer, "type")), (before + 1, "flex"));
    assert!(text(answer, "altText").starts_with(code), "{answer}");
    let after = company.call("line", "GET", "/v2/bot/message/quota/consumption", None).await;
    assert_eq!(used["totalUsage"], after["totalUsage"], "a reply costs nothing");
}

#[tokio::test]
async fn the_salespeople_hear_of_what_is_overdue_at_half_past_eight_on_sqlite() {
    overdue(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_salespeople_hear_of_what_is_overdue_at_half_past_eight_on_postgres() {
    overdue(Backend::Postgres).await;
}

async fn overdue(backend: Backend) {
    const DAY: i64 = 86_400;
    /// 08:30 in Taipei, in seconds of a UTC day.
    const DUE: i64 = 1800;
    let clock = ShiftedClock::new();
    let company = Company::with(backend, clock.options(Options::new())).await;
    company.systems.line.set_faults(Faults { every: 4, ..Faults::default() });
    company.publish_shipped(&["overdue-reminder"]).await;
    clock.set((DUE - SystemClock.now().0 / 1000).rem_euclid(DAY) - 4);
    let run = eventually_within(Duration::from_secs(60), "the run", async || {
        company.app.runs("flow=overdue-reminder").await.into_iter().next()
    })
    .await;
    let run = company.app.finished(text(&run, "id")).await;
    assert_eq!(text(&run, "status"), "succeeded", "{run:#}");
    let timeline = company.app.get(&format!("/runs/{}/timeline", text(&run, "id"))).await.expect(200).text;
    assert!(timeline.contains("T00:30:00"), "{timeline}");
    let people = company.records("crm", "salespeople", &[]);
    assert_eq!(people.len(), 8);
    for person in people {
        let heard = told(&company, text(&person, "line_user_id"));
        assert_eq!(heard.len(), 1, "one message: {heard:?}");
        let said = text(&heard[0]["message"], "text");
        assert!(said.contains(text(&person, "name")) && said.contains("NT$"), "{said}");
    }
    let made: Time = text(&run, "created_at").parse().expect("a time");
    assert_eq!(made.0.rem_euclid(DAY * 1000) / 60_000, DUE / 60, "at its time");
}
