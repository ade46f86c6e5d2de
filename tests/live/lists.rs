//! Which lists change: told by kind and flow, to those who may see them, whoever makes the change.

use std::collections::{BTreeMap, BTreeSet};

use causeway_model::Value;
use causeway_testkit::{EventStream, LiveEvent, TestApp, both, script_step, step};
use serde_json::json;

use crate::runs::cancel::accepted;

/// Reads until these were told, as `kind` or `kind/flow`; gives all that was.
async fn told(stream: &mut EventStream, wanted: &[&str]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    while !wanted.iter().all(|one| all.contains(*one)) {
        let event = stream.next().await.unwrap_or_else(|| panic!("ended before {wanted:?}: {all:?}"));
        all.extend(words(&event));
    }
    all
}

fn words(event: &LiveEvent) -> Vec<String> {
    if event.name != "changed" {
        return Vec::new();
    }
    let kind = event.data["kind"].as_str().expect("a kind").to_owned();
    match event.data.get("flows").and_then(Value::as_array) {
        Some(flows) => {
            flows.iter().map(|flow| format!("{kind}/{}", flow.as_str().expect("a slug"))).collect()
        }
        None => vec![kind],
    }
}

async fn ready(app: &TestApp, token: &str) -> (EventStream, Value) {
    let mut stream =
        app.events_as(token, "/events", None).await.unwrap_or_else(|answer| panic!("{}", answer.text));
    let first = stream.next().await.expect("an event");
    assert_eq!(first.name, "ready");
    assert!(!first.id.is_empty());
    (stream, first.data["kinds"].clone())
}

