//! Idempotency keys over their whole life, with attempts that end in the middle.

use causeway_model::Role;

use crate::tests::bed::{Bed, both};
use crate::{Begun, KeptAnswer, KeyAttempt, KeyedRequest, NewToken, TokenFilter};

both!(answers_are_kept, nothing_is_done_twice, an_attempt_that_was_taken_over_changes_nothing);

fn asked(key: u8) -> KeyedRequest {
    KeyedRequest { id: [key; 32], owner: [1; 32], request: [key; 32], repeatable: false }
}

async fn begin(bed: &Bed, asked: &KeyedRequest) -> KeyAttempt {
    match bed.store.begin_keyed(asked).await.expect("asks") {
        Begun::New(attempt) => attempt,
        other => panic!("{other:?}"),
    }
}

async fn begun(bed: &Bed, asked: &KeyedRequest) -> String {
    let begun = format!("{:?}", bed.store.begin_keyed(asked).await.expect("asks"));
    begun.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

async fn answers_are_kept(bed: &Bed) {
    let attempt = begin(bed, &asked(1)).await;
    assert_eq!(begun(bed, &asked(1)).await, "UnderWay");
    let answer = KeptAnswer {
        status: 201,
        headers: vec![("content-type".into(), "application/json".into())],
        body: b"{\"token\":\"canary-12\"}".to_vec(),
    };
    bed.store.keep_answer(&attempt, &answer).await.expect("keeps");
    match bed.store.begin_keyed(&asked(1)).await.expect("asks") {
        Begun::Known(known) => assert_eq!(known, answer),
        other => panic!("{other:?}"),
    }
    let other = KeyedRequest { request: [9; 32], ..asked(1) };
    assert_eq!(begun(bed, &other).await, "Differs");
    // Sealed, so that nobody who reads the database finds what was shown once.
    use crate::db::Ask;
    let row = bed.store.core.db.main.one("SELECT answer FROM idempotency_key", vec![]).await.expect("reads");
    let kept: Vec<u8> = row.expect("a row").try_get_by_index(0).expect("bytes");
    assert!(!kept.windows(6).any(|part| part == b"canary"));
    // After a day it is a key like any other.
    bed.advance((24 * 3600 + 1) * 1000);
    assert_eq!(begun(bed, &other).await, "New");
    bed.advance((24 * 3600 + 1) * 1000);
    bed.store.sweep(causeway_model::Span::from_secs(1)).await.expect("sweeps");
    let row = bed.store.core.db.main.one("SELECT 1 FROM idempotency_key", vec![]).await.expect("reads");
    assert!(row.is_none());
}

async fn nothing_is_done_twice(bed: &Bed) {
    // Ended before anything was changed: the next one may.
    let _lost = begin(bed, &asked(2)).await;
    bed.advance(31_000);
    let attempt = begin(bed, &asked(2)).await;
    let make = bed.store.create_token(NewToken::plain("shop", Role::Viewer), "ada");
    bed.store.under_key(&attempt, make).await.expect("a token");
    // Ended after the change, before its answer was kept.
    assert_eq!(begun(bed, &asked(2)).await, "UnderWay");
    bed.advance(31_000);
    match bed.store.begin_keyed(&asked(2)).await.expect("asks") {
        Begun::AnswerLost(done) => assert_eq!(done, "token.created shop"),
        other => panic!("{other:?}"),
    }
    let repeatable = KeyedRequest { repeatable: true, ..asked(2) };
    assert_eq!(begun(bed, &repeatable).await, "New");
    // Given back without a change, it is free at once.
    let attempt = begin(bed, &asked(3)).await;
    bed.store.release_key(&attempt).await.expect("gives back");
    assert_eq!(begun(bed, &asked(3)).await, "New");
}

async fn an_attempt_that_was_taken_over_changes_nothing(bed: &Bed) {
    let slow = begin(bed, &asked(4)).await;
    bed.advance(31_000);
    let _fast = begin(bed, &asked(4)).await;
    let make = bed.store.create_token(NewToken::plain("late", Role::Viewer), "ada");
    let refused = bed.store.under_key(&slow, make).await.expect_err("refused");
    assert_eq!(refused.code(), Some("idempotency_taken_over"));
    let listed = bed.store.list_tokens(TokenFilter { limit: 1, ..TokenFilter::default() }).await;
    assert!(listed.expect("lists").rows.is_empty());
}
