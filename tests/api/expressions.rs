//! What somebody is still writing: values and scripts over data that is given, and what is wrong with a draft.

use std::time::{Duration, Instant};

use causeway_testkit::{Backend, Options, TestApp, both, flow, on, script_step, step};
use serde_json::{Value, json};

async fn evaluate(app: &TestApp, values: Value, scope: Value) -> Vec<Value> {
    let body = json!({ "values": values, "scope": scope });
    let answer = app.post("/expressions/evaluate", &body).await.expect(200).json();
    answer["results"].as_array().expect("results").clone()
}

#[tokio::test]
async fn each_value_comes_by_itself_with_what_is_wrong() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        app.set_variable("rate", &json!("1.05")).await;
        app.set_secret("crm", "canary-secret").await;
        let values = json!([
            { "text": "{{ trigger.body.total }}" },
            { "text": "No. {{ trigger.body.no }}" },
            { "text": "steps.order.total > 100", "bare": true },
            { "text": "{{ vars.rate }}" },
            { "text": "Bearer {{ secret.crm }}" },
            { "text": "secret.crm == \"canary-secret\"", "bare": true },
            { "text": "a\n{{ trigger.body. }}" },
            { "text": "{{ item.sku }}/{{ index }}" },
            { "text": "{{ errors.call.code }}" },
            { "text": "plain" },
        ]);
        let scope = json!({
            "trigger": { "body": { "total": 12.50, "no": "Q-1" } }, "steps": { "order": { "total": 250 } },
            "errors": { "call": { "code": "http_status" } }, "item": { "sku": "A-1" }, "index": 3,
        });
        let found = evaluate(&app, values, scope).await;
        let values: Vec<&Value> = found.iter().map(|one| &one["value"]).collect();
        assert_eq!(values[0], &json!(12.5), "it keeps its type");
        assert_eq!(
            values[1..5],
            [&json!("No. Q-1"), &json!(true), &json!("1.05"), &json!("Bearer {{ secret.crm }}")]
        );
        assert_eq!(values[7..], [&json!("A-1/3"), &json!("http_status"), &json!("plain")]);
        assert_eq!((values[5], &found[5]["error"]["code"]), (&Value::Null, &json!("secret_misused")));
        let syntax = &found[6]["error"];
        assert_eq!((&syntax["code"], &syntax["line"]), (&json!("script_syntax"), &json!(2)));
        assert!(syntax["message"]["zh-TW"].is_string() && syntax["column"].is_u64(), "{syntax}");
        for (at, one) in found.iter().enumerate() {
            assert_eq!(one["error"].is_null(), !matches!(at, 5 | 6), "{one}");
            assert!(!one.to_string().contains("canary"), "{one}");
        }

        let given =
            evaluate(&app, json!([{ "text": "{{ vars.rate }}" }]), json!({ "vars": { "rate": 2 } })).await;
        assert_eq!(given[0]["value"], 2, "variables may be given");
        let many: Vec<Value> = (0..101).map(|_| json!({ "text": "1" })).collect();
        let refused = app.post("/expressions/evaluate", &json!({ "values": many })).await;
        assert_eq!(refused.refusal(), (422, "too_many_values".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_script_runs_within_its_limits_and_says_where_it_broke() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| {
        let run = async |body: Value| app.post("/scripts/run", &body).await.expect(200).json();
        let scope = json!({ "trigger": { "body": { "lines": [{ "qty": 2 }, { "qty": 5 }] } } });
        let code = "let sum = 0;\nfor line in trigger.body.lines { sum += line.qty; }\n#{ sum: sum }";
        let done = run(json!({ "code": code, "scope": scope })).await;
        assert_eq!((&done["output"], &done["error"]), (&json!({ "sum": 7 }), &Value::Null));
        assert!(done["took_us"].is_u64());
        let checked = run(json!({ "code": code, "check_only": true })).await;
        assert_eq!((&checked["output"], &checked["error"]), (&Value::Null, &Value::Null));
        for (code, wanted, line) in [
            ("let a = 1;\nlet b = ;", "script_syntax", Some(2)),
            ("let a = 1;\n\nthrow \"no stock\"", "script_failed", Some(3)),
            ("stpes.order", "unknown_variable", Some(1)),
            ("secret.crm", "secret_misused", None),
        ] {
            let broken = run(json!({ "code": code })).await;
            assert_eq!(broken["error"]["code"], wanted, "{code}: {broken}");
            assert_eq!(broken["error"]["line"].as_u64(), line, "{code}: {broken}");
        }
        // Others are answered meanwhile, however many never end.
        let began = Instant::now();
        let endless = (0..12).map(|_| run(json!({ "code": "loop { }" })));
        let ended = futures::future::join(futures::future::join_all(endless), app.get("/me")).await;
        assert!(ended.0.iter().all(|one| one["error"]["code"] == "script_too_long"), "{:?}", ended.0);
        assert!(ended.1.status == 200 && began.elapsed() < Duration::from_secs(30));
    })
    .await;
}

#[tokio::test]
async fn faults_of_a_draft_are_told_as_it_stands() {
    both(async |app| {
        let document = flow(
            "orders",
            json!({ "use": "manual" }),
            json!([
                script_step("a", "stpes.b", &[]),
                step("b", "line.push_message", json!({ "to": "U1", "messages": [] }), &["a"]),
            ]),
        );
        let saved = app.save_draft(&document).await.expect(200).json();
        let told = app.get("/flows/orders/draft/faults").await.expect(200).json();
        let short = |faults: &Value| -> Vec<(String, String)> {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let faults = faults.as_array().expect("faults").iter();
            faults.map(|fault| (text(&fault["code"]), text(&fault["pointer"]))).collect()
        };
        assert!(!short(&told["faults"]).is_empty());
        assert_eq!(short(&told["faults"]), short(&saved["faults"]));
        let whole = flow("orders", json!({ "use": "manual" }), json!([script_step("a", "1", &[])]));
        let _saved = app.save_draft(&whole).await.expect(200);
        assert_eq!(app.get("/flows/orders/draft/faults").await.expect(200).json()["faults"], json!([]));
        assert_eq!(app.get("/flows/none/draft/faults").await.refusal(), (404, "flow_not_found".to_owned()));
    })
    .await;
}
