//! Webhooks that pages in browsers call.

use causeway_testkit::{both, flow, script_step};
use serde_json::json;

#[tokio::test]
async fn pages_of_the_named_origins_may_call() {
    both(async |app| {
        let cors = json!({"origins": ["https://shop.example.com"], "headers": ["X-Cart"], "max_age": "5m"});
        let with = json!({"path": "cart", "methods": ["POST"], "cors": cors, "verify": {"scheme": "none"}});
        app.publish(&flow(
            "cart",
            json!({"use": "webhook", "with": with}),
            json!([script_step("a", "1", &[])]),
        ))
        .await;
        let ask = async |origin: &str| {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            app.hook_raw("OPTIONS", "cart", &headers, "").await.expect(204)
        };
        let allowed = ask("https://shop.example.com").await;
        assert_eq!(allowed.header("access-control-allow-origin"), Some("https://shop.example.com"));
        assert_eq!(allowed.header("access-control-allow-methods"), Some("POST"));
        assert_eq!(allowed.header("access-control-allow-headers"), Some("content-type, x-cart"));
        assert_eq!(allowed.header("access-control-max-age"), Some("300"));
        let refused = ask("https://evil.example.com").await;
        assert!(refused.header("access-control-allow-origin").is_none());
        for answer in [&allowed, &refused] {
            assert!(answer.header("access-control-allow-credentials").is_none());
            assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
        }

        let call = async |origin: &str, body: &'static str| {
            app.hook_raw("POST", "cart", &[("origin", origin), ("content-type", "application/json")], body)
                .await
        };
        let called = call("https://shop.example.com", "{}").await.expect(202);
        assert_eq!(called.header("access-control-allow-origin"), Some("https://shop.example.com"));
        assert!(
            called
                .header("access-control-expose-headers")
                .is_some_and(|names| names.contains("x-causeway-run"))
        );
        let broken = call("https://shop.example.com", "{").await.expect(400);
        assert_eq!(
            broken.header("access-control-allow-origin"),
            Some("https://shop.example.com"),
            "pages read errors too"
        );
        let other = call("https://shop.example.com.evil.org", "{}").await;
        assert!(other.header("access-control-allow-origin").is_none());
    })
    .await;
}

#[tokio::test]
async fn any_page_may_call_where_it_says_so() {
    both(async |app| {
        let with = json!({"path": "any", "cors": {"origins": ["*"]}});
        app.publish(&flow(
            "any",
            json!({"use": "webhook", "with": with}),
            json!([script_step("a", "1", &[])]),
        ))
        .await;
        let headers = [("origin", "https://a.example"), ("content-type", "application/json")];
        let called = app.hook_raw("POST", "any", &headers, "{}").await.expect(202);
        assert_eq!(called.header("access-control-allow-origin"), Some("*"));
        assert!(called.header("access-control-allow-credentials").is_none());
        let with = json!({"path": "bad", "cors": {"origins": ["*", "https://a.example/"]}});
        let bad = flow("bad", json!({"use": "webhook", "with": with}), json!([script_step("a", "1", &[])]));
        let refused = app.try_publish(&bad).await.expect(422).json();
        let places: Vec<_> = refused["faults"]
            .as_array()
            .expect("faults")
            .iter()
            .map(|fault| fault["pointer"].clone())
            .collect();
        assert_eq!(places, ["/trigger/with/cors/origins/0", "/trigger/with/cors/origins/1"]);
    })
    .await;
}
