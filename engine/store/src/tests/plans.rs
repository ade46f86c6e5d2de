//! Pages of runs are found by an index, whatever is asked for, so that their cost does not grow with the history.

use causeway_model::{FlowId, RunId, RunMode, RunStatus, Time};

use crate::RunFilter;
use crate::db::Ask;
use crate::tests::bed::{Bed, on_sqlite};

/// The plan that SQLite makes without having seen any rows.
async fn plan(bed: &Bed, filter: RunFilter) -> String {
    let wanted = filter.finished_conditions(bed.store.core.db.dialect);
    let sql = format!("EXPLAIN QUERY PLAN SELECT * FROM run {}", wanted.ending("id DESC", 50));
    let rows = bed.store.core.db.read.all(sql, wanted.into_values()).await.expect("plans");
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(3).expect("a line"));
    lines.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_filter_has_its_index() {
    on_sqlite(async |bed: &Bed| {
        let flow = Some(FlowId::new());
        let all = RunFilter::default;
        for (filter, index) in [
            (all(), "sqlite_autoindex_run_1"),
            (RunFilter { before: Some(RunId::new()), ..all() }, "sqlite_autoindex_run_1 (id<?)"),
            (
                RunFilter { from: Some(Time(0)), to: Some(Time(9)), ..all() },
                "sqlite_autoindex_run_1 (id>? AND id<?)",
            ),
            (RunFilter { flow, ..all() }, "run_flow (flow=?)"),
            (RunFilter { status: Some(RunStatus::Failed), ..all() }, "run_ended_badly (status=?)"),
            (
                RunFilter { flow, status: Some(RunStatus::Cancelled), ..all() },
                "run_flow_ended_badly (flow=? AND status=?)",
            ),
            (RunFilter { dead_letters: true, ..all() }, "run_dead_letter"),
            (RunFilter { flow, dead_letters: true, ..all() }, "run_flow_ended_badly (flow=? AND status=?)"),
            (RunFilter { dismissed: true, ..all() }, "run_dismissed"),
            (RunFilter { taken_over: true, ..all() }, "run_taken_over"),
            (RunFilter { error_code: Some("x".into()), ..all() }, "run_error_code (<expr>=?)"),
            (RunFilter { replayed_from: Some(RunId::new()), ..all() }, "run_origin (<expr>=?)"),
            (RunFilter { mode: Some(RunMode::Test), ..all() }, "run_tried"),
        ] {
            let told = format!("{filter:?}");
            let plan = plan(bed, filter).await;
            assert!(plan.contains(&format!("USING INDEX {index}")), "{told}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "sorted by the index: {told}: {plan}");
        }
    })
    .await;
}
