//! Tokens and roles.

use causeway_testkit::{both, script_step};
use serde_json::json;

use crate::runs::cancel::accepted;

#[tokio::test]
async fn without_a_token_nothing_is_told() {
    both(async |app| {
        for path in ["/flows", "/runs", "/approvals", "/secrets", "/variables", "/tokens", "/users"] {
            let url = app.url(&format!("/api/v1{path}"));
            let answer = app.client().get(url).send().await.expect("an answer");
            assert_eq!(answer.status(), 401, "{path}");
            assert!(answer.headers().contains_key("www-authenticate"), "{path}");
            let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
            assert!(kind.starts_with("application/problem+json"), "{kind}");
        }
        assert_eq!(app.api_as("cw_wrong", "GET", "/flows", None).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn each_role_may_do_its_own_and_no_more() {
    both(async |app| {
        app.publish(&accepted("guarded", json!([script_step("a", "1", &[])]))).await;
        let id = app.hook("guarded", &json!({})).await.expect(202).run();
        let _run = app.finished(&id).await;
        let document = accepted("mine", json!([script_step("a", "1", &[])]));
        let replay = format!("/runs/{id}/replay");
        let empty = json!({});
        let secret = json!({"value": "x"});
        // method, path, body, the least role
        let calls = [
            ("GET", "/runs", None, 0),
            ("GET", "/flows", None, 0),
            ("POST", replay.as_str(), Some(&empty), 1),
            ("PUT", "/flows/mine/draft", Some(&document), 2),
            ("POST", "/flows/mine/publish", Some(&empty), 2),
            ("PUT", "/secrets/mine", Some(&secret), 3),
            ("GET", "/tokens", None, 3),
        ];
        for (rank, role) in ["viewer", "operator", "editor", "admin", "owner"].iter().enumerate() {
            let token = app.token_of(role).await;
            for (method, path, body, least) in calls {
                let status = app.api_as(&token, method, path, body).await.status;
                if rank < least {
                    assert_eq!(status, 403, "{role} {method} {path}");
                } else {
                    assert!(status < 300, "{role} {method} {path}: {status}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn errors_come_in_both_languages() {
    both(async |app| {
        let answer = app.get("/runs/01890000-0000-7000-8000-000000000000").await.expect(404);
        let problem = answer.json();
        assert!(problem["code"].is_string() && problem["status"] == 404, "{problem}");
        assert!(problem["text"]["en"].is_string() && problem["text"]["zh-TW"].is_string(), "{problem}");
        let (token, headers) = (app.token().await, [("accept-language", "zh-TW,zh;q=0.9")]);
        let chinese = async |path: &str| app.api_with(&token, "GET", path, &headers, None).await.json();
        let problem = chinese("/flows/nobody").await;
        assert_eq!(problem["detail"], problem["text"]["zh-TW"], "{problem}");
        // The rule that a name breaks is told in that language too.
        let problem = chinese("/runs?flow=No%20Body").await;
        let rule = "請使用 1 到 64 個 a-z、0-9 與 -";
        assert!(problem["detail"].as_str().is_some_and(|told| told.contains(rule)), "{problem}");
    })
    .await;
}

#[tokio::test]
async fn pages_and_probes_are_open_and_safe() {
    both(async |app| {
        for path in ["/", "/healthz", "/readyz", "/api/v1/openapi.json"] {
            let answer = app.client().get(app.url(path)).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        }
    })
    .await;
}
