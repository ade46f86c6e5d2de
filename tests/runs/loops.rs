//! `for_each`: items with results and errors, progress, bounded memory, and only what is unfinished after a crash.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{
    Backend, Options, Reaction, Sink, TestApp, both, eventually, eventually_within, hook_flow, http_step, on,
    rows, script_step, step, timeline,
};
use serde_json::json;

use super::cancel::accepted;

fn each(items: Value, body: Value, more: &[(&str, Value)]) -> Value {
    let mut with = json!({"items": items, "body": body});
    for (name, value) in more {
        with[*name] = value.clone();
    }
    step("each", "for_each", with, &[])
}

async fn items_of(app: &TestApp, run: &str, query: &str) -> Vec<Value> {
    rows(&app.get(&format!("/runs/{run}/steps/each/items{query}")).await.expect(200).json())
}

#[tokio::test]
async fn every_item_runs_the_body_and_its_result_can_be_read() {
    both(async |app| {
        let body = json!([
            script_step("twice", "item.n * 2", &[]),
            script_step("say", "`${index}: ${steps.twice}`", &["twice"])
        ]);
        let steps = json!([
            each(json!("{{ trigger.body.lines }}"), body, &[]),
            script_step("sum", "[steps.each.count, steps.each.succeeded, steps.each.failed]", &["each"])
        ]);
        app.publish(&hook_flow("loop", steps)).await;
        let lines: Vec<Value> = (1..=5).map(|n| json!({"n": n})).collect();
        let answer = app.hook("loop", &json!({"lines": lines})).await.expect(200);
        assert_eq!(answer.json(), json!([5, 5, 0]));
        let run = app.run(&answer.run()).await;
        assert_eq!(
            timeline(&run),
            "succeeded | each succeeded | sum succeeded",
            "items are not among the steps"
        );
        let mut items = items_of(&app, &answer.run(), "").await;
        items.sort_by_key(|item| item["index"].as_u64());
        let outputs: Vec<&Value> = items.iter().map(|item| &item["output"]).collect();
        assert_eq!(
            outputs,
            [&json!("0: 2"), &json!("1: 4"), &json!("2: 6"), &json!("3: 8"), &json!("4: 10")]
        );
        let inputs: Vec<Value> = items.iter().map(|item| item["input"].clone()).collect();
        assert_eq!(inputs, lines);
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_is_done_at_once_and_no_list_is_refused() {
    both(async |app| {
        let steps =
            json!([each(json!("{{ trigger.body.lines }}"), json!([script_step("a", "1", &[])]), &[])]);
        app.publish(&hook_flow("empty", steps)).await;
        let none = app.hook("empty", &json!({"lines": []})).await.expect(200);
        assert_eq!(none.json()["count"], 0);
        let wrong = app.hook("empty", &json!({"lines": 7})).await.expect(502);
        assert_eq!(timeline(&app.run(&wrong.run()).await), "failed | each failed(items_no_list)");
    })
    .await;
}

/// Fails for items whose `bad` is true.
async fn picky() -> Sink {
    Sink::answering(|call| match call.json()["bad"] == true {
        true => Reaction::status(422, json!({"n": call.json()["n"]})),
        false => Reaction::ok(json!({})),
    })
    .await
}

fn numbered(bad: &[u64], count: u64) -> Value {
    (0..count).map(|n| json!({"n": n, "bad": bad.contains(&n)})).collect()
}

#[tokio::test]
async fn errors_stop_the_loop_or_are_counted() {
    both(async |app| {
        let sink = picky().await;
        let body = json!([http_step("send", &sink.url("/"), json!("{{ item }}"), &[])]);
        let items = json!("{{ trigger.body.lines }}");
        app.publish(&hook_flow("stop", json!([each(items.clone(), body.clone(), &[])]))).await;
        let go_on = [("on_item_error", json!("continue"))];
        app.publish(&hook_flow("continue", json!([each(items.clone(), body.clone(), &go_on)]))).await;
        let at_most = [("on_item_error", json!("continue")), ("max_errors", json!(2))];
        app.publish(&hook_flow("at-most", json!([each(items, body, &at_most)]))).await;

        let stopped = app.hook("stop", &json!({"lines": numbered(&[2], 50)})).await.expect(502);
        assert_eq!(timeline(&app.run(&stopped.run()).await), "failed | each failed(item_failed)");
        assert_eq!(sink.count(), 3, "one at a time, and none after the failure");

        let went_on =
            app.hook("continue", &json!({"lines": numbered(&[2, 4, 5], 8)})).await.expect(200).json();
        assert_eq!(
            (went_on["count"].clone(), went_on["succeeded"].clone(), went_on["failed"].clone()),
            (json!(8), json!(5), json!(3))
        );

        let enough = app.hook("at-most", &json!({"lines": numbered(&[0, 1, 2, 3], 50)})).await.expect(502);
        assert_eq!(app.run(&enough.run()).await["status"], "failed");
        assert!(sink.count() < 3 + 8 + 50);
    })
    .await;
}

#[tokio::test]
async fn the_body_has_branches_retries_and_errors_of_its_own() {
    both(async |app| {
        let sink = Sink::answering(|call| match call.repeat {
            0 => Reaction::status(503, json!({})),
            _ => Reaction::ok(json!({})),
        })
        .await;
        let mut send = http_step("send", &sink.url("/"), json!({"n": "{{ item }}"}), &["odd.yes"]);
        send["retry"] = json!({"attempts": 2, "backoff": "fixed", "first": "20ms"});
        let cases = json!({"cases": [{"port": "yes", "when": "item % 2 == 1"}], "otherwise": "no"});
        let mut end = script_step("end", "steps.send?.status ?? 0", &["send", "odd.no"]);
        end["join"] = json!("any");
        let body = json!([step("odd", "branch", cases, &[]), send, end]);
        app.publish(&accepted(
            "rich",
            json!([each(json!([1, 2, 3, 4]), body, &[("concurrency", json!(4))])]),
        ))
        .await;
        let id = app.hook("rich", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | each succeeded");
        assert_eq!(
            sink.effects().into_values().collect::<Vec<_>>(),
            [2, 2],
            "a key for each item, the same for its attempts"
        );
        let mut items = items_of(&app, &id, "").await;
        items.sort_by_key(|item| item["index"].as_u64());
        assert_eq!(items.iter().map(|item| item["output"].clone()).collect::<Vec<_>>(), [200, 0, 200, 0]);
    })
    .await;
}

#[tokio::test]
async fn items_are_filtered_by_how_they_ended() {
    both(async |app| {
        let sink = picky().await;
        let body = json!([http_step("send", &sink.url("/"), json!("{{ item }}"), &[])]);
        let go_on = [("on_item_error", json!("continue"))];
        let steps = json!([each(json!("{{ trigger.body.lines }}"), body, &go_on)]);
        app.publish(&accepted("filtered", steps)).await;
        let lines = numbered(&[2, 5, 7], 9);
        let id = app.hook("filtered", &json!({"lines": lines})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "succeeded");
        let first =
            app.get(&format!("/runs/{id}/steps/each/items?status=failed&limit=2")).await.expect(200).json();
        let cursor = first["next_cursor"].as_str().expect("one more");
        let inputs =
            |items: &[Value]| items.iter().map(|item| item["input"]["n"].clone()).collect::<Vec<_>>();
        assert_eq!(inputs(&rows(&first)), [2, 5]);
        assert_eq!(
            inputs(&items_of(&app, &id, &format!("?status=failed&limit=2&cursor={cursor}")).await),
            [7]
        );
        assert_eq!(items_of(&app, &id, "?status=succeeded").await.len(), 6);
        let wrong = app.get(&format!("/runs/{id}/steps/each/items?status=late")).await.expect(400).json();
        assert_eq!(wrong["parameter"], "status");
    })
    .await;
}

#[tokio::test]
async fn items_of_a_loop_in_a_loop_are_those_of_the_outer_item() {
    both(async |app| {
        let body =
            json!([super::waits::pause("pause", "1ms", &[]), script_step("size", "item * 10", &["pause"])]);
        let inner = json!({"items": "{{ item.parts }}", "body": body});
        let steps =
            json!([each(json!("{{ trigger.body }}"), json!([step("parts", "for_each", inner, &[])]), &[])]);
        app.publish(&accepted("nested", steps)).await;
        let id = app.hook("nested", &json!([{"parts": [1, 2]}, {"parts": [3]}])).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | each succeeded");
        let inside = async |frame: &str| {
            let page = app.get(&format!("/runs/{id}/steps/parts/items?frame={frame}")).await.expect(200);
            let pair = |item: &Value| (item["input"].clone(), item["output"].clone());
            rows(&page.json()).iter().map(pair).collect::<Vec<_>>()
        };
        assert_eq!(inside("each[0]").await, [(json!(1), json!(10)), (json!(2), json!(20))]);
        assert_eq!(inside("each[1]").await, [(json!(3), json!(30))]);
    })
    .await;
}

#[tokio::test]
async fn the_first_item_is_seen_before_any_is_settled() {
    both(async |app| {
        let body = json!([super::waits::pause("pause", "1h", &[])]);
        app.publish(&accepted("first", json!([each(json!(["A-1", "A-2"]), body, &[])]))).await;
        let id = app.hook("first", &json!({})).await.expect(202).run();
        let page = eventually("an item under way", async || {
            let page = app.get(&format!("/runs/{id}/steps/each/items")).await.expect(200).json();
            (page["running"][0]["steps"][0]["status"] == "waiting").then_some(page)
        })
        .await;
        assert_eq!((&page["count"], &page["running"][0]["input"]), (&json!(2), &json!("A-1")));
    })
    .await;
}

#[tokio::test]
async fn so_many_at_once_and_no_more() {
    both(async |app| {
        let most = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(60))).await;
        let body = json!([http_step("send", &sink.url("/"), json!({}), &[])]);
        app.publish(&accepted(
            "width",
            json!([each(json!((0..40).collect::<Vec<_>>()), body, &[("concurrency", json!(5))])]),
        ))
        .await;
        let id = app.hook("width", &json!({})).await.expect(202).run();
        eventually("the end", async || {
            most.fetch_max(sink.open(), std::sync::atomic::Ordering::SeqCst);
            (sink.count() == 40 && sink.open() == 0).then_some(())
        })
        .await;
        assert_eq!(app.finished(&id).await["status"], "succeeded");
        let most = most.load(std::sync::atomic::Ordering::SeqCst);
        assert!((2..=5).contains(&most), "{most} at once");
    })
    .await;
}

#[tokio::test]
async fn a_loop_that_waits_in_its_items() {
    both(async |app| {
        let body =
            json!([super::waits::pause("pause", "300ms", &[]), script_step("out", "item", &["pause"])]);
        app.publish(&accepted("waits", json!([each(json!([1, 2, 3]), body, &[("concurrency", json!(3))])])))
            .await;
        let id = app.hook("waits", &json!({})).await.expect(202).run();
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | each succeeded");
        assert_eq!(run["steps"][0]["output"]["succeeded"], 3);
    })
    .await;
}

#[tokio::test]
async fn recovery_repeats_only_unfinished_items() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(15))).await;
        let body = json!([http_step("send", &sink.url("/"), json!({"n": "{{ item }}"}), &[])]);
        let items: Vec<u64> = (0..400).collect();
        app.publish(&accepted("crash", json!([each(json!(items), body, &[("concurrency", json!(8))])])))
            .await;
        let id = app.hook("crash", &json!({})).await.expect(202).run();
        for part in [60, 180, 300] {
            eventually("some items", async || (sink.count() >= part).then_some(())).await;
            app.restart().await;
        }
        let run = app.finished(&id).await;
        assert_eq!(timeline(&run), "succeeded | each succeeded");
        assert_eq!(run["steps"][0]["output"]["succeeded"], 400);
        let effects = sink.effects();
        assert_eq!(effects.len(), 400, "one key for each item");
        let mut items: BTreeMap<u64, String> = BTreeMap::new();
        for call in sink.calls() {
            let key = call.key().expect("a key").to_owned();
            let item = call.json()["n"].as_u64().expect("a number");
            assert_eq!(items.entry(item).or_insert_with(|| key.clone()), &key, "item {item} kept its key");
        }
        let repeated = effects.values().filter(|count| **count > 1).count();
        assert!(repeated <= 3 * 64, "only what was under way was sent again, not {repeated}");
        let results = items_of(&app, &id, "?limit=200").await;
        assert_eq!(results.len(), 200, "results come in pages");
    })
    .await;
}

