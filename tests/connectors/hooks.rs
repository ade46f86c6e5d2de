//! What connected systems send to `/hooks/@<connection>`: verified, split, known again, and durable before it is answered.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_model::Value;
use causeway_testkit::{Backend, TestApp, eventually};
use serde_json::json;

use super::desk::{Desk, PAYMENT, SIGNING, TOKEN, mac, now};

fn mention(id: &str) -> String {
    json!({ "type": "event_callback", "event_id": id, "event": { "type": "app_mention", "text": "報修" } })
        .to_string()
}

fn said(ids: &[&str]) -> Value {
    let events: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "kind": "said", "text": id })).collect();
    json!({ "events": events })
}

/// The sum of a metric over its labels.
async fn counted(app: &TestApp, name: &str) -> f64 {
    let page = app.metrics().await.text;
    let lines = page.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

async fn mentions(backend: Backend) {
    let desk = Desk::on(backend).await;
    let shown = desk.app.get("/connections/desk").await.expect(200).json();
    assert_eq!(
        (&shown["webhook_path"], &shown["webhook_url"]),
        (&json!("/hooks/@desk"), &json!("https://flows.example.com/hooks/@desk"))
    );

    let ask = json!({ "type": "url_verification", "challenge": "c-71" }).to_string();
    let answer = desk.mention(SIGNING, &ask).await.expect(200);
    assert_eq!(answer.json(), json!({ "challenge": "c-71" }));
    assert_eq!(desk.mention("wrong", &ask).await.refusal(), (401, "webhook_unauthorized".into()));

    let unwanted = counted(&desk.app, "causeway_connector_events_unwanted_total").await;
    let answer = desk.mention(SIGNING, &mention("E0")).await.expect(200);
    assert_eq!(
        answer.json(),
        json!({ "events": 1, "runs": 0 }),
        "nobody wants it, and the system hears nothing of that"
    );
    assert_eq!(counted(&desk.app, "causeway_connector_events_unwanted_total").await, unwanted + 1.0);

    desk.flow("one", "mentioned", json!({})).await;
    desk.flow("two", "mentioned", json!({})).await;
    desk.flow("other", "paid", json!({})).await;
    assert_eq!(desk.mention("wrong", &mention("E1")).await.status, 401);
    assert_eq!(desk.mention_at(now() - 400, SIGNING, &mention("E1")).await.status, 401, "too old");
    let body = mention("E1");
    let answer = desk.mention(SIGNING, &body).await.expect(200);
    assert_eq!(answer.json(), json!({ "events": 1, "runs": 2 }));
    let answer = desk.mention(SIGNING, &body).await.expect(200);
    assert_eq!(answer.json(), json!({ "events": 1, "runs": 0 }), "it came before");
    for (slug, count) in [("one", 1), ("two", 1), ("other", 0)] {
        assert_eq!(desk.runs(slug).await, count, "{slug}");
    }
    let run = desk.app.runs("flow=one").await.remove(0);
    assert_eq!(run["trigger"], "connector");
    let id = run["id"].as_str().expect("an id");
    let event = desk.app.get(&format!("/trigger-events/{id}")).await.expect(200).json();
    let seen = &event["event"];
    assert_eq!(
        (&seen["kind"], &seen["event"], &seen["connection"]),
        (&json!("connector"), &json!("mentioned"), &json!("desk"))
    );
    assert_eq!((&seen["body"]["event"]["text"], &event["duplicates"]), (&json!("報修"), &json!(1)));
    assert!(
        seen["headers"]["x-desk-time"].is_string() && seen["headers"]["x-desk-signature"].is_null(),
        "{seen}"
    );
    assert_eq!(event["title"]["zh-TW"], "服務台：被提及");
    let finished = desk.app.finished(id).await;
    assert_eq!(
        (&finished["status"], &finished["trigger_title"]["en"]),
        (&json!("succeeded"), &json!("Desk: Mentioned"))
    );
    let shown = desk.app.cli(&["run", "show", id]).await.success().stdout;
    assert!(shown.contains("(Desk: Mentioned)"), "{shown}");
    assert_eq!(
        desk.app.get("/runs?trigger=connector").await.expect(200).json()["runs"].as_array().map(Vec::len),
        Some(2)
    );

    let secret = json!({ "signing_secret": "signing-secret-2" });
    let _changed = desk.app.api("PUT", "/connections/desk/credentials", Some(&secret)).await.expect(200);
    assert_eq!(desk.mention(SIGNING, &mention("E2")).await.status, 401, "the old secret is over at once");
    assert_eq!(desk.mention("signing-secret-2", &mention("E2")).await.expect(200).json()["runs"], 2);
    let gone = json!({ "signing_secret": null });
    assert_eq!(desk.warnings("third", "mentioned").await, json!([]));
    let _changed = desk.app.api("PUT", "/connections/desk/credentials", Some(&gone)).await.expect(200);
    assert_eq!(desk.mention("signing-secret-2", &mention("E3")).await.status, 401, "nothing verifies it");
    assert_eq!(desk.warnings("third", "mentioned").await[0]["code"], "webhook_secret_missing");
}

#[tokio::test]
async fn an_event_is_verified_and_starts_each_flow_once_on_sqlite() {
    mentions(Backend::Sqlite).await;
}

#[tokio::test]
async fn an_event_is_verified_and_starts_each_flow_once_on_postgres() {
    mentions(Backend::Postgres).await;
}

#[tokio::test]
async fn signatures_among_pairs_hold_for_a_while() {
    let desk = Desk::on(Backend::Sqlite).await;
    desk.flow("paid", "paid", json!({})).await;
    let signed =
        |at: i64, secret: &str, body: &str| format!("t={at},v1={}", mac(secret, &format!("{at}.{body}")));
    let body = r#"{"id":"evt_1","type":"invoice.paid","total":1.10}"#;
    let at = now();
    assert_eq!(desk.payment(&signed(at, "wrong", body), body).await.status, 401);
    assert_eq!(desk.payment(&signed(at - 301, PAYMENT, body), body).await.status, 401);
    assert_eq!(desk.payment(&signed(at, PAYMENT, body).replace("v1=", "v0="), body).await.status, 401);
    let two = format!("{},v1={}", signed(at, "older", body), mac(PAYMENT, &format!("{at}.{body}")));
    assert_eq!(desk.payment(&two, body).await.expect(200).json()["runs"], 1);
    let id = desk.app.runs("flow=paid").await[0]["id"].as_str().expect("an id").to_owned();
    let sent = desk.app.get(&format!("/trigger-events/{id}/body")).await.expect(200);
    assert_eq!(sent.text, body, "to the letter");
    let other = r#"{"id":"evt_2","type":"invoice.created"}"#;
    assert_eq!(desk.payment(&signed(at, PAYMENT, other), other).await.expect(200).json()["runs"], 0);
    let other = r#"{"id":"evt_3","type":"charge.succeeded"}"#;
    assert_eq!(desk.payment(&signed(at, PAYMENT, other), other).await.expect(200).json()["runs"], 1);
}

#[tokio::test]
async fn one_call_brings_several_events() {
    let desk = Desk::on(Backend::Sqlite).await;
    desk.flow("chat", "said", json!({})).await;
    assert_eq!(desk.said(&said(&[])).await.expect(200).json(), json!({ "events": 0, "runs": 0 }));
    assert_eq!(
        desk.said(&said(&["a", "b", "c"])).await.expect(200).json(),
        json!({ "events": 3, "runs": 3 })
    );
    assert_eq!(desk.said(&said(&["c", "d"])).await.expect(200).json(), json!({ "events": 2, "runs": 1 }));
    let mut texts: Vec<String> = Vec::new();
    for run in desk.app.runs("flow=chat").await {
        let id = run["id"].as_str().expect("an id");
        let event = desk.app.get(&format!("/trigger-events/{id}")).await.expect(200).json();
        texts.push(event["event"]["body"]["text"].as_str().expect("a text").to_owned());
    }
    texts.sort();
    assert_eq!(texts, ["a", "b", "c", "d"]);
    let many: Vec<String> = (0..1001).map(|number| format!("m{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(desk.said(&said(&many)).await.refusal(), (413, "too_many_events".into()));
    assert_eq!(desk.said(&said(&many[..1000])).await.expect(200).json()["runs"], 1000);
    let large = json!({ "events": [{ "id": "large", "kind": "said", "text": "長".repeat(200_000) }] });
    assert_eq!(desk.said(&large).await.expect(200).json()["runs"], 1);
    let newest = desk.app.runs("flow=chat").await.remove(0);
    let id = newest["id"].as_str().expect("an id");
    let event = desk.app.get(&format!("/trigger-events/{id}")).await.expect(200).json();
    assert!(event["event"]["body"]["$file"].is_object(), "what is large is a file: {event}");
    assert_eq!(desk.app.hook_raw("POST", "@desk?token=x", &[], "{}").await.status, 401);

    let challenge = |token: &str| format!("@desk?token={token}&challenge=%3Cb%3Ehi");
    let answer = desk.app.hook_raw("GET", &challenge(TOKEN), &[], "").await.expect(200);
    assert_eq!(
        (answer.text.as_str(), answer.header("content-type")),
        ("<b>hi", Some("text/plain; charset=utf-8"))
    );
    assert_eq!(desk.app.hook_raw("GET", &challenge("x"), &[], "").await.status, 401);
    assert_eq!(desk.app.hook_raw("GET", "@desk", &[], "").await.status, 405);
    assert_eq!(
        desk.app.hook_raw("POST", "@nobody", &[], "{}").await.refusal(),
        (404, "webhook_not_found".into())
    );
    assert_eq!(desk.app.hook_raw("POST", "@desk/said", &[], "{}").await.status, 404);
}

#[tokio::test]
async fn a_flow_that_is_switched_off_is_waited_for_only_where_nobody_else_takes_the_event() {
    let desk = Desk::on(Backend::Sqlite).await;
    desk.flow("one", "mentioned", json!({})).await;
    desk.flow("chat", "said", json!({})).await;
    let _off = desk.app.post("/flows/one/disable", &json!({})).await.expect(200);
    let refused = desk.mention(SIGNING, &mention("E1")).await;
    assert_eq!(refused.refusal(), (503, "flow_disabled".into()));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(desk.said(&said(&["a"])).await.expect(200).json()["runs"], 1, "another event has its taker");
    desk.flow("two", "mentioned", json!({})).await;
    assert_eq!(desk.mention(SIGNING, &mention("E1")).await.expect(200).json()["runs"], 1);
    let _on = desk.app.post("/flows/one/enable", &json!({})).await.expect(200);
    assert_eq!(
        desk.mention(SIGNING, &mention("E1")).await.expect(200).json()["runs"],
        1,
        "it missed this one"
    );
    assert_eq!((desk.runs("one").await, desk.runs("two").await), (1, 1));
}

#[tokio::test]
async fn a_flow_says_what_a_duplicate_is() {
    let desk = Desk::on(Backend::Sqlite).await;
    desk.flow("by-text", "said", json!({ "dedupe": "{{ trigger.body.text }}" })).await;
    desk.flow("off", "said", json!({ "dedupe": "off" })).await;
    let event = |id: &str, text: &str| json!({ "events": [{ "id": id, "kind": "said", "text": text }] });
    for (id, text, runs) in [("1", "a", 2), ("2", "a", 1), ("2", "b", 2), ("2", "b", 1)] {
        assert_eq!(desk.said(&event(id, text)).await.expect(200).json()["runs"], runs, "{id} {text}");
    }
    let broken = json!({ "dedupe": "{{ trigger.body.text.no.such }}" });
    desk.flow("broken", "said", broken).await;
    let refused = desk.said(&event("3", "c")).await;
    assert_eq!(refused.refusal(), (503, "event_not_taken".into()), "one of the flows could not take it");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(desk.runs("by-text").await, 3, "what could be kept is kept");
}

#[tokio::test]
async fn documents_are_held_against_the_connector() {
    let desk = Desk::on(Backend::Sqlite).await;
    let refused = async |trigger: Value| {
        let document = causeway_testkit::flow(
            "x",
            trigger,
            json!([causeway_testkit::script_step("a", "trigger.event", &[])]),
        );
        let answer = desk.app.try_publish(&document).await;
        let fault = &answer.json()["faults"][0];
        format!("{} {} {}", fault["code"], fault["pointer"], fault["fix"]["en"]).replace('"', "")
    };
    for (trigger, wanted) in [
        (
            json!({ "use": "desk.mention", "connection": "desk" }),
            "unknown_trigger /trigger/use Did you mean `mentioned`?",
        ),
        (
            json!({ "use": "desks.mentioned", "connection": "desk" }),
            "unknown_connector /trigger/use Did you mean `desk`?",
        ),
        (
            json!({ "use": "desk.mentioned" }),
            "connection_required /trigger/connection Add `connection` with the name of a connection of `desk`.",
        ),
        (
            json!({ "use": "desk.mentioned", "connection": "none" }),
            "connection_missing /trigger/connection Make a connection of `desk` with this name, or name one that there is.",
        ),
        (
            json!({ "use": "desk.mentioned", "connection": "desk", "with": { "path": "x" } }),
            "unknown_field /trigger/with/path Use `dedupe` or `dedupe_window`.",
        ),
        (
            json!({ "use": "desk.ticket_changed", "connection": "desk" }),
            "missing_field /trigger/with/input Add the field.",
        ),
        (
            json!({ "use": "desk.ticket_changed", "connection": "desk", "with": { "every": "5s", "input": { "queue": "a" } } }),
            "out_of_range /trigger/with/every Write a longer duration.",
        ),
    ] {
        assert_eq!(refused(trigger).await, wanted);
    }
    let fields = causeway_testkit::flow(
        "x",
        json!({ "use": "desk.mentioned", "connection": "desk" }),
        json!([causeway_testkit::script_step("a", "trigger.query", &[])]),
    );
    assert_eq!(desk.app.try_publish(&fields).await.json()["faults"][0]["code"], "unknown_trigger_field");

    for (trigger, wanted) in [
        (
            json!({ "use": "desk.said", "connection": "desk" }),
            json!({ "use": "desk.said", "status": "ready" }),
        ),
        (
            json!({ "use": "desk.said", "connection": "none" }),
            json!({ "use": "desk.said", "status": "needs_connection", "connection": "none" }),
        ),
        (
            json!({ "use": "desk.sung", "connection": "desk" }),
            json!({ "use": "desk.sung", "status": "unknown" }),
        ),
        (json!({ "use": "manual" }), Value::Null),
    ] {
        let steps = json!([causeway_testkit::script_step("a", "1", &[])]);
        let report =
            desk.app.post("/import", &causeway_testkit::flow("brought", trigger, steps)).await.expect(200);
        assert_eq!(report.json()["documents"][0]["trigger"], wanted);
    }

    let said = desk.app.get("/connectors/desk/triggers/said").await.expect(200).json();
    assert_eq!(
        (&said["way"], &said["with"]["properties"]["dedupe"]["title"]),
        (&json!("webhook"), &json!("Duplicates"))
    );
    assert_eq!(
        said["output"]["$defs"]["Said"]["properties"]["text"]["type"], "string",
        "one event of the list: {said}"
    );
    let changed = desk.app.get("/connectors/desk/triggers/ticket_changed").await.expect(200).json();
    assert_eq!((&changed["way"], &changed["every"]), (&json!("poll"), &json!("2m")));
    let input: Vec<&String> = changed["input"]["properties"].as_object().expect("fields").keys().collect();
    assert_eq!(input, ["queue"], "what the poll sets itself is not asked for");
    assert_eq!(
        desk.app.get("/connectors/desk/triggers/none").await.refusal(),
        (404, "trigger_not_found".into())
    );

    let shown = desk.app.cli(&["connector", "show", "desk"]).await.success().stdout;
    for part in ["mentioned", "webhook", "Ticket changed", "poll", "signing_secret"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let shown = desk.app.cli(&["connector", "show", "desk.ticket_changed"]).await.success().stdout;
    for part in ["A ticket was made or changed.", "every", "from", "input", "most"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let shown = desk.app.cli(&["connection", "show", "desk"]).await.success().stdout;
    assert!(shown.contains("https://flows.example.com/hooks/@desk"), "{shown}");
}

#[tokio::test]
async fn such_a_flow_is_started_and_tested_by_hand() {
    let desk = Desk::on(Backend::Sqlite).await;
    desk.flow("chat", "said", json!({})).await;
    let id = desk.app.start_run("chat", &json!({ "text": "by hand" })).await;
    let run = desk.app.finished(&id).await;
    assert_eq!((&run["status"], &run["output"]["text"]), (&json!("succeeded"), &json!("by hand")), "{run}");
    let test = json!({ "trigger": { "body": { "text": "tried" }, "event": "said" } });
    let tested = desk.app.post("/flows/chat/draft/test", &test).await.expect(202).run();
    let run = desk.app.finished(&tested).await;
    assert_eq!((&run["status"], &run["output"]["text"]), (&json!("succeeded"), &json!("tried")), "{run}");
    let wrong = json!({ "trigger": { "query": {} } });
    assert_eq!(desk.app.post("/flows/chat/draft/test", &wrong).await.code(), "trigger_invalid");
}

/// Sends an event until it is answered, as a good system does.
async fn sent(app: &TestApp, id: &str) {
    let body = said(&[id]);
    for _ in 0..2000 {
        let answer = app.try_hook(&format!("@desk?token={TOKEN}"), &body).await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{id} was never taken");
}

async fn killed_while_events_come(backend: Backend) {
    let desk = Desk::on(backend).await;
    desk.flow("one", "said", json!({})).await;
    desk.flow("two", "said", json!({})).await;
    let senders: Vec<_> = (0..6)
        .map(|sender| {
            let app = desk.app.clone();
            tokio::spawn(async move {
                for number in 0..25 {
                    sent(&app, &format!("{sender}-{number}")).await;
                    tokio::time::sleep(Duration::from_millis(15)).await;
                }
            })
        })
        .collect();
    for round in 0..5_u64 {
        tokio::time::sleep(Duration::from_millis(60 + round * 37 % 101)).await;
        desk.app.kill9();
        desk.app.launch().await;
    }
    for sender in senders {
        sender.await.expect("every event is taken");
    }
    for slug in ["one", "two"] {
        let runs = eventually("all runs to end", async || {
            let runs = desk.app.runs(&format!("flow={slug}")).await;
            runs.iter().all(|run| run["status"] == "succeeded").then_some(runs)
        })
        .await;
        let mut by_event: BTreeMap<String, usize> = BTreeMap::new();
        for run in &runs {
            let id = run["id"].as_str().expect("an id");
            let event = desk.app.get(&format!("/trigger-events/{id}")).await.expect(200).json();
            *by_event.entry(event["event"]["body"]["id"].as_str().expect("an id").to_owned()).or_default() +=
                1;
        }
        assert_eq!(by_event.len(), 150, "{slug}: no event is lost");
        assert!(by_event.values().all(|runs| *runs == 1), "{slug}: none has two runs: {by_event:?}");
    }
}

#[tokio::test]
async fn a_kill_between_keeping_and_answering_makes_no_second_run_on_sqlite() {
    killed_while_events_come(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_kill_between_keeping_and_answering_makes_no_second_run_on_postgres() {
    killed_while_events_come(Backend::Postgres).await;
}
