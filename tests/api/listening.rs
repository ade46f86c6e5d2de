//! Listening: the next real call of a webhook comes to whoever writes the flow.

use std::time::{Duration, Instant};

use causeway_testkit::{TestApp, both, flow, hook_flow, script_step, step};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn listen(app: &TestApp, slug: &str) -> Value {
    app.post(&format!("/flows/{slug}/listen"), &json!({})).await.expect(200).json()
}

async fn heard(app: &TestApp, slug: &str) -> Value {
    app.get(&format!("/flows/{slug}/listen?wait=10")).await.expect(200).json()
}

/// A webhook flow whose steps are only half written.
fn draft(slug: &str, with: Value) -> Value {
    flow(slug, json!({ "use": "webhook", "with": with }), json!([script_step("a", "stpes.", &[])]))
}

#[tokio::test]
async fn a_draft_hears_the_next_call() {
    both(async |app| {
        app.set_secret("shop", "s3cret-of-the-shop").await;
        let verify = json!({ "scheme": "header", "header": "X-Shop", "secret": "{{ secret.shop }}" });
        let with = json!({ "path": "shop/{shop}/orders", "methods": ["POST"], "verify": verify, "reply": "respond" });
        let _saved = app.save_draft(&draft("shop", with)).await.expect(200);
        let call = async |token: &str| {
            let headers = [JSON, ("x-shop", token), ("x-api-key", "hidden"), ("x-note", "seen")];
            app.hook_raw("POST", "shop/taipei/orders?page=2", &headers, r#"{"no": "SO-1"}"#).await
        };
        assert_eq!(call("s3cret-of-the-shop").await.status, 404, "nobody listens yet");
        let started = listen(&app, "shop").await;
        assert_eq!(started["path"], "/hooks/shop/{shop}/orders");
        assert!(started["url"].as_str().is_some_and(|url| url.ends_with("/hooks/shop/{shop}/orders")), "{started}");
        assert!(started["id"].is_string() && started["expires_at"].is_string());
        let nothing = app.get("/flows/shop/listen").await.expect(200).json();
        assert_eq!(nothing, json!({ "listening": true, "trigger": null, "received_at": null }));

        assert_eq!(call("wrong").await.status, 401, "who calls is verified first");
        assert_eq!(app.hook_raw("GET", "shop/taipei/orders", &[], "").await.status, 404, "its methods count");
        let waiting = heard(&app, "shop");
        let calling = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            call("s3cret-of-the-shop").await
        };
        let (told, answered) = futures::join!(waiting, calling);
        assert_eq!((answered.status, &answered.json()["sample"]), (200, &json!(true)));
        assert!(answered.json()["message"]["zh-TW"].is_string() && answered.run_if_any().is_none());
        let trigger = &told["trigger"];
        assert_eq!((&told["listening"], &trigger["kind"]), (&json!(false), &json!("webhook")));
        assert_eq!((&trigger["body"], &trigger["params"]), (&json!({ "no": "SO-1" }), &json!({ "shop": "taipei" })));
        assert_eq!((&trigger["query"], &trigger["headers"]["x-note"]), (&json!({ "page": "2" }), &json!("seen")));
        assert!(told["received_at"].is_string());
        for hidden in ["hidden", "s3cret"] {
            assert!(!told.to_string().contains(hidden), "{told}");
        }
        assert_eq!(call("s3cret-of-the-shop").await.status, 404, "one call, and no more");
        // It fits where samples are kept and tests begin.
        let sample = json!({ "trigger": trigger });
        let kept = app.api("PUT", "/flows/shop/samples/heard", Some(&sample)).await;
        assert_eq!(kept.status, 200, "{}", kept.text);
        assert_eq!(app.runs("").await.len(), 0, "nothing was started");

        let _stopped = app.api("DELETE", "/flows/shop/listen", None).await.expect(204);
        let nothing = app.get("/flows/shop/listen?wait=5").await.expect(200).json();
        assert_eq!(nothing, json!({ "listening": false, "trigger": null, "received_at": null }));
    })
    .await;
}

#[tokio::test]
async fn what_is_published_works_on_and_is_heard_too() {
    both(async |app| {
        app.publish(&hook_flow("orders", json!([script_step("a", "trigger.body.n * 2", &[])]))).await;
        // The draft goes on; its path is that of the published version.
        let _saved = app.save_draft(&draft("orders", json!({ "path": "orders" }))).await.expect(200);
        let _started = listen(&app, "orders").await;
        let first = app.hook_raw("POST", "orders", &[JSON], r#"{"n": 21}"#).await;
        assert_eq!((first.status, first.text.as_str()), (200, "42"));
        let second = app.hook_raw("POST", "orders", &[JSON], r#"{"n": 4}"#).await;
        assert_eq!(second.text, "8");
        let told = heard(&app, "orders").await;
        assert_eq!(told["trigger"]["body"], json!({ "n": 21 }), "the first one");
        assert_eq!(app.runs("flow=orders").await.len(), 2);

        // While it is switched off, calls are for the listener only.
        let _off = app.post("/flows/orders/disable", &json!({})).await.expect(200);
        assert_eq!(app.hook_raw("POST", "orders", &[JSON], "{}").await.status, 503);
        let _started = listen(&app, "orders").await;
        assert_eq!(app.hook_raw("POST", "orders", &[JSON], r#"{"n": 1}"#).await.json()["sample"], true);
        assert_eq!(heard(&app, "orders").await["trigger"]["body"]["n"], 1);
        assert_eq!(app.runs("flow=orders").await.len(), 2);

        // Nobody listens on the path of another flow.
        let _saved = app.save_draft(&draft("other", json!({ "path": "orders" }))).await.expect(200);
        let taken = app.post("/flows/other/listen", &json!({})).await;
        assert_eq!(taken.refusal(), (409, "webhook_path_taken".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn listening_has_its_limits() {
    both(async |app| {
        let _saved = app.save_draft(&draft("orders", json!({ "path": "orders" }))).await.expect(200);
        for (seconds, wanted) in [(0, 422), (601, 422), (1, 200)] {
            let answer = app.post("/flows/orders/listen", &json!({ "seconds": seconds })).await;
            assert_eq!(answer.status, wanted, "{seconds}: {}", answer.text);
        }
        let began = Instant::now();
        let over = heard(&app, "orders").await;
        assert_eq!(over, json!({ "listening": false, "trigger": null, "received_at": null }));
        assert!(began.elapsed() < Duration::from_secs(5), "it does not wait for what cannot come");
        assert_eq!(app.hook_raw("POST", "orders", &[JSON], "{}").await.status, 404);
        assert_eq!(
            app.get("/flows/orders/listen?wait=31").await.refusal(),
            (400, "query_invalid".to_owned())
        );
        let by_hand = flow("hand", json!({ "use": "manual" }), json!([step("a", "stop", json!({}), &[])]));
        let _saved = app.save_draft(&by_hand).await.expect(200);
        assert_eq!(
            app.post("/flows/hand/listen", &json!({})).await.refusal(),
            (422, "no_webhook".to_owned())
        );
        let _saved = app.save_draft(&draft("broken", json!({ "path": "a/{b" }))).await;
        let broken = app.post("/flows/broken/listen", &json!({})).await;
        assert_eq!(broken.refusal(), (422, "document_invalid".to_owned()), "{}", broken.text);
    })
    .await;
}
