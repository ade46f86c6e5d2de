//! Polls of the sample company's systems: what is new or changed there starts one run each, whatever happens to either side.
//! The systems' clock is months behind ours.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_demo::{Config, Faults, Simulators};
use causeway_model::{Time, Value};
use causeway_testkit::{Backend, Database, Options, TestApp, eventually, eventually_within, script_step};
use futures::future::join_all;
use serde_json::json;

use super::systems::Company;

/// Asks this list as `with` says.
fn asks(slug: &str, trigger: &str, connection: &str, with: Value) -> Value {
    json!({
        "causeway": 1, "kind": "flow", "slug": slug, "name": slug,
        "trigger": { "use": trigger, "connection": connection, "with": with },
        "steps": [script_step("seen", "#{ event: trigger.event, by: trigger.connection, body: trigger.body }", &[])],
    })
}

fn customers(slug: &str, with: Value) -> Value {
    asks(slug, "danlee-crm.customer_changed", "crm", with)
}

async fn poll_of(app: &TestApp, slug: &str) -> Option<Value> {
    let polls = app.get("/polls").await.expect(200).json();
    polls["polls"].as_array()?.iter().find(|poll| poll["slug"] == slug).cloned()
}

/// Its poll once it has been asked and this holds.
async fn asked(app: &TestApp, slug: &str, holds: impl Fn(&Value) -> bool) -> Value {
    eventually_within(Duration::from_secs(60), &format!("the poll of {slug}"), async || {
        poll_of(app, slug).await.filter(|poll| !poll["last_polled_at"].is_null() && holds(poll))
    })
    .await
}

/// Has it asked now, and waits until it was.
async fn ask(app: &TestApp, slug: &str) -> Value {
    let before = poll_of(app, slug).await.expect("a poll")["last_polled_at"].clone();
    let _poll = app.post(&format!("/flows/{slug}/poll"), &json!({})).await.expect(202);
    asked(app, slug, |poll| poll["last_polled_at"] != before).await
}

async fn at_crm(company: &Company, method: reqwest::Method, path: &str, body: &Value) -> Value {
    let url = format!("{}/api/v1{path}", company.systems.danlee.base_url());
    let request = company.app.client().request(method, url).header("X-DanLee-Key", "demo-secret");
    let answer = request.json(body).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.expect("JSON")
}

async fn new_customer(company: &Company, name: &str) -> Value {
    at_crm(company, reqwest::Method::POST, "/customers", &json!({ "name": name })).await
}

async fn renamed(company: &Company, customer: &Value, name: &str) -> Value {
    let path = format!("/customers/{}", customer["id"].as_str().expect("an id"));
    at_crm(company, reqwest::Method::PATCH, &path, &json!({ "name": name })).await
}

/// How many runs each change has made, by `id name`.
async fn found(app: &TestApp, slug: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for run in app.runs(&format!("flow={slug}")).await {
        let id = run["id"].as_str().expect("an id");
        let body = app.get(&format!("/trigger-events/{id}/body")).await.expect(200).json();
        let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        *found.entry(format!("{} {}", text("id"), text("name"))).or_default() += 1;
    }
    found
}

