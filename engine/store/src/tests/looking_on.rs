//! Who looks on hears of every move, from this process and from another, and of nothing twice.

use std::time::Duration;

use causeway_model::{RunStatus, Slug};
use serde_json::json;

use crate::tests::bed::{Bed, both, commit, on_postgres};
use crate::{ChangeWatch, Changed, Flows, ListKind, Next, RunWatch};

both!(
    a_watched_run_is_heard_of,
    lists_are_heard_of_by_kind_and_flow,
    what_a_look_finds_is_whole_and_comes_once
);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("it is heard of")
}

/// Waits until nothing more comes.
async fn quiet(watch: &RunWatch) {
    while tokio::time::timeout(Duration::from_millis(500), watch.moved()).await.is_ok() {}
}

async fn a_watched_run_is_heard_of(bed: &Bed) {
    let flow = bed.flow("one").await;
    let other = bed.another().await;
    let run = bed.accept(bed.new_run(flow)).await;
    let (here, there) = (bed.store.watch_run(run), other.watch_run(run));
    let also_here = bed.store.watch_run(run);
    for watch in [&here, &there, &also_here] {
        quiet(watch).await;
    }
    let worker = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    for step in [Some("a"), Some("b"), None] {
        for watch in [&here, &there, &also_here] {
            soon(watch.moved()).await;
            quiet(watch).await;
        }
        let (entries, next) = match step {
            Some(step) => (vec![bed.settled(step)], Next::Go),
            None => (vec![], bed.finished(RunStatus::Succeeded)),
        };
        bed.store.commit(commit(&claimed, entries, next)).await.expect("commits");
    }
    for watch in [&here, &there, &also_here] {
        soon(watch.moved()).await;
    }
    drop((here, there, also_here));
    other.close().await;
}

async fn what_a_look_finds_is_whole_and_comes_once(bed: &Bed) {
    let (store, flow) = (&bed.store, bed.flow("one").await);
    let run = bed.accept(bed.new_run(flow)).await;
    let first = store.look_at_run(run, 0).await.expect("looks");
    assert_eq!((first.run.status, first.entries.len(), first.next), (RunStatus::Queued, 0, 0));
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let (mut from, mut seen) = (first.next, Vec::new());
    for steps in [vec!["a", "b"], vec![], vec!["c"]] {
        let entries = steps.iter().map(|step| bed.settled(step)).collect();
        store.commit(commit(&claimed, entries, Next::Go)).await.expect("commits");
        let look = store.look_at_run(run, from).await.expect("looks");
        assert_eq!(look.entries.len(), steps.len());
        from = look.next;
        seen.extend(look.entries);
    }
    let last = vec![bed.settled("d"), bed.settled("e")];
    store.commit(commit(&claimed, last, bed.finished(RunStatus::Failed))).await.expect("commits");
    let look = store.look_at_run(run, from).await.expect("looks");
    assert_eq!((look.run.status, look.entries.len()), (RunStatus::Failed, 2));
    seen.extend(look.entries);
    assert_eq!(seen, store.journal(run, false).await.expect("a journal"));
    assert_eq!(store.look_at_run(run, 0).await.expect("looks").entries, seen, "all of it from the beginning");
}

/// Waits until all of these kinds were told of; what was told.
async fn told(watch: &mut ChangeWatch, kinds: &[ListKind]) -> Changed {
    let mut all = Changed::new();
    while !kinds.iter().all(|kind| all.contains_key(kind)) {
        for (kind, flows) in soon(watch.next()).await {
            match all.get_mut(&kind) {
                Some(known) => known.add(&flows),
                None => drop(all.insert(kind, flows)),
            }
        }
    }
    all
}

async fn lists_are_heard_of_by_kind_and_flow(bed: &Bed) {
    let flow = bed.flow("one").await;
    let other = bed.another().await;
    let mut here = bed.store.watch_lists().await.expect("watches");
    let mut there = other.watch_lists().await.expect("watches");
    let one = Flows::Of(["one".parse::<Slug>().expect("a slug")].into());
    bed.store.set_variable("rate", &json!(1), "test").await.expect("sets");
    for watch in [&mut here, &mut there] {
        let all = told(watch, &[ListKind::Variables, ListKind::AuditEntries]).await;
        assert!(!all.contains_key(&ListKind::Secrets) && !all.contains_key(&ListKind::Flows), "{all:?}");
    }
    let worker = bed.store.enlist().await.expect("enlists");
    let run = bed.accept(bed.new_run(flow)).await;
    assert_eq!(told(&mut here, &[ListKind::Runs]).await[&ListKind::Runs], one);
    told(&mut there, &[ListKind::Runs]).await;
    let claimed = bed.store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    bed.store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Failed))).await.expect("commits");
    assert_eq!(told(&mut here, &[ListKind::DeadLetters]).await[&ListKind::DeadLetters], one);
    told(&mut there, &[ListKind::Runs, ListKind::DeadLetters]).await;
    bed.store.dismiss(run, "test", None).await.expect("dismisses");
    assert_eq!(told(&mut here, &[ListKind::DeadLetters]).await[&ListKind::DeadLetters], one);
    told(&mut there, &[ListKind::DeadLetters]).await;
    bed.store.undismiss(run, "test").await.expect("puts it back");
    assert_eq!(told(&mut here, &[ListKind::DeadLetters]).await[&ListKind::DeadLetters], one);
    told(&mut there, &[ListKind::DeadLetters]).await;
    bed.flow("two").await;
    for watch in [&mut here, &mut there] {
        let all = told(watch, &[ListKind::Flows, ListKind::Schedules]).await;
        assert_eq!(all[&ListKind::Flows], Flows::Of(["two".parse::<Slug>().expect("a slug")].into()));
    }
    drop((here, there));
    other.close().await;
}

/// By its flow: by the notification, not by looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_another_process_are_told_by_flow_on_postgres() {
    on_postgres(async |bed| {
        let flow = bed.flow("one").await;
        let other = bed.another().await;
        let _node = other.enlist_web().await.expect("enlists");
        let worker = bed.store.enlist().await.expect("enlists");
        let mut there = other.watch_lists().await.expect("watches");
        let knows = async {
            while !bed.store.core.bell.tells_others() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon(knows).await;
        let one = Flows::Of(["one".parse::<Slug>().expect("a slug")].into());
        // What is looked for says so of any flow at first, until others are sure to know of this process.
        for attempt in 0.. {
            let _run = bed.accept(bed.new_run(flow)).await;
            let claimed = bed.store.claim(worker, 1).await.expect("claims").pop().expect("is due");
            bed.store
                .commit(commit(&claimed, vec![], bed.finished(RunStatus::Failed)))
                .await
                .expect("commits");
            let all = told(&mut there, &[ListKind::Runs, ListKind::DeadLetters]).await;
            if all[&ListKind::Runs] == one && all[&ListKind::DeadLetters] == one {
                break;
            }
            assert!(attempt < 30, "{all:?}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        drop(there);
        other.close().await;
    })
    .await;
}
