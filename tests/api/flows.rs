//! Drafts, versions, differences, restoring, importing and exporting.

use causeway_model::Value;
use causeway_testkit::{TestApp, both, root, script_step};
use serde_json::json;

use crate::runs::cancel::accepted;

fn says(text: &str) -> Value {
    accepted("says", json!([script_step("say", &format!("\"{text}\""), &[])]))
}

async fn said(app: &TestApp) -> Value {
    let id = app.hook("says", &json!({})).await.expect(202).run();
    app.finished(&id).await["output"].clone()
}

#[tokio::test]
async fn a_draft_changes_nothing_until_it_is_published() {
    both(async |app| {
        app.publish(&says("one")).await;
        let saved = app.save_draft(&says("two")).await;
        assert!(saved.status < 300, "{}", saved.text);
        assert_eq!(said(&app).await, "one");
        let flow = app.get("/flows/says").await.expect(200).json();
        assert_eq!((flow["published"].clone(), flow["changed"].clone()), (json!(1), json!(true)));
        let published = app.post("/flows/says/publish", &json!({"note": "二"})).await;
        assert_eq!(published.json()["version"], 2, "{}", published.text);
        assert_eq!(said(&app).await, "two");
        let again = app.post("/flows/says/publish", &json!({})).await;
        assert_eq!(again.json()["version"], 2, "what is the same makes no version: {}", again.text);
    })
    .await;
}

#[tokio::test]
async fn two_people_do_not_overwrite_each_other() {
    both(async |app| {
        app.publish(&says("one")).await;
        let token = app.token().await;
        let read = app.get("/flows/says/draft").await.expect(200);
        let etag = read.header("etag").expect("an ETag").to_owned();
        let put = async |text: &str| {
            let headers = [("if-match", etag.as_str())];
            app.api_with(&token, "PUT", "/flows/says/draft", &headers, Some(&says(text))).await.status
        };
        assert!(put("mine").await < 300);
        let other = put("yours").await;
        assert!(other == 409 || other == 412, "{other}");
    })
    .await;
}

#[tokio::test]
async fn editors_are_told_who_saved_the_draft_last() {
    both(async |app| {
        for email in ["amy@example.tw", "ben@example.tw"] {
            app.user(email, "editor").await;
        }
        let (amy, ben) = (app.sign_in("amy@example.tw").await, app.sign_in("ben@example.tw").await);
        let saved = async |page, text: &str| {
            let draft = says(text);
            app.page(page, "PUT", "/flows/says/draft", Some(&draft)).await.expect(200).json()["flow"].clone()
        };
        let _first = saved(&amy, "one").await;
        let second = saved(&ben, "two").await;
        // What is no change of the draft counts for nobody.
        let _switched = app.page(&amy, "POST", "/flows/says/disable", None).await.expect(200);
        let told = app.page(&amy, "GET", "/flows/says", None).await.expect(200).json()["draft_saved"].clone();
        assert_eq!((&told["by"], &told["at"]), (&json!("user:ben@example.tw"), &second["updated_at"]));
        let me = app.page(&ben, "GET", "/me", None).await.expect(200).text;
        let id = told["person"]["id"].as_str().expect("who");
        assert!(me.contains(id), "{told} is not {me}");
        let _by_token = app.save_draft(&says("three")).await.expect(200);
        let told = app.get("/flows/says").await.expect(200).json()["draft_saved"].clone();
        assert!(told["by"].as_str().is_some_and(|by| by.starts_with("token:")), "{told}");
        assert!(told["person"].is_null(), "{told}");
    })
    .await;
}

