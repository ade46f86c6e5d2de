//! A customer, a sale, its shipment, its invoice and its payment in a real ERP: Tryton 8, driven by one flow.

use causeway_model::Value;
use causeway_testkit::{Backend, TestApp, free_port, psql, timeline};
use serde_json::json;
use tokio::process::Command;

use super::peers::{Peer, folder};

/// Tryton on a copy of the small company's database that `data/tryton/seed.py` made. The database goes with it.
struct Tryton {
    server: Option<Peer>,
    database: String,
    _folder: tempfile::TempDir,
}

const SERVER: &str = "postgres://postgres@127.0.0.1:5432";

impl Tryton {
    async fn start() -> Self {
        let tools = folder("tryton");
        let (own, port) = (tempfile::tempdir().expect("a folder"), free_port());
        // As those of the other tests are called, so that one of a killed process is cleared away with them.
        let database = format!("causeway_test_{}_tryton_{port}", std::process::id());
        let here = ["-h", "127.0.0.1", "-p", "5432", "-U", "postgres"];
        for (program, rest) in [
            ("createdb", vec![database.clone()]),
            (
                "pg_restore",
                vec!["-d".to_owned(), database.clone(), tools.join("company.dump").display().to_string()],
            ),
        ] {
            let done = Command::new(program).args(here).args(&rest).output().await.expect("it runs");
            assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
        }
        let settings = own.path().join("trytond.conf");
        let written = format!(
            "[database]\nuri = postgresql://postgres@127.0.0.1:5432/\n[web]\nlisten = 127.0.0.1:{port}\n"
        );
        std::fs::write(&settings, written).expect("a file");
        let mut command = Command::new(tools.join("bin/trytond"));
        command.arg("-c").arg(&settings).args(["-d", &database]);
        let server = Peer::start(&mut command, port, &own.path().join("log")).await;
        Self { server: Some(server), database, _folder: own }
    }

    async fn connect(&self, app: &TestApp) {
        let key = std::fs::read_to_string(folder("tryton").join("key")).expect("the key");
        let server = self.server.as_ref().expect("it runs");
        let made = json!({ "name": "erp", "connector": "tryton",
            "settings": { "production": { "base_url": server.url(""), "database": self.database, "company": 1 } },
            "credentials": { "production": { "token": key.trim() } } });
        let _made = app.post("/connections", &made).await.expect(201);
        let tested = app.post("/connections/erp/test", &json!({})).await.expect(200).json();
        assert_eq!(tested["ok"], true, "{tested}");
    }
}

impl Drop for Tryton {
    fn drop(&mut self) {
        // It holds on to the database.
        drop(self.server.take());
        let _dropped = psql(SERVER, &format!("drop database if exists {} with (force)", self.database));
    }
}

fn step(id: &str, operation: &str, with: Value, after: &str) -> Value {
    let mut step =
        json!({ "id": id, "use": format!("tryton.{operation}"), "connection": "erp", "with": with });
    if !after.is_empty() {
        step["after"] = json!([after]);
    }
    step
}

/// Everything from the new customer to the money, and nothing but this document.
fn flow() -> Value {
    let sale = json!({ "id": "{{ steps.sale.id }}" });
    let shipment = json!({ "id": "{{ steps.processed.shipments[0] }}" });
    let invoice = json!({ "id": "{{ steps.processed.invoices[0] }}" });
    let line = json!({ "date": "{{ trigger.input.day }}", "amount": "{{ steps.posted.amount_to_pay }}", "party": "{{ steps.customer.id }}",
        "account": "{{ steps.posted.account }}", "related_to": "account.invoice,{{ steps.posted.id }}" });
    json!({
        "causeway": 1, "kind": "flow", "slug": "order-to-cash", "name": "Order to cash",
        "trigger": { "use": "manual", "with": {} },
        "steps": [
            step("customer", "create_party", json!({ "name": "{{ trigger.input.name }}",
                "addresses": [{ "street": "忠孝東路一段 1 號", "city": "台北市" }],
                "contact_mechanisms": [{ "type": "email", "value": "wang@example.com" }] }), ""),
            step("products", "list_products", json!({ "d": [["code", "=", "{{ trigger.input.sku }}"]], "max_items": 1 }), "customer"),
            step("terms", "list_payment_terms", json!({ "d": [["name", "=", "30 days"]] }), "products"),
            step("sale", "create_sale", json!({ "party": "{{ steps.customer.id }}", "reference": "{{ trigger.input.no }}",
                "invoice_address": "{{ steps.customer.addresses[0] }}", "shipment_address": "{{ steps.customer.addresses[0] }}",
                "payment_term": "{{ steps.terms.items[0].id }}",
                "lines": [{ "product": "{{ steps.products.items[0].id }}", "quantity": 3, "unit": "{{ steps.products.items[0].default_uom }}", "unit_price": "380" }] }), "terms"),
            step("quoted", "quote_sale", sale.clone(), "sale"),
            step("confirmed", "confirm_sale", sale.clone(), "quoted"),
            step("processed", "process_sale", sale.clone(), "confirmed"),
            step("assigned", "assign_shipment_force", shipment.clone(), "processed"),
            step("picked", "pick_shipment", shipment.clone(), "assigned"),
            step("packed", "pack_shipment", shipment.clone(), "picked"),
            step("shipped", "do_shipment", shipment, "packed"),
            step("posted", "post_invoice", invoice.clone(), "shipped"),
            step("journals", "list_statement_journals", json!({}), "posted"),
            step("statement", "create_statement", json!({ "name": "{{ trigger.input.day }}", "journal": "{{ steps.journals.items[0].id }}",
                "date": "{{ trigger.input.day }}", "total_amount": "{{ steps.posted.amount_to_pay }}", "lines": [line] }), "journals"),
            step("validated", "validate_statement", json!({ "id": "{{ steps.statement.id }}" }), "statement"),
            step("booked", "post_statement", json!({ "id": "{{ steps.statement.id }}" }), "validated"),
            step("paid", "get_invoice", invoice, "booked"),
            step("done", "get_sale", json!({ "id": "{{ steps.sale.id }}", "f": ["state", "shipment_state", "invoice_state", "party.name", "total_amount"] }), "paid"),
        ],
    })
}

