//! Drafts, versions, import and export through the API.

use causeway_model::{Role, Value};
use serde_json::json;

use crate::testing::TestApp;

fn document(code: &str) -> Value {
    json!({"causeway": 1, "kind": "flow", "name": "Orders", "trigger": {"use": "webhook", "with": {"path": "orders"}},
        "steps": [{"id": "map", "use": "script", "with": {"code": code}}]})
}

#[tokio::test]
async fn a_draft_is_saved_published_compared_and_restored() {
    let test = TestApp::new().await;
    let token = test.token(Role::Editor).await;
    let saved = test.api(&token, "PUT", "/flows/orders/draft", Some(&document("1"))).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    assert_eq!(saved.header("etag"), "\"1\"");
    assert_eq!(saved.json()["faults"], json!([]));
    let published = test.api(&token, "POST", "/flows/orders/publish", Some(&json!({"note": "first"}))).await;
    assert_eq!(
        (published.json()["version"].clone(), published.json()["flow"]["published"].clone()),
        (json!(1), json!(1))
    );

    let bearer = format!("Bearer {token}");
    let put = async |etag: &str, code: &str| {
        let headers = [("authorization", bearer.as_str()), ("if-match", etag)];
        test.send("PUT", "/api/v1/flows/orders/draft", &headers, document(code).to_string()).await
    };
    assert_eq!(put("\"1\"", "2").await.header("etag"), "\"2\"");
    assert_eq!(put("\"1\"", "3").await.problem(), (412, "draft_changed".to_owned()));
    assert_eq!(put("\"x\"", "3").await.problem(), (412, "if_match_invalid".to_owned()));
    assert_eq!(put("*", "2").await.status, 200);

    let diff = test.api(&token, "GET", "/flows/orders/diff?from=1&to=draft", None).await.json();
    assert_eq!(
        (diff["steps"][0]["id"].clone(), diff["steps"][0]["change"].clone()),
        (json!("map"), json!("changed"))
    );
    test.api(&token, "POST", "/flows/orders/publish", None).await;
    let versions = test.api(&token, "GET", "/flows/orders/versions", None).await.json();
    let versions: Vec<_> =
        versions["versions"].as_array().expect("a list").iter().map(|v| v["version"].clone()).collect();
    assert_eq!(versions, [json!(2), json!(1)]);
    let restored = test.api(&token, "POST", "/flows/orders/versions/1/restore", None).await;
    assert_eq!(restored.json()["flow"]["changed"], json!(true));
    let draft = test.api(&token, "GET", "/flows/orders/draft", None).await.json();
    assert_eq!(draft["steps"][0]["with"]["code"], json!("1"));
    let exported = test.api(&token, "GET", "/flows/orders/export?edition=2", None).await;
    assert!(
        exported.text().ends_with("}\n") && exported.text().contains("\"slug\": \"orders\""),
        "{exported:?}"
    );
    assert_eq!(test.api(&token, "GET", "/flows/orders/versions/9", None).await.status, 404);
    assert_eq!(
        test.api(&token, "GET", "/flows/orders/diff?from=x&to=1", None).await.problem().1,
        "edition_invalid"
    );
}

#[tokio::test]
async fn faults_come_all_at_once_in_both_languages() {
    let test = TestApp::new().await;
    let token = test.token(Role::Editor).await;
    let mut broken = document("let");
    broken["steps"].as_array_mut().expect("steps").push(json!({"id": "b", "use": "no.such"}));
    let saved = test.api(&token, "PUT", "/flows/orders/draft", Some(&broken)).await;
    assert_eq!(saved.status, 200, "a draft may be unfinished");
    assert!(saved.json()["faults"].as_array().is_some_and(|faults| faults.len() >= 2));
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("accept-language", "zh-TW,zh;q=0.9")];
    let refused = test.send("POST", "/api/v1/flows/orders/publish", &headers, "").await;
    assert_eq!(refused.problem(), (422, "document_invalid".to_owned()));
    let problem = refused.json();
    assert!(problem["faults"].as_array().is_some_and(|faults| faults.len() >= 2), "{problem}");
    assert_eq!(problem["detail"], problem["text"]["zh-TW"]);
    assert_eq!(refused.header("content-type"), "application/problem+json");

    let unread =
        test.api(&token, "PUT", "/flows/orders/draft", Some(&json!({"causeway": 1, "nmae": 2}))).await;
    assert_eq!(unread.problem(), (422, "document_invalid".to_owned()));
    let other = json!({"slug": "other", "causeway": 1, "kind": "flow", "name": "x", "trigger": {"use": "manual"}, "steps": []});
    let other = test.api(&token, "PUT", "/flows/orders/draft", Some(&other)).await;
    assert_eq!(other.problem().1, "slug_differs");
}

#[tokio::test]
async fn documents_are_imported_once_and_reported() {
    let test = TestApp::new().await;
    let token = test.token(Role::Editor).await;
    let mut flow = document("1");
    flow["slug"] = json!("orders");
    let import = async |publish: bool, flow: &Value| {
        let answer = test.api(&token, "POST", &format!("/import?publish={publish}"), Some(flow)).await;
        answer.json()["documents"][0].clone()
    };
    let first = import(false, &flow).await;
    assert_eq!((&first["result"], &first["version"]), (&json!("created"), &Value::Null));
    assert_eq!(first["steps"], json!([{"id": "map", "use": "script", "status": "ready"}]));
    assert_eq!(import(false, &flow).await["result"], json!("unchanged"));
    let published = import(true, &flow).await;
    assert_eq!((&published["result"], &published["version"]), (&json!("unchanged"), &json!(1)));
    assert_eq!(import(true, &flow).await["version"], json!(1), "the same again makes no version");

    flow["steps"][0]["use"] = json!("no.such");
    let refused = import(true, &flow).await;
    assert_eq!((&refused["result"], &refused["steps"][0]["status"]), (&json!("refused"), &json!("unknown")));
    let (record, draft) = test.app.draft(&"orders".parse().expect("a slug")).await.expect("a draft");
    assert_eq!((record.changed, draft.steps[0].use_.as_str()), (false, "script"), "nothing was kept");

    let mut clash = document("1");
    clash["slug"] = json!("clash");
    let clash = import(true, &clash).await;
    assert_eq!(
        (&clash["result"], &clash["faults"][0]["code"]),
        (&json!("refused"), &json!("webhook_path_taken"))
    );

    let slug = "zipped".parse().expect("a slug");
    let flow = causeway_document::parse(&document("2").to_string().replace("\"orders\"", "\"zipped\""))
        .expect("a flow");
    let zip = causeway_document::export_zip([(&slug, &flow)]).expect("a zip");
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/zip")];
    let zipped = test.send("POST", "/api/v1/import?publish=true", &headers, zip).await.json();
    assert_eq!(zipped["documents"][0]["slug"], json!("zipped"));
    assert_eq!(test.post("/hooks/zipped", &json!({})).await.status, 202);
}
