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

#[tokio::test]
async fn an_overview_of_the_last_days() {
    both(async |app| {
        let mut orders = may_fail("orders");
        orders["settings"] = json!({ "minutes_saved": 4.5 });
        app.publish(&orders).await;
        app.publish(&may_fail("quotes")).await;
        for fail in [false, false, true, false] {
            call(&app, "orders", fail).await;
        }
        for _ in 0..2 {
            call(&app, "quotes", true).await;
        }
        // Only what is published counts.
        orders["settings"] = json!({ "minutes_saved": 1000 });
        let _saved = app.save_draft(&orders).await.expect(200);

        let told = eventually("all six are counted", async || {
            let told = app.get("/overview").await.expect(200).json();
            (told["runs"]["total"] == 6).then_some(told)
        })
        .await;
        assert_eq!(told["runs"], json!({ "total": 6, "succeeded": 3, "failed": 3, "cancelled": 0 }));
        assert_eq!((&told["success_rate"], &told["target"]), (&json!(0.5), &json!(0.995)));
        assert_eq!(told["previous"], json!({ "total": 0, "success_rate": null, "p95_ms": null }));
        assert_eq!(told["latency"]["within_target"], 1.0);
        assert!(told["latency"]["p50_ms"].as_u64() <= told["latency"]["p95_ms"].as_u64());
        assert_eq!(told["saved_minutes"], 13.5);
        let failing: Vec<(&Value, &Value)> =
            rows(&told["failing"]).map(|one| (&one["slug"], &one["failed"])).collect();
        assert_eq!(failing, [(&json!("quotes"), &json!(2)), (&json!("orders"), &json!(1))]);
        let slowest: Vec<&Value> = rows(&told["slowest"]).map(|one| &one["name"]).collect();
        assert_eq!(slowest, ["orders"]);
        let waits = rows(&told["attention"]).find(|one| one["kind"] == "dead_letters").expect("dead letters");
        assert_eq!((&waits["count"], &waits["names"]), (&json!(3), &json!(["quotes", "orders"])));
        assert_eq!(rows(&told["attention"]).count(), 1, "kinds of which there is none are left out");

        for (days, slots) in [(1, 24), (7, 7), (28, 28), (90, 90)] {
            let told =
                app.get(&format!("/overview?days={days}&timezone=Asia/Tokyo")).await.expect(200).json();
            assert_eq!(rows(&told["volume"]).count(), slots, "{days} days");
            let sum: u64 = rows(&told["volume"]).filter_map(|slot| slot["failed"].as_u64()).sum();
            assert_eq!(sum, 3, "{days} days");
            assert_eq!(told["volume"][0]["at"], told["from"], "{days} days");
            assert!(days == 1 || told["from"].as_str().is_some_and(|at| at.ends_with("T15:00:00.000Z")));
        }
        assert_eq!(app.get("/overview?days=2").await.refusal(), (422, "days_unknown".to_owned()));
        assert_eq!(app.get("/overview?timezone=x").await.refusal(), (422, "timezone_unknown".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_somebody_is_counted() {
    both(async |app| {
        let ask = json!({ "message": "Really?", "approvers": ["role:operator"] });
        let document =
            hook_flow("large-orders", json!([causeway_testkit::step("ask", "approval", ask, &[])]));
        app.publish(&document).await;
        let headers = [("content-type", "application/json")];
        for _ in 0..2 {
            let answer = app.hook_raw("POST", "large-orders", &headers, "{}").await;
            assert_eq!(answer.status, 202, "{}", answer.text);
        }
        let told = app.get("/overview?days=1").await.expect(200).json();
        assert_eq!(
            told["attention"],
            json!([{ "kind": "approvals", "count": 2, "names": ["large-orders"] }])
        );
        assert_eq!((&told["success_rate"], &told["saved_minutes"]), (&Value::Null, &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn minutes_that_a_run_saves_are_checked() {
    both(async |app| {
        let mut document = may_fail("orders");
        for (minutes, wanted) in
            [(json!(-1), "out_of_range"), (json!("5"), "wrong_type"), (json!(1e9), "out_of_range")]
        {
            document["settings"] = json!({ "minutes_saved": minutes });
            let refused = app.save_draft(&document).await.expect(422).json();
            let faults: Vec<&Value> = rows(&refused["faults"]).collect();
            assert_eq!(
                (&faults[0]["code"], &faults[0]["pointer"]),
                (&json!(wanted), &json!("/settings/minutes_saved"))
            );
        }
        document["settings"] = json!({ "minutes_saved": 0 });
        let _saved = app.save_draft(&document).await.expect(200);
        let draft = app.get("/flows/orders/draft").await.expect(200).json();
        assert_eq!(draft["settings"]["minutes_saved"], 0);
    })
    .await;
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
