//! Every endpoint of the OpenAPI document against every role: an endpoint that is not stated here fails.

use std::collections::BTreeMap;

use causeway_model::Role;
use serde_json::json;

use crate::testing::TestApp;

/// What an operation asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Anybody may call it.
    Nobody,
    /// A token or a session of this role or a higher one.
    AtLeast(Role),
    /// Somebody who has signed in, whatever their role.
    Session,
}

use Needs::{AtLeast, Nobody, Session};

/// What each operation takes.
const NEEDS: &[(&str, Needs)] = &[
    ("act_on_runs", AtLeast(Role::Operator)),
    ("archive_flow", AtLeast(Role::Editor)),
    ("authorize_connection", AtLeast(Role::Editor)),
    ("cancel_run", AtLeast(Role::Operator)),
    ("change_connection", AtLeast(Role::Editor)),
    ("change_me", Session),
    ("change_own_password", Session),
    ("change_settings", AtLeast(Role::Admin)),
    ("change_user", AtLeast(Role::Admin)),
    ("create_connection", AtLeast(Role::Editor)),
    ("create_owner", Nobody),
    ("create_session", Nobody),
    ("create_token", AtLeast(Role::Admin)),
    ("create_user", AtLeast(Role::Admin)),
    ("preview_connector_version", AtLeast(Role::Viewer)),
    ("decide_approval", AtLeast(Role::Viewer)),
    ("delete_connection", AtLeast(Role::Admin)),
    ("remove_connector_version", AtLeast(Role::Admin)),
    ("delete_current_session", Session),
    ("delete_flow", AtLeast(Role::Admin)),
    ("delete_hand_over", AtLeast(Role::Editor)),
    ("delete_map_system", AtLeast(Role::Editor)),
    ("delete_sample", AtLeast(Role::Editor)),
    ("delete_secret", AtLeast(Role::Admin)),
    ("delete_session", Session),
    ("delete_token", AtLeast(Role::Admin)),
    ("delete_user", AtLeast(Role::Admin)),
    ("delete_variable", AtLeast(Role::Editor)),
    ("diff_versions", AtLeast(Role::Viewer)),
    ("disable_flow", AtLeast(Role::Editor)),
    ("disable_connector_version", AtLeast(Role::Admin)),
    ("dismiss_dead_letter", AtLeast(Role::Operator)),
    ("dismiss_run", AtLeast(Role::Operator)),
    ("enable_flow", AtLeast(Role::Editor)),
    ("enable_connector_version", AtLeast(Role::Admin)),
    ("evaluate_expressions", AtLeast(Role::Editor)),
    ("export_flow", AtLeast(Role::Viewer)),
    ("get_approval", AtLeast(Role::Viewer)),
    ("get_catalogue", AtLeast(Role::Viewer)),
    ("get_operation", AtLeast(Role::Viewer)),
    ("get_connection", AtLeast(Role::Viewer)),
    ("get_connection_usage", AtLeast(Role::Viewer)),
    ("get_connector_icon", AtLeast(Role::Viewer)),
    ("get_connector_readme", AtLeast(Role::Viewer)),
    ("get_connector_index", AtLeast(Role::Viewer)),
    ("get_dead_letter", AtLeast(Role::Viewer)),
    ("get_draft", AtLeast(Role::Viewer)),
    ("get_draft_faults", AtLeast(Role::Viewer)),
    ("get_events", AtLeast(Role::Viewer)),
    ("get_flow", AtLeast(Role::Viewer)),
    ("get_flow_schema", AtLeast(Role::Viewer)),
    ("get_health", Nobody),
    ("get_listening", AtLeast(Role::Editor)),
    ("get_me", AtLeast(Role::Viewer)),
    ("get_overview", AtLeast(Role::Viewer)),
    ("get_recipe", AtLeast(Role::Viewer)),
    ("get_retention", AtLeast(Role::Viewer)),
    ("get_run", AtLeast(Role::Viewer)),
    ("get_settings", AtLeast(Role::Admin)),
    ("get_run_events", AtLeast(Role::Viewer)),
    ("get_sample", AtLeast(Role::Viewer)),
    ("get_sample_case", AtLeast(Role::Viewer)),
    ("get_setup", Nobody),
    ("get_status", AtLeast(Role::Viewer)),
    ("get_system_map", AtLeast(Role::Viewer)),
    ("get_timeline", AtLeast(Role::Viewer)),
    ("get_trigger", AtLeast(Role::Viewer)),
    ("get_trigger_event", AtLeast(Role::Viewer)),
    ("get_trigger_event_body", AtLeast(Role::Viewer)),
    ("get_user", AtLeast(Role::Admin)),
    ("get_variable", AtLeast(Role::Viewer)),
    ("get_version", AtLeast(Role::Viewer)),
    ("import_flows", AtLeast(Role::Editor)),
    ("install_connector", AtLeast(Role::Admin)),
    ("install_from_index", AtLeast(Role::Admin)),
    ("list_approvals", AtLeast(Role::Viewer)),
    ("list_audit_entries", AtLeast(Role::Admin)),
    ("list_connections", AtLeast(Role::Viewer)),
    ("list_connector_versions", AtLeast(Role::Viewer)),
    ("list_connectors", AtLeast(Role::Viewer)),
    ("list_dead_letters", AtLeast(Role::Viewer)),
    ("list_flow_stats", AtLeast(Role::Viewer)),
    ("list_flows", AtLeast(Role::Viewer)),
    ("list_functions", AtLeast(Role::Viewer)),
    ("list_items", AtLeast(Role::Viewer)),
    ("list_recipes", AtLeast(Role::Viewer)),
    ("list_runs", AtLeast(Role::Viewer)),
    ("list_samples", AtLeast(Role::Viewer)),
    ("list_options", AtLeast(Role::Editor)),
    ("list_polls", AtLeast(Role::Viewer)),
    ("list_schedules", AtLeast(Role::Viewer)),
    ("list_secrets", AtLeast(Role::Editor)),
    ("list_sessions", Session),
    ("list_tokens", AtLeast(Role::Admin)),
    ("list_trigger_events", AtLeast(Role::Viewer)),
    ("list_users", AtLeast(Role::Admin)),
    ("list_variables", AtLeast(Role::Viewer)),
    ("list_versions", AtLeast(Role::Viewer)),
    ("preview_act_on_runs", AtLeast(Role::Operator)),
    ("preview_replay", AtLeast(Role::Viewer)),
    ("poll_flow", AtLeast(Role::Operator)),
    ("preview_schedule", AtLeast(Role::Viewer)),
    ("publish_flow", AtLeast(Role::Editor)),
    ("replay_dead_letter", AtLeast(Role::Operator)),
    ("replay_run", AtLeast(Role::Operator)),
    ("reset_password", AtLeast(Role::Admin)),
    ("restore_version", AtLeast(Role::Editor)),
    ("resume_dead_letter", AtLeast(Role::Operator)),
    ("resume_run", AtLeast(Role::Operator)),
    ("run_script", AtLeast(Role::Editor)),
    ("save_draft", AtLeast(Role::Editor)),
    ("set_credentials", AtLeast(Role::Editor)),
    ("set_hand_over", AtLeast(Role::Editor)),
    ("set_map_system", AtLeast(Role::Editor)),
    ("set_sample", AtLeast(Role::Editor)),
    ("set_secret", AtLeast(Role::Admin)),
    ("set_variable", AtLeast(Role::Editor)),
    ("start_listening", AtLeast(Role::Editor)),
    ("start_run", AtLeast(Role::Operator)),
    ("stop_listening", AtLeast(Role::Editor)),
    ("test_connection", AtLeast(Role::Editor)),
    ("test_draft", AtLeast(Role::Editor)),
    ("unarchive_flow", AtLeast(Role::Editor)),
    ("update_connector", AtLeast(Role::Admin)),
    ("undismiss_dead_letter", AtLeast(Role::Operator)),
];

