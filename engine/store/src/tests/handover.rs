//! New runs that go to the worker of the same process without a claim.

use std::sync::Arc;
use std::time::Duration;

use causeway_model::{OnLimit, RunStatus, Span};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::tests::bed::{Bed, both, commit};
use crate::{Accepted, CommitError, Handed, NewRun, Next, Slot, Store};

both!(
    a_new_run_is_handed_over_without_a_claim,
    what_finds_no_room_stands_in_line,
    those_in_line_come_first,
    a_blocked_run_is_not_handed_over,
    what_is_handed_to_nobody_is_given_back,
    a_dead_worker_s_handed_runs_are_taken_up,
    a_run_begun_ahead_ends_in_the_commit_that_keeps_it,
    a_run_begun_ahead_goes_on_after_the_commit_that_keeps_it,
    a_duplicate_begun_ahead_comes_to_nothing,
    a_run_begun_ahead_without_a_slot_stands_in_line,
    a_run_begun_ahead_and_let_go_is_accepted_all_the_same,
    a_run_begun_ahead_for_nobody_is_accepted_all_the_same,
);

async fn a_new_run_is_handed_over_without_a_claim(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let room = Arc::new(Semaphore::new(2));
    let mut handed = bed.store.hand_to(worker, room.clone());
    let new = bed.new_run(flow);
    let event = new.event.clone();
    let run = bed.accept(new).await;
    let one = handed.try_recv().expect("is there once the accept is answered");
    assert_eq!((one.claimed.run.id, one.claimed.run.epoch, one.claimed.run.recovered), (run, 1, false));
    assert_eq!((one.claimed.run.slug.as_str(), one.claimed.event.as_str()), ("one", event.as_str()));
    assert_eq!(room.available_permits(), 1);
    assert_eq!(bed.store.run(run).await.expect("is there").status, RunStatus::Running);
    assert!(bed.store.claim(worker, 5).await.expect("claims").is_empty());
    bed.store
        .commit(commit(&one.claimed, vec![bed.settled("a")], bed.finished(RunStatus::Succeeded)))
        .await
        .expect("is held");
    assert_eq!(bed.store.run(run).await.expect("is there").status, RunStatus::Succeeded);
    drop(one);
    assert_eq!(room.available_permits(), 2);
}

async fn what_finds_no_room_stands_in_line(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(1)));
    let first = bed.accept(bed.new_run(flow)).await;
    let second = bed.accept(bed.new_run(flow)).await;
    assert_eq!(handed.try_recv().expect("the first").claimed.run.id, first);
    assert!(handed.try_recv().is_err());
    assert_eq!(bed.store.run(second).await.expect("is there").status, RunStatus::Queued);
    let claimed = bed.store.claim(worker, 5).await.expect("claims");
    assert_eq!(claimed.iter().map(|one| one.run.id).collect::<Vec<_>>(), [second]);
}

async fn those_in_line_come_first(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let waiting = [bed.accept(bed.new_run(flow)).await, bed.accept(bed.new_run(flow)).await];
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    // A claim that takes all it may leaves a line: what comes now stands behind it.
    let first = bed.store.claim(worker, 1).await.expect("claims");
    let third = bed.accept(bed.new_run(flow)).await;
    assert!(handed.try_recv().is_err());
    let rest = bed.store.claim(worker, 9).await.expect("claims");
    let order: Vec<_> = first.iter().chain(&rest).map(|one| one.run.id).collect();
    assert_eq!(order, [waiting[0], waiting[1], third]);
    // The line is gone.
    let fourth = bed.accept(bed.new_run(flow)).await;
    assert_eq!(handed.try_recv().expect("is handed over").claimed.run.id, fourth);
}

