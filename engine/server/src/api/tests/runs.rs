//! Runs through the API: starting, looking, cancelling, resuming, replaying, deciding.

use causeway_model::{
    ApprovalId, Event, Frame, LoopTally, Outcome, Role, RunId, RunStatus, Value, Wait, WaitKind,
};
use causeway_store::{Claimed, Commit, LoopWrite, NewApproval, Next};
use serde_json::json;

use crate::testing::{TestApp, empty};

fn settled(step: &str, output: Value) -> Event {
    let outcome = Outcome::Succeeded { output, port: None };
    Event::StepSettled { step: step.parse().expect("an id"), outcome, took_us: Some(5) }
}

async fn manual(test: &TestApp) -> i32 {
    let schema = json!({"type": "object", "required": ["no"], "properties": {"no": {"type": "string"}}});
    let steps = json!([
        {"id": "first", "use": "script", "with": {"code": "trigger.input.no"}},
        {"id": "map", "use": "script", "with": {"code": "steps.first"}, "after": ["first"]}
    ]);
    test.publish("manual", json!({"use": "manual", "with": {"input": schema}}), steps).await
}

#[tokio::test]
async fn a_run_is_started_with_an_input_that_fits() {
    let test = TestApp::new().await;
    let token = test.token(Role::Operator).await;
    manual(&test).await;
    let start = async |input: Value| {
        test.api(&token, "POST", "/flows/manual/runs", Some(&json!({ "input": input }))).await
    };
    assert_eq!(start(json!({})).await.problem(), (422, "input_invalid".to_owned()));
    let started = start(json!({"no": "Q-1"})).await;
    assert_eq!(started.status, 202);
    let run = started.run();
    assert_eq!(test.event(run).await, json!({"kind": "manual", "input": {"no": "Q-1"}}));
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k")];
    let again =
        async || test.send("POST", "/api/v1/flows/manual/runs", &headers, r#"{"input":{"no":"1"}}"#).await;
    let first = again().await.run();
    let second = again().await;
    assert_eq!((second.run(), second.header("idempotency-replayed")), (first, "true"));
    // The flow remembers a key for longer than the answer is kept, and whoever asks.
    let other = format!("Bearer {}", test.token(Role::Operator).await);
    let headers = [("authorization", other.as_str()), ("idempotency-key", "k")];
    let third = test.send("POST", "/api/v1/flows/manual/runs", &headers, r#"{"input":{"no":"1"}}"#).await;
    assert_eq!((third.run(), &third.json()["duplicate"]), (first, &json!(true)));
    assert_eq!(test.api(&token, "POST", "/flows/none/runs", None).await.status, 404);

    let claimed = test.claim().await;
    assert_eq!(claimed.run.id, run);
    let started = Event::Started { vars: Default::default() };
    test.commit(&claimed, vec![started, settled("first", json!("Q-1"))], Next::Go).await;
    let view = test.api(&token, "GET", &format!("/runs/{run}"), None).await.json();
    assert_eq!(view["status"], "running");
    let steps: Vec<_> = view["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|s| (s["id"].clone(), s["status"].clone()))
        .collect();
    assert_eq!(steps[0], (json!("first"), json!("succeeded")));
    assert_eq!(steps[1].0, json!("map"));
    assert_eq!(view["steps"][0]["output"], json!("Q-1"));
    let timeline = test.api(&token, "GET", &format!("/runs/{run}/timeline?limit=1"), None).await.json();
    assert_eq!(
        (&timeline["entries"][0]["event"], timeline["next_cursor"].is_string()),
        (&json!("started"), true)
    );

    let cancel =
        test.api(&token, "POST", &format!("/runs/{run}/cancel"), Some(&json!({"reason": "wrong"}))).await;
    assert_eq!(cancel.status, 202);
    test.finish(&claimed, RunStatus::Cancelled, None).await;
    let cancel = test.api(&token, "POST", &format!("/runs/{run}/cancel"), None).await;
    assert_eq!(cancel.problem(), (409, "run_finished".to_owned()));
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let test = TestApp::new().await;
    let token = test.token(Role::Viewer).await;
    test.webhook("in", json!({})).await;
    let mut runs: Vec<RunId> = Vec::new();
    for n in 0..5 {
        runs.insert(0, test.post("/hooks/in", &json!({ "n": n })).await.run());
    }
    let claimed = test.claim().await;
    test.finish(&claimed, RunStatus::Failed, None).await;
    let list = async |query: &str| {
        let answer = test.api(&token, "GET", &format!("/runs?{query}"), None).await.json();
        let ids = answer["runs"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|run| run["id"].as_str().expect("an id").to_owned());
        (ids.collect::<Vec<_>>(), answer["next_cursor"].as_str().map(str::to_owned))
    };
    let ids: Vec<String> = runs.iter().map(ToString::to_string).collect();
    let (first, next) = list("limit=3").await;
    assert_eq!(first, ids[..3]);
    let (rest, next) = list(&format!("limit=3&cursor={}", next.expect("more"))).await;
    assert_eq!((rest.as_slice(), next), (&ids[3..], None));
    let failed = claimed.run.id.to_string();
    assert_eq!(list("status=failed&flow=in").await.0, std::slice::from_ref(&failed));
    assert_eq!(list("dead_letters=true").await.0, std::slice::from_ref(&failed));
    let operator = test.token(Role::Operator).await;
    assert_eq!(test.api(&operator, "POST", &format!("/runs/{failed}/dismiss"), None).await.status, 204);
    assert!(list("dead_letters=true").await.0.is_empty());
    let bad = test.api(&token, "GET", "/runs?status=broken", None).await;
    assert_eq!(
        (bad.problem(), &bad.json()["parameter"]),
        ((400, "query_invalid".to_owned()), &json!("status"))
    );
    assert_eq!(
        test.api(&token, "GET", "/runs?limit=x", None).await.problem(),
        (400, "query_invalid".to_owned())
    );
    assert_eq!(test.api(&token, "GET", "/runs/none", None).await.status, 404);
}

#[tokio::test]
async fn a_failed_run_is_resumed_once_and_replayed_often() {
    let test = TestApp::new().await;
    let token = test.token(Role::Operator).await;
    manual(&test).await;
    let start = json!({"input": {"no": "Q-1"}});
    let failed = test.api(&token, "POST", "/flows/manual/runs", Some(&start)).await.run();
    let resume = async |run: RunId| test.api(&token, "POST", &format!("/runs/{run}/resume"), None).await;
    assert_eq!(resume(failed).await.problem(), (409, "run_not_failed".to_owned()));
    let claimed = test.claim().await;
    let started = Event::Started { vars: Default::default() };
    test.commit(&claimed, vec![started, settled("first", json!("Q-1"))], Next::Go).await;
    test.finish(&claimed, RunStatus::Failed, None).await;

    let resumed = resume(failed).await;
    assert_eq!(resumed.status, 202, "{resumed:?}");
    assert_eq!(resumed.json()["repeats"], json!(["map"]));
    let view = test.api(&token, "GET", &format!("/runs/{}", resumed.run()), None).await.json();
    assert_eq!(view["resumed_from"], json!(failed));
    assert_eq!((&view["steps"][0]["kept"], &view["steps"][0]["output"]), (&json!(true), &json!("Q-1")));
    assert_eq!(view["key_root"], json!(failed));
    assert_eq!(view["event"], json!({"kind": "manual", "input": {"no": "Q-1"}}));
    assert_eq!(resume(failed).await.problem(), (409, "run_resumed_already".to_owned()));

    let preview = test.api(&token, "GET", &format!("/runs/{failed}/replay"), None).await;
    assert_eq!(preview.json(), json!({"version": 1, "effects": []}));
    let replayed = test.api(&token, "POST", &format!("/runs/{failed}/replay"), None).await;
    let view = test.api(&token, "GET", &format!("/runs/{}", replayed.run()), None).await.json();
    assert_eq!((&view["replayed_from"], &view["key_root"]), (&json!(failed), &json!(replayed.run())));
}

#[tokio::test]
async fn a_loops_items_are_paged() {
    let test = TestApp::new().await;
    let token = test.token(Role::Viewer).await;
    let body = json!([{"id": "line", "use": "script", "with": {"code": "item"}}]);
    let steps =
        json!([{"id": "each", "use": "for_each", "with": {"items": "{{ trigger.body }}", "body": body}}]);
    test.publish("loop", json!({"use": "webhook", "with": {"path": "loop"}}), steps).await;
    let run = test.post("/hooks/loop", &json!([1, 2, 3])).await.run();
    let claimed = test.claim().await;
    let step: causeway_model::StepId = "each".parse().expect("an id");
    let items = async |query: &str| {
        test.api(&token, "GET", &format!("/runs/{run}/steps/each/items{query}"), None).await.json()
    };
    assert_eq!(items("").await["count"], json!(0));
    let mut tally = LoopTally { count: 3, succeeded: 2, ..LoopTally::default() };
    tally.settle(0);
    tally.settle(2);
    let results = [0, 2]
        .map(|n| json!({"index": n, "key": n.to_string(), "status": "succeeded", "output": n}))
        .to_vec();
    let write = LoopWrite { frame: Frame::top(), step: step.clone(), tally, items: None, results };
    let mut inside = test.entry(settled("line", json!(2)));
    inside.frame = Frame::top().item(&step, 1);
    let started = test.entry(Event::LoopStarted { step, items: json!([1, 2, 3]), count: 3 });
    let commit = Commit { entries: vec![started, inside], loops: vec![write], ..empty(&claimed) };
    test.app.store().commit(commit).await.expect("committed");

    let page = items("?limit=1").await;
    assert_eq!((&page["count"], &page["succeeded"]), (&json!(3), &json!(2)));
    let next = page["next_cursor"].as_str().expect("more");
    assert_eq!(page["items"][0]["index"], json!(0));
    assert_eq!(
        (&page["running"][0]["index"], &page["running"][0]["steps"][0]["id"]),
        (&json!(1), &json!("line"))
    );
    let page = items(&format!("?limit=1&cursor={next}")).await;
    assert_eq!((&page["items"][0]["index"], &page["running"]), (&json!(2), &json!([])));
    assert!(page.get("next_cursor").is_none(), "{page}");
    let none = test.api(&token, "GET", &format!("/runs/{run}/steps/none/items"), None).await;
    assert_eq!(none.problem(), (404, "step_not_found".to_owned()));
}

async fn waiting_approval(test: &TestApp, approvers: &[&str]) -> (Claimed, ApprovalId) {
    let claimed = test.claim().await;
    let id = ApprovalId::new();
    let event = Event::StepWaiting {
        step: "map".parse().expect("an id"),
        input: Value::Null,
        wait: Wait { kind: WaitKind::Approval, until: None },
    };
    let approval = NewApproval {
        id,
        frame: Frame::top(),
        step: "map".parse().expect("an id"),
        message: "Large <order>".into(),
        approvers: approvers.iter().map(|name| (*name).to_owned()).collect(),
        expires_at: None,
    };
    let next = Next::Wait { due_at: None, hold_slot: false, active_ms: 1 };
    let commit =
        Commit { entries: vec![test.entry(event)], approvals: vec![approval], next, ..empty(&claimed) };
    test.app.store().commit(commit).await.expect("committed");
    (claimed, id)
}

#[tokio::test]
async fn only_approvers_decide_and_only_once() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    test.post("/hooks/in", &json!({})).await;
    let (_, id) = waiting_approval(&test, &["role:editor"]).await;
    let (operator, editor) = (test.token(Role::Operator).await, test.token(Role::Editor).await);
    let open = test.api(&operator, "GET", "/approvals?open=true", None).await.json();
    assert_eq!((&open["approvals"][0]["id"], &open["approvals"][0]["status"]), (&json!(id), &json!("open")));
    let decide = async |token: &str| {
        let body = json!({"approved": true, "comment": " fine "});
        test.api(token, "POST", &format!("/approvals/{id}/decide"), Some(&body)).await
    };
    assert_eq!(decide(&operator).await.problem(), (403, "not_an_approver".to_owned()));
    let decided = decide(&editor).await.json();
    assert_eq!((&decided["status"], &decided["comment"]), (&json!("approved"), &json!("fine")));
    assert_eq!(decided["decided_by"], json!("token:editor"));
    assert_eq!(decide(&editor).await.problem(), (409, "approval_decided".to_owned()));
}

#[tokio::test]
async fn a_link_shows_first_and_decides_once() {
    let test = TestApp::new().await;
    test.webhook("in", json!({})).await;
    test.post("/hooks/in", &json!({})).await;
    let (claimed, id) = waiting_approval(&test, &["link:boss"]).await;
    let link = |who: &str| {
        let link = causeway_store::Link::Approval {
            run: claimed.run.id,
            frame: Frame::top(),
            step: "map".parse().expect("an id"),
            who: who.to_owned(),
        };
        format!("/approvals/{}", test.app.store().sign_link(&link))
    };
    let (boss, other) = (link("boss"), link("other"));
    for _ in 0..2 {
        let page = test.send("GET", &boss, &[("accept-language", "zh-TW")], "").await;
        assert_eq!((page.status.as_u16(), page.run()), (200, claimed.run.id));
        assert!(
            page.text().contains("Large &lt;order&gt;") && page.text().contains("核准"),
            "{}",
            page.text()
        );
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
    }
    assert!(test.send("GET", &format!("{boss}?lang=en"), &[], "").await.text().contains("Approve"));
    assert_eq!(test.app.approval(id).await.expect("an approval").status, "open", "looking decides nothing");

    let form = [("content-type", "application/x-www-form-urlencoded")];
    let post =
        async |path: &str, body: &str| test.send("POST", path, &form, body.to_owned()).await.status.as_u16();
    assert_eq!(post(&other, "decision=approve").await, 403);
    assert_eq!(post(&boss, "decision=maybe").await, 400);
    assert_eq!(post(&boss, "decision=reject&comment=%E5%A4%AA%E8%B2%B4").await, 200);
    assert_eq!(post(&boss, "decision=approve").await, 410);
    let approval = test.app.approval(id).await.expect("an approval");
    assert_eq!((approval.status.as_str(), approval.comment.as_deref()), ("rejected", Some("太貴")));
    assert_eq!(approval.decided_by.as_deref(), Some("link:boss"));
    assert!(test.send("GET", &format!("{boss}?lang=en"), &[], "").await.text().contains("Rejected"));
    assert_eq!(test.send("GET", "/approvals/forged", &[], "").await.status, 404);
}
