//! One event, one run, however often and however at once it comes.

use std::collections::{HashMap, HashSet};

use causeway_model::{RunId, Span};

use crate::tests::bed::{Bed, both};
use crate::{Accepted, RunFilter};

both!(equal_keys_lead_to_one_run, a_key_is_forgotten_after_its_window);

async fn equal_keys_lead_to_one_run(bed: &Bed) {
    let flow = bed.flow("one").await;
    let another = bed.flow("two").await;
    let second = bed.another().await;
    let key = Some(("order 7".to_owned(), Span::from_secs(3600)));
    let runs = (0..200).map(|at| {
        let mut run = bed.new_run(flow);
        run.dedupe.clone_from(&key);
        let store = if at % 2 == 0 { &bed.store } else { &second };
        async move { (run.id, store.accept(run).await.expect("accepts")) }
    });
    let mut new = Vec::new();
    let mut firsts: HashSet<RunId> = HashSet::new();
    for (id, accepted) in futures::future::join_all(runs).await {
        match accepted {
            Accepted::New => new.push(id),
            Accepted::Duplicate { first } => {
                firsts.insert(first);
            }
            Accepted::Skipped => panic!("nothing is skipped"),
        }
    }
    assert_eq!(new.len(), 1);
    assert_eq!(firsts, HashSet::from([new[0]]));
    assert_eq!(bed.store.duplicates(&new).await.expect("counts"), HashMap::from([(new[0], 199)]));
    let all = RunFilter { limit: 200, ..RunFilter::default() };
    assert_eq!(bed.store.runs(all.clone()).await.expect("lists").len(), 1);

    let mut other_flow = bed.new_run(another);
    other_flow.dedupe.clone_from(&key);
    assert_eq!(bed.store.accept(other_flow).await.expect("accepts"), Accepted::New);
    let mut other_key = bed.new_run(flow);
    other_key.dedupe = Some(("order 8".to_owned(), Span::from_secs(3600)));
    assert_eq!(bed.store.accept(other_key).await.expect("accepts"), Accepted::New);
    assert_eq!(bed.store.runs(all).await.expect("lists").len(), 3);
    second.close().await;
}

async fn a_key_is_forgotten_after_its_window(bed: &Bed) {
    let flow = bed.flow("one").await;
    let make = || {
        let mut run = bed.new_run(flow);
        run.dedupe = Some(("\u{0}odd 鍵".repeat(1000), Span::from_secs(60)));
        run
    };
    let first = bed.accept(make()).await;
    assert_eq!(bed.store.accept(make()).await.expect("accepts"), Accepted::Duplicate { first });
    bed.advance(60_001);
    let second = make();
    assert_eq!(bed.store.accept(second.clone()).await.expect("accepts"), Accepted::New);
    let again = bed.store.accept(make()).await.expect("accepts");
    assert_eq!(again, Accepted::Duplicate { first: second.id });
    let counted = bed.store.duplicates(&[first, second.id]).await.expect("counts");
    assert_eq!(counted, HashMap::from([(second.id, 1)]), "anew in each window");
    bed.advance(60_001);
    bed.store.sweep(Span::from_secs(3600)).await.expect("sweeps");
    assert_eq!(bed.store.accept(make()).await.expect("accepts"), Accepted::New);
}
