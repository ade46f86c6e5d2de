//! Dry runs: they show the very request that a real run sends, and send nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use causeway_model::Value;
use causeway_testkit::{
    Call, Options, Reaction, Sink, TestApp, both, both_with, flow, hook_flow, http_step, script_step, step,
};
use serde_json::json;

use super::tested;

const CANARY: &str = "canary-5e1c77-do-not-show";

/// The request that a dry run shows for a step.
fn request<'a>(run: &'a Value, step: &str) -> &'a Value {
    let effects = run["test"]["effects"].as_array().expect("a list");
    let found = effects.iter().find(|effect| effect["step"] == step);
    &found.unwrap_or_else(|| panic!("no effect of {step}: {run:#}"))["request"]
}

fn headers(call: &Call) -> BTreeMap<String, String> {
    call.headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// A port that counts connections, and answers none.
async fn listener() -> (u16, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(socket);
        }
    });
    (port, count)
}

fn calls(url: &dyn Fn(&str) -> String) -> Value {
    json!([
        script_step(
            "order",
            "#{ no: trigger.body.no, note: \"訂單 & more\", total: trigger.body.total }",
            &[]
        ),
        step(
            "json",
            "http.request",
            json!({"method": "PUT", "url": url("/json?fixed=1"), "query": {"q": "a b", "tag": ["x", "y"]},
            "headers": {"X-Trace": "{{ steps.order.no }}", "Accept": "application/json"}, "json": "{{ steps.order }}"}),
            &["order"]
        ),
        step(
            "form",
            "http.request",
            json!({"url": url("/form"), "form": {"a": "1 2", "b": "訂"}}),
            &["order"]
        ),
        step(
            "text",
            "http.request",
            json!({"method": "POST", "url": url("/text"), "body": "<xml/>",
            "headers": {"Content-Type": "application/xml"}}),
            &["order"]
        ),
        step("get", "http.request", json!({"url": url("/get")}), &["order"]),
        step(
            "basic",
            "http.request",
            json!({"url": url("/basic"), "auth": {"type": "basic", "username": "u", "password": "p"}}),
            &["order"]
        ),
    ])
}