async fn what_is_new_and_changed_is_found(backend: Backend) {
    let company = Company::on(backend).await;
    let app = &company.app;
    app.publish(&customers("finds", json!({ "every": "1h" }))).await;
    let poll = asked(app, "finds", |_| true).await;
    assert_eq!((&poll["found"], &poll["failures"]), (&json!(0), &json!(0)), "nothing older: {poll}");
    assert_eq!((&poll["trigger"], &poll["every"]), (&json!("danlee-crm.customer_changed"), &json!("1h")));

    let made = new_customer(&company, "新客戶股份有限公司").await;
    ask(app, "finds").await;
    let run = eventually("a run", async || app.runs("flow=finds").await.first().cloned()).await;
    let run = app.finished(run["id"].as_str().expect("an id")).await;
    let seen = &run["steps"][0]["output"];
    assert_eq!((&seen["event"], &seen["by"]), (&json!("customer_changed"), &json!("crm")), "{run}");
    assert_eq!(seen["body"], made);

    // Asked again and again, what stands at the edge starts nothing; a change does.
    let poll = ask(app, "finds").await;
    assert_eq!((&poll["found"], &poll["last_error"]), (&json!(1), &Value::Null), "{poll}");
    renamed(&company, &made, "改名股份有限公司").await;
    assert_eq!(ask(app, "finds").await["found"], 2);

    // Off, then on again: what came meanwhile is found.
    let _off = app.post("/flows/finds/disable", &json!({})).await.expect(200);
    let refused = app.post("/flows/finds/poll", &json!({})).await;
    assert_eq!(refused.refusal(), (409, "flow_disabled".to_owned()));
    new_customer(&company, "停用期間").await;
    let _on = app.post("/flows/finds/enable", &json!({})).await.expect(200);
    let asked_at = app.cli(&["poll", "now", "finds"]).await.success();
    assert!(asked_at.stdout.contains("within a second"), "{}", asked_at.stdout);
    asked(app, "finds", |poll| poll["found"] == 3).await;

    // The same again goes on; another connection begins anew.
    let mut same = customers("finds", json!({ "every": "2h" }));
    app.publish(&same).await;
    let poll = asked(app, "finds", |poll| poll["version"] == 2 && poll["every"] == "2h").await;
    assert_eq!(poll["found"], 3, "{poll}");
    company.connect_crm("crm-2").await;
    same["trigger"]["connection"] = json!("crm-2");
    app.publish(&same).await;
    let poll = asked(app, "finds", |poll| poll["connection"] == "crm-2").await;
    assert_eq!(poll["found"], 0, "what was there is no event: {poll}");
    new_customer(&company, "另一條連線").await;
    assert_eq!(ask(app, "finds").await["found"], 1);
    assert!(found(app, "finds").await.values().all(|count| *count == 1));

    let listed = app.cli(&["poll", "list"]).await.success().stdout;
    assert!(listed.contains("danlee-crm.customer_changed") && listed.contains("crm-2"), "{listed}");
    let metrics = app.metrics().await.text;
    assert!(metrics.contains("causeway_poll_records_total 4"), "{metrics}");
    let _manual = app
        .publish(&json!({
            "causeway": 1, "kind": "flow", "slug": "finds", "name": "finds", "trigger": { "use": "manual" },
            "steps": [script_step("a", "1", &[])],
        }))
        .await;
    assert!(poll_of(app, "finds").await.is_none());
    assert_eq!(
        app.post("/flows/finds/poll", &json!({})).await.refusal(),
        (409, "flow_not_polled".to_owned())
    );
}

#[tokio::test]
async fn what_is_new_and_changed_is_found_on_sqlite() {
    what_is_new_and_changed_is_found(Backend::Sqlite).await;
}

#[tokio::test]
async fn what_is_new_and_changed_is_found_on_postgres() {
    what_is_new_and_changed_is_found(Backend::Postgres).await;
}

async fn from_the_beginning(backend: Backend) {
    let company = Company::on(backend).await;
    let app = &company.app;
    let there = company.systems.danlee.records("customers").len();
    assert!(there > 200, "{there}");
    app.publish(&customers("all", json!({ "every": "1h", "from": "beginning", "most": 90 }))).await;
    let poll = asked(app, "all", |poll| poll["found"] == there).await;
    assert_eq!(poll["failures"], 0, "{poll}");
    assert_eq!(ask(app, "all").await["found"], there);
    // The oldest change came first.
    let mut runs = app.runs("flow=all").await;
    runs.reverse();
    let mut times = Vec::new();
    for run in runs.iter().step_by(7) {
        let id = run["id"].as_str().expect("an id");
        let body = app.get(&format!("/trigger-events/{id}/body")).await.expect(200).json();
        times.push(body["updated_at"].as_str().expect("a time").to_owned());
    }
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn from_the_beginning_all_that_is_there_comes_once_on_sqlite() {
    from_the_beginning(Backend::Sqlite).await;
}

#[tokio::test]
async fn from_the_beginning_all_that_is_there_comes_once_on_postgres() {
    from_the_beginning(Backend::Postgres).await;
}

async fn accounting_writes_its_own_calendar(backend: Backend) {
    let company = Company::on(backend).await;
    let app = &company.app;
    app.publish(&asks("books", "tanjee-accounting.customer_changed", "accounting", json!({ "every": "1h" })))
        .await;
    let poll = asked(app, "books", |_| true).await;
    assert_eq!((&poll["found"], &poll["last_error"]), (&json!(0), &Value::Null), "{poll}");
    let customer = &company.systems.tanjee.records("customers")[7];
    let change = json!({ "id": "change", "use": "tanjee-accounting.update_customer", "connection": "accounting",
        "with": { "no": customer["no"], "name": customer["name"], "phone": "02-2345-6789" } });
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": "change", "name": "Change",
        "trigger": { "use": "manual" }, "steps": [change] });
    app.publish(&flow).await;
    let id = app.start_run("change", &json!({})).await;
    assert_eq!(app.finished(&id).await["status"], "succeeded");
    assert_eq!(ask(app, "books").await["found"], 1);
    assert_eq!(ask(app, "books").await["found"], 1);
}

