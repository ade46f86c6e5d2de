//! What the API says of itself.

use causeway_model::Value;
use causeway_testkit::{Backend, Options, TestApp, on, root};

#[tokio::test]
async fn the_openapi_document_is_the_one_that_was_reviewed() {
    let app = TestApp::prepare(Backend::Sqlite, Options::new());
    let printed = app.cli(&["openapi"]).await.success();
    let kept = std::fs::read_to_string(root().join("tests/data/openapi.json")).unwrap_or_default();
    let (printed, kept): (Value, Value) = (printed.json(), serde_json::from_str(&kept).unwrap_or_default());
    assert!(
        printed == kept,
        "the API changed: look at the difference, then `causeway openapi > tests/data/openapi.json` (make openapi)"
    );
}

#[tokio::test]
async fn every_operation_says_who_may_call_it_and_what_it_answers() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let document = app.get("/openapi.json").await.expect(200).json();
        assert!(
            document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
            "{}",
            document["openapi"]
        );
        let methods = ["get", "put", "post", "delete", "patch"];
        let mut ids = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in
                item.as_object().expect("a path").iter().filter(|(name, _)| methods.contains(&name.as_str()))
            {
                let at = format!("{method} {path}");
                let id =
                    operation["operationId"].as_str().unwrap_or_else(|| panic!("{at} has no operation id"));
                assert!(
                    id.contains('_') && ids.insert(id.to_owned()),
                    "{at}: `{id}` is verb_noun and unique"
                );
                assert!(operation["tags"][0].is_string(), "{at} has no tag");
                assert!(
                    operation["responses"].as_object().is_some_and(|answers| answers.len() >= 2),
                    "{at}: answers"
                );
            }
        }
        assert!(ids.len() > 25, "{ids:?}");
    })
    .await;
}
