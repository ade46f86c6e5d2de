//! Callers that show a JSON Web Token, and callers from some addresses only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::Value;
use causeway_testkit::{Options, TestApp, both, both_with, flow, script_step};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

async fn verified(app: &TestApp, slug: &str, verify: Value) {
    let trigger = json!({"use": "webhook", "with": {"path": slug, "verify": verify}});
    app.publish(&flow(slug, trigger, json!([script_step("a", "trigger.headers", &[])]))).await;
}

fn token(head: &Value, claims: &Value, secret: &[u8]) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(head), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key").chain_update(&text).finalize();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.into_bytes()))
}

#[tokio::test]
async fn a_token_signed_by_the_shared_secret() {
    both(async |app| {
        app.set_secret("idp", "a shared secret").await;
        let verify = json!({"scheme": "jwt", "algorithm": "HS256", "secret": "{{ secret.idp }}", "issuer": "idp", "audience": "hooks"});
        verified(&app, "jwt", verify).await;
        let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs();
        let send = async |head: Value, claims: Value, secret: &[u8]| {
            let bearer = format!("Bearer {}", token(&head, &claims, secret));
            app.hook_raw("POST", "jwt", &[("authorization", &bearer), ("content-type", "application/json")], "{}").await
        };
        let head = json!({"alg": "HS256", "typ": "JWT"});
        let good = json!({"iss": "idp", "aud": ["hooks"], "exp": now + 60});
        let accepted = send(head.clone(), good.clone(), b"a shared secret").await.expect(202);
        let seen = app.finished(&accepted.run()).await["output"].clone();
        assert!(seen.get("authorization").is_none(), "the token does not reach the flow: {seen}");
        assert_eq!(send(head.clone(), good.clone(), b"another").await.status, 401);
        assert_eq!(send(json!({"alg": "none"}), good.clone(), b"a shared secret").await.status, 401);
        for (name, value) in [("exp", json!(now - 3600)), ("nbf", json!(now + 3600)), ("iss", json!("x")), ("aud", json!("x"))] {
            let mut claims = good.clone();
            claims[name] = value;
            assert_eq!(send(head.clone(), claims, b"a shared secret").await.status, 401, "{name}");
        }
        assert_eq!(app.hook("jwt", &json!({})).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn only_from_the_addresses_that_are_named() {
    both(async |app| {
        verified(&app, "home", json!({"scheme": "none", "ips": ["::ffff:127.0.0.0/104"]})).await;
        verified(&app, "away", json!({"scheme": "none", "ips": ["203.0.113.0/24", "2001:db8::/32"]})).await;
        let _home = app.hook("home", &json!({})).await.expect(202);
        let refused = app.hook("away", &json!({})).await.expect(403);
        assert_eq!(refused.json()["code"], "address_refused");
        let spoofed = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=203.0.113.7")];
        for header in spoofed {
            assert_eq!(
                app.hook_raw("POST", "away", &[header], "{}").await.status,
                403,
                "nobody's word is taken"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_trusted_proxy_is_believed() {
    both_with(Options::new().env("CAUSEWAY_TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.1"), async |app| {
        verified(&app, "away", json!({"scheme": "none", "ips": ["203.0.113.0/24", "2001:db8::/32"]})).await;
        for (header, status) in [
            (("x-forwarded-for", "203.0.113.7"), 202),
            (("x-forwarded-for", "203.0.113.7, 10.0.0.1"), 202),
            (("x-forwarded-for", "::ffff:203.0.113.7"), 202),
            (("x-forwarded-for", "203.0.113.7, 198.51.100.1"), 403),
            (("x-forwarded-for", "what"), 403),
            (("forwarded", "for=\"[2001:db8::1]:80\";proto=https"), 202),
            (("x-real-ip", "203.0.113.7"), 403),
        ] {
            assert_eq!(app.hook_raw("POST", "away", &[header], "{}").await.status, status, "{header:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_document_that_cannot_be_meant_is_refused() {
    both(async |app| {
        for (verify, code, pointer) in [
            (
                json!({"scheme": "jwt", "algorithm": "RS256", "secret": "{{ secret.x }}"}),
                "wrong_key",
                "/trigger/with/verify",
            ),
            (
                json!({"scheme": "jwt", "algorithm": "none", "secret": "{{ secret.x }}"}),
                "",
                "/trigger/with/verify/algorithm",
            ),
            (
                json!({"scheme": "none", "ips": ["10.0.0.0/33"]}),
                "invalid_address",
                "/trigger/with/verify/ips/0",
            ),
        ] {
            let trigger = json!({"use": "webhook", "with": {"path": "bad", "verify": verify}});
            let refused =
                app.try_publish(&flow("bad", trigger, json!([script_step("a", "1", &[])]))).await.expect(422);
            let faults = refused.json()["faults"].clone();
            let found = faults.as_array().expect("faults").iter().any(|fault| {
                fault["pointer"] == pointer
                    && (code.is_empty() || fault["code"] == code)
                    && fault["fix"]["zh-TW"].is_string()
            });
            assert!(found, "{pointer}: {faults}");
        }
    })
    .await;
}