fn output<'a>(run: &'a Value, step: &str) -> &'a Value {
    let steps = run["steps"].as_array().expect("steps");
    &steps.iter().find(|one| one["id"] == step).expect("the step")["output"]
}

async fn published(app: &TestApp, slug: &str, step: Value) -> Value {
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": slug, "name": slug,
        "trigger": { "use": "manual", "with": {} }, "steps": [step] });
    app.publish(&flow).await;
    app.finished(&app.start_run(slug, &json!({})).await).await
}

#[tokio::test]
async fn an_order_becomes_money_in_a_real_erp() {
    let tryton = Tryton::start().await;
    let app = TestApp::start(Backend::Sqlite).await;
    tryton.connect(&app).await;
    app.publish(&flow()).await;
    // The company's books are open in the year in which its database was made.
    let day = psql(SERVER, "select current_date").stdout;
    let day = String::from_utf8_lossy(&day).trim().to_owned();
    let input = json!({ "name": "王小明", "sku": "TEA-01", "no": "PO-7", "day": day });
    let id = app.start_run("order-to-cash", &input).await;
    let run = app.finished(&id).await;
    assert_eq!(run["status"], "succeeded", "{}", timeline(&run));
    assert_eq!(output(&run, "quoted")["state"], "quotation");
    assert_eq!(output(&run, "shipped")["state"], "done");
    assert_eq!(output(&run, "posted")["amount_to_pay"], "1140");
    let paid = output(&run, "paid");
    assert_eq!((&paid["state"], &paid["amount_to_pay"]), (&json!("paid"), &json!("0")), "{paid}");
    let done = output(&run, "done");
    for (field, value) in
        [("state", "done"), ("shipment_state", "sent"), ("invoice_state", "paid"), ("total_amount", "1140")]
    {
        assert_eq!(done[field], value, "{done}");
    }
    assert_eq!(done["party"]["name"], "王小明");
    // The key is in nothing that anybody sees.
    let key = std::fs::read_to_string(folder("tryton").join("key")).expect("the key");
    let shown = app.get(&format!("/runs/{id}/timeline")).await.expect(200);
    assert!(!shown.text.contains(key.trim()));

    // What it refuses is told in its own words.
    let sale = output(&run, "sale")["id"].clone();
    let refused = published(&app, "again", step("again", "quote_sale", json!({ "id": sale }), "")).await;
    let error = &refused["failure"]["error"];
    assert_eq!((&error["class"], &error["status"]), (&json!("invalid"), &json!(400)), "{error}");
    assert!(
        error["message"]["zh-TW"].as_str().is_some_and(|text| text.contains("You can not call \"quote\" on")),
        "{error}"
    );
    let nobody = published(&app, "nobody", step("nobody", "get_party", json!({ "id": 999_999 }), "")).await;
    assert_eq!(nobody["failure"]["error"]["class"], "not_found", "{nobody}");

    // All pages of a list, and what changed since.
    let all = published(&app, "pages", step("pages", "list_payment_terms", json!({ "s": 4 }), "")).await;
    let terms = output(&all, "pages");
    assert!(terms["count"].as_u64().is_some_and(|count| count > 4), "{terms}");
    let changed = json!({ "changed_since": "2001-01-01T00:00:00Z", "d": [["name", "=", "王小明"]] });
    let changed = published(&app, "changed", step("changed", "list_parties", changed, "")).await;
    assert_eq!(output(&changed, "changed")["count"], 1, "{changed}");
    let nothing = json!({ "changed_since": "2199-01-01T00:00:00Z" });
    let nothing = published(&app, "unchanged", step("unchanged", "list_parties", nothing, "")).await;
    assert_eq!(output(&nothing, "unchanged")["count"], 0, "{nothing}");
}