async fn a_blocked_run_is_not_handed_over(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let slot = || Some(Slot { key: "k".into(), limit: 1, on_limit: OnLimit::Queue });
    let first = bed.accept(NewRun { concurrency: slot(), ..bed.new_run(flow) }).await;
    let second = bed.accept(NewRun { concurrency: slot(), ..bed.new_run(flow) }).await;
    let one = handed.try_recv().expect("holds the slot");
    assert_eq!(one.claimed.run.id, first);
    assert!(handed.try_recv().is_err());
    assert!(bed.store.claim(worker, 5).await.expect("claims").is_empty());
    bed.store.commit(commit(&one.claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    let next = bed.store.claim(worker, 5).await.expect("claims");
    assert_eq!(next.iter().map(|one| one.run.id).collect::<Vec<_>>(), [second]);
}

async fn what_is_handed_to_nobody_is_given_back(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    drop(bed.store.hand_to(worker, Arc::new(Semaphore::new(9))));
    // Registering rings too.
    bed.store.woken().await;
    let run = bed.accept(bed.new_run(flow)).await;
    tokio::time::timeout(Duration::from_secs(20), bed.store.woken()).await.expect("somebody is woken for it");
    let claimed = bed.store.claim(worker, 5).await.expect("claims").pop().expect("is due again");
    assert_eq!((claimed.run.id, claimed.run.recovered), (run, false));
    assert!(claimed.run.epoch > 1);
}

async fn a_dead_worker_s_handed_runs_are_taken_up(bed: &Bed) {
    let flow = bed.flow("one").await;
    let dying = bed.another().await;
    let worker = dying.enlist().await.expect("enlists");
    let mut handed = dying.hand_to(worker, Arc::new(Semaphore::new(9)));
    let new = bed.new_run(flow);
    let run = new.id;
    dying.accept(new).await.expect("accepts");
    let held = handed.try_recv().expect("is handed over").claimed;
    dying.core.workers.release();
    let next = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(next, 5).await.expect("claims").pop().expect("is due at once");
    assert_eq!((claimed.run.id, claimed.run.recovered), (run, true));
    let late = dying.commit(commit(&held, vec![], bed.finished(RunStatus::Failed))).await;
    assert!(matches!(late, Err(CommitError::Lost)));
}

type Handing = mpsc::UnboundedReceiver<Handed>;

/// Accepts ahead in the background, and what the worker got.
async fn ahead(
    store: &Store,
    handed: &mut Handing,
    run: NewRun,
) -> (JoinHandle<crate::Result<Accepted>>, Handed) {
    let store = store.clone();
    let accepted = tokio::spawn(async move { store.accept_ahead(run).await });
    (accepted, handed.recv().await.expect("is handed over"))
}

async fn a_run_begun_ahead_ends_in_the_commit_that_keeps_it(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let slot = Some(Slot { key: "k".into(), limit: 1, on_limit: OnLimit::Queue });
    for _ in 0..2 {
        // The slot is given back in the same commit: the second finds it free.
        let new = NewRun { concurrency: slot.clone(), ..bed.new_run(flow) };
        let (id, event) = (new.id, new.event.clone());
        let (accepted, one) = ahead(&bed.store, &mut handed, new).await;
        assert!(bed.store.run(id).await.is_err(), "nothing is kept yet");
        let done = commit(&one.claimed, vec![bed.settled("a")], bed.finished(RunStatus::Succeeded));
        bed.store.commit_first(one.birth.expect("is not kept yet"), done).await.expect("counts");
        assert_eq!(accepted.await.expect("joins").expect("is accepted"), Accepted::New);
        let run = bed.store.run(id).await.expect("is kept");
        assert_eq!((run.status, run.version), (RunStatus::Succeeded, 1));
        assert!(run.started_at.is_some());
        assert_eq!(bed.store.journal(id, true).await.expect("reads").len(), 1);
        assert_eq!(bed.store.trigger_event(id).await.expect("is kept"), event);
    }
    assert!(bed.store.claim(worker, 5).await.expect("claims").is_empty());
}

async fn a_run_begun_ahead_goes_on_after_the_commit_that_keeps_it(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let new = bed.new_run(flow);
    let id = new.id;
    let (accepted, one) = ahead(&bed.store, &mut handed, new).await;
    let first = commit(&one.claimed, vec![bed.settled("a")], Next::Go);
    bed.store.commit_first(one.birth.expect("is not kept yet"), first).await.expect("counts");
    assert_eq!(accepted.await.expect("joins").expect("is accepted"), Accepted::New);
    assert_eq!(bed.store.run(id).await.expect("is kept").status, RunStatus::Running);
    assert!(bed.store.claim(worker, 5).await.expect("claims").is_empty(), "the worker has it");
    let end = commit(&one.claimed, vec![bed.settled("b")], bed.finished(RunStatus::Succeeded));
    bed.store.commit(end).await.expect("counts");
    assert_eq!(bed.store.journal(id, true).await.expect("reads").len(), 2);
}

async fn a_duplicate_begun_ahead_comes_to_nothing(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let dedupe = Some(("Q-1".to_owned(), Span::from_secs(60)));
    let first = bed.accept(NewRun { dedupe: dedupe.clone(), ..bed.new_run(flow) }).await;
    let _first = handed.recv().await.expect("is handed over");
    let new = NewRun { dedupe, ..bed.new_run(flow) };
    let id = new.id;
    let (accepted, one) = ahead(&bed.store, &mut handed, new).await;
    let done = commit(&one.claimed, vec![], bed.finished(RunStatus::Succeeded));
    let lost = bed.store.commit_first(one.birth.expect("is not kept yet"), done).await;
    assert!(matches!(lost, Err(CommitError::Lost)));
    assert_eq!(accepted.await.expect("joins").expect("is answered"), Accepted::Duplicate { first });
    assert!(bed.store.run(id).await.is_err(), "nothing is kept of it");
}

async fn a_run_begun_ahead_without_a_slot_stands_in_line(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let slot = Some(Slot { key: "k".into(), limit: 1, on_limit: OnLimit::Queue });
    bed.accept(NewRun { concurrency: slot.clone(), ..bed.new_run(flow) }).await;
    let holder = handed.recv().await.expect("is handed over").claimed;
    let new = NewRun { concurrency: slot, ..bed.new_run(flow) };
    let id = new.id;
    let (accepted, one) = ahead(&bed.store, &mut handed, new).await;
    let done = commit(&one.claimed, vec![], bed.finished(RunStatus::Succeeded));
    let lost = bed.store.commit_first(one.birth.expect("is not kept yet"), done).await;
    assert!(matches!(lost, Err(CommitError::Lost)));
    assert_eq!(accepted.await.expect("joins").expect("is accepted"), Accepted::New);
    assert_eq!(bed.store.run(id).await.expect("is kept").status, RunStatus::Queued);
    bed.store.commit(commit(&holder, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    let next = bed.store.claim(worker, 5).await.expect("claims");
    assert_eq!(next.iter().map(|one| one.run.id).collect::<Vec<_>>(), [id]);
}

async fn a_run_begun_ahead_and_let_go_is_accepted_all_the_same(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut handed = bed.store.hand_to(worker, Arc::new(Semaphore::new(1)));
    let new = bed.new_run(flow);
    let id = new.id;
    let (accepted, one) = ahead(&bed.store, &mut handed, new).await;
    bed.store.stop_handing();
    drop(one);
    assert_eq!(accepted.await.expect("joins").expect("is accepted"), Accepted::New);
    let claimed = bed.store.claim(worker, 5).await.expect("claims").pop().expect("is due");
    assert_eq!(claimed.run.id, id);
}

async fn a_run_begun_ahead_for_nobody_is_accepted_all_the_same(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    drop(bed.store.hand_to(worker, Arc::new(Semaphore::new(9))));
    let new = bed.new_run(flow);
    let id = new.id;
    let accepted = tokio::time::timeout(Duration::from_secs(20), bed.store.accept_ahead(new)).await;
    assert_eq!(accepted.expect("its caller hears").expect("is accepted"), Accepted::New);
    let claimed = bed.store.claim(worker, 5).await.expect("claims").pop().expect("is due again");
    assert_eq!(claimed.run.id, id);
}
