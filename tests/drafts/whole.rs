//! The whole draft, as it stands when the test is made.

use causeway_testkit::{Sink, both, flow, hook_flow, http_step, script_step, timeline};
use serde_json::json;

use super::{test, tested};

#[tokio::test]
async fn a_draft_is_tested_without_being_published() {
    both(async |app| {
        let sink = Sink::start().await;
        let steps = json!([
            script_step(
                "order",
                "#{ no: trigger.body.no, by: trigger.headers[\"x-by\"], version: run.version }",
                &[]
            ),
            http_step("create", &sink.url("/orders"), json!("{{ steps.order }}"), &["order"]),
        ]);
        let _saved = app.save_draft(&hook_flow("orders", steps)).await.expect(200);
        let trigger = json!({"body": {"no": "Q-1"}, "headers": {"X-By": "amy"}});
        let started = test(&app, "orders", &json!({"trigger": trigger})).await.expect(202);
        assert_eq!(started.header("etag"), Some("\"1\""));
        assert_eq!(started.json()["draft_revision"], 1);
        let run = app.finished(&started.run()).await;
        assert_eq!(timeline(&run), "succeeded | order succeeded | create succeeded");
        assert_eq!(sink.calls()[0].json(), json!({"no": "Q-1", "by": "amy", "version": 0}));
        assert_eq!((&run["mode"], &run["version"]), (&json!("test"), &json!(null)));
        let expected =
            json!({"part": "whole", "dry_run": false, "draft_revision": 1, "effects": [], "inside": []});
        assert_eq!(run["test"], expected);
        assert!(run["by"].as_str().is_some_and(|by| by.starts_with("token:")), "{run}");

        // Nothing is published by it, and no caller is answered.
        assert_eq!(app.get("/flows/orders").await.json()["published"], json!(null));
        assert_eq!(app.get("/flows/orders/versions").await.json()["versions"], json!([]));
        assert_eq!(app.get("/flows/orders/versions/-1").await.status, 404);
        assert_eq!(app.get("/flows/orders/export?edition=-1").await.status, 404);
        assert_eq!(app.hook("orders", &json!({})).await.status, 404);
        let audit = app.get("/audit?subject=flow:orders&action=flow.tested").await.json();
        assert_eq!(audit["entries"][0]["after"]["run"], run["id"], "{audit}");
    })
    .await;
}

