//! Texts that no name should be, in every place that takes one: never a fault of ours, and never one of the database's.

use causeway_model::Value;
use causeway_testkit::{Answer, both, flow, script_step, step};
use serde_json::json;

use super::{encoded, filled, is_well, operations};

const TEXTS: [&str; 5] = ["a\0b", "\0", "\u{feff}\u{202e}\u{0007}", "'; DROP TABLE run; --", "%00%ff\\u0000"];

/// A body with the text wherever one may stand.
fn body(schema: &Value, text: &str) -> Value {
    let Some(properties) = schema["properties"].as_object() else { return json!({}) };
    let fill = |property: &Value| match property["type"].clone() {
        Value::String(kind) if kind == "boolean" => json!(true),
        Value::String(kind) if kind == "integer" => json!(1),
        Value::String(kind) if kind == "array" => json!([text]),
        Value::String(kind) if kind == "object" => json!({text: text}),
        Value::Array(kinds) if kinds.contains(&json!("array")) => json!([text]),
        _ => json!(text),
    };
    properties
        .iter()
        .map(|(name, property)| (name.clone(), fill(property)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn no_text_breaks_an_endpoint() {
    both(async |app| {
        let operations = operations(&app).await;
        let token = app.token().await;
        for text in TEXTS {
            let written = encoded(text);
            for one in &operations {
                let query: Vec<String> = one.query.iter().map(|name| format!("{name}={written}")).collect();
                let url = app.url(&format!("/api/v1{}?{}", filled(&one.path, &written), query.join("&")));
                let mut request =
                    app.client().request(one.method.parse().expect("a method"), url).bearer_auth(&token);
                if let Some(schema) = &one.body {
                    request = request.json(&body(schema, text));
                }
                let answer = Answer::of(request.send().await.expect("an answer")).await;
                let (status, said) = (answer.status, answer.text);
                assert!(status < 500, "{} with {text:?}: {status} {said}", one.name);
            }
        }
        is_well(&app).await;
    })
    .await;
}

/// The same in names that are otherwise good, where it gets as far as the database.
#[tokio::test]
async fn no_text_breaks_a_row() {
    both(async |app| {
        app.publish(&flow("asks", json!({"use": "webhook", "with": {"path": "asks", "reply": "last", "dedupe": "{{ trigger.body.no }}"}}),
            json!([step("ask", "approval", json!({"message": "m{{ trigger.body.text }}", "approvers": ["role:owner"], "timeout": "1h"}), &[])])))
        .await;
        let mut keyed = flow("keyed", json!({"use": "webhook", "with": {"path": "keyed", "reply": "last"}}), json!([script_step("a", "trigger.body.text", &[])]));
        keyed["settings"] = json!({"concurrency": {"limit": 1, "key": "{{ trigger.body.text }}"}});
        app.publish(&keyed).await;
        for (at, text) in TEXTS.iter().enumerate() {
            let body = json!({"no": format!("{at}{text}"), "text": text});
            let waits = app.hook("asks", &body).await.expect(202);
            assert_eq!(app.hook("asks", &body).await.run(), waits.run(), "the same event: {text:?}");
            let approval = app.open_approval(&waits.run()).await;
            let decided = app.decide(&approval, true, text).await;
            assert!(decided.status < 500, "{text:?}: {} {}", decided.status, decided.text);
            if decided.status >= 300 {
                assert!(app.decide(&approval, true, "ok").await.status < 300);
            }
            assert_eq!(app.finished(&waits.run()).await["status"], "succeeded", "{text:?}");
            assert_eq!(app.hook("keyed", &body).await.status, 200, "{text:?}");

            let mut named = flow("named", json!({"use": "manual"}), json!([script_step("a", "1", &[])]));
            (named["name"], named["description"], named["tags"]) = (json!(format!("n{text}")), json!(text), json!(["t"]));
            for (method, path, body) in [
                ("PUT", "/flows/named/draft", named),
                ("POST", "/tokens", json!({"name": format!("t{text}"), "role": "viewer"})),
                ("POST", "/users", json!({"email": format!("u{at}@example.tw"), "name": format!("n{text}"), "role": "viewer", "password": "a long enough password"})),
                ("POST", "/users", json!({"email": format!("u{text}@example.tw"), "role": "viewer", "password": "a long enough password"})),
                ("PUT", "/variables/v", json!({"value": text})),
                ("PUT", "/secrets/s", json!({"value": format!("s{text}")})),
                ("POST", "/sessions", json!({"email": format!("u{text}@example.tw"), "password": format!("p{text}")})),
                ("POST", &*format!("/runs/{}/cancel", waits.run()), json!({"reason": text})),
            ] {
                let answer = app.api(method, path, Some(&body)).await;
                assert!(answer.status < 500, "{method} {path} with {text:?}: {} {}", answer.status, answer.text);
            }
        }
        is_well(&app).await;
    })
    .await;
}
