//! Cancels, calls, decisions and finished sub-runs reach the run, also where they come before it waits.

use causeway_model::{ApprovalId, Event, Frame, Outcome, RunStatus, StepId, Wait, WaitKind};
use serde_json::json;

use crate::tests::bed::{Bed, both, code, commit};
use crate::{ApprovalFilter, Commit, Link, NewApproval, News, Next, Parent, SignalKind};

both!(
    an_early_call_is_not_slept_over,
    a_link_works_once,
    a_decision_is_made_once,
    an_approval_ends_with_its_step_or_run,
    a_sub_run_tells_its_parent,
    cancel_reaches_every_state,
    waiting_is_news_only_for_people,
);

fn step(name: &str) -> StepId {
    name.parse().expect("a step id")
}

const FOREVER: Next = Next::Wait { due_at: None, hold_slot: false, active_ms: 0 };

async fn an_early_call_is_not_slept_over(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    store.call_back(run, Frame::top(), step("call"), json!({ "ok": 1.50 })).await.expect("calls");
    assert_eq!(store.signals(worker).await.expect("reads").len(), 1);
    store.commit(commit(&claimed, vec![], FOREVER)).await.expect("waits");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due at once");
    let [signal] = &claimed.signals[..] else { panic!("one signal: {:?}", claimed.signals) };
    let SignalKind::Callback { payload, .. } = &signal.kind else { panic!("a call") };
    assert_eq!(payload.to_string(), r#"{"ok":1.5}"#);
    let consume = Commit { consumed: vec![signal.id], ..commit(&claimed, vec![], FOREVER) };
    store.commit(consume).await.expect("waits");
    assert!(store.claim(worker, 1).await.expect("claims").is_empty(), "it was consumed");
    assert_eq!(code(store.call_back(run, Frame::top(), step("call"), json!(2)).await), "link_used");
}

async fn a_link_works_once(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let link = Link::Callback { run, frame: Frame::from("lines[3]".to_owned()), step: step("call") };
    let token = store.sign_link(&link);
    assert_eq!(store.sign_link(&link), token, "it can be made again");
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    assert_eq!(store.read_link(&token), Some(link));
    for at in [0, 10, token.len() - 2] {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(store.read_link(&String::from_utf8(other).expect("is text")), None, "changed at {at}");
    }
    assert_eq!(store.read_link(""), None);
    let calls = (0..20).map(|_| store.call_back(run, Frame::top(), step("call"), json!({})));
    let made = futures::future::join_all(calls).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    store.call_back(run, Frame::top(), step("another"), json!({})).await.expect("another step's link");
    let nobody = causeway_model::RunId::new();
    assert_eq!(code(store.call_back(nobody, Frame::top(), step("call"), json!({})).await), "run_not_found");
}

fn question(name: &str) -> NewApproval {
    NewApproval {
        id: ApprovalId::new(),
        frame: Frame::top(),
        step: step(name),
        message: "大額訂單\0?".into(),
        approvers: vec!["role:operator".into()],
        expires_at: None,
    }
}

async fn a_decision_is_made_once(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let asked = question("ask");
    let id = asked.id;
    store.commit(Commit { approvals: vec![asked], ..commit(&claimed, vec![], FOREVER) }).await.expect("asks");
    let all = ApprovalFilter { status: Some("open".into()), limit: 10, ..ApprovalFilter::default() };
    let open = store.list_approvals(all.clone()).await.expect("lists").rows;
    assert_eq!((open.len(), open[0].message.as_str(), open[0].slug.as_str()), (1, "大額訂單?", "one"));
    let found = store.approval_of(run, &Frame::top(), &step("ask")).await.expect("finds").expect("is there");
    assert_eq!((found.id, found.status.as_str()), (id, "open"));
    let deciders = (0..10).map(|at| store.decide(id, at % 2 == 0, "ada", Some(format!("no. {at}"))));
    let results = futures::future::join_all(deciders).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), "approval_decided");
    }
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let [signal] = &claimed.signals[..] else { panic!("one signal: {:?}", claimed.signals) };
    let decided = store.approval(id).await.expect("is there");
    let SignalKind::Decision { approved, by, .. } = &signal.kind else { panic!("a decision") };
    assert_eq!(
        (decided.status.as_str(), by.as_str()),
        (if *approved { "approved" } else { "rejected" }, "ada")
    );
    assert!(store.list_approvals(all).await.expect("lists").rows.is_empty());
    assert_eq!(code(store.approval(ApprovalId::new()).await), "approval_not_found");
}

