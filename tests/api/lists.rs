//! Lists: each in pages that stay as they are while rows are added, with the filters that pages of people need.

use causeway_model::Value;
use causeway_testkit::{TestApp, both, flow, rows, script_step};
use serde_json::json;

use crate::runs::cancel::accepted;

/// All rows of a list in pages of `limit`; `between` is called after each page.
async fn walk(app: &TestApp, path: &str, limit: u64, between: impl AsyncFn()) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    let and = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = app.get(&format!("{path}{and}limit={limit}{cursor}")).await.expect(200).json();
        let found = rows(&page);
        assert!(found.len() as u64 <= limit, "{path}");
        all.extend(found);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
        between().await;
    }
}

fn field(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn every_list_comes_in_pages() {
    both(async |app| {
        for n in 0..5 {
            app.publish(&accepted(&format!("flow-{n}"), json!([script_step("a", "1", &[])]))).await;
            app.set_variable(&format!("v{n}"), &json!(n)).await;
            app.set_secret(&format!("s{n}"), "x").await;
            app.user(&format!("u{n}@example.tw"), "viewer").await;
            let _token = app.token_of("viewer").await;
            let cron = json!({"use": "schedule", "with": {"cron": format!("{n} 3 * * *")}});
            app.publish(&flow(&format!("nightly-{n}"), cron, json!([script_step("a", "1", &[])]))).await;
        }
        for n in 2..6 {
            app.publish(&accepted("flow-0", json!([script_step("a", &n.to_string(), &[])]))).await;
        }
        for (path, name, count) in [
            ("/flows", "slug", 10),
            ("/flows?sort=updated", "slug", 10),
            ("/variables", "name", 5),
            ("/secrets", "name", 5),
            ("/users", "email", 5),
            ("/tokens", "id", 6),
            ("/schedules", "slug", 5),
        ] {
            let whole = field(&walk(&app, path, 200, async || {}).await, name);
            assert_eq!(whole.len(), count, "{path}");
            let mut paged = field(&walk(&app, path, 2, async || {}).await, name);
            assert_eq!(paged, whole, "{path}");
            paged.sort_unstable();
            paged.dedup();
            assert_eq!(paged.len(), count, "{path}: each once");
        }
        let versions = walk(&app, "/flows/flow-0/versions", 2, async || {}).await;
        let numbers: Vec<_> = versions.iter().map(|version| version["version"].as_i64()).collect();
        assert_eq!(numbers, (1..=5).rev().map(Some).collect::<Vec<_>>());
        for (path, parameter) in [
            ("/flows?limit=0", "limit"),
            ("/flows?limit=201", "limit"),
            ("/runs?limit=x", "limit"),
            ("/runs?cursor=x", "cursor"),
            ("/users?state=gone", "state"),
            ("/tokens?role=king", "role"),
            ("/flows?trigger=magic", "trigger"),
            ("/flows?taag=x", "taag"),
            ("/runs?from=yesterday", "from"),
            ("/runs?version=1", "version"),
            ("/runs?id=xyz", "id"),
            ("/approvals?may_decide=boss", "may_decide"),
            ("/audit?before=3", "before"),
            ("/flows?text=%00", "text"),
        ] {
            let bad = app.get(path).await.expect(400).json();
            assert_eq!(
                (bad["code"].as_str(), bad["parameter"].as_str()),
                (Some("query_invalid"), Some(parameter))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn pages_stay_while_rows_are_added() {
    both(async |app| {
        app.publish(&accepted("busy", json!([script_step("a", "1", &[])]))).await;
        let mut ids = Vec::new();
        for n in 0..6 {
            ids.push(app.hook("busy", &json!({"n": n})).await.expect(202).run());
        }
        ids.reverse();
        let add = async || {
            let _added = app.hook("busy", &json!({})).await.expect(202);
        };
        assert_eq!(field(&walk(&app, "/runs", 2, add).await, "id"), ids);
        let add = async || app.set_variable("zz", &json!(1)).await;
        let trail = walk(&app, "/audit", 3, add).await;
        let mut seen: Vec<_> = trail.iter().map(|entry| entry["id"].as_i64()).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    })
    .await;
}

#[tokio::test]
async fn flows_are_found() {
    both(async |app| {
        let mut tagged = accepted("orders-in", json!([script_step("a", "1", &[])]));
        tagged["name"] = json!("Bestellungen 100%");
        tagged["tags"] = json!(["sales", "a,b"]);
        app.publish(&tagged).await;
        let manual = flow("by-hand", json!({"use": "manual"}), json!([script_step("a", "1", &[])]));
        let _saved = app.save_draft(&manual).await;
        app.publish(&accepted("old", json!([script_step("a", "1", &[])]))).await;
        let _archived = app.post("/flows/old/archive", &json!({})).await.expect(200);
        let _off = app.post("/flows/orders-in/disable", &json!({})).await.expect(200);
        for (query, wanted) in [
            ("", &["by-hand", "orders-in"][..]),
            ("sort=updated", &["orders-in", "by-hand"]),
            ("text=ORDERS", &["orders-in"]),
            ("text=bestell", &["orders-in"]),
            ("text=100%25", &["orders-in"]),
            ("text=1_0", &[]),
            ("tag=sales", &["orders-in"]),
            ("tag=a,b", &["orders-in"]),
            ("tag=a", &[]),
            ("state=published", &["orders-in"]),
            ("state=draft", &["by-hand"]),
            ("state=archived", &["old"]),
            ("archived=true", &["old"]),
            ("trigger=webhook", &["orders-in"]),
            ("trigger=manual", &["by-hand"]),
            ("trigger=schedule", &[]),
            ("enabled=false", &["orders-in"]),
        ] {
            let found = walk(&app, &format!("/flows?{query}"), 200, async || {}).await;
            assert_eq!(field(&found, "slug"), wanted, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn runs_are_found() {
    both(async |app| {
        app.publish(&accepted("good", json!([script_step("a", "1", &[])]))).await;
        app.publish(&accepted("bad", json!([script_step("a", "trigger.body.x.y", &[])]))).await;
        let good = app.hook("good", &json!({})).await.expect(202).run();
        let bad = app.hook("bad", &json!({})).await.expect(202).run();
        let failed = app.finished(&bad).await;
        let _run = app.finished(&good).await;
        app.publish(&accepted("good", json!([script_step("a", "2", &[])]))).await;
        let newer = app.hook("good", &json!({})).await.expect(202).run();
        let resumed = app.resume(&bad, &json!({})).await;
        let replayed = app.replay(&good, &json!({})).await;
        for id in [&newer, &resumed, &replayed] {
            let _run = app.finished(id).await;
        }
        let code = failed["failure"]["error"]["code"].as_str().expect("a code");
        let tail = &good[good.len() - 12..];
        for (query, wanted) in [
            ("flow=good".to_owned(), vec![&replayed, &newer, &good]),
            ("flow=good&version=2".to_owned(), vec![&newer]),
            ("status=failed".to_owned(), vec![&resumed, &bad]),
            ("flow=good&status=failed".to_owned(), vec![]),
            ("mode=test".to_owned(), vec![]),
            ("mode=normal&flow=bad".to_owned(), vec![&resumed, &bad]),
            ("trigger=webhook&flow=bad".to_owned(), vec![&resumed, &bad]),
            ("trigger=schedule".to_owned(), vec![]),
            (format!("trigger_event={good}"), vec![&replayed, &good]),
            (format!("trigger_event={bad}"), vec![&resumed, &bad]),
            (format!("resumed_from={bad}"), vec![&resumed]),
            (format!("replayed_from={good}"), vec![&replayed]),
            (format!("resumed_from={good}"), vec![]),
            (format!("error_code={code}"), vec![&resumed, &bad]),
            ("error_code=nothing".to_owned(), vec![]),
            (format!("id={good}"), vec![&good]),
            (format!("id={tail}"), vec![&good]),
            ("from=2020-01-01T00:00:00Z&flow=bad".to_owned(), vec![&resumed, &bad]),
            ("to=2020-01-01T00:00:00Z".to_owned(), vec![]),
        ] {
            let found = walk(&app, &format!("/runs?{query}"), 200, async || {}).await;
            assert_eq!(field(&found, "id").iter().collect::<Vec<_>>(), wanted, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn approvals_are_found_by_who_may_decide() {
    both(async |app| {
        let ask = |slug: &str, approvers: Value| {
            let with = json!({"message": "Ok?", "approvers": approvers});
            accepted(slug, json!([causeway_testkit::step("ask", "approval", with, &[])]))
        };
        app.user("lin@example.tw", "operator").await;
        app.publish(&ask("for-lin", json!(["user:lin@example.tw"]))).await;
        app.publish(&ask("for-admins", json!(["role:admin"]))).await;
        for slug in ["for-lin", "for-admins"] {
            let run = app.hook(slug, &json!({})).await.expect(202).run();
            let _approval = app.open_approval(&run).await;
        }
        for (query, wanted) in [
            ("status=open", &["for-admins", "for-lin"][..]),
            ("status=approved", &[]),
            ("flow=for-lin", &["for-lin"]),
            ("may_decide=user:lin@example.tw", &["for-lin"]),
            ("may_decide=role:admin", &["for-admins"]),
            ("may_decide=role:operator", &[]),
            // Owners may always.
            ("may_decide=me&limit=1", &["for-admins"]),
        ] {
            let found = rows(&app.get(&format!("/approvals?{query}")).await.expect(200).json());
            assert_eq!(field(&found, "slug"), wanted, "{query}");
        }
    })
    .await;
}

/// Runs by what came in, and by the step that failed them.
#[tokio::test]
async fn runs_are_found_by_a_text_of_their_input() {
    both(async |app| {
        let steps = json!([
            causeway_testkit::script_step(
                "check",
                "if trigger.body.bad == true { throw \"bad\" } else { 1 }",
                &[]
            ),
            causeway_testkit::script_step("price", "trigger.body.total.price", &["check"]),
        ]);
        app.publish(&causeway_testkit::hook_flow("orders", steps)).await;
        let mut runs = Vec::new();
        for body in [
            r#"{"no": "SO-1", "customer": "\u5b8f\u9054", "total": {"price": 1}}"#,
            r#"{"no": "SO-2", "customer": "宏達", "bad": true}"#,
            r#"{"no": "so-10", "customer": "府城", "total": {"price": 12.50}}"#,
            r#"{"no": "SO-3", "customer": "府\"城", "total": 5}"#,
        ] {
            let headers = [("content-type", "application/json"), ("x-note", "needle")];
            let run = app.hook_raw("POST", "orders", &headers, body).await.run();
            let _run = app.finished(&run).await;
            runs.push(run);
        }
        let found = async |query: &str| -> Vec<usize> {
            let page = app.get(&format!("/runs?{query}")).await.expect(200).json();
            assert!(page.get("looked_at").is_none() && page.get("next_cursor").is_none(), "{page}");
            let place = |run: &Value| runs.iter().position(|id| run["id"] == id.as_str()).expect("of these");
            page["runs"].as_array().expect("runs").iter().map(place).collect()
        };
        assert_eq!(found("text=SO-1").await, [2, 0]);
        assert_eq!(found("text=%E5%AE%8F%E9%81%94").await, [1, 0], "however it was written");
        assert_eq!(found("text=%E5%BA%9C%22").await, [3]);
        assert_eq!(found("text=12.5").await, [2]);
        assert_eq!(found("text=needle").await, [0_usize; 0], "no headers");
        assert_eq!(found("text=so-&status=failed").await, [3, 1]);
        assert_eq!(found("failed_step=check").await, [1]);
        assert_eq!(found("failed_step=price&flow=orders").await, [3]);
        assert_eq!(found("failed_step=none").await, [0_usize; 0]);

        let first = app.get("/runs?text=so&limit=3").await.expect(200).json();
        assert_eq!(first["runs"].as_array().map(Vec::len), Some(3));
        let cursor = first["next_cursor"].as_str().expect("more follow");
        let rest = app.get(&format!("/runs?text=so&limit=3&cursor={cursor}")).await.expect(200).json();
        assert_eq!(rest["runs"][0]["id"], runs[0].as_str());
        assert!(rest.get("next_cursor").is_none());
        assert_eq!(app.get("/runs?text=").await.refusal(), (400, "query_invalid".to_owned()));
    })
    .await;
}
