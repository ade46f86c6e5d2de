//! Who waits for a run hears of it: from this process, from another, and of what happened before.

use std::time::Duration;

use causeway_model::{Event, Reply, RunStatus};

use crate::tests::bed::{Bed, both, commit, on_postgres};
use crate::{News, Next};

both!(news_comes_in_order_and_leaves_no_residue, news_of_another_process_is_found);

async fn news_comes_in_order_and_leaves_no_residue(bed: &Bed) {
    let store = &bed.store;
    let flow = bed.flow("one").await;
    let new = bed.new_run(flow);
    let mut listener = store.listen(new.id);
    let run = bed.accept(new).await;
    let worker = store.enlist().await.expect("enlists");
    let claimed = store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let reply = Reply { status: 201, headers: vec![], body: "ok".into() };
    let replied = bed.entry(Event::Replied { reply: reply.clone() });
    store.commit(commit(&claimed, vec![replied], Next::Go)).await.expect("commits");
    assert!(matches!(listener.next().await.expect("hears"), News::Replied(heard) if heard == reply));
    store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Failed))).await.expect("commits");
    for _ in 0..2 {
        let news = listener.next().await.expect("hears");
        assert!(matches!(news, News::Finished(end) if end.status == RunStatus::Failed));
    }
    drop(listener);

    let mut late = store.listen(run);
    assert!(matches!(late.next().await.expect("hears"), News::Replied(heard) if heard == reply));
    assert!(matches!(late.next().await.expect("hears"), News::Finished(_)));
    drop(late);
    assert_eq!(store.core.news.listening_to(), 0);
}

async fn news_of_another_process_is_found(bed: &Bed) {
    let flow = bed.flow("one").await;
    let other = bed.another().await;
    let run = bed.accept(bed.new_run(flow)).await;
    let mut listener = other.listen(run);
    let worker = bed.store.enlist().await.expect("enlists");
    let claimed = bed.store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    let finish = bed.finished(RunStatus::Succeeded);
    bed.store.commit(commit(&claimed, vec![], finish)).await.expect("commits");
    assert!(matches!(listener.next().await.expect("hears"), News::Finished(_)));
    drop(listener);
    other.close().await;
}

/// Without looking: the listener would look only after a minute.
async fn news_of_another_process_is_told(bed: &Bed) {
    let flow = bed.flow("one").await;
    let other = bed.another().await;
    let _node = other.enlist_web().await.expect("enlists");
    let worker = bed.store.enlist().await.expect("enlists");
    let knows = async {
        while !bed.store.core.bell.tells_others() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), knows).await.expect("the web node is known");
    let run = bed.accept(bed.new_run(flow)).await;
    let mut listener = other.listen(run);
    listener.patience = Some(Duration::from_secs(60));
    let claimed = bed.store.claim(worker, 1).await.expect("claims").pop().expect("is due");
    // The other listens to the channel by the time it hears anything; until then, it is told again.
    let told = async {
        loop {
            bed.store.core.bell.ring(false, std::iter::once(run));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let finish = bed.finished(RunStatus::Succeeded);
    bed.store.commit(commit(&claimed, vec![], finish)).await.expect("commits");
    let heard = async {
        tokio::select! {
            news = listener.next() => news,
            () = told => unreachable!("it tells for ever"),
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(20), heard).await.expect("is told");
    assert!(matches!(heard.expect("hears"), News::Finished(_)));
    drop(listener);
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_another_process_is_told_on_postgres() {
    on_postgres(async |bed| news_of_another_process_is_told(bed).await).await;
}