#[tokio::test]
async fn lists_tell_what_starts_a_flow() {
    both(async |app| {
        let starter = async || app.get("/flows").await.expect(200).json()["flows"][0]["trigger"].clone();
        let mut draft = says("one");
        draft["trigger"]["with"]["path"] = json!("first");
        let _saved = app.save_draft(&draft).await.expect(200);
        assert_eq!(starter().await, json!({"use": "webhook", "path": "first"}));
        draft["trigger"] = json!({"use": "manual"});
        app.publish(&draft).await;
        assert_eq!(starter().await, json!({"use": "manual"}));
        // A draft starts nothing while a version is in service.
        let crm = json!({"use": "danlee-crm.quote_confirmed", "connection": "crm"});
        draft["trigger"] = crm.clone();
        let _saved = app.save_draft(&draft).await.expect(200);
        assert_eq!(starter().await, json!({"use": "manual"}));
        for way in ["archive", "unarchive"] {
            let _moved = app.post(&format!("/flows/says/{way}"), &json!({})).await.expect(200);
        }
        assert_eq!(starter().await, crm);
    })
    .await;
}

#[tokio::test]
async fn versions_can_be_compared_and_restored() {
    both(async |app| {
        app.publish(&says("one")).await;
        app.publish(&says("two")).await;
        let versions = app.get("/flows/says/versions").await.expect(200).text;
        assert!(versions.contains("\"version\":1") && versions.contains("\"version\":2"), "{versions}");
        let first = app.get("/flows/says/versions/1").await.expect(200).text;
        assert!(first.contains("\\\"one\\\""), "{first}");
        let diff = app.get("/flows/says/diff?from=1&to=2").await.expect(200).text;
        assert!(diff.contains("say") && diff.contains("one") && diff.contains("two"), "{diff}");
        let restored = app.post("/flows/says/versions/1/restore", &json!({})).await;
        assert!(restored.status < 300, "{}", restored.text);
        assert!(app.post("/flows/says/publish", &json!({})).await.status < 300);
        assert_eq!(said(&app).await, "one");
    })
    .await;
}

#[tokio::test]
async fn all_faults_come_at_once_with_where_and_what_to_do() {
    both(async |app| {
        let document = accepted(
            "faulty",
            json!([
                script_step("a", "let x = ;", &[]),
                script_step("b", "steps.nobody", &["a"]),
                causeway_testkit::step("c", "no.such", json!({}), &["missing"]),
                script_step("b", "1", &[]),
            ]),
        );
        let refused = app.try_publish(&document).await;
        assert!((400..500).contains(&refused.status), "{}", refused.text);
        let faults = refused.json()["faults"].as_array().cloned().unwrap_or_default();
        assert!(faults.len() >= 4, "{}", refused.text);
        for fault in &faults {
            assert!(
                fault["code"].is_string() && fault["pointer"].as_str().is_some_and(|at| at.starts_with('/')),
                "{fault}"
            );
            assert!(fault["message"]["zh-TW"].as_str().is_some_and(|text| !text.is_empty()), "{fault}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_exported_can_be_imported_and_is_the_same() {
    both(async |app| {
        let folder = root().join("workflows");
        let accounts = [
            ("crm", "danlee-crm"),
            ("erp", "dinkoko-erp"),
            ("accounting", "tanjee-accounting"),
            ("line", "line"),
        ];
        for (name, connector) in accounts {
            let _made =
                app.post("/connections", &json!({"name": name, "connector": connector})).await.expect(201);
        }
        let imported =
            app.cli(&["flow", "import", &folder.to_string_lossy(), "--publish", "--json"]).await.success();
        assert!(imported.stdout.contains("ready"), "each step is reported: {}", imported.stdout);
        let listed = app.get("/flows").await.expect(200).text;
        for (slug, _) in causeway_testkit::shipped_flows() {
            assert!(listed.contains(&format!("\"{slug}\"")), "{slug}");
            let exported = app.get(&format!("/flows/{slug}/export")).await.expect(200);
            let again = app.post("/import", &exported.json()).await;
            assert!(again.status < 300, "{slug}: {}", again.text);
            let flow = app.get(&format!("/flows/{slug}")).await.json();
            assert_eq!(
                (flow["published"].clone(), flow["changed"].clone()),
                (json!(1), json!(false)),
                "{slug}"
            );
        }
        let again = app.cli(&["flow", "import", &folder.to_string_lossy(), "--publish"]).await.success();
        assert_eq!(again.code, 0);
        let flow = app.get("/flows/order-approval").await.json();
        assert_eq!(flow["published"], 1, "importing the same again makes no version");
    })
    .await;
}
