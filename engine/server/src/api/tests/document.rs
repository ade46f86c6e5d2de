//! The OpenAPI document itself, and real answers against its schemas.

use causeway_model::{Event, Role, RunStatus, Value};
use serde_json::json;

use crate::testing::TestApp;

fn openapi() -> Value {
    serde_json::to_value(crate::openapi()).expect("JSON")
}

#[tokio::test]
async fn it_is_served_to_everybody() {
    let test = TestApp::new().await;
    let answer = test.send("GET", "/api/v1/openapi.json", &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json(), openapi());
    assert_eq!(answer.json()["openapi"], "3.1.0");
}

#[test]
fn every_operation_is_described_whole() {
    let document = openapi();
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("an id").to_owned();
            let verb = name.split('_').next().unwrap_or_default();
            assert!(name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
            assert!(
                method != "get" || matches!(verb, "get" | "list" | "diff" | "export" | "preview"),
                "{name} only reads"
            );
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}: summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}: tags");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: success");
            for status in ["401", "403", "503"] {
                let kind = &responses[status]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(kind, "#/components/schemas/Problem", "{name}: {status}");
            }
            for part in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                let described = operation["parameters"].as_array().expect("parameters");
                assert!(described.iter().any(|parameter| parameter["name"] == part), "{name}: {part}");
            }
            ids.push(name);
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "operation ids are unique");
}

/// Whether a value has the fields of its schema, all the way down, and no others.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(target) = schema["$ref"].as_str() {
        let schema = document.pointer(&target[1..]).unwrap_or_else(|| panic!("{at}: no {target}"));
        return fits(document, schema, value, at);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let one = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null());
            return fits(document, one.unwrap_or_else(|| panic!("{at}: no choice for {value}")), value, at);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = json!({"type": "object", "properties": {}, "required": []});
        for part in parts {
            let part = match part["$ref"].as_str() {
                Some(target) => document.pointer(&target[1..]).expect("a schema"),
                None => part,
            };
            for (name, schema) in part["properties"].as_object().into_iter().flatten() {
                all["properties"][name] = schema.clone();
            }
            let required = part["required"].as_array().cloned().unwrap_or_default();
            all["required"].as_array_mut().expect("a list").extend(required);
        }
        return fits(document, &all, value, at);
    }
    match (schema["properties"].as_object(), value) {
        (Some(properties), Value::Object(fields)) => {
            for (name, field) in fields {
                let schema =
                    properties.get(name).unwrap_or_else(|| panic!("{at}: `{name}` is not described"));
                fits(document, schema, field, &format!("{at}/{name}"));
            }
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(name.as_str().expect("a name")), "{at}: {name} is missing");
            }
        }
        (Some(_), other) => panic!("{at}: {other} is no object"),
        (None, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                fits(document, &schema["items"], item, &format!("{at}/{index}"));
            }
        }
        _ => {
            if let Some(names) = schema["enum"].as_array() {
                assert!(names.contains(value), "{at}: {value} is not among {names:?}");
            }
        }
    }
}

/// Whether an event of a stream is one that its schema names, with the fields of its data.
fn event_fits(document: &Value, schema: &str, (name, data): &(String, Value)) {
    let choices = document["components"]["schemas"][schema]["oneOf"].as_array().expect("choices");
    let is_named = |choice: &&Value| {
        let event = &choice["properties"]["event"];
        event["const"] == name.as_str() || event["enum"][0] == name.as_str()
    };
    let choice = choices.iter().find(is_named).unwrap_or_else(|| panic!("{schema} names no event {name}"));
    fits(document, &choice["properties"]["data"], data, &format!("{schema}/{name}"));
}