#[tokio::test]
async fn every_endpoint_asks_for_its_role() {
    let test = TestApp::new().await;
    let mut needs: BTreeMap<&str, Needs> = NEEDS.iter().copied().collect();
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
            .replace("{connector}", "none")
            .replace("{operation}", "none")
            .replace("{name}", "none")
            .replace("{id}", "none")
            .replace("{trigger}", "none")
            .replace("{run}", &id)
            .replace("{token}", &id)
            .replace("{user}", &id)
            .replace("{session}", &id)
            .replace("{event}", &id)
            .replace("{approval}", &id);
        assert!(!url.contains('{'), "the test knows no value for a part of {path}");
        let url = url.strip_prefix("/api/v1").expect("below /api/v1");
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("an id");
            let wanted =
                needs.remove(name).unwrap_or_else(|| panic!("{name} does not state here what it needs"));
            let method = method.to_ascii_uppercase();
            let bare = test.send(&method, &format!("/api/v1{url}"), &[], "").await;
            if wanted == Nobody {
                assert!(!matches!(bare.status.as_u16(), 401 | 403 | 500..), "{name}: {bare:?}");
                continue;
            }
            assert_eq!(bare.problem(), (401, "unauthorized".to_owned()), "{name}");
            assert!(bare.header("www-authenticate").starts_with("Bearer"));
            let wrong = test.api("cw_wrong", &method, url, None).await;
            assert_eq!(wrong.problem().0, 401, "{name}");
            for (role, token) in &tokens {
                let answer = test.api(token, &method, url, Some(&json!({}))).await;
                let code = if answer.status == 403 { answer.problem().1 } else { String::new() };
                match wanted {
                    AtLeast(lowest) => {
                        assert_eq!(code == "role_too_low", *role < lowest, "{name} as {role}: {answer:?}");
                    }
                    _ => assert_eq!(code, "session_needed", "{name} as {role}: {answer:?}"),
                }
                assert!(answer.status.as_u16() < 500, "{name} as {role}: {answer:?}");
            }
        }
    }
    assert!(needs.is_empty(), "not in the document: {needs:?}");
}