#[tokio::test]
async fn accounting_writes_its_own_calendar_on_sqlite() {
    accounting_writes_its_own_calendar(Backend::Sqlite).await;
}

/// So many at once that no page holds them.
async fn flood(company: &Company, names: std::ops::Range<usize>) {
    let names: Vec<String> = names.map(|number| format!("客戶 {number:05}")).collect();
    for names in names.chunks(50) {
        join_all(names.iter().map(|name| new_customer(company, name))).await;
    }
}

async fn a_flood_comes_in_parts_and_once(backend: Backend) {
    const FLOOD: usize = 2500;
    let company = Company::on(backend).await;
    let app = &company.app;
    app.publish(&customers("flood", json!({ "every": "1h" }))).await;
    asked(app, "flood", |_| true).await;
    flood(&company, 0..FLOOD).await;
    let before = app.metrics().await.text;
    let _asked = app.post("/flows/flood/poll", &json!({})).await.expect(202);
    asked(app, "flood", |poll| poll["found"] == FLOOD).await;
    // At most 1,000 each, the next at once.
    assert!(before.contains("causeway_polls_total 1\n"), "{before}");
    let after = app.metrics().await.text;
    assert!(after.contains("causeway_polls_total 4\n"), "{after}");
    assert_eq!(ask(app, "flood").await["found"], FLOOD);
    assert_eq!(app.runs("flow=flood").await.len(), FLOOD);
}

