//! Recipes: every shipped flow is there to begin with.

use causeway_testkit::{Backend, Options, TestApp, missing, on, shipped_flows};
use serde_json::{Value, json};

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// Nothing of it is in a database.
#[tokio::test]
async fn every_shipped_flow_is_a_recipe() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let recipes = app.get("/recipes").await.expect(200).json()["recipes"].clone();
        let slugs: Vec<String> =
            recipes.as_array().expect("a list").iter().map(|one| text(&one["slug"])).collect();
        let shipped: Vec<String> = shipped_flows()
            .into_iter()
            .filter(|(_, folder)| folder.join("flow.json").is_file())
            .map(|(slug, _)| slug)
            .collect();
        assert_eq!(slugs, shipped);
        for recipe in recipes.as_array().expect("a list") {
            let slug = text(&recipe["slug"]);
            let whole = app.get(&format!("/recipes/{slug}")).await.expect(200).json();
            assert!(missing(recipe, &whole).is_empty(), "{slug}");
            for field in ["title", "summary", "readme"] {
                let (en, zh) = (text(&whole[field]["en"]), text(&whole[field]["zh-TW"]));
                assert!(!en.is_empty() && zh.contains(|c: char| c > '\u{2e80}'), "{slug}: {field}");
                assert!(!en.contains('\n') || field == "readme", "{slug}: {field}");
            }
            assert!(recipe["steps"].as_u64().is_some_and(|steps| steps > 0), "{slug}");
            // What starts it, and which systems it needs.
            let trigger = text(&recipe["trigger"]);
            assert_eq!(trigger, whole["document"]["trigger"]["use"], "{slug}");
            if let Some((connector, _)) = trigger.split_once('.') {
                assert_eq!(list(&recipe["connectors"])[0], connector, "{slug}");
            }
            // Who begins with it can try it at once: what comes in is told, where anything does.
            let samples = whole["samples"].as_array().expect("samples");
            assert_eq!(samples.is_empty(), trigger == "schedule", "{slug}");
            let saved = app.save_draft(&whole["document"]).await;
            assert_eq!(saved.status, 200, "{slug}: {}", saved.text);
            for sample in samples {
                let body = json!({ "trigger": sample["trigger"] });
                let path = format!("/flows/{slug}/samples/{}", text(&sample["name"]));
                let kept = app.api("PUT", &path, Some(&body)).await;
                assert_eq!(kept.status, 200, "{slug}: {sample} {}", kept.text);
            }
        }
    })
    .await;
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_recipe_has_its_document_and_what_its_cases_say() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let shop = app.get("/recipes/webhook-fan-out").await.expect(200).json();
        assert_eq!(
            (text(&shop["stage"]), text(&shop["title"]["zh-TW"])),
            ("orders".into(), "一個訂單事件，通知三個系統".into())
        );
        assert_eq!(shop["samples"][0]["name"], "all-three");
        let trigger = &shop["samples"][0]["trigger"];
        assert_eq!(trigger["params"], json!({ "shop": "taipei" }));
        assert_eq!((&trigger["method"], &trigger["body"]["id"]), (&json!("POST"), &json!(880_012)));
        assert_eq!(shop["connectors"], json!(["http"]));

        let quote = app.get("/recipes/quote-to-erp-order").await.expect(200).json();
        assert_eq!(quote["connectors"], json!(["danlee-crm", "dinkoko-erp", "line"]));
        assert_eq!(quote["tags"], json!(["sales"]));
        // Steps inside of loops count.
        let report = app.get("/recipes/nightly-report").await.expect(200).json();
        assert!(
            report["steps"].as_u64().unwrap_or_default()
                > report["document"]["steps"].as_array().map_or(0, Vec::len) as u64
        );
        assert_eq!(app.get("/recipes/none").await.refusal(), (404, "recipe_not_found".to_owned()));
    })
    .await;
}