#[tokio::test]
async fn a_resumed_loop_runs_only_what_failed() {
    both(async |app| {
        let open = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let works = open.clone();
        let sink = Sink::answering(move |call| {
            let fine = call.json()["n"] != 3 || works.load(std::sync::atomic::Ordering::SeqCst);
            if fine { Reaction::ok(json!({})) } else { Reaction::status(422, json!({})) }
        })
        .await;
        let body = json!([http_step("send", &sink.url("/"), json!({"n": "{{ item }}"}), &[])]);
        app.publish(&accepted("resumed", json!([each(json!([0, 1, 2, 3, 4]), body, &[])]))).await;
        let id = app.hook("resumed", &json!({})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "failed");
        open.store(true, std::sync::atomic::Ordering::SeqCst);
        let run = app.finished(&app.resume(&id, &json!({})).await).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        let sent: Vec<u64> = sink.calls().iter().filter_map(|call| call.json()["n"].as_u64()).collect();
        assert_eq!(sent, [0, 1, 2, 3, 3, 4]);
    })
    .await;
}

/// 100,000 records come in as one body, become a stream, and run through a loop.
async fn hundred_thousand(app: &TestApp) {
    let body = json!([script_step("map", "#{ no: item.no, total: item.qty * item.price }", &[])]);
    let items = each(json!("{{ trigger.body }}"), body, &[("concurrency", json!(16))]);
    let mut document = accepted("many", json!([items]));
    document["trigger"]["with"]["max_body"] = json!("50MB");
    app.publish(&document).await;
    let mut records = String::from("[");
    for n in 0..100_000 {
        records.push_str(&format!(
            "{}{{\"no\":{n},\"qty\":3,\"price\":19.90,\"name\":\"品項 {n}\"}}",
            if n == 0 { "" } else { "," }
        ));
    }
    records.push(']');
    let before = app.memory().now;
    let id = app
        .hook_raw("POST", "many", &[("content-type", "application/json")], records)
        .await
        .expect(202)
        .run();
    eventually_within(Duration::from_secs(120), "progress to be seen", async || {
        let run = app.run(&id).await;
        let tally = &run["steps"][0]["items"];
        let done = tally["succeeded"].as_u64().unwrap_or_default();
        (done > 0 || run["status"] == "succeeded").then_some(())
    })
    .await;
    let run = eventually_within(Duration::from_secs(240), "100,000 items", async || {
        let run = app.run(&id).await;
        ["succeeded", "failed"].contains(&run["status"].as_str().unwrap_or_default()).then_some(run)
    })
    .await;
    assert_eq!(timeline(&run), "succeeded | each succeeded");
    assert_eq!(run["steps"][0]["output"]["succeeded"], 100_000);
    // What went in is read from the stream that the list became.
    let some = items_of(app, &id, "?limit=5").await;
    assert!(some.iter().all(|item| item["input"]["no"] == item["index"]), "{some:?}");
    let grown = app.memory().peak.saturating_sub(before);
    assert!(grown < 200 * 1024 * 1024, "memory grew by {} MB", grown / 1024 / 1024);
}

#[tokio::test]
async fn a_hundred_thousand_items_in_bounded_memory_on_sqlite() {
    on(Backend::Sqlite, Options::new(), &async |app: TestApp| hundred_thousand(&app).await).await;
}

#[tokio::test]
async fn a_hundred_thousand_items_in_bounded_memory_on_postgres() {
    on(Backend::Postgres, Options::new(), &async |app: TestApp| hundred_thousand(&app).await).await;
}
