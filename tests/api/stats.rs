//! Figures about runs: by flow, and for the whole company.

use causeway_testkit::{Options, TestApp, both, both_with, eventually, flow, hook_flow, script_step};
use serde_json::{Value, json};

/// A flow that succeeds, unless it is told `{"fail": true}`.
fn may_fail(slug: &str) -> Value {
    hook_flow(
        slug,
        json!([script_step("a", "if trigger.body.fail == true { throw \"no\" } else { 1 }", &[])]),
    )
}

async fn call(app: &TestApp, slug: &str, fail: bool) -> String {
    let headers = [("content-type", "application/json")];
    let answer = app.hook_raw("POST", slug, &headers, json!({ "fail": fail }).to_string()).await;
    let run = answer.run();
    let _run = app.finished(&run).await;
    run
}

async fn stats(app: &TestApp, query: &str) -> Vec<Value> {
    let answer = app.get(&format!("/flow-stats{query}")).await.expect(200).json();
    answer["flows"].as_array().expect("flows").clone()
}

#[tokio::test]
async fn the_runs_of_each_flow_are_counted() {
    both(async |app| {
        for slug in ["orders", "quotes", "idle"] {
            app.publish(&may_fail(slug)).await;
        }
        for fail in [false, false, true, false] {
            call(&app, "orders", fail).await;
        }
        let last = call(&app, "quotes", true).await;
        let tested = app.post("/flows/orders/draft/test", &json!({ "input": {} })).await.expect(202).json();
        let _tested = app.finished(tested["run"].as_str().expect("a run")).await;

        let told = eventually("all five are counted", async || {
            let told = stats(&app, "").await;
            (told[1]["runs"] == 4 && told[2]["runs"] == 1).then_some(told)
        })
        .await;
        let slugs: Vec<&Value> = told.iter().map(|one| &one["slug"]).collect();
        assert_eq!(slugs, ["idle", "orders", "quotes"]);
        let (idle, orders, quotes) = (&told[0], &told[1], &told[2]);
        assert_eq!(
            (&orders["succeeded"], &orders["failed"], &orders["cancelled"]),
            (&json!(3), &json!(1), &json!(0))
        );
        assert_eq!((&orders["success_rate"], &quotes["success_rate"]), (&json!(0.75), &json!(0.0)));
        assert_eq!(orders["last_run"]["status"], "succeeded", "test runs are none");
        assert_eq!(quotes["last_run"]["id"], last.as_str());
        assert!(quotes["last_run"]["created_at"].is_string());
        let days = orders["daily"].as_array().expect("days");
        assert_eq!(days.len(), 7);
        assert!(days.is_sorted_by_key(|day| day["day"].as_str().map(str::to_owned)));
        let sum: u64 = days.iter().filter_map(|day| day["succeeded"].as_u64()).sum();
        assert_eq!(sum, 3);
        assert_eq!(
            (&idle["runs"], &idle["success_rate"], &idle["last_run"]),
            (&json!(0), &Value::Null, &Value::Null)
        );

        let some = stats(&app, "?days=1&slug=quotes&slug=idle&slug=none&timezone=UTC").await;
        assert_eq!(some.iter().map(|one| &one["slug"]).collect::<Vec<_>>(), ["idle", "quotes"]);
        assert_eq!(some[0]["daily"].as_array().map(Vec::len), Some(1));
        for (query, wanted) in [
            ("?days=0", (400, "query_invalid")),
            ("?colour=red", (400, "query_invalid")),
            ("?timezone=Taipei", (422, "timezone_unknown")),
        ] {
            let refused = app.get(&format!("/flow-stats{query}")).await.refusal();
            assert_eq!((refused.0, refused.1.as_str()), wanted, "{query}");
        }
    })
    .await;
}

/// Runs go within a second, and their figures stay.
#[tokio::test]
async fn figures_outlive_the_runs() {
    let options = Options::new().env("CAUSEWAY_SWEEP_EVERY", "1s");
    both_with(options, async |app| {
        let mut document = flow(
            "short",
            json!({ "use": "webhook", "with": { "path": "short", "reply": "last" } }),
            json!([script_step("a", "1", &[])]),
        );
        document["settings"] = json!({ "keep": "1s" });
        app.publish(&document).await;
        for _ in 0..3 {
            let answer = app.hook_raw("POST", "short", &[("content-type", "application/json")], "{}").await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        eventually("the runs are gone", async || app.runs("flow=short").await.is_empty().then_some(())).await;
        let told = eventually("they are counted", async || {
            let told = stats(&app, "?slug=short").await;
            (told[0]["runs"] == 3).then_some(told)
        })
        .await;
        assert_eq!((&told[0]["succeeded"], &told[0]["last_run"]), (&json!(3), &Value::Null));
    })
    .await;
}