#[tokio::test]
async fn every_change_is_told_whoever_makes_it() {
    both(async |app| {
        let token = app.token().await;
        let (mut stream, kinds) = ready(&app, &token).await;
        assert_eq!(kinds.as_array().map(Vec::len), Some(11), "{kinds}");
        app.publish(&accepted("fails", json!([script_step("oops", "throw \"no\"", &[])]))).await;
        let ask = step("ask", "approval", json!({"message": "?", "approvers": ["role:operator"]}), &[]);
        app.publish(&accepted("asks", json!([ask]))).await;
        told(&mut stream, &["flows/fails", "flows/asks", "schedules", "audit_entries"]).await;
        let failed = app.hook("fails", &json!({})).await.expect(202).run();
        told(&mut stream, &["runs/fails", "dead_letters/fails"]).await;
        let _dismissed = app.post(&format!("/runs/{failed}/dismiss"), &json!({})).await.expect(204);
        told(&mut stream, &["runs/fails", "dead_letters/fails"]).await;
        let id = app.hook("asks", &json!({})).await.expect(202).run();
        told(&mut stream, &["runs/asks", "approvals"]).await;
        let approval = app.open_approval(&id).await;
        assert!(app.decide(&approval, true, "").await.status < 300);
        told(&mut stream, &["runs/asks", "approvals"]).await;
        // By the command line, which is another process.
        app.set_variable("rate", &json!(3)).await;
        told(&mut stream, &["variables"]).await;
        app.set_secret("erp", "x").await;
        told(&mut stream, &["secrets"]).await;
        app.user("amy@example.tw", "viewer").await;
        told(&mut stream, &["users"]).await;
        let _token = app.token_of("viewer").await;
        told(&mut stream, &["tokens"]).await;
        let _disabled = app.cli(&["flow", "disable", "asks"]).await.success();
        told(&mut stream, &["flows/asks", "schedules"]).await;
        let _started = app.cli(&["run", "start", "fails"]).await.success();
        told(&mut stream, &["dead_letters/fails"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_role_is_told_of_what_it_may_see() {
    both(async |app| {
        let viewer = app.token_of("viewer").await;
        let (mut seen, kinds) = ready(&app, &viewer).await;
        let viewers = ["approvals", "connections", "dead_letters", "flows", "runs", "schedules", "variables"];
        assert_eq!(kinds, json!(viewers));
        let (mut editors, _) = ready(&app, &app.token_of("editor").await).await;
        let (mut admins, _) = ready(&app, &app.token_of("admin").await).await;
        app.user("amy@example.tw", "viewer").await;
        told(&mut admins, &["users", "audit_entries"]).await;
        app.set_secret("erp", "x").await;
        let to_editor = told(&mut editors, &["secrets"]).await;
        assert!(!to_editor.contains("users") && !to_editor.contains("audit_entries"), "{to_editor:?}");
        app.set_variable("rate", &json!(3)).await;
        let to_viewer = told(&mut seen, &["variables"]).await;
        assert!(
            to_viewer.iter().all(|word| viewers.contains(&word.split('/').next().unwrap_or_default())),
            "{to_viewer:?}"
        );
        // Everything, as far as one may see it.
        let mut again = app.events_as(&viewer, "/events", Some("nonsense")).await.expect("a stream");
        let ready = again.next().await.expect("an event");
        assert_eq!((ready.name.as_str(), ready.id.as_str()), ("ready", ""));
        let mut all = BTreeSet::new();
        while all.len() < viewers.len() {
            all.extend(words(&again.next().await.expect("an event")));
        }
        assert_eq!(all, viewers.map(str::to_owned).into());
    })
    .await;
}

#[tokio::test]
async fn whoever_was_away_is_told_what_they_missed() {
    both(async |app| {
        let token = app.token().await;
        let (stream, _) = ready(&app, &token).await;
        let first = stream.last_id.clone().expect("an id");
        drop(stream);
        app.set_variable("rate", &json!(1)).await;
        let mut stream = app.events("/events", Some(&first)).await;
        assert_eq!(stream.next().await.expect("an event").id, first, "they stand where they stood");
        told(&mut stream, &["variables"]).await;
        while stream.last_id.as_ref() == Some(&first) {
            let _last_of_the_tick = stream.next().await;
        }
        let second = stream.last_id.clone().expect("an id");
        drop(stream);
        app.set_secret("erp", "x").await;
        let mut stream = app.events("/events", Some(&second)).await;
        let missed = told(&mut stream, &["secrets"]).await;
        assert!(!missed.contains("variables"), "only what they missed: {missed:?}");
        // Another life of the server cannot know: all of it.
        app.restart().await;
        for last in [&first, &second] {
            let mut stream = app.events("/events", Some(last)).await;
            let all = told(&mut stream, &["runs", "secrets", "variables", "users"]).await;
            assert_eq!(all.len(), 11, "{all:?}");
            assert_ne!(stream.last_id.as_ref(), Some(last));
        }
    })
    .await;
}

#[tokio::test]
async fn a_busy_list_is_told_a_few_times_a_second() {
    both(async |app| {
        app.publish(&accepted("busy", json!([script_step("a", "1", &[])]))).await;
        app.publish(&accepted("idle", json!([script_step("a", "1", &[])]))).await;
        let token = app.token().await;
        let (mut stream, _) = ready(&app, &token).await;
        let (mut count, mut runs) = (BTreeMap::<String, u32>::new(), 0);
        let start = std::time::Instant::now();
        let send = async {
            while start.elapsed().as_secs() < 3 {
                let _run = app.hook("busy", &json!({})).await.expect(202);
                runs += 1;
            }
        };
        let read = async {
            loop {
                for word in words(&stream.next().await.expect("an event")) {
                    *count.entry(word).or_default() += 1;
                }
            }
        };
        tokio::select! {
            () = send => {}
            () = read => unreachable!("it reads for ever"),
        }
        assert!(runs > 30, "{runs}");
        let told = count["runs/busy"];
        assert!((1..=8).contains(&told), "{runs} runs told {told} times");
        assert!(!count.contains_key("runs/idle"), "{count:?}");
    })
    .await;
}
