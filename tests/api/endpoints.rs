//! Every endpoint of the OpenAPI document, for everybody: nobody, and each role with a token and with a session. An
//! endpoint that is not stated here fails.

use std::collections::BTreeMap;

use causeway_testkit::{TestApp, both};
use serde_json::json;

const ROLES: [&str; 5] = ["viewer", "operator", "editor", "admin", "owner"];

/// Who may call what.
const NOBODY: &str = "get_health get_setup create_owner create_session";
const SESSION: &str = "list_sessions delete_current_session delete_session change_me change_own_password";
const VIEWER: &str = "decide_approval diff_versions export_flow get_approval get_catalogue get_draft get_draft_faults get_flow get_flow_schema \
    get_operation get_trigger get_events get_me get_run get_run_events get_timeline get_version list_approvals list_flow_stats list_flows list_functions list_items list_recipes list_runs list_variables \
    list_polls list_schedules list_versions preview_replay preview_schedule get_overview get_recipe get_retention get_status get_system_map get_variable list_samples get_sample get_sample_case \
    get_dead_letter get_trigger_event get_trigger_event_body list_dead_letters list_trigger_events \
    list_connections get_connection get_connection_usage list_connectors list_connector_versions preview_connector_version get_connector_index get_connector_icon get_connector_readme";
const OPERATOR: &str = "act_on_runs dismiss_dead_letter preview_act_on_runs replay_dead_letter resume_dead_letter \
    undismiss_dead_letter cancel_run dismiss_run poll_flow replay_run resume_run start_run";
const EDITOR: &str = "archive_flow delete_variable disable_flow enable_flow import_flows list_secrets publish_flow restore_version \
    save_draft set_variable unarchive_flow test_draft set_sample delete_sample create_connection change_connection set_credentials test_connection authorize_connection \
    evaluate_expressions get_listening start_listening stop_listening list_options run_script set_map_system delete_map_system set_hand_over delete_hand_over";
const ADMIN: &str = "change_settings get_settings change_user create_token create_user delete_connection delete_flow delete_secret delete_token delete_user get_user \
    list_audit_entries list_tokens list_users reset_password set_secret install_connector install_from_index enable_connector_version \
    disable_connector_version remove_connector_version update_connector";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nobody,
    Session,
    /// The place of the lowest role in [`ROLES`].
    Role(usize),
}

fn table() -> BTreeMap<&'static str, Needs> {
    let lists = [
        (NOBODY, Needs::Nobody),
        (SESSION, Needs::Session),
        (VIEWER, Needs::Role(0)),
        (OPERATOR, Needs::Role(1)),
        (EDITOR, Needs::Role(2)),
        (ADMIN, Needs::Role(3)),
    ];
    lists
        .into_iter()
        .flat_map(|(names, needs)| names.split_whitespace().map(move |name| (name, needs)))
        .collect()
}

struct Call {
    name: String,
    method: String,
    path: String,
}

/// Paths lead to things that there are not: whoever may call hears so.
async fn calls(app: &TestApp) -> Vec<Call> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let nothing = "01890000-0000-7000-8000-000000000000";
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let words = path.trim_start_matches("/api/v1").split('/').map(|word| match word {
                "{slug}" | "{name}" | "{step}" | "{connector}" | "{operation}" | "{trigger}" => "none",
                "{version}" => "1",
                word if word.starts_with('{') => nothing,
                word => word,
            });
            let path = words.collect::<Vec<_>>().join("/");
            let name = operation["operationId"].as_str().expect("an id").to_owned();
            calls.push(Call { name, method: method.to_ascii_uppercase(), path });
        }
    }
    calls
}

#[tokio::test]
async fn everybody_may_do_their_own_and_no_more() {
    both(async |app| {
        let mut table = table();
        let (mut tokens, mut pages) = (Vec::new(), Vec::new());
        for role in ROLES {
            let email = format!("{role}@example.tw");
            app.user(&email, role).await;
            tokens.push(app.token_of(role).await);
            pages.push(app.sign_in(&email).await);
        }
        let empty = json!({});
        for Call { name, method, path } in calls(&app).await {
            let needs = table.remove(name.as_str()).unwrap_or_else(|| panic!("{name} is not stated here"));
            let at = |who: &str| format!("{name} ({method} {path}) as {who}");
            let url = app.url(&format!("/api/v1{path}"));
            let bare =
                app.client().request(method.parse().expect("a method"), url).send().await.expect("answers");
            if needs == Needs::Nobody {
                assert!(!matches!(bare.status().as_u16(), 401 | 403 | 500..), "{}: {bare:?}", at("nobody"));
                continue;
            }
            assert_eq!(bare.status(), 401, "{}", at("nobody"));
            for (rank, role) in ROLES.iter().enumerate() {
                let by_token = app.api_as(&tokens[rank], &method, &path, Some(&empty)).await;
                // Signing out is tried below, as it would end the session that the others are tried with.
                let signs_out = name == "delete_current_session";
                let by_page = match signs_out {
                    true => None,
                    false => Some(app.page(&pages[rank], &method, &path, Some(&empty)).await),
                };
                for answer in [Some(&by_token), by_page.as_ref()].into_iter().flatten() {
                    assert!(answer.status < 500, "{}: {}", at(role), answer.text);
                    assert_ne!(answer.status, 401, "{}: {}", at(role), answer.text);
                }
                let of_page = by_page.map(|answer| answer.code()).unwrap_or_default();
                match needs {
                    Needs::Role(least) => {
                        assert_eq!(by_token.code() == "role_too_low", rank < least, "{}", at(role));
                        assert_eq!(of_page == "role_too_low", rank < least, "{}", at(role));
                    }
                    _ => {
                        assert_eq!(by_token.code(), "session_needed", "{}", at(role));
                        assert!(of_page != "session_needed" && of_page != "role_too_low", "{}", at(role));
                    }
                }
                // The session of another page, and none of our own pages: nothing is changed.
                if method != "GET" && !signs_out {
                    let other = &pages[(rank + 1) % ROLES.len()];
                    let mixed = causeway_testkit::Page { csrf: other.csrf.clone(), ..pages[rank].clone() };
                    let answer = app.page(&mixed, &method, &path, Some(&empty)).await;
                    assert_eq!(answer.refusal(), (403, "csrf_token_invalid".to_owned()), "{}", at(role));
                }
            }
        }
        assert!(table.is_empty(), "not in the document: {table:?}");
        for page in &pages {
            let _out = app.page(page, "DELETE", "/sessions/current", None).await.expect(204);
            let _over = app.page(page, "GET", "/me", None).await.expect(401);
        }
    })
    .await;
}
