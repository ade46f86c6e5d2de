//! The size of things: space comes back, and the cost of a claim does not grow.

use causeway_model::{FlowId, RunStatus, Span};
use sea_orm::ConnectionTrait;

use crate::db::Ask;
use crate::tests::bed::{Bed, both, commit};
use crate::{NewRun, RunFilter};

both!(what_is_over_goes_and_space_comes_back, claims_use_their_indexes, lists_page_through_both_tables);

async fn many(bed: &Bed, flow: FlowId, count: usize, change: impl Fn(&mut NewRun)) {
    let runs = (0..count).map(|_| {
        let mut run = bed.new_run(flow);
        change(&mut run);
        bed.accept(run)
    });
    futures::future::join_all(runs).await;
}

async fn finish_all(bed: &Bed, status: RunStatus) {
    let worker = bed.store.enlist().await.expect("enlists");
    loop {
        let claimed = bed.store.claim(worker, 256).await.expect("claims");
        if claimed.is_empty() {
            break;
        }
        let ends = claimed
            .iter()
            .map(|claimed| bed.store.commit(commit(claimed, vec![bed.settled("a")], bed.finished(status))));
        for end in futures::future::join_all(ends).await {
            end.expect("ends");
        }
    }
    bed.store.retire(worker).await.expect("retires");
}

async fn what_is_over_goes_and_space_comes_back(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let filler = format!(r#"{{"kind":"manual","input":"{}"}}"#, "x".repeat(8000));
    many(bed, flow, 1500, |run| run.event.clone_from(&filler)).await;
    many(bed, flow, 3, |run| run.keep = Some(Span::from_secs(10 * 24 * 3600))).await;
    finish_all(bed, RunStatus::Failed).await;
    many(bed, flow, 2, |_| {}).await;
    assert_eq!(store.sweep(Span::from_secs(3600)).await.expect("sweeps"), 0);
    let size = || std::fs::metadata(bed.data.join("causeway.db")).map_or(0, |file| file.len());
    let before = size();
    bed.advance(2 * 3_600_000);
    assert_eq!(store.sweep(Span::from_secs(3600)).await.expect("sweeps"), 1500);
    if bed.is_sqlite() {
        assert!(before > 10_000_000 && size() < before / 5, "{before} bytes before, {} after", size());
    }
    let left = store.runs(RunFilter { limit: 100, ..RunFilter::default() }).await.expect("lists");
    assert_eq!(left.len(), 5, "those with a time of their own, and active ones, stay");
    for table in ["trigger_event"] {
        let count =
            store.core.db.read.one(format!("SELECT COUNT(*) FROM {table}"), vec![]).await.expect("counts");
        let count: i64 = count.expect("a row").try_get_by_index(0).expect("a number");
        assert_eq!(count, 5, "{table}");
    }
    bed.advance(10 * 24 * 3_600_000);
    assert_eq!(store.sweep(Span::from_secs(365 * 24 * 3600)).await.expect("sweeps"), 3);
}

/// The plan of a query as text.
async fn plan(bed: &Bed, query: &str) -> String {
    let db = &bed.store.core.db;
    let (word, column) = if bed.is_sqlite() { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
    let rows = db.hot.all(format!("{word} {query}"), vec![]).await.expect("explains");
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).expect("a line"))
        .collect::<Vec<_>>()
        .join("\n")
}

async fn claims_use_their_indexes(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    many(bed, flow, 200, |_| {}).await;
    // Ten thousand that wait for a day that is far away, or for a person.
    let id = if bed.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
    let source = if bed.is_sqlite() {
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n) AS s"
    } else {
        "generate_series(1, 10000) AS s(i)"
    };
    let waiting = format!(
        "INSERT INTO active_run (id, flow, version, trigger_kind, status, due_at, created_at) \
         SELECT {id}, {id}, 1, 0, 2, CASE WHEN i % 2 = 0 THEN 9000000000000 + i END, 1 FROM {source}"
    );
    store.core.db.main.execute_unprepared(&waiting).await.expect("inserts");
    store.core.db.main.execute_unprepared("ANALYZE").await.expect("analyses");
    let now = bed.now().millis();
    for (query, index) in [
        (
            format!("SELECT id FROM active_run WHERE due_at <= {now} ORDER BY due_at, id LIMIT 64"),
            "active_run_due",
        ),
        (
            format!(
                "SELECT id FROM active_run WHERE due_at > 0 AND due_at <= {now} ORDER BY due_at, id LIMIT 64"
            ),
            "active_run_due",
        ),
        ("SELECT MIN(due_at) FROM active_run WHERE due_at > 0".to_owned(), "active_run_due"),
        (
            format!("SELECT id FROM active_run WHERE want_at <= {now} ORDER BY want_at, id LIMIT 64"),
            "active_run_wanting",
        ),
        (
            "SELECT id FROM active_run WHERE slot_key = 'a' AND slot_state = 2 ORDER BY id LIMIT 3"
                .to_owned(),
            "active_run_slot",
        ),
        (
            format!("SELECT id FROM run WHERE NOT kept AND expires_at <= {now} ORDER BY expires_at LIMIT 9"),
            "run_expiry_default",
        ),
        (
            "SELECT id FROM run WHERE status = 4 AND status <> 3 ORDER BY id DESC LIMIT 9".to_owned(),
            "run_ended_badly",
        ),
    ] {
        let plan = plan(bed, &query).await;
        assert!(plan.contains(index), "{query}\n{plan}");
        let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
        assert!(!sorts, "{query}\n{plan}");
    }
    let worker = store.enlist().await.expect("enlists");
    assert_eq!(store.claim(worker, 500).await.expect("claims").len(), 200);
}

async fn lists_page_through_both_tables(bed: &Bed) {
    let store = &bed.store;
    let (flow, other) = (bed.flow("one").await, bed.flow("two").await);
    many(bed, flow, 7, |_| {}).await;
    finish_all(bed, RunStatus::Failed).await;
    many(bed, other, 3, |_| {}).await;
    finish_all(bed, RunStatus::Succeeded).await;
    many(bed, flow, 5, |_| {}).await;
    let mut seen = Vec::new();
    let mut filter = RunFilter { limit: 4, ..RunFilter::default() };
    loop {
        let page = store.runs(filter.clone()).await.expect("lists");
        let Some(last) = page.last() else { break };
        filter.before = Some(last.id);
        seen.extend(page.into_iter().map(|record| record.id));
    }
    assert_eq!(seen.len(), 15);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
    let count =
        async |filter: RunFilter| store.runs(RunFilter { limit: 100, ..filter }).await.expect("lists").len();
    assert_eq!(count(RunFilter { flow: Some(flow), ..RunFilter::default() }).await, 12);
    assert_eq!(count(RunFilter { status: Some(RunStatus::Succeeded), ..RunFilter::default() }).await, 3);
    assert_eq!(
        count(RunFilter { status: Some(RunStatus::Queued), flow: Some(other), ..RunFilter::default() }).await,
        0
    );
    let dead = store
        .runs(RunFilter { dead_letters: true, limit: 100, ..RunFilter::default() })
        .await
        .expect("lists");
    assert_eq!(dead.len(), 7);
    store.dismiss(dead[0].id, "ada", None).await.expect("dismisses");
    assert_eq!(store.run(dead[0].id).await.expect("is there").resumed_by, None);
    assert_eq!(count(RunFilter { dead_letters: true, ..RunFilter::default() }).await, 6);
    assert!(store.dismiss(dead[0].id, "ada", None).await.is_err());
}
