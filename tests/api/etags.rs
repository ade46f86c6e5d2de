//! Documents with ETags, and the settings that may be changed while everything runs.

use causeway_model::Value;
use causeway_testkit::{Answer, Options, TestApp, both, both_with, script_step};
use serde_json::json;

use crate::runs::cancel::accepted;

async fn with(app: &TestApp, method: &str, path: &str, header: (&str, &str), body: Option<&Value>) -> Answer {
    app.api_with(&app.token().await, method, path, &[header], body).await
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").unwrap_or_else(|| panic!("no ETag: {}", answer.text)).to_owned()
}

#[tokio::test]
async fn a_lost_update_is_refused() {
    both(async |app| {
        app.user("lin@example.tw", "viewer").await;
        let users = app.get("/users").await.expect(200).json();
        let user = format!("/users/{}", users["users"][0]["id"].as_str().expect("an id"));
        app.set_variable("rate", &json!(1)).await;
        let cases = [
            ("/variables/rate".to_owned(), "PUT", [json!({"value": 2}), json!({"value": 3})]),
            (user, "PATCH", [json!({"name": "Lin"}), json!({"name": "Lin L."})]),
        ];
        for (path, method, [first, second]) in cases {
            let seen = tag(&app.get(&path).await.expect(200));
            let mine = with(&app, method, &path, ("if-match", &seen), Some(&first)).await;
            assert!(mine.status < 300, "{path}: {}", mine.text);
            let lost = with(&app, method, &path, ("if-match", &seen), Some(&second)).await.expect(412);
            assert_eq!(lost.json()["code"], "changed_meanwhile", "{path}");
            let now = app.get(&path).await.expect(200);
            assert_eq!(tag(&mine), tag(&now), "the answer says the new state: {path}");
            let fresh = with(&app, method, &path, ("if-match", &tag(&mine)), Some(&second)).await;
            assert!(fresh.status < 300, "{path}: {}", fresh.text);
            let any = with(&app, method, &path, ("if-match", "*"), Some(&first)).await;
            assert!(any.status < 300, "{path}: {}", any.text);
        }
        let body = json!({"value": 1});
        let absent = with(&app, "PUT", "/variables/fresh", ("if-match", "*"), Some(&body)).await;
        assert_eq!(absent.status, 412, "there is none");
    })
    .await;
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    both(async |app| {
        app.publish(&accepted("tagged", json!([script_step("a", "1", &[])]))).await;
        app.set_variable("rate", &json!(1)).await;
        for path in [
            "/flows/tagged",
            "/flows/tagged/draft",
            "/flows/tagged/versions/1",
            "/variables/rate",
            "/catalogue",
            "/connectors/http/operations/request",
            "/schemas/flow",
            "/settings",
        ] {
            let seen = tag(&app.get(path).await.expect(200));
            let again = with(&app, "GET", path, ("if-none-match", &seen), None).await.expect(304);
            assert_eq!((again.text.as_str(), tag(&again)), ("", seen), "{path}");
            let _other = with(&app, "GET", path, ("if-none-match", "\"other\""), None).await.expect(200);
        }
    })
    .await;
}

fn setting(answer: &Answer, name: &str) -> Value {
    let settings = answer.json();
    let found = settings["settings"].as_array().into_iter().flatten().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {settings}")).clone()
}

#[tokio::test]
async fn settings_are_told_and_some_are_changed() {
    let options = Options::new().env("CAUSEWAY_AUDIT_KEEP", "90d");
    both_with(options, async |app| {
        let told = app.get("/settings").await.expect(200);
        let keep = setting(&told, "keep");
        assert_eq!(
            (&keep["value"], &keep["source"], &keep["changeable"]),
            (&json!("30d"), &json!("default"), &json!(true))
        );
        let audit = setting(&told, "audit_keep");
        assert_eq!(
            (&audit["value"], &audit["source"], &audit["changeable"]),
            (&json!("90d"), &json!("environment"), &json!(false))
        );
        let address = &setting(&told, "database_url")["value"];
        assert!(address.is_null() || address == "***", "it holds a password: {address}");

        let body = json!({"keep": "7d"});
        let unsure = app.api("PATCH", "/settings", Some(&body)).await.expect(428);
        assert_eq!(unsure.json()["code"], "if_match_missing");
        let seen = tag(&told);
        let changed = with(&app, "PATCH", "/settings", ("if-match", &seen), Some(&body)).await.expect(200);
        let keep = setting(&changed, "keep");
        assert_eq!((&keep["value"], &keep["source"]), (&json!("7d"), &json!("stored")));
        let lost = with(&app, "PATCH", "/settings", ("if-match", &seen), Some(&body)).await.expect(412);
        assert_eq!(lost.json()["code"], "changed_meanwhile");
        let now = tag(&changed);
        for (body, status, code) in [
            (json!({"audit_keep": "1d"}), 409, "setting_fixed"),
            (json!({"keep": "soon"}), 422, "span_invalid"),
            (json!({"keep": "1s"}), 422, "span_out_of_range"),
            (json!({"listen": "0.0.0.0:1"}), 400, "body_invalid"),
        ] {
            let refused = with(&app, "PATCH", "/settings", ("if-match", &now), Some(&body)).await;
            assert_eq!((refused.status, refused.json()["code"].as_str()), (status, Some(code)), "{body}");
        }
        let trail = app.get("/audit?action=settings.changed").await.expect(200).json();
        assert_eq!(trail["entries"][0]["after"], json!({"keep": "7d"}));
        let body = json!({"keep": null});
        let back = with(&app, "PATCH", "/settings", ("if-match", &now), Some(&body)).await.expect(200);
        assert_eq!(setting(&back, "keep")["source"], "default");
    })
    .await;
}
