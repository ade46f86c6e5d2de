//! Installed connectors through the front door: known to every process at once, and kept for the flows that were published with
//! them, whatever is installed, updated or killed meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use causeway_model::Value;
use causeway_testkit::{
    Backend, Database, Options, Reaction, Sink, TestApp, both, eventually, eventually_within, flow,
};
use serde_json::json;

/// A connector's folder: `wms.put_goods` calls `/<version's first number>/goods`.
pub fn folder(parent: &Path, version: &str, field: &str) -> String {
    let folder = parent.join("wms");
    let _before = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("fixtures")).expect("a folder");
    let path = format!("/v{}/goods", version.split('.').next().unwrap_or_default());
    let text = |en: &str, zh: &str| json!({ "en": en, "zh-TW": zh });
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "WMS", "version": "1" },
        "x-causeway": { "name": "wms", "version": version, "title": text("WMS", "倉儲"),
            "description": text("A warehouse.", "倉儲系統。") },
        "servers": [{ "url": "{base_url}", "variables": { "base_url": { "default": "" } } }],
        "paths": { (path.clone()): { "post": { "operationId": "put_goods", "summary": "Put goods",
            "x-causeway-idempotency": { "in": "header", "name": "Idempotency-Key" },
            "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object",
                "required": [field], "properties": { field: { "type": "string", "title": "Field" } } } } } },
            "responses": { "200": { "description": "Done" } } } } },
        "webhooks": { "goods_came": { "post": { "summary": "Goods came", "x-causeway-webhook": { "verify": { "scheme": "none" } },
            "requestBody": { "content": { "application/json": { "schema": { "type": "object" } } } },
            "responses": { "200": { "description": "Done" } } } } },
    });
    let fixture = json!({ "input": { field: "x" },
        "request": { "method": "POST", "path": path, "json": { field: "x" } },
        "response": { "status": 200, "json": {} } });
    let write =
        |name: &str, value: &Value| std::fs::write(folder.join(name), value.to_string()).expect("writes");
    write("openapi.json", &document);
    write("fixtures/put_goods.json", &fixture);
    folder.display().to_string()
}

pub async fn connect(app: &TestApp, base_url: &str) {
    let settings = json!({ "production": { "base_url": base_url } });
    let body = json!({ "name": "wms", "connector": "wms", "settings": settings });
    let _made = app.post("/connections", &body).await.expect(201);
}

pub fn puts(slug: &str, field: &str, times: usize) -> Value {
    let steps: Vec<Value> = (0..times)
        .map(|n| {
            let mut step = json!({ "id": format!("put{n}"), "use": "wms.put_goods", "connection": "wms",
                "on_doubt": "repeat", "with": { field: format!("A{n}") } });
            if n > 0 {
                step["after"] = json!([format!("put{}", n - 1)]);
            }
            step
        })
        .collect();
    flow(slug, json!({ "use": "manual" }), json!(steps))
}

fn paths(sink: &Sink) -> Vec<String> {
    sink.calls().into_iter().map(|call| call.path).collect()
}

#[tokio::test]
async fn lists_tell_what_kind_of_system_a_connector_is_for() {
    let app = TestApp::start(Backend::Sqlite).await;
    let _ = app.cli(&["connector", "install", &folder(app.data(), "1.0.0", "sku")]).await.success();
    let list = app.get("/connectors").await.expect(200).json();
    let catalogue = app.get("/catalogue").await.expect(200).json();
    for (name, category) in [
        ("danlee-crm", "crm"),
        ("tryton", "erp"),
        ("line", "messaging"),
        ("http", "general"),
        ("wms", "general"),
    ] {
        for told in [&list, &catalogue] {
            let one = told["connectors"].as_array().into_iter().flatten().find(|one| one["name"] == name);
            assert_eq!(one.map(|one| &one["category"]), Some(&json!(category)), "{name}");
        }
    }
}

