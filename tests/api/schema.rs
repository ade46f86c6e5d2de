//! The OpenAPI document against the server that answers by it: requests made up from the document, right ones and wrong
//! ones, with and without a token. No answer is a fault of the server, none is undescribed, each fits its schema.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use causeway_testkit::{Backend, TestApp, script_step};
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

async fn check(app: &TestApp, token: Option<&str>, seconds: u32) {
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
        // It would end the session or the token that the rest is asked with; both are tried elsewhere.
        .args(["--exclude-operation-id", "delete_token", "--exclude-operation-id", "delete_current_session"])
        // It reads an event's data as a text; the server's own tests hold both streams to their schemas.
        .args(["--exclude-operation-id", "get_events", "--exclude-operation-id", "get_run_events"]);
    if let Some(token) = token {
        command.args(["-H", &format!("Authorization: Bearer {token}")]);
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
    check(&app, Some(&token), 80).await;
    check(&app, None, 20).await;
}
