//! Connections through the API: made, shown without their credentials, shared, tried, and refused where they are in use.

use causeway_model::{Role, Value};
use serde_json::json;

use crate::testing::{Answer, TestApp};

const CANARY: &str = "canary-55d1-do-not-leak";

fn erp(name: &str) -> Value {
    json!({
        "name": name, "connector": "erp", "settings": { "production": { "base_url": "https://erp.lan", "company": 7 } },
        "credentials": { "production": { "api_key": CANARY } },
    })
}

fn faults(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let told = |fault: &Value| format!("{} {}", fault["code"], fault["pointer"]).replace('"', "");
    let mut faults: Vec<String> = body["faults"].as_array().into_iter().flatten().map(told).collect();
    faults.sort();
    faults
}

#[tokio::test]
async fn a_connection_is_made_shown_changed_and_deleted() {
    let test = TestApp::new().await;
    let editor = test.token(Role::Editor).await;
    let admin = test.token(Role::Admin).await;
    let made = test.api(&editor, "POST", "/connections", Some(&erp("main"))).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (201, "/api/v1/connections/main"));
    let shown = test.api(&editor, "GET", "/connections/main", None).await;
    assert_eq!((shown.json(), shown.header("etag")), (made.json(), made.header("etag")));
    let body = shown.json();
    assert_eq!(
        (&body["auth"], &body["shared"], &body["title"]),
        (&json!("key"), &json!("editor"), &json!("main"))
    );
    let production = &body["environments"]["production"];
    assert_eq!(production["settings"], json!({ "base_url": "https://erp.lan", "company": 7 }));
    assert_eq!(production["credentials"], json!(["api_key"]));

    let tag = shown.header("etag").to_owned();
    let bearer = format!("Bearer {editor}");
    let patch = async |tag: &str, body: Value| {
        let headers = [("authorization", bearer.as_str()), ("if-match", tag)];
        test.send("PATCH", "/api/v1/connections/main", &headers, body.to_string()).await
    };
    let record = test.app.store().connection("main").await.expect("is there");
    test.app.store().note_connection_use(record.id, true, None).await.expect("notes");
    let changed =
        patch(&tag, json!({ "title": "正式 ERP", "settings": { "test": { "base_url": "https://t.lan" } } }))
            .await;
    assert_eq!(changed.status.as_u16(), 200, "a use in between is no change: {changed:?}");
    assert_eq!(changed.json()["environments"]["test"]["settings"]["base_url"], "https://t.lan");
    assert_eq!(patch(&tag, json!({ "title": "x" })).await.problem(), (412, "changed_meanwhile".into()));
    assert_eq!(patch("\"x\"", json!({ "title": "x" })).await.problem(), (412, "if_match_invalid".into()));

    let credentials = async |environment: &str, body: Value| {
        let path = format!("/connections/main/credentials?environment={environment}");
        test.api(&editor, "PUT", &path, Some(&body)).await
    };
    let set = credentials("test", json!({ "api_key": CANARY })).await;
    assert_eq!(set.json()["environments"]["test"]["credentials"], json!(["api_key"]));
    let gone = credentials("test", json!({ "api_key": null })).await;
    assert_eq!(gone.json()["environments"]["test"]["credentials"], json!([]));
    let wrong = credentials("test", json!({ "api_key": "abc", "pin": CANARY })).await;
    assert_eq!(wrong.problem(), (422, "invalid_credentials".into()));
    assert_eq!(
        faults(&wrong),
        ["invalid_credentials /credentials/api_key", "invalid_credentials /credentials/pin"]
    );
    assert!(!wrong.text().contains(CANARY));
    assert_eq!(credentials("staging", json!({})).await.problem().0, 400);

    let oauth = patch("*", json!({ "auth": "oauth" })).await;
    assert_eq!(oauth.json()["environments"]["production"]["credentials"], json!([]), "those of another way");
    let half = credentials("production", json!({ "client_id": "causeway" })).await;
    assert_eq!(faults(&half), ["invalid_credentials /credentials/client_secret"]);
    credentials("production", json!({ "client_id": "causeway", "client_secret": CANARY })).await;
    let part = credentials("production", json!({ "client_id": "other" })).await;
    assert_eq!(
        part.json()["environments"]["production"]["credentials"],
        json!(["client_id", "client_secret"])
    );

    let denied = test.api(&editor, "DELETE", "/connections/main", None).await;
    assert_eq!(denied.problem(), (403, "role_too_low".into()));
    assert_eq!(test.api(&admin, "DELETE", "/connections/main", None).await.status.as_u16(), 204);
    assert_eq!(test.api(&admin, "GET", "/connections/main", None).await.problem().0, 404);
    let trail = test.api(&admin, "GET", "/audit?subject=connection:main", None).await;
    assert!(trail.text().contains("connection.credentials_set"), "{}", trail.text());
    for answer in [&made, &shown, &changed, &set, &gone, &oauth, &half, &part, &trail] {
        assert!(!answer.text().contains(CANARY), "{}", answer.text());
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_every_fault() {
    let test = TestApp::new().await;
    let editor = test.token(Role::Editor).await;
    let create = async |body: Value| test.api(&editor, "POST", "/connections", Some(&body)).await;
    let mut wrong = erp("main");
    wrong["settings"] = json!({ "production": { "base_url": "http://erp.lan" }, "test": { "company": "x" } });
    wrong["credentials"] = json!({ "test": { "api_key": "k" } });
    let wrong = create(wrong).await;
    assert_eq!(wrong.problem(), (422, "invalid_settings".into()));
    let wanted = [
        "invalid_credentials /credentials/test/api_key",
        "invalid_settings /settings/production/base_url",
        "invalid_settings /settings/test/base_url",
        "invalid_settings /settings/test/company",
    ];
    assert_eq!(faults(&wrong), wanted);
    let with = |field: &str, value: Value| {
        let mut body = erp("main");
        body[field] = value;
        body
    };
    assert_eq!(create(with("connector", json!("sap"))).await.problem(), (422, "connector_unknown".into()));
    assert_eq!(create(with("auth", json!("basic"))).await.problem(), (422, "auth_unknown".into()));
    assert_eq!(create(with("name", json!("Main"))).await.problem(), (422, "name_invalid".into()));
    assert_eq!(create(with("shared", json!("owner"))).await.problem(), (400, "body_invalid".into()));
    assert_eq!(create(json!({ "name": "bare", "connector": "erp" })).await.status.as_u16(), 201);
    assert_eq!(create(with("name", json!("bare"))).await.problem(), (409, "connection_exists".into()));
}

#[tokio::test]
async fn it_is_for_those_whom_it_is_shared_with() {
    let test = TestApp::new().await;
    let viewer = test.token(Role::Viewer).await;
    let admin = test.token(Role::Admin).await;
    let (one, other) =
        (test.named_token("one", Role::Editor).await, test.named_token("other", Role::Editor).await);
    for (name, shared) in [("own", "private"), ("team", "editor"), ("all", "viewer")] {
        let mut body = erp(name);
        body["shared"] = json!(shared);
        assert_eq!(test.api(&one, "POST", "/connections", Some(&body)).await.status.as_u16(), 201);
    }
    let names = async |token: &str| {
        let list = test.api(token, "GET", "/connections", None).await.json();
        let names = list["connections"].as_array().expect("a list").iter();
        names.map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&one).await, "all own team");
    assert_eq!(names(&other).await, "all team");
    assert_eq!(names(&viewer).await, "all");
    assert_eq!(names(&admin).await, "all own team");
    let page = test.api(&admin, "GET", "/connections?limit=2&connector=erp", None).await.json();
    let next = page["next_cursor"].as_str().expect("more follow");
    let rest = test.api(&admin, "GET", &format!("/connections?limit=2&cursor={next}"), None).await.json();
    assert_eq!((rest["connections"][0]["name"].as_str(), rest["next_cursor"].as_str()), (Some("team"), None));
    for (method, path) in [
        ("GET", "/connections/own"),
        ("PATCH", "/connections/own"),
        ("PUT", "/connections/own/credentials"),
        ("POST", "/connections/own/test"),
        ("GET", "/connections/own/usage"),
    ] {
        let answer = test.api(&other, method, path, Some(&json!({}))).await;
        assert_eq!(answer.problem(), (404, "connection_not_found".into()), "{method} {path}");
    }
    let flow = json!({"causeway": 1, "kind": "flow", "slug": "orders", "name": "Orders", "trigger": {"use": "manual"},
        "steps": [{"id": "a", "use": "erp.create", "connection": "own"}, {"id": "b", "use": "erp.create", "connection": "gone"}]});
    let imported = test.api(&other, "POST", "/import", Some(&flow)).await.json();
    let steps = &imported["documents"][0]["steps"];
    assert_eq!((&steps[0]["status"], &steps[1]["status"]), (&json!("ready"), &json!("needs_connection")));
    let saved = test.api(&other, "PUT", "/flows/orders/draft", Some(&flow)).await;
    let wanted = ["connection_missing /steps/1/connection", "connection_not_shared /steps/0/connection"];
    assert_eq!((saved.status.as_u16(), faults(&saved)), (200, wanted.map(String::from).to_vec()));
    assert!(saved.json()["faults"][0]["line"].is_number(), "{saved:?}");
    let refused = test.api(&other, "POST", "/flows/orders/publish", None).await;
    assert_eq!(
        faults(&refused),
        ["connection_missing /steps/1/connection", "connection_not_shared /steps/0/connection"]
    );
    assert!(refused.json()["faults"][0]["fix"]["en"].is_string(), "{refused:?}");
    let tested = test.api(&other, "POST", "/flows/orders/draft/test", None).await;
    assert_eq!(tested.problem(), (422, "document_invalid".into()));
    let gone = erp("gone");
    test.api(&one, "POST", "/connections", Some(&gone)).await;
    assert_eq!(test.api(&one, "POST", "/flows/orders/publish", None).await.status.as_u16(), 200);
    let usage = test.api(&one, "GET", "/connections/own/usage", None).await.json();
    let wanted = json!({"flows": [{"slug": "orders", "name": "Orders", "version": 1, "draft": true, "steps": ["a"]}], "more": false});
    assert_eq!(usage, wanted);
    let kept = test.api(&admin, "DELETE", "/connections/own", None).await;
    assert_eq!(kept.problem(), (409, "connection_in_use".into()));
    assert!(kept.text().contains("orders"));
}

#[tokio::test]
async fn a_connection_is_tried() {
    let test = TestApp::new().await;
    let editor = test.token(Role::Editor).await;
    test.api(&editor, "POST", "/connections", Some(&erp("main"))).await;
    let works = test.api(&editor, "POST", "/connections/main/test", None).await.json();
    assert_eq!((&works["ok"], works.get("error")), (&json!(true), None));
    let fails = test.api(&editor, "POST", "/connections/main/test?environment=test", None).await;
    let body = fails.json();
    assert_eq!(
        (fails.status.as_u16(), &body["ok"], &body["error"]["status"]),
        (200, &json!(false), &json!(401))
    );
    assert_eq!((&body["error"]["code"], &body["error"]["class"]), (&json!("http_status"), &json!("auth")));
    assert!(body["message"]["zh-TW"].as_str().is_some_and(|text| text.contains("憑證")), "{body}");
}
