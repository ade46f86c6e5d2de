//! Pages of runs, and runs that are due, are found by an index, so that their cost does not grow with what else is there.

use causeway_model::{FlowId, RunId, RunMode, RunStatus, Time};

use crate::RunFilter;
use crate::db::Ask;
use crate::tests::bed::{Bed, on_postgres, on_sqlite};
use crate::wake;

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

/// As many runs that wait for long, and no statistics of them yet.
const WAITING: usize = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_for_due_runs_reads_no_waiting_one() {
    on_postgres(async |bed: &Bed| {
        let flow = bed.flow("waits").await;
        let db = &bed.store.core.db.main;
        let fill = format!(
            "INSERT INTO active_run (id, flow, version, trigger_kind, mode, status, due_at, created_at) \
             SELECT gen_random_uuid(), $1, 1, 0, 0, 2, 4000000000000 + n, 0 FROM generate_series(1, {WAITING}) n"
        );
        db.run(fill, vec![flow.0.into()]).await.expect("fills");
        let literal = wake::LOOK.replace("$1", &bed.now().millis().to_string());
        let rows = db.all(format!("EXPLAIN {literal}"), vec![]).await.expect("plans");
        let lines = rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a line"));
        let plan = lines.collect::<Vec<_>>().join("\n");
        assert!(plan.contains("active_run_due") && !plan.contains("Seq Scan on active_run"), "{plan}");
    })
    .await;
}
