//! Connections with a client certificate: what is no certificate is told when it is saved, and nowhere repeated.

use causeway_testkit::both;
use serde_json::json;

/// A connector as somebody would install it.
fn bank() -> String {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Bank", "version": "1" },
        "servers": [{ "url": "https://bank.invalid" }],
        "x-causeway": { "name": "bank", "version": "1.0.0", "title": { "en": "Bank", "zh-TW": "銀行" },
            "description": { "en": "A bank.", "zh-TW": "銀行。" }, "test": "accounts" },
        "paths": { "/accounts": { "get": { "operationId": "accounts", "responses": {} } } },
        "security": [{ "certificate": [] }],
        "components": { "securitySchemes": { "certificate": { "type": "mutualTLS" } } },
    })
    .to_string()
}

#[tokio::test]
async fn what_is_no_certificate_is_told_when_it_is_saved_or_tried() {
    both(async |app| {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().join("bank");
        std::fs::create_dir(&home).expect("a folder");
        std::fs::write(home.join("openapi.json"), bank()).expect("a file");
        let installed = app.cli(&["connector", "install", home.to_str().expect("a path")]).await;
        assert_eq!(installed.code, 0, "{}{}", installed.stdout, installed.stderr);
        app.restart().await;

        let pem =
            |kind: &str, inside: &str| format!("-----BEGIN {kind}-----\n{inside}\n-----END {kind}-----\n");
        let made = async |key: &str| {
            let credentials = json!({ "certificate": pem("CERTIFICATE", "AAAA"), "key": key });
            let body =
                json!({ "name": "bank", "connector": "bank", "credentials": { "production": credentials } });
            app.post("/connections", &body).await
        };
        let refused = made("canary-no-key").await.expect(422);
        assert!(refused.text.contains("/credentials/production/key"), "{}", refused.text);
        assert!(!refused.text.contains("canary"), "{}", refused.text);

        // It looks like one, and is none.
        let _made = made(&pem("PRIVATE KEY", "AAAA")).await.expect(201);
        let tried = app.post("/connections/bank/test", &json!({})).await.expect(200).json();
        assert_eq!(
            (&tried["ok"], &tried["error"]["code"]),
            (&json!(false), &json!("certificate_invalid")),
            "{tried}"
        );
        assert_eq!(tried["error"]["class"], "auth");
    })
    .await;
}
