//! The shipped flows do what their cases say, against the sample system; those of the trading company stand in `company`.

mod company;

use causeway_demo::Sample;
use causeway_model::Value;
use causeway_testkit::{Case, During, TestApp, both, eventually, missing, root, shipped_cases};
use serde_json::json;

#[tokio::test]
async fn quote_to_sales_order() {
    cases_of("quote-to-sales-order").await;
}

#[tokio::test]
async fn order_approval() {
    cases_of("order-approval").await;
}

#[tokio::test]
async fn nightly_report() {
    cases_of("nightly-report").await;
}

#[tokio::test]
async fn webhook_fan_out() {
    cases_of("webhook-fan-out").await;
}

#[tokio::test]
async fn retry_and_dead_letter() {
    cases_of("retry-and-dead-letter").await;
}

#[tokio::test]
async fn failure_alert() {
    cases_of("failure-alert").await;
}

#[test]
fn every_case_belongs_to_a_test() {
    let here = include_str!("workflows.rs");
    for case in shipped_cases() {
        assert!(
            crate::connectors::FLOWS.contains(&case.slug.as_str())
                || here.contains(&format!("cases_of(\"{}\")", case.slug)),
            "{}/{} is not run",
            case.slug,
            case.name
        );
    }
}

async fn cases_of(slug: &str) {
    both(async |app| {
        for case in shipped_cases().into_iter().filter(|case| case.slug == slug) {
            check(&app, &case).await;
        }
    })
    .await;
}

/// Runs one case, with a sample system of its own.
async fn check(app: &TestApp, case: &Case) {
    let name = format!("{}/{} on {}", case.slug, case.name, app.backend().name());
    let sample = Sample::start("127.0.0.1:0".parse().expect("an address")).await.expect("the sample system");
    app.set_variable("sample_url", &json!(format!("http://{}", sample.addr()))).await;
    let content = &case.content;
    let also = content["also"].as_array().cloned().unwrap_or_default();
    for flow in also.iter().filter_map(Value::as_str).chain([case.slug.as_str()]) {
        let folder = root().join("workflows").join(flow);
        let imported = app.cli(&["flow", "import", &folder.to_string_lossy(), "--publish"]).await;
        assert_eq!(imported.code, 0, "{name}: {}{}", imported.stdout, imported.stderr);
    }
    for (variable, value) in content["variables"].as_object().into_iter().flatten() {
        app.set_variable(variable, value).await;
    }

    let id = begin(app, case, &name).await;
    for During::Decide { step, approve, comment } in case.during() {
        let approval = app.open_approval(&id).await;
        assert_eq!(approval["step"], step, "{name}");
        let decided = app.decide(&approval, approve, &comment).await;
        assert!(decided.status < 300, "{name}: {}", decided.text);
    }
    let run = app.finished(&id).await;
    let faults = missing(&content["run"], &with_attempts_counted(run.clone()));
    assert!(faults.is_empty(), "{name}: the run differs:\n{}\n{run:#}", faults.join("\n"));
    if let Some(follows) = content.get("follows") {
        let follower = eventually("the run that follows", async || {
            app.runs("")
                .await
                .into_iter()
                .find(|run| run["id"] != id.as_str() && run["trigger"] == "flow_failed")
        })
        .await;
        let follower = app.finished(follower["id"].as_str().expect("an id")).await;
        let faults = missing(follows, &follower);
        assert!(faults.is_empty(), "{name}: the run that follows differs:\n{}", faults.join("\n"));
    }
    check_calls(app, &sample, &content["calls"], &name).await;
}

/// Starts the case's run: by its webhook, or by hand with the trigger's value.
async fn begin(app: &TestApp, case: &Case, name: &str) -> String {
    let content = &case.content;
    let Some(webhook) = content.get("webhook") else {
        return app.start_run(&case.slug, &content["start"]).await;
    };
    let method = webhook["method"].as_str().unwrap_or("POST");
    let path = webhook["path"].as_str().expect("a path");
    let headers = [("content-type", "application/json")];
    let answer = app.hook_raw(method, path, &headers, webhook["body"].to_string()).await;
    let actual = json!({"status": answer.status, "body": answer.json()});
    let faults = missing(&content["reply"], &actual);
    assert!(faults.is_empty(), "{name}: the reply differs:\n{}\n{actual}", faults.join("\n"));
    answer.run()
}

/// Cases count attempts; runs list them.
fn with_attempts_counted(mut run: Value) -> Value {
    for step in run["steps"].as_array_mut().into_iter().flatten() {
        step["attempts"] = json!(step["attempts"].as_array().map_or(0, Vec::len));
    }
    run
}

/// Each expected call was made, and no other; steps that run side by side may call in any order.
async fn check_calls(app: &TestApp, sample: &Sample, expected: &Value, name: &str) {
    let url = format!("http://{}/requests", sample.addr());
    let text =
        app.client().get(url).send().await.expect("the sample answers").text().await.expect("its text");
    let listed: Value = serde_json::from_str(&text).expect("JSON");
    let mut calls = listed.as_array().or(listed["requests"].as_array()).cloned().unwrap_or_default();
    for wanted in expected.as_array().into_iter().flatten() {
        let found = calls.iter().position(|call| missing(wanted, call).is_empty());
        let found = found.unwrap_or_else(|| panic!("{name}: no call {wanted} among {calls:#?}"));
        calls.remove(found);
    }
    assert!(calls.is_empty(), "{name}: calls that nobody expected: {calls:#?}");
}
