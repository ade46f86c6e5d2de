//! Ways around the path of a webhook: nobody gets past its verification by writing its name differently.

use causeway_testkit::{TestApp, both, flow, script_step};
use serde_json::json;

use super::{is_well, say, status_of};

async fn guarded(app: &TestApp, slug: &str, path: &str) {
    let verify = json!({"scheme": "header", "header": "X-Token", "secret": "{{ secret.hook }}"});
    let trigger = json!({"use": "webhook", "with": {"path": path, "reply": "last", "verify": verify}});
    app.publish(&flow(
        slug,
        trigger,
        json!([script_step("say", "#{ path: trigger.path, params: trigger.params }", &[])]),
    ))
    .await;
}

async fn post(app: &TestApp, path: &str, token: Option<&str>) -> (u16, String) {
    let token = token.map(|token| format!("X-Token: {token}\r\n")).unwrap_or_default();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{token}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    let (heard, _) = say(app, request.as_bytes()).await;
    (status_of(&heard), heard)
}

#[tokio::test]
async fn no_spelling_gets_past_a_webhooks_guard() {
    both(async |app| {
        app.set_secret("hook", "t0ken").await;
        guarded(&app, "orders", "orders").await;
        guarded(&app, "item", "shops/{shop}/items/{item}").await;
        assert_eq!(post(&app, "/hooks/orders", Some("t0ken")).await.0, 200);
        for path in [
            "/hooks/orders",
            "/hooks/orders/",
            "/hooks/%6Frders",
            "/hooks/%6frders",
            "/hooks/orders?",
            "/hooks/orders?x=/hooks/",
            "/hooks/ORDERS",
            "/hooks/orders%00",
            "/hooks/orders%20",
            "/hooks/orders;a=b",
            "/hooks/orders%2F",
            "/hooks//orders",
            "/hooks/./orders",
            "/hooks/x/../orders",
            "/hooks/%2e%2e/orders",
            "/hooks/..%2forders",
            "/hooks/orders/.",
            "/hooks/%c0%af",
            "/hooks/%ff%fe",
            "/hooks/%",
            "/hooks/%zz",
            "/hooks/orders%0d%0aX-Token:%20x",
            "/hooks/%E2%80%AEorders",
            "/hooks",
            "/hooks/",
            "/HOOKS/orders",
            "/hooks/shops/a/items",
            "/hooks/shops/a%2Fitems%2Fb",
            "/hooks/shops//items/b",
            "/hooks/shops/a/items/b",
            "/hooks/shops/%2e%2e/items/%2e%2e",
            "/hooks/shops/a/items/b/",
            "/hooks/caf%C3%A9",
            "/hooks/cafe%CC%81",
            "/hooks/caf%E9",
            "/hooks/shops/a/../../orders",
        ] {
            let (status, heard) = post(&app, path, None).await;
            assert!(matches!(status, 400 | 401 | 404 | 405), "{path}: {heard}");
            assert!(!heard.contains("t0ken"), "{path}: {heard}");
        }
        assert_eq!(app.runs("").await.len(), 1, "none of these made a run");
        // What is in a parameter stays in it.
        for (path, shop, item) in [
            ("/hooks/shops/a%2F..%2Fb/items/%2e%2e", "a/../b", ".."),
            ("/hooks/shops/%00/items/%0d%0a", "\0", "\r\n"),
            ("/hooks/shops/%E5%A0%B1/items/%F0%9F%98%80", "報", "😀"),
            ("/hooks/shops/%2525/items/%7B%7D", "%25", "{}"),
        ] {
            let (status, heard) = post(&app, path, Some("t0ken")).await;
            assert_eq!(status, 200, "{path}: {heard}");
            let body = heard.split("\r\n\r\n").nth(1).expect("a body");
            let body: causeway_model::Value =
                serde_json::from_str(body).unwrap_or_else(|_| panic!("{path}: {heard}"));
            assert_eq!(body["params"], json!({"shop": shop, "item": item}), "{path}");
        }
        is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn paths_that_would_lead_elsewhere_are_not_published() {
    both(async |app| {
        for path in [
            "../api/v1/me",
            "a/../b",
            "a//b",
            "/a",
            "a?b",
            "a#b",
            "a b",
            "a\r\nb",
            "a%2Fb",
            "{",
            "{a}{b}",
            "a\0b",
            "",
        ] {
            let trigger = json!({"use": "webhook", "with": {"path": path}});
            let answer = app.try_publish(&flow("led", trigger, json!([script_step("a", "1", &[])]))).await;
            assert!(
                answer.status == 422 || answer.status < 300,
                "{path:?}: {} {}",
                answer.status,
                answer.text
            );
            if answer.status < 300 {
                // Whatever was taken leads to this flow, and to nothing else.
                let me = app.client().get(app.url("/api/v1/me")).send().await.expect("an answer");
                assert_eq!(me.status(), 401, "{path:?}");
            }
        }
        is_well(&app).await;
    })
    .await;
}