#[tokio::test]
async fn the_draft_that_was_tested_stays_what_it_was() {
    both(async |app| {
        let draft = |code: &str| {
            let wait = causeway_testkit::step("hold", "wait", json!({"for": "700ms"}), &[]);
            flow("held", json!({"use": "manual"}), json!([wait, script_step("end", code, &["hold"])]))
        };
        let _saved = app.save_draft(&draft("\"first\"")).await.expect(200);
        let first = test(&app, "held", &json!({})).await.expect(202).run();
        let _changed = app.save_draft(&draft("\"second\"")).await.expect(200);
        let second = test(&app, "held", &json!({})).await.expect(202);
        assert_eq!(second.header("etag"), Some("\"2\""));
        assert_eq!(app.finished(&first).await["output"], "first");
        assert_eq!(app.finished(&second.run()).await["output"], "second");

        // Who means the old draft is told.
        let token = app.token().await;
        for (etag, status) in [("\"1\"", 412), ("\"2\"", 202)] {
            let (path, headers) = ("/flows/held/draft/test", [("if-match", etag)]);
            let _answer = app.api_with(&token, "POST", path, &headers, Some(&json!({}))).await.expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn faults_come_all_at_once_with_their_places() {
    both(async |app| {
        let steps =
            json!([script_step("a", "let", &[]), causeway_testkit::step("b", "no.such", json!({}), &[])]);
        let _saved = app.save_draft(&flow("bad", json!({"use": "manual"}), steps)).await.expect(200);
        let refused = test(&app, "bad", &json!({})).await;
        assert_eq!(refused.refusal(), (422, "document_invalid".to_owned()));
        let faults = refused.json()["faults"].clone();
        let faults = faults.as_array().expect("a list");
        assert!(faults.len() >= 2, "{faults:?}");
        for fault in faults {
            assert!(fault["pointer"].as_str().is_some_and(|at| at.starts_with("/steps/")), "{fault}");
            assert!(fault["line"].as_u64().is_some_and(|line| line >= 1), "{fault}");
            assert!(fault["fix"]["zh-TW"].is_string(), "{fault}");
        }
        assert!(app.runs("").await.is_empty(), "no run is left of it");
    })
    .await;
}

#[tokio::test]
async fn trigger_data_is_given_taken_from_a_run_or_refused() {
    both(async |app| {
        let steps = json!([script_step(
            "a",
            "#{ no: trigger.body.no, q: trigger.query.q, path: trigger.path }",
            &[]
        )]);
        app.publish(&hook_flow("data", steps)).await;
        let live =
            app.hook_raw("POST", "data?q=7", &[("content-type", "application/json")], r#"{"no":1.50}"#).await;
        let run = tested(&app, "data", &json!({"from_run": live.run()})).await;
        assert_eq!(run["output"].to_string(), r#"{"no":1.50,"path":"data","q":"7"}"#);
        assert_eq!(run["test"]["from_run"], live.run());
        let run = tested(&app, "data", &json!({"from_run": live.run(), "input": {"no": 2}})).await;
        assert_eq!(run["output"], json!({"no": 2, "q": "7", "path": "data"}));

        let other = hook_flow("other", json!([script_step("a", "1", &[])]));
        let _saved = app.save_draft(&other).await.expect(200);
        let code = async |body| test(&app, "other", &body).await.refusal();
        assert_eq!(code(json!({"from_run": live.run()})).await, (422, "run_of_other_flow".to_owned()));
        assert_eq!(code(json!({"sample": "none"})).await, (404, "sample_not_found".to_owned()));
        assert_eq!(code(json!({"trigger": {"bdoy": 1}})).await, (422, "trigger_invalid".to_owned()));
        assert_eq!(code(json!({"trigger": [1]})).await, (422, "trigger_invalid".to_owned()));
        assert_eq!(code(json!({"dry": true})).await, (400, "body_invalid".to_owned()));
        assert_eq!(code(json!({"step": "a", "until": "a"})).await, (422, "test_part_invalid".to_owned()));
        assert_eq!(code(json!({"until": "zz"})).await, (404, "step_not_found".to_owned()));
        assert_eq!(code(json!({"outputs": {"zz": 1}})).await, (422, "step_not_found".to_owned()));

        let input = json!({"input": {"type": "object", "required": ["no"]}});
        let asks = flow("asks", json!({"use": "manual", "with": input}), json!([script_step("a", "1", &[])]));
        let _saved = app.save_draft(&asks).await.expect(200);
        assert_eq!(test(&app, "asks", &json!({})).await.refusal(), (422, "input_invalid".to_owned()));
        assert_eq!(tested(&app, "asks", &json!({"input": {"no": 1}})).await["status"], "succeeded");
    })
    .await;
}

#[tokio::test]
async fn a_token_for_some_flows_tests_no_others() {
    both(async |app| {
        for slug in ["mine", "other"] {
            let draft = flow(slug, json!({"use": "manual"}), json!([script_step("a", "1", &[])]));
            let _saved = app.save_draft(&draft).await.expect(200);
        }
        let body = json!({"name": "some", "role": "editor", "flows": ["mine"]});
        let token = app.post("/tokens", &body).await.json()["token"].as_str().expect("a token").to_owned();
        let path = |slug: &str| format!("/flows/{slug}/draft/test");
        let mine = app.api_as(&token, "POST", &path("mine"), Some(&json!({}))).await.expect(202);
        assert_eq!(app.api_as(&token, "GET", &format!("/runs/{}", mine.run()), None).await.status, 200);
        let other = app.api_as(&token, "POST", &path("other"), Some(&json!({}))).await;
        assert_eq!(other.refusal(), (403, "outside_token_scope".to_owned()));
        let samples = app.api_as(&token, "GET", "/flows/other/samples", None).await;
        assert_eq!(samples.refusal(), (403, "outside_token_scope".to_owned()));
    })
    .await;
}