async fn an_approval_ends_with_its_step_or_run(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let (late, open) = (question("late"), question("open"));
    let (late_id, open_id) = (late.id, open.id);
    let ask = Commit { approvals: vec![late, open], ..commit(&claimed, vec![], Next::Go) };
    store.commit(ask).await.expect("asks");
    let outcome = Outcome::Succeeded { output: json!(null), port: Some("timed_out".into()) };
    let settled = bed.entry(Event::StepSettled { step: step("late"), outcome, took_us: None });
    store.commit(commit(&claimed, vec![settled], Next::Go)).await.expect("goes on");
    assert_eq!(store.approval(late_id).await.expect("is there").status, "timed_out");
    assert_eq!(store.approval(open_id).await.expect("is there").status, "open");
    store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Cancelled))).await.expect("ends");
    assert_eq!(store.approval(open_id).await.expect("is there").status, "closed");
    assert_eq!(code(store.decide(open_id, true, "ada", None).await), "approval_decided");
}

async fn a_sub_run_tells_its_parent(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let parent = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let mut child = bed.new_run(flow);
    child.origin.parent = Some(Parent { run: parent, frame: Frame::top(), step: step("sub") });
    child.origin.depth = 1;
    let child_id = child.id;
    store.commit(Commit { children: vec![child], ..commit(&claimed, vec![], FOREVER) }).await.expect("calls");
    let sub = store.claim(worker, 5).await.expect("claims").pop().expect("the child is due");
    assert_eq!((sub.run.id, sub.run.origin.depth), (child_id, 1));
    store.commit(commit(&sub, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    let claimed = store.claim(worker, 5).await.expect("claims").pop().expect("the parent is due");
    assert_eq!(claimed.run.id, parent);
    assert!(matches!(
        &claimed.signals[0].kind,
        SignalKind::RunFinished { run, status: RunStatus::Succeeded, output: Some(_), .. } if *run == child_id
    ));
    // A child that ends after its parent has nobody to tell.
    let mut orphan = bed.new_run(flow);
    orphan.origin.parent = Some(Parent { run: parent, frame: Frame::top(), step: step("sub") });
    let end = bed.finished(RunStatus::Succeeded);
    store.commit(Commit { children: vec![orphan], ..commit(&claimed, vec![], end) }).await.expect("ends");
    let orphan = store.claim(worker, 5).await.expect("claims").pop().expect("is due");
    store.commit(commit(&orphan, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    assert!(store.claim(worker, 5).await.expect("claims").is_empty());
}

async fn cancel_reaches_every_state(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let worker = store.enlist().await.expect("enlists");
    let (waiting, running) = (bed.accept(bed.new_run(flow)).await, bed.accept(bed.new_run(flow)).await);
    let claimed = store.claim(worker, 5).await.expect("claims");
    store.commit(commit(&claimed[0], vec![], FOREVER)).await.expect("waits");
    let queued = bed.accept(bed.new_run(flow)).await;
    for run in [waiting, running, queued] {
        store.request_cancel(run, "ada", Some("no longer wanted".into())).await.expect("cancels");
    }
    let signals = store.signals(worker).await.expect("reads");
    assert_eq!(signals.iter().map(|signal| signal.run).collect::<Vec<_>>(), [running]);
    let due = store.claim(worker, 5).await.expect("claims");
    assert_eq!(due.iter().map(|claimed| claimed.run.id).collect::<Vec<_>>(), [waiting, queued]);
    for claimed in due.iter().chain([&claimed[1]]) {
        store.commit(commit(claimed, vec![], bed.finished(RunStatus::Cancelled))).await.expect("ends");
    }
    assert!(store.signals(worker).await.expect("reads").is_empty());
    let nobody = causeway_model::RunId::new();
    assert_eq!(code(store.request_cancel(nobody, "ada", None).await), "run_not_found");
}

async fn waiting_is_news_only_for_people(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let new = bed.new_run(flow);
    let mut listener = store.listen(new.id);
    bed.accept(new).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let soon = Next::Wait { due_at: Some(bed.now()), hold_slot: false, active_ms: 0 };
    store.commit(commit(&claimed, vec![], soon)).await.expect("pauses before a retry");
    let quiet = tokio::time::timeout(std::time::Duration::from_millis(350), listener.next()).await;
    assert!(quiet.is_err(), "a pause before a retry is no news: {quiet:?}");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let wait = Wait { kind: WaitKind::Callback, until: None };
    let begins = bed.entry(Event::StepWaiting { step: step("call"), input: json!({}), wait });
    store.commit(commit(&claimed, vec![begins], Next::Go)).await.expect("goes on");
    store.commit(commit(&claimed, vec![], FOREVER)).await.expect("waits");
    assert!(matches!(listener.next().await.expect("hears"), News::Waiting));
    let mut late = store.listen(claimed.run.id);
    assert!(matches!(late.next().await.expect("hears"), News::Waiting));
}
