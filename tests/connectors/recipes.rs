//! Recipes are tried as whoever begins with one does: on their samples, without asking anybody.

use causeway_model::Value;
use causeway_testkit::Backend;
use serde_json::json;

use super::systems::Company;

/// Samples of what goes wrong, and where the run ends then.
const FAILING: [(&str, &str, &str); 1] = [("quote-to-sales-order", "without-lines", "order")];

#[tokio::test]
async fn recipes_try_themselves_to_their_end_on_sqlite() {
    try_all(Backend::Sqlite).await;
}

#[tokio::test]
async fn recipes_try_themselves_to_their_end_on_postgres() {
    try_all(Backend::Postgres).await;
}

async fn try_all(backend: Backend) {
    let company = Company::on(backend).await;
    let app = &company.app;
    let token = app.token().await;
    let recipes = app.get("/recipes").await.expect(200).json();
    for recipe in recipes["recipes"].as_array().expect("a list") {
        let slug = recipe["slug"].as_str().expect("a slug");
        for language in ["en", "zh-TW"] {
            let (path, headers) = (format!("/recipes/{slug}"), [("accept-language", language)]);
            let whole = app.api_with(&token, "GET", &path, &headers, None).await.expect(200).json();
            let _saved = app.save_draft(&whole["document"]).await.expect(200);
            for sample in whole["samples"].as_array().expect("samples") {
                let mut body = sample.clone();
                body.as_object_mut().expect("a sample").remove("name");
                body["dry_run"] = json!(true);
                let begun = app.post(&format!("/flows/{slug}/draft/test"), &body).await;
                assert_eq!(begun.status, 202, "{slug}: {}", begun.text);
                let run = app.finished(&begun.run()).await;
                came_to_its_end(slug, sample, &run);
            }
        }
    }
}

fn came_to_its_end(slug: &str, sample: &Value, run: &Value) {
    let name = sample["name"].as_str().unwrap_or_default();
    let failing = FAILING.iter().find(|(flow, of, _)| (*flow, *of) == (slug, name));
    let (status, step) = match failing {
        Some((_, _, step)) => ("failed", json!(step)),
        None => ("succeeded", Value::Null),
    };
    assert_eq!((&run["status"], &run["failure"]["step"]), (&json!(status), &step), "{slug}/{name}: {run:#}");
    // A step that lacks an answer would be told here.
    assert!(run["reason"].is_null(), "{slug}/{name}: {}", run["reason"]);
}
