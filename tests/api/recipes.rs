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
            // Who begins with it can try it at once: what comes in is told.
            let samples = whole["samples"].as_array().expect("samples");
            assert!(!samples.is_empty(), "{slug}");
            let saved = app.save_draft(&whole["document"]).await;
            assert_eq!(saved.status, 200, "{slug}: {}", saved.text);
            for sample in samples {
                let mut body = sample.clone();
                body.as_object_mut().expect("a sample").remove("name");
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

/// What people read of a document: names, descriptions and notes, those of steps inside of loops included.
fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(said) if ["name", "description", "note"].contains(&name.as_str()) => {
                        found.push(said.clone());
                    }
                    // Of what a step is given, only the steps of a loop.
                    inner if name == "with" => names(&inner["body"], found),
                    inner => names(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

fn is_chinese(text: &str) -> bool {
    text.contains(|c: char| ('\u{3000}'..'\u{a000}').contains(&c) || c > '\u{ff00}')
}

#[tokio::test]
async fn a_recipe_speaks_the_language_of_who_begins_with_it() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let token = app.token().await;
        let read = async |slug: &str, language: &str| {
            let path = format!("/recipes/{slug}");
            let headers = [("accept-language", language)];
            app.api_with(&token, "GET", &path, &headers, None).await.expect(200).json()["document"].clone()
        };
        for (slug, folder) in shipped_flows() {
            let (en, zh) = (read(&slug, "en").await, read(&slug, "zh-TW").await);
            assert!(!is_chinese(&en.to_string()), "{slug} is not all English: {en}");
            let (mut english, mut chinese) = (Vec::new(), Vec::new());
            for part in ["name", "description", "steps"] {
                names(&json!({ part: en[part] }), &mut english);
                names(&json!({ part: zh[part] }), &mut chinese);
            }
            assert_eq!(english.len(), chinese.len(), "{slug}");
            for (en, zh) in english.iter().zip(&chinese) {
                assert!(is_chinese(zh), "{slug}: `{en}` has no twin");
            }
            let words = std::fs::read_to_string(folder.join("words.json")).expect("words.json");
            let words: Vec<Value> = serde_json::from_str(&words).expect("a list");
            let said = |document: &Value, text: &str| {
                let text = json!(text).to_string();
                document.to_string().contains(&text[1..text.len() - 1])
            };
            for word in &words {
                let (english, chinese) = (text(&word["en"]), text(&word["zh-TW"]));
                assert!(said(&en, &english) && said(&zh, &chinese), "{slug}: nobody says {word}");
            }
            for document in [&en, &zh] {
                let saved = app.save_draft(document).await.expect(200).json();
                let faults = saved["faults"].as_array().cloned().unwrap_or_default();
                let missing =
                    |fault: &&Value| fault["code"] != "connection_missing" && fault["severity"] == "error";
                assert!(!faults.iter().any(|fault| missing(&fault)), "{slug}: {faults:?}");
            }
        }
    })
    .await;
}
