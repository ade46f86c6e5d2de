//! How callers of a webhook show who they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_model::Value;
use causeway_testkit::{TestApp, both, flow, script_step};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

async fn verified(app: &TestApp, slug: &str, verify: Value) {
    let trigger = json!({"use": "webhook", "with": {"path": slug, "verify": verify}});
    app.publish(&flow(slug, trigger, json!([script_step("a", "1", &[])]))).await;
}

async fn status(app: &TestApp, slug: &str, headers: &[(&str, &str)], body: &'static str) -> u16 {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    app.hook_raw("POST", slug, &all, body).await.status
}

#[tokio::test]
async fn a_token_in_a_header_or_basic_credentials() {
    both(async |app| {
        app.set_secret("hook", "t0ken-for-hooks").await;
        verified(
            &app,
            "token",
            json!({"scheme": "header", "header": "X-Token", "secret": "{{ secret.hook }}"}),
        )
        .await;
        assert_eq!(status(&app, "token", &[("x-token", "t0ken-for-hooks")], "{}").await, 202);
        assert_eq!(status(&app, "token", &[("x-token", "t0ken-for-hookS")], "{}").await, 401);
        assert_eq!(status(&app, "token", &[], "{}").await, 401);

        verified(
            &app,
            "basic",
            json!({"scheme": "basic", "username": "shop", "password": "{{ secret.hook }}"}),
        )
        .await;
        // shop:t0ken-for-hooks, shop:wrong
        assert_eq!(
            status(&app, "basic", &[("authorization", "Basic c2hvcDp0MGtlbi1mb3ItaG9va3M=")], "{}").await,
            202
        );
        assert_eq!(status(&app, "basic", &[("authorization", "Basic c2hvcDp3cm9uZw==")], "{}").await, 401);
        let refused = app.hook("basic", &json!({})).await.expect(401);
        assert!(refused.header("www-authenticate").is_some());
        assert_eq!(app.runs("").await.len(), 2, "who is refused makes no run");
    })
    .await;
}

#[tokio::test]
async fn a_signature_over_the_raw_body() {
    both(async |app| {
        app.set_secret("hook", "whsec").await;
        let verify = json!({"scheme": "hmac-sha256", "header": "X-Hub-Signature-256", "prefix": "sha256=", "secret": "{{ secret.hook }}"});
        verified(&app, "github", verify).await;
        let body = "{ \"a\":  1.10 }";
        let good = format!("sha256={}", hex::encode(hmac_sha256(b"whsec", body.as_bytes())));
        assert_eq!(good, "sha256=59ffd5d11606117dfc393ad6f5760820982d57aaf831909385353d46608349c4");
        assert_eq!(status(&app, "github", &[("x-hub-signature-256", &good)], body).await, 202);
        assert_eq!(status(&app, "github", &[("x-hub-signature-256", &good)], "{ \"a\": 1.10 }").await, 401, "other spaces");
        assert_eq!(status(&app, "github", &[("x-hub-signature-256", &good[7..])], body).await, 401, "no prefix");
        assert_eq!(status(&app, "github", &[], body).await, 401);
    })
    .await;
}

#[tokio::test]
async fn standard_webhooks_with_a_fresh_timestamp() {
    both(async |app| {
        app.set_secret("hook", &format!("whsec_{}", STANDARD.encode(b"a key of some length"))).await;
        verified(&app, "standard", json!({"scheme": "standard-webhooks", "secret": "{{ secret.hook }}"}))
            .await;
        let body = r#"{"a":1}"#;
        let signed = |id: &str, at: u64, body: &str| {
            let mac = hmac_sha256(b"a key of some length", format!("{id}.{at}.{body}").as_bytes());
            format!("v1,bm9wZQ== v1,{}", STANDARD.encode(mac))
        };
        let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
        let send = async |id: &str, at: u64, signature: &str| {
            let at = at.to_string();
            let headers =
                [("webhook-id", id), ("webhook-timestamp", at.as_str()), ("webhook-signature", signature)];
            status(&app, "standard", &headers, r#"{"a":1}"#).await
        };
        assert_eq!(send("msg_1", now, &signed("msg_1", now, body)).await, 202);
        assert_eq!(send("msg_2", now, &signed("msg_1", now, body)).await, 401, "another id");
        assert_eq!(send("msg_3", now, &signed("msg_3", now, "{}")).await, 401, "another body");
        let old = now - 3600;
        assert_eq!(send("msg_4", old, &signed("msg_4", old, body)).await, 401, "an old one, replayed");
    })
    .await;
}

fn hmac_sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}