#[tokio::test]
async fn real_events_have_the_described_fields() {
    let test = TestApp::new().await;
    let token = test.token(Role::Owner).await;
    test.webhook("orders", json!({"path": "orders"})).await;
    let run = test.post("/hooks/orders", &json!({"a": 1})).await.run();
    let claimed = test.claim().await;
    let document = openapi();
    let path = format!("/runs/{run}/events");
    let follow = test.events(&token, &path, "end");
    let work = async {
        // A look in between, so that each of them is told.
        let pause = || tokio::time::sleep(std::time::Duration::from_millis(300));
        pause().await;
        let started = serde_json::from_value(
            json!({"event": "step_started", "step": "map", "attempt": 1, "input": {"a": 1}}),
        );
        test.commit(
            &claimed,
            vec![Event::Started { vars: Default::default() }, started.expect("an event")],
            causeway_store::Next::Go,
        )
        .await;
        pause().await;
        test.finish(&claimed, RunStatus::Failed, Some(json!("x".repeat(2000)))).await;
    };
    let (events, ()) = futures::join!(follow, work);
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["snapshot", "step", "step", "run", "end"], "{events:#?}");
    assert_eq!(events[3].1["left_out"], json!(["output"]));
    events.iter().for_each(|event| event_fits(&document, "RunEvent", event));

    let follow = test.events(&token, "/events", "changed");
    let work = async {
        loop {
            test.app.set_variable("rate", &json!(uuid::Uuid::new_v4()), "test").await.expect("a variable");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let events = tokio::select! {
        events = follow => events,
        () = work => unreachable!("it changes for ever"),
    };
    events.iter().for_each(|event| event_fits(&document, "ListEvent", event));
    let kinds: Vec<&str> = causeway_store::ListKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(events[0].1["kinds"], json!(kinds));
    assert_eq!(document["components"]["schemas"]["ListKind"]["enum"], json!(kinds));
}

fn sample_of_part() -> Value {
    json!({"until": "map", "dry_run": true, "input": {"a": 1}})
}

/// What a dry run writes of a step.
fn rehearsed() -> Event {
    let request = json!({"method": "POST", "url": "http://h/", "headers": {"host": "h"}, "body": "{}", "body_bytes": 2});
    serde_json::from_value(json!({"event": "rehearsed", "step": "map", "input": {}, "request": request,
        "note": {"en": "e", "zh-TW": "z"}, "output_from": "unknown"}))
    .expect("an event")
}

#[tokio::test]
async fn real_answers_have_the_described_fields() {
    let test = TestApp::new().await;
    let token = test.token(Role::Owner).await;
    test.webhook("orders", json!({"path": "orders"})).await;
    let amy = test.user("amy@example.tw", Role::Operator).await;
    let signed_in = test.sign_in("amy@example.tw").await;
    test.app.set_variable("rate", &json!(1.5), "test").await.expect("a variable");
    test.app.set_secret("erp", "s", "test").await.expect("a secret");
    let run = test.post("/hooks/orders", &json!({"a": 1})).await.run();
    let claimed = test.claim().await;
    let started = Event::Started { vars: Default::default() };
    let settled = serde_json::from_value(json!({"event": "step_settled", "step": "map", "outcome": "failed",
        "error": {"code": "c", "class": "script", "message": {"en": "e", "zh-TW": "z"}}}));
    let events = vec![started, settled.expect("an event")];
    test.commit(&claimed, events, causeway_store::Next::Go).await;
    test.finish(&claimed, RunStatus::Failed, None).await;

    let document = openapi();
    let run = format!("/runs/{run}");
    let sample =
        json!({"description": "d", "trigger": {"body": 1}, "outputs": {"map": 1}, "ports": {"map": "p"}});
    let tested = test.api(&token, "POST", "/flows/orders/draft/test", Some(&sample_of_part())).await.run();
    let claimed = test.claim().await;
    assert_eq!(claimed.run.id, tested);
    test.commit(&claimed, vec![rehearsed()], causeway_store::Next::Go).await;
    let tested = format!("/runs/{tested}");
    for (method, template, path, body) in [
        ("get", "/flows", "/flows", None),
        ("get", "/flows/{slug}", "/flows/orders", None),
        (
            "put",
            "/flows/{slug}/draft",
            "/flows/orders/draft",
            Some(
                test.app
                    .draft(&"orders".parse().expect("a slug"))
                    .await
                    .map(|(_, flow)| json!(flow))
                    .expect("a draft"),
            ),
        ),
        ("post", "/flows/{slug}/draft/test", "/flows/orders/draft/test", Some(json!({"dry_run": true}))),
        ("put", "/flows/{slug}/samples/{name}", "/flows/orders/samples/a", Some(sample.clone())),
        ("get", "/flows/{slug}/samples/{name}", "/flows/orders/samples/a", None),
        ("get", "/flows/{slug}/samples", "/flows/orders/samples", None),
        ("post", "/flows/{slug}/publish", "/flows/orders/publish", None),
        ("get", "/flows/{slug}/versions", "/flows/orders/versions", None),
        ("get", "/flows/{slug}/diff", "/flows/orders/diff?from=1&to=draft", None),
        ("post", "/flows/{slug}/runs", "/flows/orders/runs", None),
        ("get", "/runs", "/runs", None),
        ("get", "/runs", "/runs?dead_letters=true&flow=orders&limit=1", None),
        ("get", "/runs/{run}", &run, None),
        ("get", "/runs/{run}", &tested, None),
        ("get", "/runs/{run}/timeline", &format!("{tested}/timeline"), None),
        ("get", "/runs/{run}/timeline", &format!("{run}/timeline"), None),
        ("get", "/runs/{run}/replay", &format!("{run}/replay"), None),
        ("post", "/runs/{run}/replay", &format!("{run}/replay"), None),
        ("post", "/runs/{run}/resume", &format!("{run}/resume"), None),
        ("get", "/approvals", "/approvals", None),
        ("get", "/users", "/users", None),
        ("get", "/users/{user}", &format!("/users/{amy}"), None),
        ("patch", "/users/{user}", &format!("/users/{amy}"), Some(json!({"name": "Amy", "locale": "zh-TW"}))),
        ("get", "/setup", "/setup", None),
        ("get", "/audit", "/audit?limit=2", None),
        ("get", "/tokens", "/tokens", None),
        ("get", "/me", "/me", None),
        ("post", "/tokens", "/tokens", Some(json!({"name": "t", "role": "viewer"}))),
        (
            "post",
            "/connections",
            "/connections",
            Some(
                json!({"name": "main", "connector": "erp", "settings": {"production": {"base_url": "https://erp.lan"}}}),
            ),
        ),
        ("get", "/connections", "/connections", None),
        ("get", "/connections/{name}", "/connections/main", None),
        ("patch", "/connections/{name}", "/connections/main", Some(json!({"settings": {"production": {}}}))),
        ("patch", "/connections/{name}", "/connections/main", Some(json!({"title": "ERP"}))),
        (
            "put",
            "/connections/{name}/credentials",
            "/connections/main/credentials",
            Some(json!({"api_key": "abcd"})),
        ),
        ("post", "/connections/{name}/test", "/connections/main/test", None),
        ("post", "/connections/{name}/test", "/connections/main/test?environment=test", None),
        (
            "post",
            "/connections/{name}/consent",
            "/connections/main/consent",
            Some(json!({"return_to": "/connections/main"})),
        ),
        (
            "post",
            "/connections/{name}/consent",
            "/connections/main/consent",
            Some(json!({"return_to": "//x"})),
        ),
        ("patch", "/connections/{name}", "/connections/main", Some(json!({"auth": "consent"}))),
        ("get", "/connections/{name}/usage", "/connections/main/usage", None),
        ("get", "/secrets", "/secrets", None),
        ("get", "/variables", "/variables", None),
        ("get", "/schedules", "/schedules", None),
        ("post", "/schedules/preview", "/schedules/preview", Some(json!({"cron": "0 2 * * *"}))),
        ("post", "/schedules/preview", "/schedules/preview", Some(json!({"cron": "0 2 * *"}))),
        ("get", "/functions", "/functions", None),
        ("get", "/catalogue", "/catalogue", None),
        ("get", "/connectors/{connector}/operations/{operation}", "/connectors/http/operations/none", None),
        ("get", "/connectors/{connector}/triggers/{trigger}", "/connectors/http/triggers/none", None),
        ("get", "/connectors", "/connectors", None),
        ("get", "/connectors/{connector}/versions", "/connectors/erp/versions", None),
        (
            "get",
            "/connectors/{connector}/versions/{version}/check",
            "/connectors/erp/versions/1.0.0/check",
            None,
        ),
        ("post", "/connectors/{connector}/update", "/connectors/erp/update", None),
        ("post", "/connectors", "/connectors", Some(json!({"no": "zip"}))),
        ("get", "/connector-index", "/connector-index", None),
        ("post", "/import", "/import", Some(json!({"causeway": 1}))),
        ("get", "/recipes", "/recipes", None),
        ("get", "/recipes/{slug}", "/recipes/none", None),
        (
            "post",
            "/expressions/evaluate",
            "/expressions/evaluate",
            Some(json!({"values": [{"text": "{{ 1 }}"}, {"text": "{{ x }}"}]})),
        ),
        ("post", "/scripts/run", "/scripts/run", Some(json!({"code": "throw 1"}))),
        ("get", "/flows/{slug}/draft/faults", "/flows/orders/draft/faults", None),
        ("get", "/flow-stats", "/flow-stats?days=2", None),
        ("get", "/overview", "/overview", None),
        ("get", "/system-map", "/system-map", None),
        ("post", "/flows/{slug}/listen", "/flows/orders/listen", None),
        ("get", "/flows/{slug}/listen", "/flows/orders/listen", None),
        (
            "get",
            "/connections/{name}/options/{operation}",
            "/connections/main/options/list?value=/code&title=/name",
            None,
        ),
        ("get", "/flows/{slug}", "/flows/missing", None),
    ] {
        let answer = test.api(&token, &method.to_ascii_uppercase(), path, body.as_ref()).await;
        let status = answer.status.as_str();
        let response = &document["paths"][format!("/api/v1{template}")][method]["responses"][status];
        let content = response["content"].as_object().unwrap_or_else(|| panic!("{path}: {answer:?}"));
        let (kind, content) = content.iter().next().expect("a content type");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        fits(&document, &content["schema"], &answer.json(), path);
    }
    let bearer = format!("Bearer {token}");
    let at_home = [("host", "localhost:7400"), ("authorization", bearer.as_str())];
    let asked = test.send("POST", "/api/v1/connections/main/consent", &at_home, "").await;
    let response = &document["paths"]["/api/v1/connections/{name}/consent"]["post"]["responses"]["200"];
    fits(&document, &response["content"]["application/json"]["schema"], &asked.json(), "a consent");
    assert_eq!(asked.json()["redirect_uri"], "http://localhost:7400/oauth/callback");
    let shown = test.send("GET", "/api/v1/connections/main", &at_home, "").await.json();
    assert_eq!(shown["redirect_uri"], "http://localhost:7400/oauth/callback");
    for (method, template, body) in [
        ("get", "/me", None),
        ("patch", "/me", Some(json!({"name": "Amy Lin"}))),
        ("get", "/sessions", None),
        ("put", "/me/password", Some(json!({"old": crate::testing::PASSWORD, "new": "another horse"}))),
    ] {
        let answer = test.page(&signed_in, &method.to_ascii_uppercase(), template, body.as_ref()).await;
        let response =
            &document["paths"][format!("/api/v1{template}")][method]["responses"][answer.status.as_str()];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{template}: {answer:?}");
        fits(&document, schema, &answer.json(), template);
    }
}
