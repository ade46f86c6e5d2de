//! The life of runs: accepted, claimed, committed, finished, fenced.

use causeway_model::{Entry, Event, Frame, RunId, RunStatus};

use crate::db::Ask;
use crate::tests::bed::{Bed, both, code, commit};
use crate::{Accepted, CommitError, Next, RunFilter};

both!(
    a_run_goes_through,
    a_journal_is_read_in_pages,
    a_lost_lease_writes_nothing,
    waiting_runs_come_back,
    a_clash_fails_alone
);

async fn a_run_goes_through(bed: &Bed) {
    let store = &bed.store;
    assert_eq!(bed.data.join("causeway.db").exists(), bed.is_sqlite());
    let flow = bed.flow("one").await;
    let new = bed.new_run(flow);
    assert_eq!(store.accept(new.clone()).await.expect("accepts"), Accepted::New);
    assert_eq!(store.run(new.id).await.expect("is there").status, RunStatus::Queued);
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 10).await.expect("claims").pop().expect("one is due");
    assert_eq!((claimed.run.id, claimed.run.status, claimed.run.epoch), (new.id, RunStatus::Queued, 1));
    assert_eq!((claimed.event.as_str(), claimed.run.slug.as_str()), (new.event.as_str(), "one"));
    assert!(!claimed.run.recovered && claimed.journal.is_empty());
    assert!(store.claim(worker, 10).await.expect("claims").is_empty());
    assert_eq!(store.run(new.id).await.expect("is there").status, RunStatus::Running);

    store.commit(commit(&claimed, vec![bed.settled("a")], Next::Go)).await.expect("commits");
    let mut listener = store.listen(new.id);
    let finish = bed.finished(RunStatus::Succeeded);
    store.commit(commit(&claimed, vec![bed.settled("b")], finish)).await.expect("commits");
    assert!(matches!(listener.next().await.expect("hears"), crate::News::Finished(_)));
    let record = store.run(new.id).await.expect("is there");
    assert_eq!(record.status, RunStatus::Succeeded);
    assert_eq!(record.output, Some(serde_json::json!({ "done": true })));
    assert!(record.started_at.is_some() && record.finished_at.is_some());
    let steps: Vec<String> = store
        .journal(new.id, false)
        .await
        .expect("reads")
        .into_iter()
        .map(|entry| match entry.event {
            Event::StepSettled { step, .. } => step.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(steps, ["a", "b"]);
    assert_eq!(store.trigger_event(new.id).await.expect("is kept"), new.event);
    let listed = store.runs(RunFilter { limit: 10, ..RunFilter::default() }).await.expect("lists");
    assert_eq!(listed.iter().map(|record| record.id).collect::<Vec<_>>(), [new.id]);
}

async fn a_journal_is_read_in_pages(bed: &Bed) {
    let store = &bed.store;
    let run = bed.accept(bed.new_run(bed.flow("one").await)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("one is due");
    let item = |step: &str| Entry { frame: Frame::from("each[0]".to_owned()), ..bed.settled(step) };
    let batches =
        [vec![bed.settled("a"), bed.settled("b"), item("c"), bed.settled("d")], vec![bed.settled("e")]];
    for entries in batches {
        store.commit(commit(&claimed, entries, Next::Go)).await.expect("commits");
    }
    let last = vec![bed.settled("f"), item("g"), bed.settled("h")];
    store.commit(commit(&claimed, last, bed.finished(RunStatus::Succeeded))).await.expect("commits");
    for frames in [true, false] {
        let whole = store.journal(run, frames).await.expect("reads");
        assert_eq!(whole.len(), if frames { 8 } else { 6 });
        for limit in 1..=9 {
            let (mut read, mut from) = (Vec::new(), None);
            loop {
                let page = store.journal_page(run, frames, from, limit).await.expect("reads");
                assert!(page.entries.len() == limit || page.next.is_none(), "{limit}: {page:?}");
                read.extend(page.entries);
                from = page.next;
                if from.is_none() {
                    break;
                }
            }
            assert_eq!(read, whole, "{limit} at a time");
        }
    }
    // Only what the page needs is read.
    let rest = "UPDATE run_journal SET entries = 'x' WHERE run = $1 AND seq >= 3";
    let broken = store.core.db.main.run(rest, vec![run.0.into()]).await.expect("writes");
    assert_eq!(broken, 1);
    let page = store.journal_page(run, true, None, 4).await.expect("reads the first rows");
    assert_eq!(page.entries.len(), 4);
    assert!(store.journal_page(run, true, page.next, 4).await.is_err());
    assert_eq!(code(store.journal_page(RunId::new(), true, None, 4).await), "run_not_found");
}

async fn a_lost_lease_writes_nothing(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let (one, other) = (bed.accept(bed.new_run(flow)).await, bed.accept(bed.new_run(flow)).await);
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 10).await.expect("claims");
    assert_eq!(claimed.iter().map(|claimed| claimed.run.id).collect::<Vec<_>>(), [one, other]);
    let mut stale = commit(&claimed[0], vec![bed.settled("a")], Next::Go);
    stale.epoch -= 1;
    let good = commit(&claimed[1], vec![bed.settled("a")], Next::Go);
    let (stale, good) = tokio::join!(store.commit(stale), store.commit(good));
    assert!(matches!(stale, Err(CommitError::Lost)));
    good.expect("the other is not touched");
    assert!(store.journal(one, true).await.expect("reads").is_empty());

    store.commit(commit(&claimed[0], vec![], bed.finished(RunStatus::Failed))).await.expect("finishes");
    let again = store.commit(commit(&claimed[0], vec![], bed.finished(RunStatus::Succeeded))).await;
    assert!(matches!(again, Err(CommitError::Lost)));
    assert_eq!(store.run(one).await.expect("is there").status, RunStatus::Failed);
    assert_eq!(code(store.request_cancel(one, "test", None).await), "run_finished");
}

async fn waiting_runs_come_back(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("one is due");
    let due_at = bed.now() + causeway_model::Span::from_secs(60);
    let wait = Next::Wait { due_at: Some(due_at), hold_slot: false, active_ms: 120 };
    store.commit(commit(&claimed, vec![bed.settled("a")], wait)).await.expect("commits");
    assert_eq!(store.run(run).await.expect("is there").status, RunStatus::Waiting);
    assert!(store.claim(worker, 1).await.expect("claims").is_empty());
    assert_eq!(store.next_due().await.expect("knows"), Some(due_at));
    bed.advance(60_001);
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    assert_eq!(
        (claimed.run.status, claimed.run.active_ms, claimed.journal.len()),
        (RunStatus::Waiting, 120, 1)
    );
    let release = Next::Release { active_ms: 150 };
    store.commit(commit(&claimed, vec![], release)).await.expect("commits");
    let claimed = store.claim_run(worker, run).await.expect("claims").expect("is due");
    assert_eq!((claimed.run.epoch, claimed.run.active_ms, claimed.run.recovered), (3, 150, false));
    assert!(store.claim_run(worker, run).await.expect("claims").is_none());
}

/// A run whose id is taken spoils the transaction that it stands in, but not its companions.
async fn a_clash_fails_alone(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let taken = bed.accept(bed.new_run(flow)).await;
    let runs = (0..60).map(|at| {
        let mut run = bed.new_run(flow);
        if at == 17 {
            run.id = taken;
        }
        store.accept(run)
    });
    let results = futures::future::join_all(runs).await;
    for (at, result) in results.into_iter().enumerate() {
        assert_eq!(result.is_err(), at == 17, "{at}: {result:?}");
    }
    assert_eq!(store.runs(RunFilter { limit: 200, ..RunFilter::default() }).await.expect("lists").len(), 60);
}
