//! Callers who prove who they are, with secrets of the store.

use causeway_model::StreamRef;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::testing::TestApp;

fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

async fn signed(test: &TestApp, secret: &str, body: &str) -> crate::testing::Answer {
    let signature = signature(secret, body);
    let headers = [("content-type", "application/json"), ("x-signature", signature.as_str())];
    test.send("POST", "/hooks/signed", &headers, body.to_owned()).await
}

#[tokio::test]
async fn signatures_are_checked_over_the_raw_bytes() {
    let test = TestApp::new().await;
    let verify = json!({"scheme": "hmac-sha256", "header": "X-Signature", "prefix": "sha256=", "secret": "{{ secret.crm_hook }}"});
    test.webhook("signed", json!({ "verify": verify })).await;
    let body = "{\"a\" :  1.0}";
    assert_eq!(signed(&test, "s3", body).await.problem(), (503, "webhook_unusable".to_owned()));

    test.app.set_secret("crm_hook", "s3", "test").await.expect("set");
    let answer = signed(&test, "s3", body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let event = test.app.store().trigger_event(answer.run()).await.expect("an event");
    assert!(event.contains(body) && !event.contains("x-signature"), "{event}");
    assert_eq!(signed(&test, "s4", body).await.problem(), (401, "webhook_unauthorized".to_owned()));
    assert_eq!(test.post("/hooks/signed", &json!({})).await.problem().0, 401);

    test.app.set_secret("crm_hook", "s4", "test").await.expect("changed");
    assert_eq!(signed(&test, "s4", body).await.status, 202, "a new secret counts at once");
}

#[tokio::test]
async fn large_bodies_are_verified_while_they_come() {
    let test = TestApp::new().await;
    test.app.set_secret("hook", "s3", "test").await.expect("set");
    let verify = json!({"scheme": "hmac-sha256", "header": "X-Signature", "prefix": "sha256=", "secret": "{{ secret.hook }}"});
    test.webhook("signed", json!({ "verify": verify })).await;
    let body = format!("[{}1]", "{\"name\":\"報價\"},".repeat(30_000));
    let answer = signed(&test, "s3", &body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let stream = StreamRef::from_value(&test.event(answer.run()).await["body"]).expect("a stream");
    assert_eq!(stream.count, 30_001);
    assert_eq!(signed(&test, "wrong", &body).await.problem().0, 401);
}

#[tokio::test]
async fn header_tokens_and_basic_work_over_secrets() {
    let test = TestApp::new().await;
    test.app.set_secret("t", "tok-1", "test").await.expect("set");
    test.webhook(
        "token",
        json!({"verify": {"scheme": "header", "header": "X-Token", "secret": "{{ secret.t }}"}}),
    )
    .await;
    test.webhook(
        "basic",
        json!({"verify": {"scheme": "basic", "username": "amy", "password": "{{ secret.t }}"}}),
    )
    .await;
    let call = async |path: &str, name: &str, value: &str| {
        test.send("POST", path, &[(name, value)], "{}").await.status.as_u16()
    };
    assert_eq!(call("/hooks/token", "x-token", "tok-1").await, 202);
    assert_eq!(call("/hooks/token", "x-token", "tok-2").await, 401);
    // amy:tok-1
    assert_eq!(call("/hooks/basic", "authorization", "Basic YW15OnRvay0x").await, 202);
    assert_eq!(call("/hooks/basic", "authorization", "Basic YW15Og==").await, 401);
}
