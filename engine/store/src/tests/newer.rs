//! What a newer binary wrote is left to it; what is broken ends as failed; and a database that outgrew this binary is noticed.

use causeway_model::{RunId, RunStatus};

use crate::db::Ask;
use crate::tests::bed::{Bed, both, commit};
use crate::{Next, RunFilter, migrate, presence, setting};

both!(
    a_journal_of_a_newer_binary_is_left_to_it,
    a_broken_journal_ends_the_run,
    a_run_is_left_only_where_a_newer_binary_is_about,
    a_database_that_outgrows_the_binary_is_noticed,
);

/// A run that waits no longer, with one row of its journal.
async fn waiting(bed: &Bed) -> RunId {
    let flow = bed.flow("quote").await;
    let run = bed.accept(bed.new_run(flow)).await;
    let worker = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(worker, 10).await.expect("claims").pop().expect("the run");
    let next = Next::Wait { due_at: Some(bed.now()), hold_slot: false, active_ms: 1 };
    bed.store.commit(commit(&claimed, vec![bed.settled("a")], next)).await.expect("commits");
    bed.store.retire(worker).await.expect("retires");
    bed.advance(10);
    run
}

async fn write(bed: &Bed, run: RunId, entries: &str) {
    let write = "UPDATE run_journal SET entries = $2 WHERE run = $1";
    let rows = bed.store.core.db.main.run(write, vec![run.0.into(), entries.into()]).await.expect("writes");
    assert_eq!(rows, 1);
}

const KNOWN: &str = r#"[{"at":"2026-01-01T00:00:00.000Z","event":"recovered"}]"#;
const NEWER: &str = r#"[{"at":"2026-01-01T00:00:00.000Z","event":"teleported","step":"a"}]"#;

async fn a_journal_of_a_newer_binary_is_left_to_it(bed: &Bed) {
    let run = waiting(bed).await;
    write(bed, run, NEWER).await;
    let worker = bed.store.enlist().await.expect("enlists");
    let other = bed.accept(bed.new_run(bed.flow("other").await)).await;
    for round in 0..3 {
        let claimed = bed.store.claim(worker, 10).await.expect("claims");
        let ids: Vec<RunId> = claimed.iter().map(|claimed| claimed.run.id).collect();
        assert_eq!(ids, if round == 0 { vec![other] } else { vec![] }, "others go on");
        assert_eq!(bed.store.run(run).await.expect("reads").status, RunStatus::Waiting);
        assert!(bed.store.claim(worker, 10).await.expect("claims").is_empty(), "not at once again");
        bed.advance(2100);
    }
    let shown = bed.store.journal(run, true).await.expect_err("does not read");
    assert_eq!(shown.code(), Some("written_by_newer"));
    write(bed, run, KNOWN).await;
    let claimed = bed.store.claim(worker, 10).await.expect("claims").pop().expect("the run, once it reads");
    assert_eq!((claimed.run.id, claimed.journal.len(), claimed.run.recovered), (run, 1, false));
}

async fn a_broken_journal_ends_the_run(bed: &Bed) {
    let run = waiting(bed).await;
    write(bed, run, "[{").await;
    let worker = bed.store.enlist().await.expect("enlists");
    assert!(bed.store.claim(worker, 10).await.expect("claims").is_empty());
    let failed = bed.store.runs(RunFilter::default()).await.expect("lists");
    let failure = failed[0].failure.as_ref().expect("a failure");
    assert_eq!((failed[0].id, failure.error.code.as_str()), (run, "run_unreadable"));
}

async fn a_run_is_left_only_where_a_newer_binary_is_about(bed: &Bed) {
    let run = waiting(bed).await;
    let worker = bed.store.enlist().await.expect("enlists");
    let held = bed.store.claim(worker, 10).await.expect("claims").pop().expect("the run");
    let leave = async |epoch| bed.store.leave_to_newer(run, epoch, "test").await.expect("answers");
    assert!(!leave(held.run.epoch).await, "nobody would take it");
    let newer = format!(
        "INSERT INTO web_node (id, version, started_at, heartbeat_at) VALUES ($1, '999.0.0', 0, {})",
        presence::clock(bed.store.core.db.dialect)
    );
    bed.store.core.db.main.run(newer, vec![uuid::Uuid::now_v7().into()]).await.expect("another process");
    assert!(leave(held.run.epoch - 1).await, "one of an old epoch changes nothing");
    assert!(bed.store.claim(worker, 10).await.expect("claims").is_empty(), "it is held still");
    assert!(leave(held.run.epoch).await);
    assert!(bed.store.claim(worker, 10).await.expect("claims").is_empty(), "not at once again");
    bed.advance(2100);
    assert_eq!(bed.store.claim(worker, 10).await.expect("claims").len(), 1);
}

async fn a_database_that_outgrows_the_binary_is_noticed(bed: &Bed) {
    let core = &bed.store.core;
    let beat = async || {
        let part = presence::Part::Worker { folder: uuid::Uuid::now_v7() };
        presence::beat(core, uuid::Uuid::now_v7(), part).await.expect("beats");
    };
    beat().await;
    assert!(bed.store.outgrown().is_none() && bed.store.check_outgrown().is_ok());
    let unknown = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_later', 0)";
    core.db.main.run(unknown, vec![]).await.expect("a newer binary migrates");
    assert!(migrate::has_unknown(&core.db).await.expect("looks"));
    assert!(bed.store.migrate().await.expect("nothing to do").pending.is_empty());
    beat().await;
    assert!(bed.store.outgrown().is_none(), "what is added does no harm");
    setting::put(&core.db.main, setting::MIN_BINARY, "999.1.0").await.expect("is needed");
    beat().await;
    assert_eq!(bed.store.until_outgrown().await, "999.1.0");
    let refused = bed.store.check_outgrown().expect_err("is refused");
    assert_eq!(refused.code(), Some("newer_binary_needed"));
    setting::put(&core.db.main, setting::MIN_BINARY, "0.1.0").await.expect("is put back");
    beat().await;
    assert!(bed.store.outgrown().is_some(), "what has stopped does not begin again");
}