#[tokio::test]
async fn what_one_process_installs_the_other_uses_within_a_second() {
    let database = Database::fresh(Backend::Postgres);
    let options =
        Options::new().database_url(&database.url().expect("a URL")).env("CAUSEWAY_KEY", "7f".repeat(32));
    let one = TestApp::start_with(Backend::Postgres, options.clone()).await;
    let other = TestApp::start_with(Backend::Postgres, options).await;
    let sink = Sink::start().await;
    let current = async |app: &TestApp| {
        let list = app.get("/connectors").await.expect(200).json();
        let wms =
            list["connectors"].as_array().into_iter().flatten().find(|one| one["name"] == "wms").cloned();
        wms.and_then(|wms| wms["version"].as_str().map(str::to_owned))
    };
    assert_eq!(current(&other).await, None);
    let installed = one.cli(&["connector", "install", &folder(one.data(), "1.0.0", "sku"), "--json"]).await;
    let began = Instant::now();
    assert_eq!(installed.success().json()["new"], true);
    let known = eventually("the other to know it", async || current(&other).await).await;
    assert!(known == "1.0.0" && began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    connect(&other, &sink.url("")).await;
    // A command of its own knows it too.
    let shown = other.cli(&["connection", "show", "wms"]).await.success().stdout;
    assert!(shown.contains("/hooks/@wms"), "{shown}");
    other.publish(&puts("stock", "sku", 1)).await;
    // Whoever of both takes the runs.
    for app in [&one, &other, &one, &other] {
        let id = app.start_run("stock", &json!({})).await;
        assert_eq!(app.finished(&id).await["status"], "succeeded");
    }
    assert_eq!(paths(&sink), ["/v1/goods"; 4]);
    // The update is one for both as well; what is published stays.
    let second = one.cli(&["connector", "install", &folder(one.data(), "2.0.0", "sku")]).await.success();
    assert!(second.stdout.contains("stock"), "{}", second.stdout);
    eventually_within(Duration::from_secs(1), "the update to be known", async || {
        (current(&other).await.as_deref() == Some("2.0.0")).then_some(())
    })
    .await;
    let id = other.start_run("stock", &json!({})).await;
    assert_eq!(other.finished(&id).await["status"], "succeeded");
    let updated = one.cli(&["connector", "update", "wms"]).await.success();
    assert!(updated.stdout.contains("stock: 1.0.0 -> 2.0.0"), "{}", updated.stdout);
    eventually("the other to run the new version", async || {
        let id = other.start_run("stock", &json!({})).await;
        assert_eq!(other.finished(&id).await["status"], "succeeded");
        (paths(&sink).last().map(String::as_str) == Some("/v2/goods")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_run_goes_on_with_its_version_through_an_update_and_a_kill() {
    both(async |app| {
        // The first call hangs until the process is gone.
        let sink = Sink::answering(|call| {
            Reaction::ok(json!({})).after(Duration::from_secs(if call.number == 0 { 60 } else { 0 }))
        })
        .await;
        let _one = app.cli(&["connector", "install", &folder(app.data(), "1.0.0", "sku")]).await.success();
        connect(&app, &sink.url("")).await;
        app.publish(&puts("stock", "sku", 2)).await;
        let id = app.start_run("stock", &json!({})).await;
        eventually("the first call", async || (sink.count() == 1).then_some(())).await;
        let two = folder(app.data(), "2.0.0", "article");
        let told = app.cli(&["connector", "install", &two]).await.success();
        assert!(told.stdout.contains("missing_field") && told.stdout.contains("stock"), "{}", told.stdout);
        app.kill9();
        app.launch().await;
        let run = app.finished(&id).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        assert_eq!(paths(&sink), ["/v1/goods"; 3], "the one in doubt again, and the second step");
        // It is in use, so it stays; and what does not fit stays with it.
        let refused = app.cli(&["connector", "remove", "wms", "1.0.0"]).await.exits(5);
        assert!(refused.stderr.contains("stock"), "{}", refused.stderr);
        let stays = app.cli(&["connector", "update", "wms", "--flows", "stock"]).await.exits(3);
        assert!(stays.stdout.contains("stays with 1.0.0"), "{}", stays.stdout);
        // Changed and published, it takes the newest.
        app.publish(&puts("stock", "article", 1)).await;
        let id = app.start_run("stock", &json!({})).await;
        assert_eq!(app.finished(&id).await["status"], "succeeded");
        assert_eq!(paths(&sink).last().map(String::as_str), Some("/v2/goods"));
        let _removed = app.cli(&["connector", "remove", "wms", "1.0.0"]).await.success();
    })
    .await;
}
