//! New runs that go to the worker of the same process without a claim.

use std::sync::Arc;

use causeway_model::{OnLimit, RunStatus};
use tokio::sync::Semaphore;

use crate::tests::bed::{Bed, both, commit};
use crate::{CommitError, Slot};

both!(
    a_new_run_is_handed_over_without_a_claim,
    what_finds_no_room_stands_in_line,
    those_in_line_come_first,
    a_blocked_run_is_not_handed_over,
    what_is_handed_to_nobody_is_given_back,
    a_dead_worker_s_handed_runs_are_taken_up,
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
    let first = bed.accept(crate::NewRun { concurrency: slot(), ..bed.new_run(flow) }).await;
    let second = bed.accept(crate::NewRun { concurrency: slot(), ..bed.new_run(flow) }).await;
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
    let run = bed.accept(bed.new_run(flow)).await;
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
