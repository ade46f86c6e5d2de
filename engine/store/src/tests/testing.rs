//! Test runs pin a draft of their own, and samples are counted.

use causeway_model::{RunMode, RunStatus, Sample, Span, TestPart, TestPlan};
use serde_json::json;

use crate::db::Ask;
use crate::tests::bed::{Bed, both, code, commit, document};
use crate::{RunFilter, SAMPLES_KEPT};

both!(a_test_pins_its_draft_and_takes_it_along, samples_are_counted_right);

async fn snapshots(bed: &Bed) -> i64 {
    let row =
        bed.store.core.db.read.one("SELECT COUNT(*) FROM draft_snapshot", vec![]).await.expect("counts");
    row.expect("a row").try_get_by_index(0).expect("a number")
}

async fn a_test_pins_its_draft_and_takes_it_along(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let slug = "one".parse().expect("a slug");
    let plan = TestPlan {
        part: TestPart::Step { step: "a".parse().expect("a step") },
        dry_run: true,
        draft_revision: Some(1),
        ..TestPlan::default()
    };
    let mut versions = Vec::new();
    for _ in 0..2 {
        let mut run = bed.new_run(flow);
        run.mode = RunMode::Test;
        run.keep = Some(Span::from_secs(60));
        let version =
            store.accept_test(run, &document(&slug, "webhook"), &plan, "test").await.expect("accepts");
        versions.push(version);
    }
    assert_eq!(versions, [-1, -2]);
    assert_eq!(store.versions(flow).await.expect("lists").len(), 1, "no version was published");
    assert_eq!(store.version(flow, -1).await.expect("reads").trigger.use_, "webhook");
    assert_eq!(store.test_plan(flow, -2).await.expect("reads"), Some(plan));
    assert_eq!(store.test_plan(flow, 1).await.expect("reads"), None);
    assert_eq!(code(store.version(flow, -3).await), "version_not_found");

    let worker = store.enlist().await.expect("enlists");
    for claimed in store.claim(worker, 10).await.expect("claims") {
        let failed = bed.finished(RunStatus::Failed);
        store.commit(commit(&claimed, vec![], failed)).await.expect("ends");
    }
    let dead = RunFilter { dead_letters: true, limit: 10, ..RunFilter::default() };
    assert!(store.runs(dead).await.expect("lists").is_empty());
    let tests = RunFilter { mode: Some(RunMode::Test), limit: 10, ..RunFilter::default() };
    let tests = store.runs(tests).await.expect("lists");
    assert_eq!(tests.len(), 2);
    assert!(tests[0].is_of_draft() && tests[0].edition().en == "draft");
    assert_eq!(json!(tests[0])["version"], json!(null));
    assert_eq!(code(store.dismiss(tests[0].id, "test", None).await), "run_is_test");
    assert!(!store.finished_by_flow().await.contains_key("one"), "the flow's numbers are of live runs");

    assert_eq!(snapshots(bed).await, 2);
    bed.advance(61_000);
    assert_eq!(store.sweep(Span::from_secs(3600)).await.expect("sweeps"), 2);
    assert_eq!(snapshots(bed).await, 0);
    // A number is never used again: caches may still hold what it meant.
    let mut run = bed.new_run(flow);
    run.mode = RunMode::Test;
    let next = store.accept_test(run, &document(&slug, "manual"), &TestPlan::default(), "test").await;
    assert_eq!(next.expect("accepts"), -3);
}

async fn samples_are_counted_right(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let sample = |n: u64| Sample { trigger: json!({ "body": n }), ..Sample::default() };
    let many = (0..SAMPLES_KEPT + 10).map(|n| async move {
        store.set_sample(flow, &format!("s{n}"), &sample(n), None, "test").await.is_ok()
    });
    let kept = futures::future::join_all(many).await.into_iter().filter(|kept| *kept).count();
    assert_eq!(kept as u64, SAMPLES_KEPT);
    assert_eq!(store.samples(flow).await.expect("lists").len() as u64, SAMPLES_KEPT);
    let (record, _) = store.sample(flow, "s1").await.expect("reads");
    assert_eq!(code(store.set_sample(flow, "s1", &sample(9), Some(0), "test").await), "sample_changed");
    let changed = store.set_sample(flow, "s1", &sample(9), Some(record.revision), "test").await;
    assert_eq!(changed.expect("sets").revision, record.revision + 1);
}
