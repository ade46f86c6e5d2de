//! Trigger events, dead letters, and the same thing done to many runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use causeway_model::Value;
use causeway_testkit::{Reaction, Sink, TestApp, both, http_step, rows, timeline};
use serde_json::json;

use crate::runs::cancel::accepted;

/// Works once the body has `"ok": true`.
async fn picky() -> Sink {
    Sink::answering(|call| match call.json()["ok"] == true {
        true => Reaction::ok(json!({})),
        false => Reaction::status(422, json!({"why": "not ok"})),
    })
    .await
}

async fn failing(app: &TestApp, slug: &str, sink: &Sink, times: usize) -> Vec<String> {
    app.publish(&accepted(slug, json!([http_step("send", &sink.url("/"), json!({"ok": false}), &[])]))).await;
    let mut ids = Vec::new();
    for n in 0..times {
        let id = app.hook(slug, &json!({"n": n})).await.expect(202).run();
        assert_eq!(app.finished(&id).await["status"], "failed");
        ids.push(id);
    }
    ids
}

fn ids(list: &Value, field: &str) -> Vec<String> {
    rows(list).iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_dead_letter_is_looked_at_corrected_and_dismissed() {
    both(async |app| {
        let sink = picky().await;
        let failed = failing(&app, "letters", &sink, 2).await;
        let listed = app.get("/dead-letters?flow=letters&error_code=http_status").await.expect(200).json();
        assert_eq!(ids(&listed, "id"), [failed[1].clone(), failed[0].clone()]);
        assert_eq!(rows(&listed)[0]["may_have_happened"], false);
        let none = app.get("/dead-letters?error_code=http_stat").await.expect(200).json();
        assert!(rows(&none).is_empty(), "codes are whole");
        let none = app.get("/dead-letters?may_have_happened=true").await.expect(200).json();
        assert!(rows(&none).is_empty());

        let one = app.get(&format!("/dead-letters/{}", failed[0])).await.expect(200).json();
        assert_eq!((&one["step"]["id"], &one["input"]["json"]), (&json!("send"), &json!({"ok": false})));
        assert_eq!(one["effects"][0]["use"], "http.request");
        let mut input = one["input"].clone();
        input["json"] = json!({"ok": true});
        let resumed =
            app.post(&format!("/dead-letters/{}/resume", failed[0]), &json!({"input": input})).await;
        let run = app.finished(&resumed.expect(202).run()).await;
        assert_eq!(timeline(&run), "succeeded | send succeeded");
        let over = app.get("/dead-letters?state=replayed").await.expect(200).json();
        assert_eq!(ids(&over, "id"), std::slice::from_ref(&failed[0]));
        let over = app.get(&format!("/dead-letters/{}", failed[0])).await.expect(200).json();
        assert_eq!(over["resumed_by"], run["id"]);
        let good = app.get(&format!("/dead-letters/{}", run["id"].as_str().expect("an id"))).await;
        assert_eq!(good.expect(404).json()["code"], "not_a_dead_letter");

        let dismiss = format!("/dead-letters/{}/dismiss", failed[1]);
        let _done = app.post(&dismiss, &json!({"reason": "settled by phone"})).await.expect(204);
        let _twice = app.post(&dismiss, &json!({})).await.expect(409);
        assert!(rows(&app.get("/dead-letters?flow=letters").await.expect(200).json()).is_empty());
        let dismissed = app.get("/dead-letters?state=dismissed").await.expect(200).json();
        assert_eq!(rows(&dismissed)[0]["dismissal"]["reason"], "settled by phone");
        let trail = app.get("/audit?action=run.dismissed").await.expect(200).json();
        assert_eq!(trail["entries"][0]["after"]["reason"], "settled by phone");
        let _back = app.post(&format!("/dead-letters/{}/undismiss", failed[1]), &json!({})).await.expect(204);
        let listed = app.get("/dead-letters?flow=letters").await.expect(200).json();
        assert_eq!(ids(&listed, "id"), [failed[1].clone()]);
        let replayed = app.post(&format!("/dead-letters/{}/replay", failed[1]), &json!({})).await.expect(202);
        assert_eq!(app.finished(&replayed.run()).await["replayed_from"], json!(failed[1]));
    })
    .await;
}

#[tokio::test]
async fn a_replay_that_succeeds_takes_its_dead_letter_off_the_list() {
    both(async |app| {
        let down = Arc::new(AtomicBool::new(true));
        let is_down = Arc::clone(&down);
        let sink = Sink::answering(move |_| match is_down.load(Ordering::Relaxed) {
            true => Reaction::status(422, json!({})),
            false => Reaction::ok(json!({})),
        })
        .await;
        let failed = failing(&app, "again", &sink, 2).await;
        let replay = async |id: &str| {
            let path = format!("/dead-letters/{id}/replay");
            let run = app.post(&path, &json!({})).await.expect(202).run();
            app.finished(&run).await["id"].as_str().expect("an id").to_owned()
        };
        let listed = async |state: &str| {
            ids(&app.get(&format!("/dead-letters?flow=again&state={state}")).await.expect(200).json(), "id")
        };
        let worse = replay(&failed[0]).await;
        let all = [worse.clone(), failed[1].clone(), failed[0].clone()];
        assert_eq!(listed("open").await, all, "a replay that fails is one more");
        assert!(listed("replayed").await.is_empty());

        // What the replay of the replay makes good is both of them.
        down.store(false, Ordering::Relaxed);
        let good = replay(&worse).await;
        assert_eq!(listed("open").await, std::slice::from_ref(&failed[1]));
        assert_eq!(listed("replayed").await, [worse.clone(), failed[0].clone()]);
        for id in [&worse, &failed[0]] {
            assert_eq!(app.run(id).await["resumed_by"], good.as_str());
            let late = app.post(&format!("/dead-letters/{id}/resume"), &json!({})).await.expect(409).json();
            assert_eq!(late["code"], "run_resumed_already");
        }
        let _twice = replay(&worse).await;
        let bad = app.get("/dead-letters?state=shut").await.expect(400).json();
        assert_eq!(bad["parameter"], "state");

        // And a resume of one that was a replay.
        down.store(true, Ordering::Relaxed);
        let third = replay(&failed[1]).await;
        down.store(false, Ordering::Relaxed);
        let resumed = app.post(&format!("/dead-letters/{third}/resume"), &json!({})).await.expect(202).run();
        let _run = app.finished(&resumed).await;
        assert!(listed("open").await.is_empty());
        assert_eq!(listed("replayed").await, [third, worse, failed[1].clone(), failed[0].clone()]);
    })
    .await;
}

#[tokio::test]
async fn many_are_done_as_they_were_seen() {
    both(async |app| {
        let sink = picky().await;
        let failed = failing(&app, "many", &sink, 5).await;
        let _others = failing(&app, "others", &sink, 1).await;
        let filter = json!({"flow": "many", "dead_letters": true});
        let preview = app.post("/runs/bulk/preview", &json!({"action": "replay", "filter": filter})).await;
        let preview = preview.expect(200).json();
        assert_eq!((&preview["count"], &preview["newest_run"]), (&json!(5), &json!(failed[4])));
        assert_eq!(preview["flows"], json!([{"slug": "many", "runs": 5}]));
        assert_eq!(
            preview["effects"],
            json!([{"slug": "many", "step": "send", "use": "http.request", "times": 5}])
        );
        let act = async |expected: u64, more: Value| {
            let mut body =
                json!({"action": "dismiss", "filter": filter, "expected": expected, "reason": "tidy"});
            for (name, value) in more.as_object().into_iter().flatten() {
                body[name] = value.clone();
            }
            app.post("/runs/bulk", &body).await
        };
        let changed = act(4, json!({})).await.expect(409).json();
        assert_eq!(changed["code"], "bulk_count_changed");
        assert_eq!(rows(&app.get("/dead-letters?flow=many").await.expect(200).json()).len(), 5);

        // In two calls, and without the run that failed meanwhile.
        let late = app.hook("many", &json!({})).await.expect(202).run();
        let _run = app.finished(&late).await;
        let seen = json!({"newest_run": failed[4], "limit": 3});
        let first = act(5, seen.clone()).await.expect(200).json();
        assert_eq!((&first["done"], &first["refused"]), (&json!(3), &json!(0)));
        let mut more = seen;
        more["cursor"] = first["next_cursor"].clone();
        let second = act(5, more).await.expect(200).json();
        assert_eq!((&second["done"], &second["next_cursor"]), (&json!(2), &Value::Null));
        let left = app.get("/dead-letters?flow=many").await.expect(200).json();
        assert_eq!(ids(&left, "id"), std::slice::from_ref(&late));

        // By ids: each is done or refused by itself.
        let nothing = "01890000-0000-7000-8000-000000000000";
        let body = json!({"action": "resume", "ids": [late, failed[0], nothing]});
        let mixed = app.post("/runs/bulk", &body).await.expect(200).json();
        let mut codes: Vec<_> =
            rows(&mixed).iter().map(|row| (row["run"].clone(), row["code"].clone())).collect();
        codes.sort_by_key(|(run, _)| run.to_string());
        assert_eq!(
            codes,
            [
                (json!(nothing), json!("run_not_found")),
                (json!(failed[0]), json!("run_resumed_already")),
                (json!(late), Value::Null),
            ]
        );
        for body in [
            json!({"action": "cancel"}),
            json!({"action": "cancel", "filter": {}, "expected": 9}),
            json!({"action": "cancel", "ids": [], "expected": 0}),
            json!({"action": "cancel", "ids": [late], "filter": {"flow": "many"}}),
        ] {
            let refused = app.post("/runs/bulk", &body).await.expect(422).json();
            assert_eq!(refused["code"], "selection_invalid", "{body}");
        }
        let body = json!({"action": "cancel", "filter": {"flow": "many"}});
        assert_eq!(app.post("/runs/bulk", &body).await.expect(422).json()["code"], "expected_missing");
    })
    .await;
}

#[tokio::test]
async fn events_are_kept_as_they_came() {
    both(async |app| {
        let mut document = accepted("events", json!([causeway_testkit::script_step("a", "1", &[])]));
        document["trigger"]["with"]["dedupe"] = json!("{{ trigger.body.no }}");
        app.publish(&document).await;
        let headers = [("content-type", "application/json"), ("x-api-key", "canary-99"), ("x-plain", "seen")];
        let text = "{\"no\": \"E-1\",  \"price\": 1.10}";
        let first = app.hook_raw("POST", "events?page=2", &headers, text).await.expect(202).run();
        for _ in 0..2 {
            let again = app.hook_raw("POST", "events", &headers, text).await.expect(202);
            assert_eq!(again.run(), first);
        }
        let _run = app.finished(&first).await;
        let replay = app.replay(&first, &json!({})).await;
        let _run = app.finished(&replay).await;
        let listed = app.get("/trigger-events?flow=events&kind=webhook").await.expect(200).json();
        assert_eq!(ids(&listed, "id"), std::slice::from_ref(&first), "copies are not told again");
        assert_eq!(rows(&listed)[0]["duplicates"], 2);
        for (query, count) in [
            ("flow=events&dedupe_key=E-1".to_owned(), 1),
            ("flow=events&dedupe_key=E-2".to_owned(), 0),
            (format!("run={first}"), 1),
            ("from=2020-01-01T00:00:00Z".to_owned(), 1),
            ("to=2020-01-01T00:00:00Z".to_owned(), 0),
            ("kind=schedule".to_owned(), 0),
        ] {
            let found = app.get(&format!("/trigger-events?{query}")).await.expect(200).json();
            assert_eq!(rows(&found).len(), count, "{query}");
        }
        let bad = app.get("/trigger-events?dedupe_key=E-1").await.expect(400).json();
        assert_eq!(bad["parameter"], "dedupe_key");

        let one = app.get(&format!("/trigger-events/{first}")).await.expect(200);
        assert!(!one.text.contains("canary-99"));
        let one = one.json();
        assert_eq!(one["event"]["headers"]["x-plain"], "seen");
        assert_eq!(one["event"]["headers"]["x-api-key"], "***");
        assert_eq!(
            (&one["event"]["query"]["page"], &one["event"]["body"]["no"]),
            (&json!("2"), &json!("E-1"))
        );
        let body = app.get(&format!("/trigger-events/{first}/body")).await.expect(200);
        assert_eq!(body.text, text, "to the letter");
        assert!(body.header("content-disposition").is_some_and(|value| value.starts_with("attachment")));
        assert_eq!(body.header("x-content-type-options"), Some("nosniff"));
    })
    .await;
}