#[tokio::test]
async fn what_is_shown_is_what_a_real_run_sends() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&hook_flow("shown", calls(&|path| sink.url(path)))).await.expect(200);
        let body: Value = serde_json::from_str(r#"{"no": "Q-7", "total": 12.50}"#).expect("JSON");
        let dry = tested(&app, "shown", &json!({"input": body, "dry_run": true})).await;
        assert_eq!((dry["status"].as_str(), &dry["reason"]), (Some("succeeded"), &json!(null)), "{dry:#}");
        assert_eq!(sink.count(), 0, "nothing went out");
        assert_eq!(dry["steps"][0]["output"]["no"], "Q-7", "scripts are evaluated");
        let real = tested(&app, "shown", &json!({"input": body})).await;
        assert_eq!(real["status"], "succeeded");
        for call in sink.calls() {
            let step = call.path.trim_start_matches('/');
            let shown = request(&dry, step);
            let query = if call.query.is_empty() { String::new() } else { format!("?{}", call.query) };
            assert_eq!(shown["url"].as_str(), Some(sink.url(&format!("{}{query}", call.path)).as_str()));
            assert_eq!(shown["method"].as_str(), Some(call.method.as_str()), "{step}");
            assert_eq!(shown["body"].as_str().unwrap_or_default(), call.text, "{step}");
            let mut sent = headers(&call);
            let mut told: BTreeMap<String, String> =
                serde_json::from_value(shown["headers"].clone()).expect("texts by name");
            let keys = (sent.remove("idempotency-key"), told.remove("idempotency-key"));
            let (Some(sent_key), Some(told_key)) = keys else { panic!("{step}: {keys:?}") };
            // Each run has its own.
            assert_eq!(sent_key.len(), told_key.len());
            assert_eq!(told, sent, "{step}");
        }
        assert_eq!(sink.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn nothing_goes_out_and_nobody_is_looked_up() {
    // A name that only a resolver would know of, allowed like any other.
    let options = Options::new().env("CAUSEWAY_ALLOW_HOSTS", "127.0.0.1,erp.invalid");
    both_with(options, async |app| {
        let (port, connections) = listener().await;
        let steps = json!([
            http_step("near", &format!("http://127.0.0.1:{port}/"), json!({}), &[]),
            http_step("named", "http://erp.invalid/orders", json!({}), &["near"]),
            http_step("private", "http://10.1.2.3/", json!({}), &["named"]),
        ]);
        let _saved = app.save_draft(&flow("silent", json!({"use": "manual"}), steps)).await.expect(200);
        let dry = tested(&app, "silent", &json!({"dry_run": true})).await;
        assert_eq!(connections.load(Ordering::SeqCst), 0);
        assert_eq!(request(&dry, "named")["url"], "http://erp.invalid/orders");
        // What a real run would refuse before it sends, a dry run refuses too.
        assert_eq!(dry["failure"]["step"], "private", "{dry:#}");
        let real = tested(&app, "silent", &json!({"step": "private"})).await;
        assert_eq!(real["failure"]["error"]["code"], dry["failure"]["error"]["code"]);
        let near = tested(&app, "silent", &json!({"step": "near"})).await;
        assert_eq!(near["status"], "failed");
        assert!(connections.load(Ordering::SeqCst) > 0, "the port does count");
    })
    .await;
}

#[tokio::test]
async fn secrets_stand_by_their_names() {
    both(async |app| {
        let sink = Sink::start().await;
        app.set_secret("erp_key", CANARY).await;
        let with = json!({
            "method": "POST", "url": sink.url("/"),
            "query": {"k": "{{ secret.erp_key }}"},
            "headers": {"X-Api-Key": "{{ secret.erp_key }}", "X-Sign": "{{ hmac_sha256(secret.erp_key, \"x\") }}"},
            "auth": {"type": "basic", "username": "me", "password": "{{ secret.erp_key }}"},
            "json": {"key": "k={{ secret.erp_key }}"},
        });
        let form = json!({"url": sink.url("/form"), "form": {"token": "{{ secret.erp_key }}"}});
        let unknown = json!({"url": sink.url("/x"), "headers": {"X-K": "{{ secret.no_such }}"}});
        let steps = json!([
            step("send", "http.request", with, &[]),
            step("form", "http.request", form, &["send"]),
            step("unknown", "http.request", unknown, &["form"]),
        ]);
        let _saved = app.save_draft(&flow("secret", json!({"use": "manual"}), steps)).await.expect(200);
        let dry = tested(&app, "secret", &json!({"dry_run": true})).await;
        let shown = request(&dry, "send");
        assert_eq!(shown["headers"]["x-api-key"], "{{ secret.erp_key }}");
        assert_eq!(shown["headers"]["x-sign"], "{{ hmac_sha256(secret.erp_key, \"x\") }}");
        assert_eq!(shown["headers"]["authorization"], "Basic {{ secret.erp_key }}");
        assert_eq!(shown["body"], r#"{"key":"k={{ secret.erp_key }}"}"#);
        assert_eq!(shown["url"], format!("{}?k={{{{ secret.erp_key }}}}", sink.url("/")));
        assert!(shown.get("body_bytes").is_none() && shown["headers"].get("content-length").is_none());
        assert_eq!(request(&dry, "form")["body"], "token={{ secret.erp_key }}");
        assert_eq!(dry["failure"]["error"]["code"], "secret_unknown", "{dry:#}");
        let timeline = app.get(&format!("/runs/{}/timeline?frames=true", dry["id"].as_str().expect("an id"))).await;
        for text in [dry.to_string(), timeline.text.clone(), app.log()] {
            assert!(!text.contains(CANARY) && !text.contains("cwsealed"), "{text}");
        }
        assert_eq!(sink.count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_goes_on_as_far_as_outputs_are_known() {
    both(async |app| {
        let sink = Sink::start().await;
        let steps = json!([
            http_step("create", &sink.url("/create"), json!({"no": "{{ trigger.input.no }}"}), &[]),
            http_step("log", &sink.url("/log"), json!({"no": "{{ trigger.input.no }}"}), &["create"]),
            http_step("tell", &sink.url("/tell"), json!({"id": "{{ steps.create.body.id }}"}), &["create"]),
            script_step("end", "1", &["tell"]),
        ]);
        let _saved = app.save_draft(&flow("known", json!({"use": "manual"}), steps)).await.expect(200);
        let body = json!({"input": {"no": 1}, "dry_run": true});
        let dry = tested(&app, "known", &body).await;
        // What does not read the output is shown; what does is not begun, and the run says why.
        assert_eq!(dry["status"], "succeeded");
        assert_eq!(request(&dry, "log")["body"], r#"{"no":1}"#);
        let reason = dry["reason"]["en"].as_str().expect("a reason");
        assert!(reason.contains("`tell`") && reason.contains("`create`"), "{reason}");
        assert!(dry["reason"]["zh-TW"].as_str().is_some_and(|why| why.contains("tell")));
        assert_eq!(dry["test"]["effects"][0]["output_from"], "unknown");
        let statuses: Vec<_> =
            dry["steps"].as_array().expect("steps").iter().map(|step| step["status"].clone()).collect();
        assert_eq!(statuses, ["succeeded", "succeeded", "skipped", "skipped"]);

        let given = json!({"input": {"no": 1}, "dry_run": true, "outputs": {"create": {"body": {"id": 42}}}});
        let dry = tested(&app, "known", &given).await;
        assert_eq!((&dry["reason"], &dry["steps"][3]["status"]), (&json!(null), &json!("succeeded")));
        assert_eq!(request(&dry, "tell")["body"], r#"{"id":42}"#);
        assert_eq!(dry["test"]["effects"][0]["output_from"], "given");
        assert_eq!(sink.count(), 0);

        // One step, dry: what the builder asks for most.
        let one = json!({"step": "tell", "dry_run": true, "outputs": {"create": {"body": {"id": 7}}}});
        assert_eq!(request(&tested(&app, "known", &one).await, "tell")["body"], r#"{"id":7}"#);
    })
    .await;
}

#[tokio::test]
async fn waits_questions_calls_and_loops_are_shown() {
    both(async |app| {
        let sink = Sink::start().await;
        let callee = json!({"use": "called", "with": {"input": {"type": "object", "required": ["no"]}}});
        app.publish(&flow("callee", callee, json!([http_step("x", &sink.url("/x"), json!({}), &[])]))).await;
        let ask = json!({"message": "Large order?", "approvers": ["role:operator"], "timeout": "24h"});
        let body = json!([http_step("send", &sink.url("/send"), json!({"sku": "{{ item }}"}), &[])]);
        let steps = json!([
            step("nap", "wait", json!({"for": "30d"}), &[]),
            step("ask", "approval", ask, &["nap"]),
            step("call", "call_flow", json!({"flow": "callee", "input": {"no": 1}}), &["ask.approved"]),
            script_step("no", "1", &["ask.rejected"]),
            script_step("each", "[1, 2, 3]", &["call"]),
            step("lines", "for_each", json!({"items": "{{ steps.each }}", "body": body}), &["each"]),
            step(
                "pure",
                "for_each",
                json!({"items": "{{ steps.each }}", "body": [script_step("twice", "item * 2", &[])]}),
                &["each"]
            ),
            script_step("sum", "steps.pure.count", &["pure"]),
        ]);
        let _saved = app.save_draft(&flow("kinds", json!({"use": "manual"}), steps)).await.expect(200);
        let dry = tested(&app, "kinds", &json!({"dry_run": true})).await;
        let effects = dry["test"]["effects"].as_array().expect("a list").clone();
        let told: Vec<_> =
            effects.iter().map(|one| (one["step"].as_str(), one["output_from"].as_str())).collect();
        assert_eq!(
            told,
            [
                (Some("nap"), Some("assumed")),
                (Some("ask"), Some("assumed")),
                (Some("call"), Some("unknown")),
                (Some("send"), Some("unknown")),
                (Some("lines"), Some("unknown")),
            ]
        );
        assert_eq!(effects[3]["frame"], "lines[0]");
        assert_eq!(effects[3]["request"]["body"], r#"{"sku":1}"#);
        assert!(effects.iter().all(|one| one["request"].is_object() || one["note"]["zh-TW"].is_string()));
        assert_eq!(dry["output"], 3, "a loop that only computes goes over all items: {dry:#}");
        assert_eq!(app.get("/approvals?open=true").await.json()["approvals"], json!([]));
        assert!(app.runs("flow=callee").await.is_empty(), "no run was made");

        let rejected = tested(&app, "kinds", &json!({"dry_run": true, "ports": {"ask": "rejected"}})).await;
        assert_eq!(rejected["steps"][3]["status"], "succeeded");
        assert_eq!(rejected["steps"][2]["status"], "skipped");
        let mut refused = flow(
            "kinds",
            json!({"use": "manual"}),
            json!([step("call", "call_flow", json!({"flow": "callee", "input": {}}), &[])]),
        );
        refused["slug"] = json!("kinds");
        let _saved = app.save_draft(&refused).await.expect(200);
        let dry = tested(&app, "kinds", &json!({"dry_run": true})).await;
        assert_eq!(dry["failure"]["error"]["code"], "input_refused");
        assert_eq!(sink.count(), 0);
    })
    .await;
}

#[tokio::test]
async fn replies_are_recorded_and_large_bodies_are_cut() {
    both(async |app: TestApp| {
        let sink = Sink::answering(|_| Reaction::ok(json!({}))).await;
        let mut document = hook_flow(
            "answers",
            json!([
                http_step("big", &sink.url("/"), json!({"text": "{{ trigger.body.text }}"}), &[]),
                step("say", "respond", json!({"status": 201, "body": {"ok": true}}), &[]),
            ]),
        );
        document["trigger"]["with"]["reply"] = json!("respond");
        let _saved = app.save_draft(&document).await.expect(200);
        let body = json!({"input": {"text": "x".repeat(100_000)}, "dry_run": true});
        let dry = tested(&app, "answers", &body).await;
        let shown = request(&dry, "big");
        assert_eq!((&shown["body_cut"], shown["body_bytes"].as_u64()), (&json!(true), Some(100_011)));
        assert!(shown["body"].as_str().is_some_and(|body| body.len() <= 64 * 1024));
        let timeline =
            app.get(&format!("/runs/{}/timeline", dry["id"].as_str().expect("an id"))).await.json();
        let replied =
            timeline["entries"].as_array().expect("a list").iter().find(|entry| entry["event"] == "replied");
        assert_eq!(replied.expect("a reply")["reply"]["status"], 201);
        assert_eq!(sink.count(), 0);
    })
    .await;
}
