//! The map of systems: what published flows join, and what people add.

use causeway_testkit::{TestApp, both, hook_flow, http_step, root, script_step};
use serde_json::{Value, json};

/// Publishes shipped flows, with connections that lead nowhere.
async fn ship(app: &TestApp, slugs: &[&str]) {
    for (name, connector) in
        [("crm", "danlee-crm"), ("erp", "dinkoko-erp"), ("accounting", "tanjee-accounting"), ("line", "line")]
    {
        let body = json!({
            "name": name, "connector": connector, "settings": { "production": { "base_url": "http://127.0.0.1:9" } },
        });
        let _made = app.post("/connections", &body).await.expect(201);
    }
    for slug in slugs {
        let folder = root().join("workflows").join(slug);
        let _published = app.cli(&["flow", "import", &folder.to_string_lossy(), "--publish"]).await.success();
    }
}

async fn map(app: &TestApp) -> Value {
    app.get("/system-map").await.expect(200).json()
}

fn list<'a>(map: &'a Value, name: &str) -> &'a [Value] {
    map[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn edges(map: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut edges: Vec<String> = list(map, "edges")
        .iter()
        .map(|edge| format!("{} {}", text(&edge["from"]), text(&edge["to"])))
        .collect();
    edges.sort();
    edges
}

fn find<'a>(map: &'a Value, name: &str, id: &str) -> &'a Value {
    list(map, name).iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("no {id} in {map:#}"))
}

#[tokio::test]
async fn flows_draw_the_map() {
    both(async |app| {
        assert_eq!(map(&app).await, json!({ "systems": [], "edges": [] }));
        ship(&app, &["customer-to-erp", "shipment-notice", "overdue-reminder", "line-customer-history"])
            .await;
        let steps = json!([
            script_step("a", "if trigger.body.fail { throw \"no\" } 1", &[]),
            http_step("b", "http://127.0.0.1:9", json!({}), &["a"])
        ]);
        app.publish(&hook_flow("shop", steps)).await;
        // A draft draws nothing.
        let _saved =
            app.save_draft(&hook_flow("later", json!([http_step("a", "http://x", json!({}), &[])]))).await;

        let drawn = map(&app).await;
        let wanted = [
            "danlee-crm dinkoko-erp",
            "danlee-crm line",
            "dinkoko-erp danlee-crm",
            "dinkoko-erp line",
            "tanjee-accounting line",
            "webhook http",
        ];
        assert_eq!(edges(&drawn), wanted);
        let erp = find(&drawn, "systems", "dinkoko-erp");
        assert_eq!((&erp["connector"], &erp["connections"]), (&json!("dinkoko-erp"), &json!(["erp"])));
        assert_eq!((&erp["manual"], &erp["x"]), (&json!(false), &Value::Null));
        assert!(erp["title"]["zh-TW"].is_string());
        assert_eq!(find(&drawn, "systems", "webhook")["connector"], Value::Null);
        let told = find(&drawn, "edges", "dinkoko-erp->line");
        let flows: Vec<&Value> = list(told, "flows").iter().map(|flow| &flow["slug"]).collect();
        assert_eq!(flows, ["line-customer-history", "shipment-notice"]);

        let headers = [("content-type", "application/json")];
        let run = app.hook_raw("POST", "shop", &headers, r#"{"fail": true}"#).await.run();
        let _run = app.finished(&run).await;
        causeway_testkit::eventually("the run is counted", async || {
            let drawn = map(&app).await;
            let shop = find(&drawn, "edges", "webhook->http");
            ((&shop["runs"], &shop["failed"]) == (&json!(1), &json!(1))).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn people_add_what_no_flow_knows() {
    both(async |app| {
        ship(&app, &["customer-to-erp"]).await;
        let put =
            async |path: &str, body: Value| app.api("PUT", &format!("/system-map/{path}"), Some(&body)).await;
        let delete = async |path: &str| app.api("DELETE", &format!("/system-map/{path}"), None).await;
        assert_eq!(put("systems/wms", json!({})).await.refusal(), (422, "title_missing".to_owned()));
        let _added = put(
            "systems/wms",
            json!({ "title": { "en": "Warehouse", "zh-TW": "倉儲" }, "x": 10.4, "y": -20 }),
        )
        .await
        .expect(204);
        let _placed = put("systems/dinkoko-erp", json!({ "x": 300, "y": 40 })).await.expect(204);
        let hand_over =
            json!({ "from": "dinkoko-erp", "to": "wms", "how": "Excel by mail", "note": "每週五" });
        let _carried = put("hand-overs/stock-list", hand_over).await.expect(204);
        let unknown = put("hand-overs/other", json!({ "from": "dinkoko-erp", "to": "nowhere" })).await;
        assert_eq!(unknown.refusal(), (422, "system_unknown".to_owned()));

        let drawn = map(&app).await;
        let wms = find(&drawn, "systems", "wms");
        assert_eq!(
            (&wms["manual"], &wms["title"]["zh-TW"], &wms["x"]),
            (&json!(true), &json!("倉儲"), &json!(10))
        );
        let erp = find(&drawn, "systems", "dinkoko-erp");
        assert_eq!((&erp["manual"], &erp["x"], &erp["y"]), (&json!(false), &json!(300), &json!(40)));
        let carried = find(&drawn, "edges", "stock-list");
        assert_eq!(
            (&carried["manual"], &carried["how"], &carried["note"]),
            (&json!(true), &json!("Excel by mail"), &json!("每週五"))
        );
        assert_eq!(carried["flows"], json!([]));

        let _renamed = put("systems/wms", json!({ "title": "WMS" })).await.expect(204);
        assert_eq!(find(&map(&app).await, "systems", "wms")["title"], json!({ "en": "WMS", "zh-TW": "WMS" }));
        // What was carried from and to it goes with it; what flows reach stays.
        let _gone = delete("systems/wms").await.expect(204);
        let _reset = delete("systems/dinkoko-erp").await.expect(204);
        let drawn = map(&app).await;
        assert_eq!(edges(&drawn), ["danlee-crm dinkoko-erp"]);
        assert_eq!(find(&drawn, "systems", "dinkoko-erp")["x"], Value::Null);
        assert_eq!(delete("systems/wms").await.refusal(), (404, "system_not_found".to_owned()));
        assert_eq!(delete("hand-overs/stock-list").await.refusal(), (404, "hand_over_not_found".to_owned()));

        let audit = app.get("/audit?limit=50").await.expect(200).json();
        let actions: Vec<&str> =
            list(&audit, "entries").iter().filter_map(|entry| entry["action"].as_str()).collect();
        for action in ["map_system.set", "map_system.deleted", "hand_over.set", "hand_over.deleted"] {
            assert!(actions.contains(&action), "{action}: {actions:?}");
        }
    })
    .await;
}
