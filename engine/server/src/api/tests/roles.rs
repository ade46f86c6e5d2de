//! Every endpoint of the OpenAPI document against every role: an endpoint that is not stated here fails.

use std::collections::BTreeMap;

use causeway_model::Role;
use serde_json::json;

use crate::testing::TestApp;

/// The lowest role that each operation takes.
const LOWEST: [(&str, Role); 43] = [
    ("cancel_run", Role::Operator),
    ("create_token", Role::Admin),
    ("create_user", Role::Admin),
    ("decide_approval", Role::Viewer),
    ("delete_secret", Role::Admin),
    ("delete_token", Role::Admin),
    ("delete_variable", Role::Editor),
    ("diff_versions", Role::Viewer),
    ("disable_flow", Role::Editor),
    ("dismiss_run", Role::Operator),
    ("enable_flow", Role::Editor),
    ("export_flow", Role::Viewer),
    ("get_approval", Role::Viewer),
    ("get_catalogue", Role::Viewer),
    ("get_draft", Role::Viewer),
    ("get_flow", Role::Viewer),
    ("get_flow_schema", Role::Viewer),
    ("get_me", Role::Viewer),
    ("get_run", Role::Viewer),
    ("get_timeline", Role::Viewer),
    ("get_version", Role::Viewer),
    ("import_flows", Role::Editor),
    ("list_approvals", Role::Viewer),
    ("list_flows", Role::Viewer),
    ("list_functions", Role::Viewer),
    ("list_items", Role::Viewer),
    ("list_runs", Role::Viewer),
    ("list_schedules", Role::Viewer),
    ("list_secrets", Role::Editor),
    ("list_tokens", Role::Admin),
    ("list_users", Role::Admin),
    ("list_variables", Role::Viewer),
    ("list_versions", Role::Viewer),
    ("preview_replay", Role::Viewer),
    ("preview_schedule", Role::Viewer),
    ("publish_flow", Role::Editor),
    ("replay_run", Role::Operator),
    ("restore_version", Role::Editor),
    ("resume_run", Role::Operator),
    ("save_draft", Role::Editor),
    ("set_secret", Role::Admin),
    ("set_variable", Role::Editor),
    ("start_run", Role::Operator),
];

#[tokio::test]
async fn every_endpoint_asks_for_its_role() {
    let test = TestApp::new().await;
    let mut lowest: BTreeMap<&str, Role> = LOWEST.into_iter().collect();
    let mut tokens = Vec::new();
    for role in Role::ALL {
        tokens.push((role, test.token(role).await));
    }
    let document = serde_json::to_value(crate::openapi()).expect("JSON");
    let id = uuid::Uuid::now_v7().to_string();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let url = path
            .replace("{slug}", "none")
            .replace("{version}", "1")
            .replace("{step}", "none")
            .replace("{name}", "none")
            .replace("{run}", &id)
            .replace("{token}", &id)
            .replace("{approval}", &id);
        assert!(!url.contains('{'), "the test knows no value for a part of {path}");
        let url = url.strip_prefix("/api/v1").expect("below /api/v1");
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("an id");
            let wanted = lowest.remove(name).unwrap_or_else(|| panic!("{name} states no role here"));
            let method = method.to_ascii_uppercase();
            let bare = test.send(&method, &format!("/api/v1{url}"), &[], "").await;
            assert_eq!(bare.problem(), (401, "unauthorized".to_owned()), "{name}");
            assert!(bare.header("www-authenticate").starts_with("Bearer"));
            let wrong = test.api("cw_wrong", &method, url, None).await;
            assert_eq!(wrong.problem().0, 401, "{name}");
            for (role, token) in &tokens {
                let answer = test.api(token, &method, url, Some(&json!({}))).await;
                let refused = answer.status == 403 && answer.problem().1 == "role_too_low";
                assert_eq!(refused, *role < wanted, "{name} as {role}: {answer:?}");
                assert!(answer.status.as_u16() < 500, "{name} as {role}: {answer:?}");
            }
        }
    }
    assert!(lowest.is_empty(), "not in the document: {lowest:?}");
}
