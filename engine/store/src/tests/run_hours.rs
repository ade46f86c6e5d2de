//! Figures of finished runs: each run counts once, whoever counts it, and stays counted when it goes.

use causeway_model::{FlowId, RunMode, RunStatus, Span};

use crate::tests::bed::{Bed, both, commit};
use crate::{HourSlots, NewRun, Outcomes, Store};

both!(hours_are_counted_once_and_for_ever, many_count_at_once, what_goes_early_counts_too, new_runs_are_seen);

const HOUR: i64 = 3_600_000;
const DAY: Span = Span::from_secs(24 * 3600);

/// Runs that took so long, and just now finished.
async fn runs(
    bed: &Bed,
    flow: FlowId,
    status: RunStatus,
    count: usize,
    took: i64,
    change: impl Fn(&mut NewRun),
) {
    let worker = bed.store.enlist().await.expect("enlists");
    for _ in 0..count {
        let mut run = bed.new_run(flow);
        run.received_at = run.received_at - Span::from_millis(took.unsigned_abs());
        change(&mut run);
        bed.accept(run).await;
        let claimed = bed.store.claim(worker, 1).await.expect("claims").remove(0);
        let end = commit(&claimed, vec![bed.settled("a")], bed.finished(status));
        bed.store.commit(end).await.expect("ends");
    }
    bed.store.retire(worker).await.expect("retires");
}

async fn counted(store: &Store) {
    while store.roll_up_hour().await.expect("counts") {}
}

/// The last two days, as one who has not asked before sees them.
async fn told(bed: &Bed) -> Outcomes {
    let now = bed.now().millis() / HOUR;
    let slots = HourSlots { starts: vec![now - 48, now - 24], end: now + 24 };
    let told = bed.another().await.outcomes(&slots).await.expect("told");
    let mut all = told[0];
    all.merge(&told[1]);
    all
}

fn outcomes(succeeded: u64, failed: u64, cancelled: u64) -> Outcomes {
    Outcomes { succeeded, failed, cancelled }
}

async fn hours_are_counted_once_and_for_ever(bed: &Bed) {
    let (one, other) = (bed.flow("one").await, bed.flow("other").await);
    bed.advance(-30 * HOUR);
    runs(bed, one, RunStatus::Succeeded, 3, 200, |_| {}).await;
    runs(bed, one, RunStatus::Failed, 1, 10, |run| run.keep = Some(DAY)).await;
    bed.advance(10 * HOUR);
    runs(bed, one, RunStatus::Cancelled, 1, 10, |_| {}).await;
    runs(bed, other, RunStatus::Succeeded, 1, 40_000, |run| run.keep = Some(DAY)).await;
    runs(bed, other, RunStatus::Failed, 5, 10, |run| run.mode = RunMode::Test).await;
    bed.advance(20 * HOUR);
    let all = outcomes(4, 1, 1);
    assert_eq!(told(bed).await, all, "before anybody counted");
    counted(&bed.store).await;
    counted(&bed.store).await;
    assert_eq!(told(bed).await, all, "after");

    let now = bed.now().millis() / HOUR;
    let by_flow = bed.another().await.runs_by_flow(now - 48, now + 1).await.expect("told");
    assert_eq!((by_flow[&one].outcomes, by_flow[&other].outcomes), (outcomes(3, 1, 1), outcomes(1, 0, 0)));
    assert_eq!((by_flow[&one].took.runs(), by_flow[&other].took.runs()), (3, 1), "only what succeeded");
    assert!((150..=300).contains(&by_flow[&one].took.percentile(0.5).expect("known")));
    assert!((30_000..=50_000).contains(&by_flow[&other].took.percentile(0.95).expect("known")));
    let slots = HourSlots { starts: vec![now - 48, now - 25], end: now + 1 };
    let of = bed.another().await.outcomes_of(&slots, &[one, other]).await.expect("told");
    assert_eq!(of[&one], [outcomes(3, 1, 0), outcomes(0, 0, 1)]);
    assert_eq!(of[&other], [outcomes(0, 0, 0), outcomes(1, 0, 0)]);

    bed.advance(2 * 24 * HOUR);
    assert_eq!(bed.store.sweep(Span::from_secs(3600)).await.expect("sweeps"), 11);
    bed.advance(-2 * 24 * HOUR);
    assert_eq!(told(bed).await, all, "when the runs are gone");
}

async fn many_count_at_once(bed: &Bed) {
    let flow = bed.flow("one").await;
    bed.advance(-40 * HOUR);
    for _ in 0..4 {
        bed.advance(3 * HOUR);
        runs(bed, flow, RunStatus::Succeeded, 2, 5, |_| {}).await;
    }
    bed.advance(28 * HOUR);
    let (second, third) = (bed.another().await, bed.another().await);
    let sweeps = async {
        for _ in 0..5 {
            // What is older than an hour goes while it is counted.
            bed.store.sweep(Span::from_secs(3600)).await.expect("sweeps");
        }
    };
    futures::join!(counted(&bed.store), counted(&second), counted(&third), sweeps);
    counted(&bed.store).await;
    assert_eq!(told(bed).await, outcomes(8, 0, 0));
}

async fn what_goes_early_counts_too(bed: &Bed) {
    let flow = bed.flow("one").await;
    counted(&bed.store).await;
    runs(bed, flow, RunStatus::Succeeded, 2, 5, |run| run.keep = Some(Span::from_secs(1))).await;
    runs(bed, flow, RunStatus::Failed, 3, 5, |run| run.keep = Some(DAY)).await;
    bed.advance(2000);
    assert_eq!(bed.store.sweep(DAY).await.expect("sweeps"), 2);
    assert_eq!(told(bed).await, outcomes(2, 3, 0));
    counted(&bed.store).await;
    assert_eq!(told(bed).await, outcomes(2, 3, 0));
}

async fn new_runs_are_seen(bed: &Bed) {
    let (one, other) = (bed.flow("one").await, bed.flow("other").await);
    assert!(bed.store.last_runs(&[one, other]).await.expect("told").is_empty());
    runs(bed, one, RunStatus::Failed, 1, 5, |_| {}).await;
    runs(bed, one, RunStatus::Succeeded, 1, 5, |run| run.mode = RunMode::Test).await;
    let last = bed.store.last_runs(&[one, other]).await.expect("told");
    assert_eq!(last.get(&one).map(|run| run.status), Some(RunStatus::Failed));
    let waiting = bed.accept(bed.new_run(one)).await;
    let last = bed.store.last_runs(&[one, other]).await.expect("told");
    assert_eq!(last.get(&one).map(|run| (run.id, run.status)), Some((waiting, RunStatus::Queued)));
    assert!(!last.contains_key(&other));
}
