//! Dead workers: noticed, their runs taken up once, their late writes refused.

use std::time::Duration;

use causeway_model::{RunStatus, WorkerId};

use crate::db::Ask;
use crate::tests::bed::{Bed, both, code, commit};
use crate::{CommitError, Next};

both!(
    runs_of_a_dead_process_are_taken_up,
    runs_of_a_silent_worker_are_taken_up,
    retiring_hands_runs_back,
    a_claim_that_nobody_hears_is_given_back,
    an_unreadable_run_ends_as_failed,
    work_of_another_process_is_noticed,
    one_process_works_in_a_folder,
);

async fn runs_of_a_dead_process_are_taken_up(bed: &Bed) {
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let dying = bed.another().await;
    let worker = dying.enlist().await.expect("enlists");
    let held = dying.claim(worker, 5).await.expect("claims").pop().expect("is due");
    dying.commit(commit(&held, vec![bed.settled("a")], Next::Go)).await.expect("commits");
    // As the end of the process would.
    dying.core.workers.release();
    let next = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(next, 5).await.expect("claims").pop().expect("is due at once");
    assert_eq!((claimed.run.id, claimed.run.recovered, claimed.journal.len()), (run, true, 1));
    assert!(claimed.run.epoch > held.run.epoch);
    let late = dying.commit(commit(&held, vec![bed.settled("b")], bed.finished(RunStatus::Failed))).await;
    assert!(matches!(late, Err(CommitError::Lost)));
    bed.store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
    assert_eq!(bed.store.journal(run, true).await.expect("reads").len(), 1);
    assert_eq!(bed.store.live_workers().await.expect("lists"), [next]);
}

async fn runs_of_a_silent_worker_are_taken_up(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    bed.accept(bed.new_run(flow)).await;
    // A worker on another machine, heard of 25 seconds ago.
    let (silent, node) = (WorkerId::new(), uuid::Uuid::new_v4());
    let clock = if bed.is_sqlite() {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    } else {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
    let insert = format!(
        "INSERT INTO worker (id, node, started_at, heartbeat_at) VALUES ($1, $2, 0, {clock} - 25000)"
    );
    let held = store.claim(silent, 5).await.expect("claims").pop().expect("is due");
    let own = store.enlist().await.expect("enlists");
    store.core.db.main.run(insert, vec![silent.0.into(), node.into()]).await.expect("inserts");
    assert_eq!(store.live_workers().await.expect("lists"), [own]);
    let mut claimed = Vec::new();
    for _ in 0..100 {
        claimed = store.claim(own, 5).await.expect("claims");
        if !claimed.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(claimed.first().expect("is due within seconds").run.recovered);
    let late = store.commit(commit(&held, vec![], Next::Go)).await;
    assert!(matches!(late, Err(CommitError::Lost)));
}

async fn retiring_hands_runs_back(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    bed.accept(bed.new_run(flow)).await;
    let first = store.enlist().await.expect("enlists");
    assert_eq!(store.claim(first, 5).await.expect("claims").len(), 1);
    store.retire(first).await.expect("retires");
    assert!(store.live_workers().await.expect("lists").is_empty());
    let second = store.enlist().await.expect("enlists");
    assert_eq!(store.claim(second, 5).await.expect("claims").len(), 1);
}

async fn a_claim_that_nobody_hears_is_given_back(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let worker = store.enlist().await.expect("enlists");
    for _ in 0..20 {
        bed.accept(bed.new_run(flow)).await;
        let cut = tokio::time::timeout(Duration::from_micros(300), store.claim(worker, 5)).await;
        if let Ok(claimed) = cut {
            for claimed in claimed.expect("claims") {
                store
                    .commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded)))
                    .await
                    .expect("ends");
            }
        }
    }
    let mut left = store.runs(crate::RunFilter { limit: 200, ..Default::default() }).await.expect("lists");
    for _ in 0..50 {
        for claimed in store.claim(worker, 50).await.expect("claims") {
            assert!(!claimed.run.recovered);
            store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("ends");
        }
        left = store.runs(crate::RunFilter { limit: 200, ..Default::default() }).await.expect("lists");
        left.retain(|record| !record.status.is_terminal());
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(left.is_empty(), "{left:?}");
}

async fn an_unreadable_run_ends_as_failed(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let broken = bed.accept(bed.new_run(flow)).await;
    let sound = bed.accept(bed.new_run(flow)).await;
    let spoil = "UPDATE active_run SET origin = '{' WHERE id = $1";
    store.core.db.main.run(spoil, vec![broken.0.into()]).await.expect("spoils it");
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 5).await.expect("claims");
    assert_eq!(claimed.iter().map(|claimed| claimed.run.id).collect::<Vec<_>>(), [sound]);
    let record = store.run(broken).await.expect("is kept");
    let failure = record.failure.expect("says why");
    assert_eq!((record.status, failure.error.code.as_str()), (RunStatus::Failed, "run_unreadable"));
}

async fn work_of_another_process_is_noticed(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    store.enlist().await.expect("enlists");
    while tokio::time::timeout(Duration::from_millis(500), store.woken()).await.is_ok() {}
    let other = bed.another().await;
    other.accept(bed.new_run(flow)).await.expect("accepts");
    tokio::time::timeout(Duration::from_millis(1000), store.woken()).await.expect("is woken");
    other.close().await;
}

async fn one_process_works_in_a_folder(bed: &Bed) {
    let first = bed.store.enlist().await.expect("enlists");
    let other = bed.another().await;
    assert_eq!(other.live_workers().await.expect("lists"), [first]);
    if bed.is_sqlite() {
        assert_eq!(code(other.enlist().await), "data_folder_in_use");
        bed.store.retire(first).await.expect("retires");
    }
    other.enlist().await.expect("enlists");
    other.close().await;
}
