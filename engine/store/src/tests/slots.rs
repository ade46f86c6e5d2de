//! Concurrency: limits are kept, turns come in the order of arrival, and no slot is lost.

use causeway_model::{FlowId, OnLimit, RunId, RunStatus, Span, WorkerId};

use crate::tests::bed::{Bed, both, commit};
use crate::{Accepted, Claimed, NewRun, News, Next, SignalKind, Slot};

both!(
    runs_of_a_key_go_in_arrival_order,
    a_waiting_run_gives_its_slot_back,
    a_waiting_run_may_hold_its_slot,
    over_the_limit_is_skipped,
    the_newest_replaces,
    a_blocked_run_can_be_cancelled,
    the_newest_limit_counts,
);

fn keyed(bed: &Bed, flow: FlowId, key: &str, limit: u32, on_limit: OnLimit) -> NewRun {
    let mut run = bed.new_run(flow);
    run.concurrency = Some(Slot { key: key.to_owned(), limit, on_limit });
    run
}

async fn claim(bed: &Bed, worker: WorkerId) -> Vec<Claimed> {
    bed.store.claim(worker, 50).await.expect("claims")
}

fn ids(claimed: &[Claimed]) -> Vec<RunId> {
    claimed.iter().map(|claimed| claimed.run.id).collect()
}

async fn finish(bed: &Bed, claimed: &Claimed) {
    let end = bed.finished(RunStatus::Succeeded);
    bed.store.commit(commit(claimed, vec![], end)).await.expect("finishes");
}

async fn runs_of_a_key_go_in_arrival_order(bed: &Bed) {
    let flow = bed.flow("one").await;
    let other = bed.flow("two").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let runs: Vec<NewRun> = (0..20).map(|_| keyed(bed, flow, "A", 2, OnLimit::Queue)).collect();
    let order: Vec<RunId> = runs.iter().map(|run| run.id).collect();
    futures::future::join_all(runs.into_iter().map(|run| bed.accept(run))).await;
    let apart = bed.accept(keyed(bed, flow, "B", 2, OnLimit::Queue)).await;
    let foreign = bed.accept(keyed(bed, other, "A", 2, OnLimit::Queue)).await;

    let first = claim(bed, worker).await;
    assert_eq!(ids(&first)[2..], [apart, foreign]);
    let mut held: Vec<Claimed> = first.into_iter().take(2).collect();
    let mut seen = ids(&held);
    while let Some(done) = held.first() {
        finish(bed, done).await;
        held.remove(0);
        let more = claim(bed, worker).await;
        assert!(held.len() + more.len() <= 2);
        seen.extend(ids(&more));
        held.extend(more);
    }
    assert_eq!(seen.len(), 20);
    // Accepted at once by two writers, the first two may have come in any order; from then on ids say who is next.
    assert_eq!(seen[2..], {
        let mut rest: Vec<RunId> = order.iter().copied().filter(|id| !seen[..2].contains(id)).collect();
        rest.sort_unstable();
        rest
    });
}

async fn a_waiting_run_gives_its_slot_back(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let first = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let second = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let third = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let claimed = claim(bed, worker).await;
    assert_eq!(ids(&claimed), [first]);
    let wait = Next::Wait { due_at: Some(bed.now() + Span::from_secs(60)), hold_slot: false, active_ms: 1 };
    bed.store.commit(commit(&claimed[0], vec![], wait)).await.expect("waits");
    let running = claim(bed, worker).await;
    assert_eq!(ids(&running), [second]);
    // Its time comes while the second has the slot: it waits for its turn, before the third.
    bed.advance(61_000);
    assert!(claim(bed, worker).await.is_empty());
    finish(bed, &running[0]).await;
    let back = claim(bed, worker).await;
    assert_eq!(ids(&back), [first]);
    assert_eq!(back[0].run.status, RunStatus::Waiting);
    finish(bed, &back[0]).await;
    let last = claim(bed, worker).await;
    assert_eq!(ids(&last), [third]);
    finish(bed, &last[0]).await;
    bed.store.sweep(Span::from_secs(3600)).await.expect("sweeps");
    let alone = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    assert_eq!(ids(&claim(bed, worker).await), [alone]);
}

