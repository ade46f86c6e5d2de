//! A connector whose versions are all disabled: nothing is published with it, and everything in service goes on.

use causeway_connector::declared::Source;
use causeway_model::{Role, Value};
use serde_json::json;

use crate::testing::TestApp;

/// A connector of one webhook, and of one operation with which a connection is tried.
fn zip(version: &str, title: &str, has_webhook: bool) -> Vec<u8> {
    let text = |en: &str| json!({ "en": en, "zh-TW": en });
    let mut document = json!({
        "openapi": "3.1.0", "info": { "title": "WMS", "version": "1" },
        "x-causeway": { "name": "wms", "version": version, "title": text("WMS"), "description": text("A warehouse.") },
        "servers": [{ "url": "https://wms.example.com" }],
        "components": { "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "X-Key" } } },
        "security": [{ "key": [] }],
        "paths": {},
    });
    if has_webhook {
        let body = json!({ "application/json": { "schema": { "type": "object" } } });
        document["webhooks"] = json!({ "goods": { "post": { "summary": title, "x-causeway-zh-TW": { "title": title },
            "requestBody": { "content": body }, "responses": { "200": { "description": "Done" } },
            "x-causeway-webhook": { "verify": { "scheme": "none" }, "dedupe": { "at": "/id" } } } } });
    }
    Source::new("wms").with("openapi.json", document.to_string().into_bytes()).pack().expect("packs")
}

async fn install(test: &TestApp, admin: &str, zip: Vec<u8>) {
    let bearer = format!("Bearer {admin}");
    let headers = [("authorization", bearer.as_str())];
    let answer = test.send("POST", "/api/v1/connectors?name=wms.zip", &headers, zip).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
}

async fn disable(test: &TestApp, admin: &str, version: &str) {
    let path = format!("/connectors/wms/versions/{version}/disable");
    let off = test.api(admin, "POST", &path, None).await;
    assert_eq!(off.json()["enabled"], false, "{off:?}");
}

async fn runs_of(test: &TestApp, event: Value) -> Value {
    let answer = test.post("/hooks/@main", &event).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    answer.json()["runs"].clone()
}

#[tokio::test]
async fn webhooks_and_connections_of_a_disabled_connector_go_on() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    install(&test, &admin, zip("1.0.0", "Goods came", true)).await;
    let made =
        json!({ "name": "main", "connector": "wms", "credentials": { "production": { "api_key": "k-1" } } });
    assert_eq!(test.api(&admin, "POST", "/connections", Some(&made)).await.status.as_u16(), 201);
    let trigger = json!({ "use": "wms.goods", "connection": "main" });
    let steps = json!([{ "id": "map", "use": "script", "with": { "code": "trigger.body" } }]);
    test.publish("stock", trigger.clone(), steps.clone()).await;
    assert_eq!(runs_of(&test, json!({ "id": "1" })).await, 1);

    // A newer version calls the trigger otherwise: the flow's own version names it.
    install(&test, &admin, zip("1.1.0", "Goods arrived", true)).await;
    for version in ["1.0.0", "1.1.0"] {
        disable(&test, &admin, version).await;
    }
    assert_eq!(runs_of(&test, json!({ "id": "1" })).await, 0, "known again");
    assert_eq!(runs_of(&test, json!({ "id": "2" })).await, 1);
    let events = test.api(&admin, "GET", "/trigger-events?flow=stock", None).await.json();
    let titles: Vec<&Value> =
        events["events"].as_array().into_iter().flatten().map(|one| &one["title"]["en"]).collect();
    assert_eq!(titles, ["WMS: Goods came"; 2], "{events}");

    let shown = test.api(&admin, "GET", "/connections/main", None).await.json();
    assert_eq!(shown["webhook_path"], "/hooks/@main", "{shown}");
    let key = json!({ "api_key": "k-2" });
    let set = test.api(&admin, "PUT", "/connections/main/credentials", Some(&key)).await;
    assert_eq!(set.status.as_u16(), 200, "flows in service need them: {set:?}");
    let list = test.api(&admin, "GET", "/connectors", None).await.json();
    let wms = list["connectors"].as_array().into_iter().flatten().find(|one| one["name"] == "wms").cloned();
    let wms = wms.expect("is listed");
    assert_eq!((&wms["version"], &wms["versions"]), (&Value::Null, &json!(2)));

    // Nothing new is made with it.
    let other = json!({ "name": "other", "connector": "wms" });
    let refused = test.api(&admin, "POST", "/connections", Some(&other)).await;
    assert_eq!(refused.problem(), (422, "connector_unknown".into()));
    let again = test.api(&admin, "POST", "/flows/stock/publish", None).await;
    assert_eq!(again.json()["faults"][0]["code"], "unknown_connector", "{again:?}");
}

#[tokio::test]
async fn webhooks_go_on_where_a_newer_version_has_none() {
    let test = TestApp::new().await;
    let admin = test.token(Role::Admin).await;
    install(&test, &admin, zip("1.0.0", "Goods came", true)).await;
    let made = json!({ "name": "main", "connector": "wms" });
    assert_eq!(test.api(&admin, "POST", "/connections", Some(&made)).await.status.as_u16(), 201);
    let steps = json!([{ "id": "map", "use": "script", "with": { "code": "trigger.body" } }]);
    test.publish("stock", json!({ "use": "wms.goods", "connection": "main" }), steps).await;
    install(&test, &admin, zip("2.0.0", "", false)).await;
    assert_eq!(runs_of(&test, json!({ "id": "1" })).await, 1);
}
