//! The OpenAPI document against the server that answers by it: requests made up from the document, right ones and wrong
//! ones, with a token, with a session, and as nobody. No answer is a fault of the server, none is undescribed, each fits its schema.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use causeway_testkit::{Backend, Page, TestApp, script_step};
use serde_json::json;
use tokio::process::Command;

use crate::runs::cancel::accepted;

/// Where `.ci/prepare` puts it.
fn schemathesis() -> PathBuf {
    let me = std::fs::metadata("/proc/self").expect("Linux").uid();
    PathBuf::from(format!("/var/tmp/causeway-schemathesis-{me}/bin/schemathesis"))
}

/// What the document promises and every answer is held to. Whether made-up values are accepted says nothing here: a slug
/// that fits its pattern is no flow yet, and a body of the wrong shape may be refused as missing first.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,ignored_auth,unsupported_method";

/// Who asks.
enum Caller<'a> {
    Token(&'a str),
    Session(&'a Page),
    Nobody,
}

impl Caller<'_> {
    fn headers(&self, app: &TestApp) -> Vec<String> {
        match self {
            Self::Token(token) => vec![format!("Authorization: Bearer {token}")],
            // As a page of the server sends them.
            Self::Session(Page { cookie, csrf }) => vec![
                format!("Cookie: {cookie}"),
                format!("X-CSRF-Token: {csrf}"),
                format!("Origin: {}", app.url("")),
            ],
            Self::Nobody => Vec::new(),
        }
    }

    /// What would end what the rest is asked with; each is tried elsewhere.
    fn left_out(&self) -> &'static [&'static str] {
        match self {
            Self::Token(_) => &["delete_token"],
            // The last two end the sessions of the person whose account they are about.
            Self::Session(_) => &[
                "delete_current_session",
                "delete_session",
                "change_own_password",
                "delete_user",
                "reset_password",
            ],
            Self::Nobody => &[],
        }
    }
}

async fn check(app: &TestApp, caller: Caller<'_>, seconds: u32) {
    let folder = tempfile::tempdir().expect("a folder");
    let tool = schemathesis();
    assert!(tool.exists(), "{} is missing: make prepare", tool.display());
    let mut command = Command::new(tool);
    command
        .current_dir(folder.path())
        .args(["run", &app.url("/api/v1/openapi.json"), "--no-color", "--seed", "20261128"])
        .args(["--checks", CHECKS, "--phases", "coverage,fuzzing", "--continue-on-failure", "--no-shrink"])
        .args(["--max-time", &seconds.to_string(), "--request-timeout", "20", "--warnings", "off"])
        // One worker: two threads of Python 3.11 that read sources at once fail each other ("AST constructor recursion depth").
        .args(["--suppress-health-check", "all", "--workers", "1", "--max-examples", "20"])
        // It reads an event's data as a text; the server's own tests hold both streams to their schemas.
        .args(["--exclude-operation-id", "get_events", "--exclude-operation-id", "get_run_events"])
        // It waits longer than a request may take here; `listening` tries it.
        .args(["--exclude-operation-id", "get_listening"])
        // It makes no zips; the registry's own tests do.
        .args(["--exclude-operation-id", "install_connector"]);
    for operation in caller.left_out() {
        command.args(["--exclude-operation-id", operation]);
    }
    for header in caller.headers(app) {
        command.args(["-H", &header]);
    }
    let output = command.output().await.expect("runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!app.log().contains("panicked"), "{}", app.log_tail(40));
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.publish(&accepted("orders", json!([script_step("map", "trigger.body", &[])]))).await;
    let run = app.hook("orders", &json!({"no": 1})).await.expect(202).run();
    let _run = app.finished(&run).await;
    let token = app.token_of("owner").await;
    check(&app, Caller::Token(&token), 80).await;
    check(&app, Caller::Nobody, 20).await;
    app.user("ada@example.tw", "owner").await;
    let page = app.sign_in("ada@example.tw").await;
    check(&app, Caller::Session(&page), 60).await;
    // It was asked as somebody to the end.
    let _still = app.page(&page, "GET", "/me", None).await.expect(200);
}