async fn a_waiting_run_may_hold_its_slot(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let first = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let claimed = claim(bed, worker).await;
    let wait = Next::Wait { due_at: Some(bed.now() + Span::from_secs(60)), hold_slot: true, active_ms: 1 };
    bed.store.commit(commit(&claimed[0], vec![], wait)).await.expect("waits");
    assert!(claim(bed, worker).await.is_empty());
    bed.advance(61_000);
    assert_eq!(ids(&claim(bed, worker).await), [first]);
}

async fn over_the_limit_is_skipped(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let first = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Skip)).await;
    let second = keyed(bed, flow, "A", 1, OnLimit::Skip);
    let mut listener = bed.store.listen(second.id);
    assert_eq!(bed.store.accept(second.clone()).await.expect("accepts"), Accepted::Skipped);
    assert!(matches!(listener.next().await.expect("hears"), News::Finished(_)));
    let record = bed.store.run(second.id).await.expect("is kept");
    assert_eq!(record.status, RunStatus::Cancelled);
    let reason = record.reason.expect("has a reason");
    assert!(reason.en.contains("Skipped") && reason.zh_tw.contains("略過"));
    assert_eq!(bed.store.trigger_event(second.id).await.expect("is kept"), second.event);
    let claimed = claim(bed, worker).await;
    assert_eq!(ids(&claimed), [first]);
    finish(bed, &claimed[0]).await;
    let third = keyed(bed, flow, "A", 1, OnLimit::Skip);
    assert_eq!(bed.store.accept(third).await.expect("accepts"), Accepted::New);
}

async fn the_newest_replaces(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let first = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Replace)).await;
    let claimed = claim(bed, worker).await;
    assert_eq!(ids(&claimed), [first]);
    let second = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Replace)).await;
    let third = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Replace)).await;
    let signals = bed.store.signals(worker).await.expect("reads");
    assert!(!signals.is_empty() && signals.iter().all(|signal| signal.run == first));
    assert!(
        matches!(&signals[0].kind, SignalKind::Cancel { reason: Some(reason), .. } if reason.contains(&second.to_string()))
    );
    // The one in line is due at once, to end as cancelled.
    let cancelled = claim(bed, worker).await;
    assert_eq!(ids(&cancelled), [second]);
    assert!(matches!(cancelled[0].signals[0].kind, SignalKind::Cancel { .. }));
    finish(bed, &cancelled[0]).await;
    assert!(claim(bed, worker).await.is_empty());
    finish(bed, &claimed[0]).await;
    assert_eq!(ids(&claim(bed, worker).await), [third]);
}

async fn a_blocked_run_can_be_cancelled(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let first = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let second = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    let third = bed.accept(keyed(bed, flow, "A", 1, OnLimit::Queue)).await;
    bed.store.request_cancel(second, "ada", Some("wrong order".into())).await.expect("cancels");
    let claimed = claim(bed, worker).await;
    assert_eq!(ids(&claimed), [first, second]);
    assert_eq!(claimed[1].signals.len(), 1);
    finish(bed, &claimed[1]).await;
    assert!(claim(bed, worker).await.is_empty());
    finish(bed, &claimed[0]).await;
    assert_eq!(ids(&claim(bed, worker).await), [third]);
}

async fn the_newest_limit_counts(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let mut runs = Vec::new();
    for limit in [1, 1, 1, 3] {
        runs.push(bed.accept(keyed(bed, flow, "A", limit, OnLimit::Queue)).await);
    }
    assert_eq!(ids(&claim(bed, worker).await), runs[..3]);
}