#[tokio::test]
async fn a_flood_comes_in_parts_and_once_on_sqlite() {
    a_flood_comes_in_parts_and_once(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_flood_comes_in_parts_and_once_on_postgres() {
    a_flood_comes_in_parts_and_once(Backend::Postgres).await;
}

async fn killed_between_run_and_cursor(backend: Backend) {
    const PART: usize = 150;
    let company = Company::on(backend).await;
    let app = &company.app;
    app.publish(&customers("kills", json!({ "every": "1h" }))).await;
    asked(app, "kills", |_| true).await;
    for part in 0..3 {
        flood(&company, part * PART..(part + 1) * PART).await;
        let before = app.runs("flow=kills").await.len();
        let _asked = app.post("/flows/kills/poll", &json!({})).await.expect(202);
        // As soon as one more run is there, most likely before the cursor has moved.
        eventually("a run", async || (app.runs("flow=kills").await.len() > before).then_some(())).await;
        app.restart().await;
    }
    let _asked = app.post("/flows/kills/poll", &json!({})).await.expect(202);
    eventually_within(Duration::from_secs(60), "all of them", async || {
        (app.runs("flow=kills").await.len() >= 3 * PART).then_some(())
    })
    .await;
    assert_eq!(ask(app, "kills").await["failures"], 0);
    let found = found(app, "kills").await;
    assert_eq!(found.len(), 3 * PART);
    assert!(found.values().all(|count| *count == 1), "{found:?}");
}

#[tokio::test]
async fn killed_between_run_and_cursor_each_change_makes_one_run_on_sqlite() {
    killed_between_run_and_cursor(Backend::Sqlite).await;
}

#[tokio::test]
async fn killed_between_run_and_cursor_each_change_makes_one_run_on_postgres() {
    killed_between_run_and_cursor(Backend::Postgres).await;
}

async fn a_system_that_fails_is_asked_later(backend: Backend) {
    let company = Company::on(backend).await;
    let app = &company.app;
    let crm = &company.systems.danlee;
    app.publish(&customers("later", json!({ "every": "1h" }))).await;
    app.publish(&asks("others", "dinkoko-erp.order_changed", "erp", json!({ "every": "1h" }))).await;
    asked(app, "later", |_| true).await;
    asked(app, "others", |_| true).await;
    let wait = |poll: &Value| {
        let at = |field: &str| poll[field].as_str().expect("a time").parse::<Time>().expect("a time");
        at("next_at").since(at("last_polled_at")).millis() / 1000
    };

    // Too many calls: as long as the system says.
    crm.set_faults(Faults { fail: 1, status: Some(429), retry_after: Some(100), ..crm.faults() });
    let poll = ask(app, "later").await;
    assert_eq!((&poll["failures"], &poll["last_error"]["class"]), (&json!(1), &json!("limit")), "{poll}");
    assert!((95..=100).contains(&wait(&poll)), "{poll}");
    assert!(poll["last_error"]["message"]["zh-TW"].is_string());
    // The rest of the connection's callers are held back too, so that other one is set up for the outage.
    company.connect_crm("crm-2").await;
    let mut flow = customers("outage", json!({ "every": "1h" }));
    flow["trigger"]["connection"] = json!("crm-2");
    app.publish(&flow).await;
    asked(app, "outage", |poll| poll["failures"] == 0).await;
    crm.set_faults(Faults { fail: 1, status: Some(503), retry_after: None, ..crm.faults() });
    let poll = ask(app, "outage").await;
    assert_eq!((&poll["failures"], &poll["last_error"]["class"]), (&json!(1), &json!("server")), "{poll}");
    assert!((10..=12).contains(&wait(&poll)), "{poll}");
    new_customer(&company, "停機期間").await;
    let listed = app.cli(&["poll", "list"]).await.success().stdout;
    assert!(listed.contains("1 × "), "{listed}");
    // By itself, once it works again.
    let poll = asked(app, "outage", |poll| poll["found"] == 1).await;
    assert_eq!((&poll["failures"], &poll["last_error"]), (&json!(0), &Value::Null), "{poll}");

    // Credentials that are refused stop nobody else.
    let wrong = json!({ "api_key": "wrong" });
    let _set = app.api("PUT", "/connections/crm-2/credentials", Some(&wrong)).await.expect(200);
    let poll = ask(app, "outage").await;
    assert_eq!(poll["last_error"]["class"], "auth", "{poll}");
    assert_eq!(ask(app, "others").await["failures"], 0);
    let connection = app.get("/connections/crm-2").await.expect(200).json();
    assert!(connection["last_error"].is_object(), "{connection}");
    let metrics = app.metrics().await.text;
    assert!(metrics.contains("causeway_poll_failures_total 3\n"), "{metrics}");
}

#[tokio::test]
async fn a_system_that_fails_is_asked_later_on_sqlite() {
    a_system_that_fails_is_asked_later(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_system_that_fails_is_asked_later_on_postgres() {
    a_system_that_fails_is_asked_later(Backend::Postgres).await;
}

#[tokio::test]
async fn of_two_processes_one_asks() {
    let now: Time = "2026-08-15T02:00:00Z".parse().expect("a time");
    let systems = Simulators::start(&Config::new(now)).await.expect("the systems start");
    let database = Database::fresh(Backend::Postgres);
    let options =
        Options::new().database_url(&database.url().expect("a URL")).env("CAUSEWAY_KEY", "7f".repeat(32));
    let app = TestApp::start_with(Backend::Postgres, options.clone()).await;
    let other = TestApp::start_with(Backend::Postgres, options).await;
    let company = Company::of(app, systems).await;
    for number in 0..4 {
        company.app.publish(&customers(&format!("two-{number}"), json!({ "every": "1h" }))).await;
    }
    let mut polls = 4;
    for round in 0..5 {
        for number in 0..4 {
            let app = if number % 2 == 0 { &company.app } else { &other };
            if round == 0 {
                asked(app, &format!("two-{number}"), |_| true).await;
            } else {
                ask(app, &format!("two-{number}")).await;
                polls += 1;
            }
        }
    }
    let lists = company.systems.danlee.requests().into_iter();
    let lists = lists.filter(|request| request.path.starts_with("/api/v1/customers")).count();
    // A first poll may look twice, where nothing was changed for a day.
    let count = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("causeway_polls_total "));
        line.and_then(|count| count.parse::<usize>().ok()).expect("a count")
    };
    let all = count(&company.app.metrics().await.text) + count(&other.metrics().await.text);
    assert_eq!(all, polls, "of {lists} requests");
    drop(company);
    drop(other);
    drop(database);
}
