//! The events of a run: everything as it stands, then what follows, then the end.

use std::time::Duration;

use causeway_testkit::{Reaction, Sink, both, eventually, script_step};
use serde_json::json;

use super::followed::{Followed, assert_no_doubles, outline, quote_flow};
use crate::runs::cancel::accepted;

#[tokio::test]
async fn a_run_is_told_from_its_first_step_to_its_end() {
    both(async |app| {
        let sink = Sink::answering(|call| match call.repeat {
            0 => Reaction::status(503, json!({"busy": true})).after(Duration::from_millis(400)),
            _ => Reaction::ok(json!({})).after(Duration::from_millis(300)),
        })
        .await;
        app.publish(&quote_flow("quote", &sink.url("/"))).await;
        let id = app.hook("quote", &json!({"no": 7})).await.expect(202).run();
        eventually("the call", async || (sink.count() == 1).then_some(())).await;
        let mut stream = app.events(&format!("/runs/{id}/events"), None).await;
        let events = stream.rest().await;
        assert!(stream.retry.is_some_and(|retry| retry >= 1000), "{:?}", stream.retry);
        let outline = outline(&events);
        assert_eq!(outline[0], "snapshot running", "{outline:#?}");
        let steps: Vec<&str> = outline.iter().filter_map(|line| line.strip_prefix("step ")).collect();
        let wanted = [
            "send waiting",
            "send running",
            "send succeeded",
            "nap waiting",
            "nap succeeded",
            "size succeeded",
            "large skipped",
            "small succeeded",
        ];
        // What happened before the first look stands in the snapshot.
        assert_eq!(steps, wanted[wanted.len() - steps.len()..], "{outline:#?}");
        assert!(steps.len() >= 6, "{outline:#?}");
        assert_eq!(outline[outline.len() - 2..], ["run succeeded", "end succeeded"]);
        assert_no_doubles(&events);
        Followed::by(&events).is_the_run(&app).await;
    })
    .await;
}

#[tokio::test]
async fn a_finished_run_gives_all_at_once() {
    both(async |app| {
        app.publish(&accepted(
            "fails",
            json!([script_step("oops", "throw \"no\"", &[]), script_step("next", "1", &["oops"])]),
        ))
        .await;
        let id = app.hook("fails", &json!({})).await.expect(202).run();
        let _run = app.finished(&id).await;
        let mut stream = app.events(&format!("/runs/{id}/events"), None).await;
        let events = stream.rest().await;
        assert_eq!(outline(&events), ["snapshot failed", "end failed"]);
        Followed::by(&events).is_the_run(&app).await;
        let answer = app.get("/runs/01890000-0000-7000-8000-000000000000/events").await.expect(404);
        assert_eq!(answer.json()["code"], "run_not_found");
    })
    .await;
}

#[tokio::test]
async fn what_is_large_is_left_out_and_said_so() {
    both(async |app| {
        let steps = json!([
            script_step("large", "let text = \"x\"; while text.len() < 5000 { text += text; } text", &[]),
            script_step("small", "steps.large.len()", &["large"]),
            script_step("last", "steps.large", &["small"]),
        ]);
        app.publish(&accepted("large", steps)).await;
        let id = app.hook("large", &json!({})).await.expect(202).run();
        let _run = app.finished(&id).await;
        let events = app.events(&format!("/runs/{id}/events"), None).await.rest().await;
        let snapshot = &events[0].data;
        assert!(snapshot.to_string().len() < 4000, "{snapshot}");
        assert_eq!(snapshot["steps"][0]["left_out"], json!(["output"]), "{snapshot}");
        assert!(snapshot["steps"][0].get("output").is_none() && snapshot["steps"][1]["output"].is_number());
        assert_eq!(snapshot["run"]["left_out"], json!(["output"]));
        Followed::by(&events).is_the_run(&app).await;
    })
    .await;
}

#[tokio::test]
async fn secrets_are_shown_by_their_names() {
    both(async |app| {
        let sink = Sink::start().await;
        app.set_secret("erp", "hunter2").await;
        let mut send = causeway_testkit::http_step("send", &sink.url("/"), json!({}), &[]);
        send["with"]["headers"] = json!({"X-Key": "{{ secret.erp }}"});
        app.publish(&accepted("sealed", json!([send]))).await;
        let id = app.hook("sealed", &json!({})).await.expect(202).run();
        let events = app.events(&format!("/runs/{id}/events"), None).await.rest().await;
        let text = format!("{events:?}");
        assert!(!text.contains("hunter2") && text.contains("{{ secret.erp }}"), "{text}");
        Followed::by(&events).is_the_run(&app).await;
    })
    .await;
}

#[tokio::test]
async fn many_listeners_hear_the_same() {
    both(async |app| {
        let sink = Sink::answering(|_| Reaction::ok(json!({})).after(Duration::from_millis(600))).await;
        app.publish(&quote_flow("crowd", &sink.url("/"))).await;
        let id = app.hook("crowd", &json!({"no": 500})).await.expect(202).run();
        let path = format!("/runs/{id}/events");
        let streams = futures::future::join_all((0..30).map(|_| app.events(&path, None))).await;
        let all =
            futures::future::join_all(streams.into_iter().map(async |mut stream| stream.rest().await)).await;
        for events in &all {
            assert_no_doubles(events);
            assert_eq!(outline(events).last().map(String::as_str), Some("end succeeded"));
            Followed::by(events).is_the_run(&app).await;
        }
    })
    .await;
}
