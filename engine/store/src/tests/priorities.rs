//! Priorities, off-peak windows, and when schedules fired.

use causeway_model::{OnLimit, Priority, RunId, RunStatus, Span, TriggerKind};

use crate::tests::bed::{Bed, both, commit, document, publish};
use crate::{NewRun, Slot};

both!(
    the_urgent_come_first,
    nobody_starves,
    a_window_holds_runs_back_until_it_opens,
    a_freed_slot_does_not_open_the_window,
    fire_times_are_remembered,
);

async fn claim(bed: &Bed, limit: usize) -> Vec<RunId> {
    let worker = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(worker, limit).await.expect("claims");
    claimed.iter().map(|claimed| claimed.run.id).collect()
}

async fn the_urgent_come_first(bed: &Bed) {
    let flow = bed.flow("one").await;
    let worker = bed.store.enlist().await.expect("enlists");
    let (mut urgent, mut urgents) = (0, Vec::new());
    for _ in 0..24 {
        for priority in [Priority::Low, Priority::Normal] {
            let _run = bed.accept(NewRun { priority, ..bed.new_run(flow) }).await;
        }
        urgents.push(bed.accept(NewRun { priority: Priority::High, ..bed.new_run(flow) }).await);
        let claimed = bed.store.claim(worker, 1).await.expect("claims").remove(0);
        urgent += usize::from(urgents.contains(&claimed.run.id));
    }
    // Now and then the others come first.
    assert!((12..24).contains(&urgent), "{urgent} of 24");
}

async fn nobody_starves(bed: &Bed) {
    let flow = bed.flow("one").await;
    let low = bed.accept(NewRun { priority: Priority::Low, ..bed.new_run(flow) }).await;
    let worker = bed.store.enlist().await.expect("enlists");
    for turn in 0.. {
        assert!(turn < 20, "a low one waits behind a line of urgent ones");
        for _ in 0..3 {
            let _urgent = bed.accept(NewRun { priority: Priority::High, ..bed.new_run(flow) }).await;
        }
        let claimed = bed.store.claim(worker, 1).await.expect("claims").remove(0);
        if claimed.run.id == low {
            return;
        }
    }
}

async fn a_window_holds_runs_back_until_it_opens(bed: &Bed) {
    let flow = bed.flow("one").await;
    let opens = bed.now() + Span::from_secs(3600);
    let held = |priority| NewRun { not_before: Some(opens), priority, ..bed.new_run(flow) };
    let normal = bed.accept(held(Priority::Normal)).await;
    let high = bed.accept(held(Priority::High)).await;
    let free = bed.accept(bed.new_run(flow)).await;
    assert_eq!(claim(bed, 10).await, [free]);
    let next = bed.store.next_due().await.expect("asks").expect("a time");
    assert!(next.since(opens) < Span::from_millis(5) && next >= opens);
    bed.advance(3_550_000);
    assert!(claim(bed, 10).await.is_empty());
    bed.advance(50_010);
    let mut taken = claim(bed, 1).await;
    assert_eq!(taken, [high], "the urgent one first");
    taken = claim(bed, 10).await;
    assert_eq!(taken, [normal]);
}

async fn a_freed_slot_does_not_open_the_window(bed: &Bed) {
    let flow = bed.flow("one").await;
    let slot = || Some(Slot { key: "k".into(), limit: 1, on_limit: OnLimit::Queue });
    let _first = bed.accept(NewRun { concurrency: slot(), ..bed.new_run(flow) }).await;
    let opens = bed.now() + Span::from_secs(3600);
    let late = bed.accept(NewRun { concurrency: slot(), not_before: Some(opens), ..bed.new_run(flow) }).await;
    let worker = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(worker, 10).await.expect("claims").remove(0);
    bed.store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("finishes");
    assert!(claim(bed, 10).await.is_empty(), "its turn has come, its window has not");
    bed.advance(3_600_010);
    assert_eq!(claim(bed, 10).await, [late]);
}

async fn fire_times_are_remembered(bed: &Bed) {
    let slug = "ticks".parse().expect("a slug");
    let document = document(&slug, "schedule");
    let flow = bed.store.save_draft(&slug, &document, None, "ada").await.expect("saves").id;
    assert!(bed.store.scheduled().await.expect("asks").is_empty(), "not published yet");
    let _version =
        bed.store.publish(flow, publish(document.clone(), TriggerKind::Schedule)).await.expect("publishes");
    let facts = bed.store.scheduled().await.expect("asks").remove(0);
    assert_eq!((facts.flow, facts.version, facts.fired_at), (flow, 1, None));
    assert_eq!(bed.store.published_documents(&[flow]).await.expect("asks"), [(flow, 1, document)]);
    let at = bed.now();
    bed.store.set_fired(&[(flow, at), (flow, at + Span::from_secs(60))]).await.expect("writes");
    bed.store.set_fired(&[(flow, at + Span::from_secs(120))]).await.expect("writes");
    assert_eq!(bed.store.scheduled().await.expect("asks")[0].fired_at, Some(at + Span::from_secs(120)));
    bed.store.set_enabled(flow, false, "ada").await.expect("switches off");
    assert!(bed.store.scheduled().await.expect("asks").is_empty());
}
